"""P11: whatever a mail holds, reading it is safe. Shown in a real browser, which is the judge."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Dialog, Page

from tests.web.browser import chromium, let_in, needs_chromium
from tests.web.conftest import House
from tests.web.hostile import mails
from triage.core.disposition import Join, Open

ONE_PROCESS = "--disable-features=IsolateSandboxedIframes"
"""Sandboxed frames need no process each here: starting them is all that would take time."""
TOGETHER = 20
"""Mails of one ticket: each of them has a frame of its own on its page."""
OPEN = """async () => {
  let eager
  do {
    for (const one of document.querySelectorAll("details")) one.open = true
    eager = []
    const slow = [...document.querySelectorAll(".messages iframe, .messages img")]
    await Promise.all(slow.map((one) => new Promise((ready) => {
      const soon = one.cloneNode()
      eager.push(soon)
      soon.removeAttribute("loading")
      soon.onload = soon.onerror = ready
      const gone = new MutationObserver(() => soon.isConnected || ready())
      one.replaceWith(soon)
      gone.observe(document, { childList: true, subtree: true })
    })))
  } while (eager.some((one) => !one.isConnected)) // the thread was read anew meanwhile
  return [...document.querySelectorAll(".messages iframe")].map((one) => one.src)
}"""
"""Unfold all there is on a page, and wait until it is loaded."""
_OURS = re.compile(r"/(?:static|ticket/T-[0-9A-Z]{7}|events)(?:[/?]|$)")


def put(house: House) -> list[str]:
    """Take every hostile mail, many of them into one ticket; return the tickets."""
    tickets: list[str] = []
    first = ""
    for number, raw in enumerate(mails()):
        if number % TOGETHER:
            mail = f"In-Reply-To: <{first}>\r\nReferences: <{first}>\r\n".encode() + raw
        else:
            mail, first = raw, f"hostile-{number}@example.net"
        made = house.desk.take(mail)
        assert isinstance(made, Join if number % TOGETHER else Open), (number, raw[:300], made)
        if isinstance(made, Open):
            tickets.append(made.reference)
    assert number >= 150
    return tickets


class Watch:
    """Notes everything that a mail must not bring about."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.seen: list[str] = []
        self.frames = 0

    def request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"data", "about"}:
            return
        if f"{parts.scheme}://{parts.netloc}" != self.house.url or not _OURS.match(parts.path):
            self.seen.append(f"asked for {url[:200]}")
        self.frames += parts.path.endswith("/original")

    async def over(self, context: BrowserContext, page: Page) -> None:
        context.on("request", lambda request: self.request(request.url))
        context.on("page", lambda other: self.seen.append(f"opened {other.url}"))
        page.on("dialog", self.dialog)
        page.on("console", lambda said: self.said(said.text))
        page.on("download", lambda file: self.seen.append(f"download {file.url}"))

    async def dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        await dialog.dismiss()

    def said(self, text: str) -> None:
        if "hostile ran" in text:
            self.seen.append(f"ran: {text}")


async def enter(browser: Browser, house: House) -> BrowserContext:
    house.add("maria")
    context = await browser.new_context(base_url=house.url)
    await let_in(context, house, "maria")
    return context


@needs_chromium
@pytest.mark.timeout(300)
async def test_p11_no_mail_does_anything_but_be_read(house: House) -> None:
    tickets = put(house)
    watch = Watch(house)
    async with chromium(ONE_PROCESS) as browser:
        context = await enter(browser, house)
        page = await context.new_page()
        await watch.over(context, page)
        originals: list[str] = []
        for reference in tickets:
            await page.goto(f"/ticket/{reference}")
            found: list[str] = await page.evaluate(OPEN)
            originals += found
            assert urlsplit(page.url).path == f"/ticket/{reference}"
        assert len(originals) >= 100
        assert watch.frames >= len(originals)
        for url in originals[::3]:  # without the frame: the policy alone holds, too
            await page.goto(url)
            assert page.url == url
            assert await page.locator("body").count() == 1
        assert watch.seen == []
        await context.close()


@needs_chromium
async def test_what_watches_over_hostile_mails_would_see_them(house: House) -> None:
    watch = Watch(house)
    async with chromium(ONE_PROCESS) as browser:
        context = await enter(browser, house)
        page = await context.new_page()
        await watch.over(context, page)
        await page.set_content(
            "<img src='/hostile-own'><script>console.log('hostile ran');alert(1)</script>"
            "<img src='https://evil.example/hostile'>"
        )
        assert {one.split()[0] for one in watch.seen} >= {"asked", "ran:", "dialog"}
        await context.close()


async def test_p11_what_comes_from_a_mail_never_has_our_origin(house: House) -> None:
    tickets = put(house)
    house.add("maria")
    async with house.browser("maria") as browser:
        for reference in tickets:
            for message in house.store.ticket(reference).messages:
                at = f"/ticket/{reference}/message/{message.id}"
                for path in ("original", "source", "mail.eml", "file/0"):
                    answer = await browser.get(f"{at}/{path}")
                    if answer.status_code == 404:
                        assert path == "file/0"
                        continue
                    assert answer.headers["Content-Security-Policy"].startswith("sandbox; "), path
                    assert answer.headers["X-Content-Type-Options"] == "nosniff"
                    kind = answer.headers["Content-Type"]
                    assert "svg" not in kind
                    assert "html" not in kind or path == "original"
