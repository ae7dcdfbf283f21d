"""A page that stands open, in a real browser: it stays true, and nothing moves under the hands."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.bench.filled import fill
from tests.store.desk import NOW, do, mail
from tests.web.browser import chromium, needs_chromium, window
from tests.web.conftest import House, served
from tests.web.test_lanes import BOOSTS
from tests.web.test_live import opened
from triage.config.settings import WebSettings
from triage.core.disposition import Open
from triage.core.ticket import Priority
from triage.store.byhand import Closing, Correction
from triage.store.deeds import Taking
from triage.web.door.identity import cookie_name

pytestmark = [needs_chromium, pytest.mark.timeout(180)]

SHIFTS = """
window.shifts = []
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.shifts.push(one.value)
}).observe({ type: "layout-shift", buffered: true })
"""
ORDER = "[...document.querySelectorAll('#list .rows > li')].map((row) => row.id)"
FOCUS = "document.activeElement.closest('li')?.id"


def order_of(text: str) -> list[str]:
    """Return the tickets of a list, as the server would show it now."""
    return re.findall(r'<li id="(T-\w+)"', text)


async def list_now(house: House, name: str) -> list[str]:
    async with house.browser(name) as browser:
        return order_of((await browser.get("/view/waiting")).text)


async def y_of(page: Page, reference: str) -> float:
    box = await page.locator(f"#{reference}").bounding_box()
    assert box is not None
    return box["y"]


async def heard(page: Page) -> None:
    """Wait until the stream has told the page what waits."""
    await expect(page).to_have_title(re.compile(r"^\("), timeout=20_000)


def changes(house: House, order: list[str]) -> dict[str, int]:
    """Make 89 changes: rows leave, come, and are to be answered earlier than others."""
    for reference in order[5:95:5]:
        house.store.close_ticket(reference, Closing(reason="sent twice"), "jonas", NOW)
    urgent = Correction(priority=Priority.URGENT)
    pressing = [one for at, one in enumerate(order[5:95]) if at % 5 in {1, 2, 3}][:54]
    for reference in pressing:
        house.store.correct(reference, urgent, BOOSTS, "jonas", NOW)
    for number in range(17):
        raw = mail(f"Where is it? {number}", message_id=f"<late-{number}@example.net>")
        assert isinstance(house.desk.take(raw), Open)
    return {"gone": 18, "pressing": 54, "new": 17}


async def test_what_changes_is_held_until_somebody_asks_for_it(house: House) -> None:
    fill(house.path, 100, NOW)
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.add_init_script(SHIFTS)
        await page.goto("/view/waiting")
        await heard(page)
        before = await page.evaluate(ORDER)
        assert len(before) == 100
        focus = before[42]  # so far down that the list can be scrolled to keep it in its place
        await page.locator(f"#{focus} .row").focus()
        y = await y_of(page, focus)
        await page.evaluate("window.shifts.length = 0")
        made = changes(house, before)
        assert sum(made.values()) == 89
        held = page.locator("#held")
        await expect(page.locator(".rows .gone")).to_have_count(18, timeout=20_000)
        await expect(page.locator(".rows .tag.urgent")).to_have_count(54, timeout=20_000)
        await expect(held).to_contain_text(re.compile(r"\d+ moved"), timeout=20_000)
        assert await page.evaluate(ORDER) == before
        assert await page.evaluate(FOCUS) == focus
        assert await y_of(page, focus) == y
        assert await page.evaluate("window.shifts") == []

        await page.keyboard.press(".")
        await held.wait_for(state="hidden")
        after = await page.evaluate(ORDER)
        assert after == await list_now(house, "maria")
        assert after != before
        assert await page.evaluate(FOCUS) == focus
        assert abs(await y_of(page, focus) - y) < 1
        assert await page.evaluate("window.shifts") == []
        assert await page.locator(".rows .gone").count() == 0


async def test_a_row_that_has_left_its_list_looks_so_whatever_is_done_to_it(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto("/view/waiting")
        await heard(page)
        await page.locator(f"#{reference} .row").focus()
        house.store.answered(reference, NOW, "jonas", "phone")
        await expect(page.locator(".rows .gone")).to_have_count(1, timeout=20_000)
        await page.evaluate(
            "window.back = false; const row = document.querySelector('.rows .gone');"
            "new MutationObserver(() => (window.back ||= !row.classList.contains('gone')))"
            ".observe(row, { attributes: true })"
        )
        house.store.close_ticket(reference, Closing(), "jonas", NOW)
        await expect(page.locator(f"#{reference} .clock")).to_contain_text("done", timeout=20_000)
        assert not await page.evaluate("window.back")


async def test_an_open_ticket_is_read_anew_and_what_is_written_stays(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(f"/view/waiting?open={reference}")
        await heard(page)
        await page.evaluate(
            "document.querySelector('#thread').dataset.old = '';"
            "document.querySelector('#composer').dataset.old = '';"
            "document.querySelector('#composer textarea').value = 'Dear Jo, I am'"
        )
        house.store.answered(reference, NOW, "jonas", "phone")
        await expect(page.locator("#meanwhile")).to_contain_text("Jonas answered")
        await expect(page.locator("#thread[data-old]")).to_have_count(0)
        await expect(page.locator("#composer[data-old]")).to_have_count(1)
        await expect(page.locator("#composer textarea").first).to_have_value("Dear Jo, I am")

        await page.evaluate(
            "document.querySelector('#thread').dataset.old = '';"
            "getSelection().selectAllChildren(document.querySelector('#thread .message'))"
        )
        other = opened(house, 2)
        do(house.store, reference, Taking("jonas"), "jonas", NOW)
        house.presence.reply(other, "Jonas", NOW)
        await expect(page.locator("#held")).to_contain_text("1 new")
        await expect(page).to_have_title(re.compile(r"^\(1"))
        await expect(page.locator("#thread[data-old]")).to_have_count(1)
        await page.evaluate("getSelection().removeAllRanges()")
        await expect(page.locator("#thread[data-old]")).to_have_count(0)

        await page.keyboard.press(".")
        await expect(page.locator(f"#{other} .presence")).to_have_text("Jonas is replying")


async def test_what_becomes_of_a_deed_is_said_though_its_ticket_changes_meanwhile(
    house: House,
) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    asked, held = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await held.wait()
        await route.continue_()

    async with chromium() as browser, window(browser, house, "maria", forgiven=("409",)) as page:
        await page.clock.install()
        await page.goto(f"/view/waiting?open={reference}")
        await heard(page)
        await page.route("**/correct", hold)
        await page.keyboard.press("!")
        async with asyncio.timeout(15):
            await asked.wait()
        house.store.answered(reference, NOW, "jonas", "phone")
        await expect(page.locator(f"#{reference} .clock")).to_contain_text("with requester")
        await page.clock.run_for(600)
        await page.evaluate("fetch(location)")  # as long as it would take to read it anew
        held.set()
        await expect(page.locator("#said")).to_contain_text("Nothing was done")


async def test_one_stream_serves_every_window_and_comes_back_with_the_server(house: House) -> None:
    opened(house, 1)
    house.add("maria", agent="maria")
    refused = ("ERR_", "Failed to load resource")
    async with chromium() as browser, window(browser, house, "maria", forgiven=refused) as page:
        await page.goto("/view/waiting")
        await heard(page)
        other = await page.context.new_page()
        await other.goto("/view/all")
        second = opened(house, 2)
        for one in (page, other):
            await expect(one.locator("#held")).to_contain_text("1 new")
        assert house.hub.streams == 1
        await page.close()  # the other window takes over
        third = opened(house, 3)
        await expect(other.locator("#held")).to_contain_text("2 new")

        house.stop.set()
        await house.serving
        fourth = opened(house, 4)
        port = urlsplit(house.url).port
        assert port is not None
        # A port of its own has a cookie of its own; the restart of a daemon keeps its port.
        (held,) = await other.context.cookies()
        name = cookie_name(WebSettings(port=port))
        await other.context.add_cookies([{"name": name, "value": held["value"], "url": house.url}])
        async with served(house.path, house.store, house.clock, port):
            await expect(other.locator("#held")).to_contain_text("3 new", timeout=30_000)
            await other.keyboard.press(".")
            found = await other.evaluate(ORDER)
            assert {second, third, fourth} <= set(found)


async def test_a_list_moves_by_itself_once_nobody_works_in_it(house: House) -> None:
    opened(house, 1)
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.clock.install()
        await page.add_init_script(SHIFTS)
        await page.goto("/view/waiting")
        await heard(page)
        await page.evaluate("window.shifts.length = 0")
        second = opened(house, 2)
        await page.clock.run_for(3000)
        await expect(page.locator("#held")).to_contain_text("1 new")
        assert await page.locator(f"#{second}").count() == 0
        await page.clock.run_for(11_000)
        await expect(page.locator(f"#{second}")).to_have_count(1)
        await expect(page.locator("#held")).to_be_hidden()
        assert await page.evaluate("window.shifts") == []

        await page.clock.run_for(31_000)
        await expect(page.locator("#lost")).to_be_visible()
        opened(house, 3)
        await expect(page.locator(f"#{second} .tag.mails, #held")).not_to_have_count(0)
        await page.clock.run_for(1000)
        await expect(page.locator("#lost")).to_be_hidden()
