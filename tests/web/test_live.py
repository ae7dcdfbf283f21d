"""What a page that stands open is told, over the real server: all of its queues, nothing else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.store.desk import NOW, do, mail
from tests.web.conftest import House
from tests.web.listening import Ear, listening
from triage.core.accounts import Role
from triage.core.disposition import Open
from triage.core.ticket import Priority
from triage.store.byhand import Correction
from triage.store.connection import writing
from triage.store.deeds import Taking
from triage.web.live.hub import MOST_STREAMS

BOOSTS = dict.fromkeys(Priority, 0)


def opened(house: House, number: int = 1) -> str:
    raw = mail(f"The top is cracked {number}.", message_id=f"<{number}@example.net>")
    made = house.desk.take(raw)
    assert isinstance(made, Open)
    return made.reference


def aged(house: House, seconds: int) -> None:
    """Make everything that was touched so much longer ago."""
    with writing(house.store._database) as db:
        db.execute("UPDATE touched SET at = at - ?", (seconds,))


async def silent(ear: Ear) -> str:
    """Wait until a stream has begun with nothing to tell; return the number it stands at."""
    return (await ear.until("hello")).number


async def test_a_stream_says_how_it_is_to_be_passed_on(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser, listening(browser) as ear:
        headers = ear.answer.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert headers["x-accel-buffering"] == "no"
        assert headers["cache-control"] == "no-store"
        assert "content-encoding" not in headers
        assert "content-length" not in headers
        assert (await ear.until("beat")).data == {}


async def test_a_new_mail_is_told_as_a_row(house: House) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser, listening(browser) as ear:
        await silent(ear)
        reference = opened(house)
        row = (await ear.rows())[reference]
        assert f'<li id="{reference}"' in row["html"]
        assert row["revision"] == house.store.ticket(reference).row.revision


async def test_a_row_reads_as_its_reader_does(house: House) -> None:
    for name, language in (("maria", "en"), ("jonas", "de")):
        house.store.keep_account(
            replace(house.add(name, agent=name), language=language), None, house.clock()
        )
    async with AsyncExitStack() as open_:
        ears = []
        for name in ("maria", "jonas"):
            browser = await open_.enter_async_context(house.browser(name))
            ears.append(await open_.enter_async_context(listening(browser)))
        for ear in ears:
            await silent(ear)
        reference = opened(house)
        english, german = [(await ear.rows())[reference]["html"] for ear in ears]
    assert "due " in english
    assert "fällig " in german


async def test_what_a_command_writes_in_another_process_is_told(house: House) -> None:
    reference = opened(house)
    aged(house, 60)
    house.add("maria", agent="maria")
    command = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from tests.store.desk import do; from triage.store.deeds import Taking;"
        "from triage.store.sqlite import open_store;"
        "store = open_store(Path(sys.argv[1]));"
        "do(store, sys.argv[2], Taking('jonas'), 'jonas', datetime.now(UTC)); store.close()"
    )
    async with house.browser("maria") as browser, listening(browser) as ear:
        await silent(ear)
        await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", command, str(house.path), reference], check=True
        )
        assert "Jonas" in (await ear.rows())[reference]["html"]


async def test_who_may_see_one_queue_is_told_no_byte_of_another(house: House) -> None:
    house.add("olga", Role.ADMIN, "orders")
    async with house.browser("olga") as browser, listening(browser) as ear:
        await silent(ear)
        hidden, moved = opened(house, 1), opened(house, 2)
        house.store.correct(moved, Correction(queue="orders"), BOOSTS, "maria", NOW)
        seen = await ear.rows()
        assert set(seen) == {moved}
        house.store.correct(moved, Correction(queue="returns"), BOOSTS, "maria", NOW)
        assert await ear.rows() == {moved: None}
        do(house.store, moved, Taking("jonas"), "jonas", NOW)
        do(house.store, hidden, Taking("jonas"), "jonas", NOW)
        last = opened(house, 3)
        house.store.correct(last, Correction(queue="orders"), BOOSTS, "maria", NOW)
        assert set(await ear.rows()) == {last}


async def test_counts_are_of_the_queues_that_somebody_sees(house: House) -> None:
    house.add("olga", Role.ADMIN, "orders")
    house.add("maria", Role.ADMIN)
    opened(house)
    for name, queues, waiting in (("olga", [], 0), ("maria", ["returns"], 1)):
        async with house.browser(name) as browser, listening(browser) as ear:
            told = (await ear.until("rail")).data
        assert (list(told["queues"]), told["waiting"], told["late"]) == (queues, waiting, 0)


async def test_counts_follow_what_happens(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser, listening(browser) as ear:
        assert (await ear.until("rail")).data["waiting"] == 0
        opened(house)
        assert (await ear.until("rail")).data["waiting"] == 1


async def test_who_comes_back_is_told_what_they_missed(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        async with listening(browser) as ear:
            number = await silent(ear)
        reference = opened(house)
        aged(house, 3000)
        async with listening(browser, number) as ear:
            assert set(await ear.rows()) == {reference}
        async with listening(browser, path=f"/events?after={number}") as ear:
            assert set(await ear.rows()) == {reference}


@pytest.mark.parametrize("number", ["0", "99999"])
async def test_who_comes_back_too_late_looks_at_everything_anew(house: House, number: str) -> None:
    opened(house)
    aged(house, 3601)
    house.add("maria")
    async with house.browser("maria") as browser, listening(browser, number) as ear:
        reset = await ear.until("reset", "rows", "hello")
        assert reset.name == "reset"
        assert int(reset.number) == house.store.last_changed()


async def test_a_page_is_told_what_happened_while_it_was_drawn(house: House) -> None:
    reference = opened(house)
    house.add("maria")
    async with house.browser("maria") as browser, listening(browser) as ear:
        assert set(await ear.rows()) == {reference}


async def test_who_else_is_at_a_ticket_is_told_to_who_may_see_it(house: House) -> None:
    reference = opened(house)
    aged(house, 60)
    house.add("maria", agent="maria")
    house.add("olga", Role.AGENT, "orders")
    async with house.browser("maria") as browser, listening(browser) as maria:
        await silent(maria)
        async with house.browser("olga") as other, listening(other) as olga:
            await silent(olga)
            house.presence.view(reference, "Maria", NOW)
            assert (await maria.until("presence")).data == {reference: ""}
            house.presence.reply(reference, "Jonas", NOW)
            assert (await maria.until("presence")).data == {reference: "Jonas is replying"}
            house.clock.now += timedelta(minutes=4)
            assert (await maria.until("presence")).data == {reference: ""}
            house.stop.set()
            assert "presence" not in await olga.rest()


async def leaves(house: House, browser: httpx.AsyncClient) -> None:
    await browser.post("/logout")


async def leaves_everywhere(house: House, browser: httpx.AsyncClient) -> None:
    async with house.browser("maria") as other:
        await other.post("/logout/everywhere")


async def is_disabled(house: House, _: httpx.AsyncClient) -> None:
    account = house.add("maria", Role.LEAD)
    house.store.keep_account(replace(account, disabled=True), None, house.clock())


async def sees_less(house: House, _: httpx.AsyncClient) -> None:
    house.add("maria", Role.AGENT, "orders")


async def may_less(house: House, _: httpx.AsyncClient) -> None:
    house.add("maria", Role.LEAD)


async def is_away_for_long(house: House, _: httpx.AsyncClient) -> None:
    house.clock.now += timedelta(days=2)


@pytest.mark.parametrize(
    "happens", [leaves, leaves_everywhere, is_disabled, sees_less, may_less, is_away_for_long]
)
async def test_a_stream_ends_with_the_session(house: House, happens: object) -> None:
    house.add("maria", Role.ADMIN)
    async with house.browser("maria") as browser, listening(browser) as ear:
        await silent(ear)
        await happens(house, browser)  # type: ignore[operator]
        opened(house)
        assert "rows" not in await ear.rest()


async def test_the_oldest_stream_of_an_account_that_has_too_many_ends(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser, AsyncExitStack() as open_:
        ears = [
            await open_.enter_async_context(listening(browser)) for _ in range(MOST_STREAMS + 1)
        ]
        assert (await ears[0].rest())[-1] == "full"
        reference = opened(house)
        for ear in ears[1:]:
            assert reference in await ear.rows()


async def test_the_server_ends_while_pages_listen(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser, listening(browser) as ear:
        await silent(ear)
        house.stop.set()
        await ear.rest()
        async with asyncio.timeout(3):  # less than the server would wait for an answer
            await asyncio.shield(house.serving)
