"""Who is at a ticket: known at once, and over by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from tests.store.desk import AGENTS, NOW, do
from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.store.deeds import HandingOver
from triage.web.live.here import told_apart
from triage.web.live.hub import Hub
from triage.web.live.presence import REPLYING, VIEWING, Presence, There, words

SECOND = timedelta(seconds=1)


def test_who_looks_is_there_for_as_long_as_a_page_says_so() -> None:
    presence = Presence()
    presence.view("T-1", "Maria", NOW)
    assert presence.at("T-1", NOW + VIEWING) == There(viewing=("Maria",))
    assert presence.at("T-1", NOW + VIEWING + SECOND) == There()
    assert presence.at("T-1", NOW).but("Maria") == There()
    presence.leave("T-1", "Maria")
    assert presence.at("T-1", NOW) == There()


def test_who_writes_goes_on_writing_while_they_look_or_type() -> None:
    presence = Presence()
    assert presence.reply("T-1", "Maria", NOW)
    assert not presence.reply("T-1", "Maria", NOW + SECOND)
    presence.view("T-1", "Maria", NOW + REPLYING)
    assert presence.at("T-1", NOW + REPLYING + SECOND) == There(replying=("Maria",))
    later = NOW + REPLYING + 2 * SECOND
    assert presence.at("T-1", later) == There(viewing=("Maria",))
    assert presence.reply("T-1", "Maria", later)
    presence.stop_replying("T-1", "Maria")
    assert presence.at("T-1", later) == There(viewing=("Maria",))


def test_whoever_is_gone_for_good_is_swept_out_and_nobody_else() -> None:
    presence = Presence()
    presence.view("T-1", "Maria", NOW)
    presence.reply("T-2", "Jonas", NOW)
    presence.sweep(NOW + VIEWING + SECOND)
    assert presence.everywhere(NOW) == {"T-2": There(replying=("Jonas",))}
    presence.sweep(NOW + REPLYING + SECOND)
    assert presence.everywhere(NOW) == {}


class Told(Presence):
    """Presence, which tells the test when it was swept."""

    def __init__(self) -> None:
        super().__init__()
        self.swept = asyncio.Event()

    def sweep(self, now: datetime) -> None:
        super().sweep(now)
        self.swept.set()


async def test_it_is_swept_while_the_page_is_served_though_nobody_listens(house: House) -> None:
    presence, stop = Told(), asyncio.Event()
    presence.view("T-1", "Maria", NOW)
    house.clock.now += VIEWING + SECOND
    hub = Hub(house.hub._read, lambda: house.policy, presence, house.clock)
    telling = asyncio.create_task(hub.run(stop))
    async with asyncio.timeout(20):
        await presence.swept.wait()
    stop.set()
    await telling
    assert presence.everywhere(NOW) == {}


def test_it_is_said_in_words() -> None:
    def say(text: str, **values: object) -> str:
        return text % values

    assert words(There(replying=("Maria",), viewing=("Jonas",)), say) == "Maria is replying"
    assert words(There(viewing=("Jonas", "Maria")), say) == "Jonas, Maria are looking"
    assert words(There(), say) == ""


async def test_the_first_key_of_an_answer_takes_what_nobody_owns(house: House) -> None:
    mine, free = opened(house, "Table"), opened(house, "Lamp")
    house.add("maria", agent="maria")
    do(house.store, mine, HandingOver("jonas"), "x", house.clock())
    do(house.store, free, HandingOver(""), "x", house.clock())
    async with house.browser("maria") as browser:
        for reference in (mine, free):
            answer = await browser.post(f"/ticket/{reference}/presence", data={"doing": "replying"})
            assert answer.status_code == 204
        wrong = await browser.post(f"/ticket/{mine}/presence", data={"doing": "dancing"})
        assert wrong.status_code == 409
    assert house.store.ticket(mine).row.owner == "jonas"
    assert house.store.ticket(free).row.owner == "maria"


def test_two_of_one_first_name_are_told_apart() -> None:
    maria, jonas = AGENTS
    berg = replace(maria, id="berg", name="Maria Berg")
    assert told_apart(maria, AGENTS) == "Maria"
    assert told_apart(maria, (maria, jonas, berg)) == "Maria Lund"
    assert told_apart(jonas, (maria, jonas, berg)) == "Jonas"
