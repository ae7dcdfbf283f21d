"""A ticket as it is read in a real browser, by whoever reads it: wide names, pictures, keys."""

from __future__ import annotations

import pytest

from tests.store.desk import mail
from tests.web.browser import chromium, faults_of, needs_chromium, window
from tests.web.conftest import House
from tests.web.test_mails import opened, rich
from triage.core.prediction import Measured, Prediction, Reason, SignalScore

NARROW = (320, 256)
"""A window of 1280 pixels at 400 %. Source: WCAG 2.2, 1.4.10 (reflow)."""
OPEN = "for (const one of document.querySelectorAll('#thread details')) one.open = true"
WALKED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect()
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
  const seen = box.width < 2 || (top && (one.contains(top) || top.contains(one)))
  const name = one.ariaLabel || one.innerText || one.labels?.[0]?.innerText || ''
  return [one.tagName, name.trim().split('\\n')[0], Boolean(seen)]
}"""


@needs_chromium
@pytest.mark.timeout(120)
async def test_a_thread_fits_the_narrowest_window_and_has_no_fault(house: House) -> None:
    named = rich().replace(b"Jo Park", b"W" * 200)
    address = b"W" * 60 + b"@" + b"w" * 60 + b".example"
    ticket, _ = opened(house, named.replace(b"jo@example.net", address))
    house.add("maria", agent="maria")
    async with chromium() as browser:
        for scheme in ("light", "dark"):
            async with window(browser, house, "maria", size=NARROW, scheme=scheme) as page:
                await page.goto(ticket)
                await page.evaluate(OPEN)
                assert await page.locator("img").count() == 1
                assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
                assert await faults_of(page) == ""


@needs_chromium
async def test_p7_scores_are_shown_in_a_mail_while_why_is_open_and_at_no_other_time(
    house: House,
) -> None:
    sentence = "There were sparks at the switch."
    house.desk.model.prediction = Prediction(
        queue_scores={"returns": 0.8},
        queue_sure=True,
        signals={"safety": SignalScore(1.0, sentence, fired=True)},
        reasons=(Reason("returns", sentence, 2.4, Measured.VECTORS),),
    )
    ticket, _ = opened(house, mail(f"Good day. {sentence}"))
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(ticket)
        scores = page.locator(".text .score")
        assert [await one.is_visible() for one in await scores.all()] == [False, False]
        await page.keyboard.press("w")
        assert [await one.is_visible() for one in await scores.all()] == [True, True]


@needs_chromium
async def test_the_tab_key_walks_a_thread_in_the_order_in_which_it_is_read(house: House) -> None:
    ticket, _ = opened(house)
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(f"/view/waiting?open={ticket.rpartition('/')[2]}")
        await page.locator("#subject").focus()
        walked: list[tuple[str, str, bool]] = []
        while not walked or walked[-1][1] != "To":
            assert len(walked) < 40, walked
            await page.keyboard.press("Tab")
            walked.append(await page.evaluate(WALKED))
        assert all(name and seen for _, name, seen in walked), walked
        names = [name for _, name, _ in walked]
        order = ["Take it", "crack.png", "receipt.pdf.exe", "Original", "Source", "Save whole"]
        places = [next(i for i, name in enumerate(names) if name.startswith(n)) for n in order]
        assert places == sorted(places), names
        assert names.index("Save whole") < names.index("Reply")
