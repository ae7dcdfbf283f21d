"""Clocks follow what people laid down, while the daemon runs and over a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, TERMS, Desk, mail
from triage.core.disposition import Open
from triage.core.switches import Switch, SwitchName
from triage.core.terms import Terms
from triage.pipeline.instore import StoreThread
from triage.pipeline.recount import BATCH, Recount
from triage.pipeline.terms import switched
from triage.store.byhand import Correction
from triage.store.sqlite import SqliteStore, open_store

HOUR = timedelta(hours=1)


class Running:
    """A desk whose terms can be swapped, and what counts its clocks."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.desk = Desk(store)
        self.terms = TERMS
        self.in_store = StoreThread()
        self.stop = asyncio.Event()
        self.recount = self.anew()

    def anew(self) -> Recount:
        """Return what a daemon has that was just started."""
        return Recount(self.store, self.in_store, lambda: self.terms, lambda: self.desk.now)

    async def look(self) -> None:
        await self.recount.look(self.stop)

    def open(self, number: int = 0) -> str:
        first = self.desk.take(mail(f"Table {number} is cracked.", message_id=f"<{number}@x>"))
        assert isinstance(first, Open)
        return first.reference

    def deadline(self, reference: str) -> timedelta | None:
        due = self.store.ticket(reference).row.answer_by
        return None if due is None else due - NOW


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    running = Running(store)
    yield running
    running.in_store.close()
    store.close()


def within(hours: int) -> Terms:
    queues = {name: replace(queue, target=hours * HOUR) for name, queue in TERMS.queues.items()}
    return replace(TERMS, queues=queues)


async def test_a_policy_that_was_swapped_counts_for_what_waits(running: Running) -> None:
    reference = running.open()
    await running.look()
    assert running.deadline(reference) == HOUR
    running.terms = within(3)
    await running.look()
    assert running.deadline(reference) == 3 * HOUR


async def test_more_than_one_batch_is_counted(running: Running) -> None:
    names = [running.open(number) for number in range(BATCH + 3)]
    running.terms = within(2)
    await running.look()
    assert {running.deadline(name) for name in names} == {2 * HOUR}


async def test_what_was_decided_by_the_terms_of_before_is_caught_up_with(running: Running) -> None:
    running.terms = within(2)
    await running.look()
    late = running.open()  # by the terms of the desk: one hour
    assert running.deadline(late) == HOUR
    await running.look()
    assert running.deadline(late) == 2 * HOUR


async def test_a_correction_of_another_process_counts(running: Running) -> None:
    reference = running.open()
    returns = {**TERMS.queues, "orders": replace(TERMS.queues["orders"], target=4 * HOUR)}
    running.terms = replace(TERMS, queues=returns)
    await running.look()
    said = Correction(queue="orders")
    running.store.correct(reference, said, TERMS.service.boosts, "maria", NOW)
    await running.look()
    assert running.deadline(reference) == 4 * HOUR


async def test_a_pass_that_was_broken_off_begins_anew(running: Running) -> None:
    reference = running.open()
    await running.look()
    running.terms = within(2)
    running.stop.set()
    await running.look()
    assert running.deadline(reference) == HOUR
    # The next daemon knows that it was not finished.
    running.stop.clear()
    running.recount = running.anew()
    await running.look()
    assert running.deadline(reference) == 2 * HOUR


async def test_the_same_policy_counts_nothing_again_after_a_restart(running: Running) -> None:
    reference = running.open()
    await running.look()
    before = running.store.ticket(reference)
    journal = len(running.store.journal(0, 1000))
    running.recount = running.anew()
    await running.look()
    assert running.store.ticket(reference) == before
    assert len(running.store.journal(0, 1000)) == journal


async def test_a_desk_that_closes_today_closes_its_queues_with_hours_of_their_own(
    running: Running,
) -> None:
    own = replace(TERMS.queues["returns"], hours=TERMS.roster.hours)
    running.terms = replace(TERMS, queues={**TERMS.queues, "returns": own})
    reference = running.open()
    await running.look()
    closed = Switch(name=SwitchName.CLOSED, since=NOW, until=NOW + 2 * HOUR, at=NOW, person="maria")
    running.terms = switched(running.terms, [closed])
    await running.look()
    assert running.deadline(reference) == 3 * HOUR
    said = Correction(queue="orders")
    running.store.correct(reference, said, TERMS.service.boosts, "maria", NOW)
    await running.look()
    assert running.deadline(reference) == 3 * HOUR
