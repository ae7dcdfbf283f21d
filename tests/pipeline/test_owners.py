"""The stage that keeps every ticket with somebody who is there, on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.desk import AGENTS, NOW, TERMS, Desk, mail
from triage.core.disposition import Open
from triage.core.switches import Switch, SwitchName
from triage.core.terms import Terms
from triage.pipeline.hour import Hour
from triage.pipeline.instore import StoreThread
from triage.pipeline.owners import Owners
from triage.pipeline.terms import switched
from triage.store.sqlite import open_store

HOUR = timedelta(hours=1)


class House:
    """A desk, the stage, and the clock that both go by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = NOW
        self.queued = 0
        self.terms: Terms = TERMS
        self.store = open_store(path)
        self.store.start("here", 1, "boot", NOW)
        self.in_store = StoreThread()
        self.desk = Desk(self.store)
        self.stage = Owners(
            self.store, self.in_store, lambda: self.terms, lambda: self.now, self._queued
        )
        self.hour = Hour(self.store, self.in_store, lambda: self.now, self._changed)

    def _queued(self) -> None:
        self.queued += 1

    def _changed(self) -> None:
        self.terms = switched(TERMS, self.hour.switches)

    async def look(self) -> None:
        await self.stage.look(asyncio.Event())

    def open(self, number: int = 1) -> str:
        raw = mail(
            f"Table number {number} arrived cracked.",
            sender=f"Jo <jo{number}@example{number}.net>",
            message_id=f"<m{number}@example.net>",
            subject=f"Table {number}",
        )
        self.desk.terms, self.desk.now = self.terms, self.now
        decision = self.desk.take(raw)
        assert isinstance(decision, Open)
        return decision.reference

    def owner(self, reference: str) -> str:
        return self.store.ticket(reference).row.owner

    def leave(self, agent: str, **how: object) -> None:
        agents = tuple(
            replace(one, **how) if one.id == agent else one  # type: ignore[arg-type]
            for one in self.terms.roster.agents
        )
        self.terms = replace(self.terms, roster=replace(self.terms.roster, agents=agents))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "triage.db")
    yield house
    house.in_store.close()
    house.store.close()


def away(agent: str, since: datetime = NOW) -> Switch:
    return Switch(
        name=SwitchName.AWAY, about=agent, since=since, until=since + HOUR, at=NOW, person="lee"
    )


def other(agent: str) -> str:
    return "jonas" if agent == "maria" else "maria"


async def test_a_switch_of_another_connection_moves_the_tickets(house: House) -> None:
    reference = house.open()
    before = house.owner(reference)
    await house.look()
    with closing(open_store(house.path)) as command:
        command.switch_on(away(before))
    await house.hour.read()
    await house.look()
    assert house.owner(reference) == other(before)
    assert house.queued >= 1


async def test_an_absence_that_begins_later_moves_them_when_it_begins(house: House) -> None:
    reference = house.open()
    before = house.owner(reference)
    house.store.switch_on(away(before, NOW + HOUR / 2))
    await house.hour.read()
    await house.look()
    assert house.owner(reference) == before
    house.now = NOW + HOUR / 2
    await house.look()
    assert house.owner(reference) == other(before)
    house.now = NOW + 2 * HOUR
    await house.hour.read()
    await house.look()
    assert house.owner(reference) == other(before), "back again takes nothing back"


async def test_whoever_leaves_owns_nothing_from_that_day_on(house: House) -> None:
    reference = house.open()
    before = house.owner(reference)
    house.leave(before, left=date(2026, 11, 24))
    await house.look()
    assert house.owner(reference) == before
    house.now = datetime(2026, 11, 24, tzinfo=NOW.tzinfo)
    await house.look()
    assert house.owner(reference) == other(before)


async def test_an_owner_who_is_in_the_files_no_more_is_replaced(house: House) -> None:
    reference = house.open()
    before = house.owner(reference)
    await house.look()
    agents = tuple(one for one in AGENTS if one.id != before)
    house.terms = replace(TERMS, roster=replace(TERMS.roster, agents=agents))
    await house.look()
    assert house.owner(reference) == other(before)


async def test_who_writes_again_to_somebody_who_is_away_comes_to_somebody_who_is_there(
    house: House,
) -> None:
    reference = house.open()
    before = house.owner(reference)
    house.store.answered(reference, NOW, before, "phone")
    house.store.switch_on(away(before))
    await house.hour.read()
    await house.look()
    assert house.owner(reference) == before, "answered, and nobody stands in: it waits"
    house.desk.terms = house.terms
    again = mail(
        "It is still cracked.",
        sender="Jo <jo1@example1.net>",
        message_id="<again@example.net>",
        more="In-Reply-To: <m1@example.net>",
    )
    house.desk.take(again)
    await house.look()
    assert house.owner(reference) == other(before)


async def test_many_tickets_move_in_batches_and_are_shared(house: House) -> None:
    third = replace(AGENTS[1], id="aya", name="Aya Haddad", mail="aya@northwind.example")
    house.terms = replace(TERMS, roster=replace(TERMS.roster, agents=(AGENTS[0],)))
    references = [house.open(number) for number in range(7)]
    roster = replace(TERMS.roster, agents=(*AGENTS, third))
    house.terms = switched(replace(TERMS, roster=roster), [away("maria")])
    await house.look()
    owners = [house.owner(one) for one in references]
    assert sorted((owners.count("aya"), owners.count("jonas"))) == [3, 4]
