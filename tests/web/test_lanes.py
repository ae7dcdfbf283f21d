"""The lists of what waits: ordered and counted as `triage queue` does it, however much there is."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from tests.bench.filled import fill
from tests.store.desk import NOW, do
from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.accounts import Role
from triage.core.ticket import Priority
from triage.store.byhand import Correction
from triage.store.connection import writing
from triage.store.deeds import HandingOver

TAG = r'<span class="tag (\w+)"><span aria-hidden="true">.</span> ([^<]*)</span>'
BOOSTS = dict.fromkeys(Priority, 0) | {Priority.URGENT: 60}


async def headings(browser: httpx.AsyncClient, path: str) -> list[tuple[str, int]]:
    text = (await browser.get(path)).text
    found = re.findall(r'id="lane-(\w+)">[^<]*<span class="number">\((\d+)\)', text)
    return [(name, int(number)) for name, number in found]


async def rows(browser: httpx.AsyncClient, path: str) -> list[str]:
    return re.findall(r'<li id="(T-\w+)"', (await browser.get(path)).text)


async def test_what_can_still_be_made_is_seen_and_counted_below_a_thousand_that_are_late(
    house: House,
) -> None:
    fill(house.path, 1100, NOW)
    with writing(house.store._database) as db:
        db.execute(
            "UPDATE ticket SET answer_by = 1, place = 1, warn_at = 1, owner = 'jonas',"
            " queue = iif(id % 2, 'orders', 'care') WHERE status = 'open'"
        )
        (late,) = db.execute("SELECT count(*) FROM ticket WHERE status = 'open'").fetchone()
        (of_care,) = db.execute(
            "SELECT count(*) FROM ticket WHERE status = 'open' AND queue = 'care'"
        ).fetchone()
    reference = opened(house)
    house.add("maria", agent="maria")
    house.add("olga", Role.AGENT, "care", agent="maria")
    assert late > 1000
    async with house.browser("maria") as browser:
        for path in ("/view/waiting", "/view/next"):
            assert await headings(browser, path) == [("on_time", 1), ("late", late)]
            shown = await rows(browser, path)
            assert (shown[0], len(shown)) == (reference, 100)
        assert (await browser.get("/next")).headers["location"] == f"/view/next?open={reference}"
    async with house.browser("olga") as browser:
        for path in ("/view/waiting", "/view/next", "/queue/care"):
            assert await headings(browser, path) == [("late", of_care)]


async def test_the_order_is_that_of_the_command_also_where_something_late_is_urgent(
    house: House,
) -> None:
    late = [opened(house, subject) for subject in ("Table", "Lamp", "Chair")]
    house.clock.now += timedelta(hours=2)
    house.desk.now += timedelta(hours=2)
    on_time = [opened(house, subject) for subject in ("Sofa", "Bed")]
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert await rows(browser, "/view/waiting") == [*on_time, *late]
        urgent = Correction(priority=Priority.URGENT)
        house.store.correct(late[2], urgent, BOOSTS, "maria", house.clock())
        assert await rows(browser, "/view/waiting") == [late[2], *late[:2], *on_time]
        in_order = [row.reference for row in house.store.queue(None, 10)]
        assert await rows(browser, "/view/waiting") == in_order


async def test_programs_are_offered_next_what_the_page_offers(house: House) -> None:
    mine, theirs = opened(house, "Table"), opened(house, "Lamp")
    do(house.store, mine, HandingOver("maria"), "x", house.clock())
    do(house.store, theirs, HandingOver("jonas"), "x", house.clock())
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        shown = await rows(browser, "/view/next")
        told = (await browser.get("/api/v1/views/next")).json()["tickets"]
    assert shown == [mine]
    assert [one["reference"] for one in told] == shown


async def test_p11_a_row_and_its_ticket_say_what_of_their_sender_is_to_be_looked_at(
    house: House,
) -> None:
    forged, asked = opened(house), opened(house, "Lamp")
    with writing(house.store._database) as db:
        for reference, badges in (
            (forged, '["sender_failed", "claims_to_be_us", "doubtful", "phishing"]'),
            (asked, '["sender_verified", "asked_twice", "marked_answered", "answered_outside"]'),
        ):
            db.execute("UPDATE ticket SET badges = ? WHERE reference = ?", (badges, reference))
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        shown = re.split(r'<li id="', (await browser.get("/view/waiting")).text)
        page = (await browser.get(f"/ticket/{forged}")).text
    by_name = {part[:9]: re.findall(TAG, part) for part in shown}
    warnings = [("forged", word) for word in ("swindle", "forged sender?", "claims to be us")]
    assert by_name[forged] == warnings
    assert by_name[asked] == [("look", "answered elsewhere?"), ("look", "asked twice")]
    assert re.findall(TAG, page)[:3] == warnings
