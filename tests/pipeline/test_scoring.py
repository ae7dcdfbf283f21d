"""Beside the stages: promises are settled as they pass, counted each day, and looked ahead of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, TERMS, Desk, mail
from triage.pipeline.instore import StoreThread
from triage.pipeline.scoring import Scoring
from triage.report.kept import Kept, kept
from triage.store.sqlite import SqliteStore, open_store

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    yield store
    store.close()


class Looking:
    """A clock that a test sets, and what looks by it."""

    def __init__(self, store: SqliteStore) -> None:
        self.now = NOW
        self.in_store = StoreThread()
        self.scoring = Scoring(store, self.in_store, lambda: TERMS, lambda: self.now)

    async def at(self, now: datetime) -> None:
        self.now = now
        await self.scoring.look()


@pytest.fixture
def looking(store: SqliteStore) -> Iterator[Looking]:
    looking = Looking(store)
    yield looking
    looking.in_store.close()


def tell(store: SqliteStore) -> datetime:
    """Let somebody write and be told a time."""
    desk = Desk(store)
    desk.take(mail())
    told = desk.claim()
    assert told is not None
    assert told.promised_at is not None
    assert store.inflight(told.id, NOW)
    store.sent(told.id, NOW, "250 ok")
    return told.promised_at


def told(store: SqliteStore) -> Kept:
    """Count what became of the times told, as a report does it."""
    return kept(store.reported(NOW, NOW + DAY, NOW + DAY).told)


async def test_a_promise_is_settled_once_it_has_passed(
    store: SqliteStore, looking: Looking
) -> None:
    at = tell(store)
    await looking.at(at)
    assert told(store).open == 1
    await looking.at(at + timedelta(seconds=1))
    assert told(store).not_told == {"": 1}


async def test_yesterday_is_counted_once(store: SqliteStore, looking: Looking) -> None:
    tell(store)
    for hour in (14, 15, 16):
        await looking.at(NOW + hour * HOUR)
    found = [entry for entry in store.journal(0, 999) if entry.name == "promises_scored"]
    assert [entry.detail["told"] for entry in found] == [1]


async def test_an_hour_is_looked_ahead_each_hour_that_the_desk_is_open(
    store: SqliteStore, looking: Looking
) -> None:
    tell(store)
    for minutes in (0, 30, 60, 24 * 60 - 180, 24 * 60):  # the last but one at seven: closed
        await looking.at(NOW + timedelta(minutes=minutes))
    found = store.foreseen(NOW, NOW + 2 * DAY)
    assert [(one.at - NOW) // HOUR for one in found] == [0, 1, 24]
    assert [one.mean for one in found] == [0.0, 1.0, 0.0], "it is due as the second hour begins"
