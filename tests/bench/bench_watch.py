"""What watching costs: `pytest -m bench -s tests/bench/bench_watch.py`.

100,000 open deadlines, none of them due: how much of a core the stage takes, how late it notices
the one that comes due, and what a deadline costs of which five thousand passed in an outage.
`DEADLINES` in the environment sets another number.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.bench.filled import fill
from tests.bench.table import show
from tests.store.desk import TERMS
from triage.pipeline.instore import StoreThread, utc_now
from triage.pipeline.watch import Watch
from triage.store.connection import connect, connect_to_read, stamp, writing
from triage.store.sqlite import SqliteStore, open_store

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

DEADLINES = int(os.environ.get("DEADLINES", "100000"))
MISSED = 5000
IDLE = 10.0
"""Seconds that the stage is watched doing nothing."""


def guard(path: Path, now: datetime) -> None:
    """Make a store in which every ticket waits for an answer that is due tomorrow or later."""
    fill(path, DEADLINES, now)
    database = connect(path)
    with writing(database) as db:
        db.execute("DELETE FROM timer")
        db.execute(
            "UPDATE ticket SET status = 'open', answered = NULL, answer_by = ?1 + id * 1000000,"
            " warn_at = ?1 + id * 1000000 - 900000000, place = ?1 + id * 1000000",
            (stamp(now + timedelta(days=1)),),
        )
        db.execute("UPDATE clock SET answered = NULL, result = ''")
        for name, column in (("warning", "warn_at"), ("breach", "answer_by")):
            db.execute(f"INSERT INTO timer SELECT id, '{name}', {column} FROM ticket")  # noqa: S608
    database.close()


@asynccontextmanager
async def watching(store: SqliteStore, fired: asyncio.Event) -> AsyncIterator[None]:
    """Let the stage run."""
    thread, stop = StoreThread(), asyncio.Event()
    watch = Watch(store, thread, lambda: TERMS, utc_now, fired.set)
    task = asyncio.create_task(watch.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task
        thread.close()


async def test_watching_many_deadlines(tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    guard(path, utc_now())
    store = open_store(path)
    figures: dict[str, object] = {"deadlines": f"{2 * DEADLINES:,}"}
    fired = asyncio.Event()
    async with watching(store, fired):
        await asyncio.sleep(1)
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(IDLE)
        spent = time.process_time() - cpu
        figures["idle, % of a core"] = f"{100 * spent / (time.perf_counter() - wall):.3f}"
        due = utc_now() + timedelta(seconds=2.3)
        move(path, due, 1)
        await fired.wait()
        figures["noticed late by, ms"] = f"{1000 * (utc_now() - due).total_seconds():.0f}"
    move(path, utc_now() - timedelta(hours=1), MISSED)
    fired.clear()
    cpu = time.process_time()
    async with watching(store, fired):
        while await asyncio.to_thread(first, path) < stamp(utc_now()):
            fired.clear()
            await fired.wait()
    figures["after an outage, ms CPU a deadline"] = (
        f"{1000 * (time.process_time() - cpu) / MISSED:.2f}"
    )
    store.close()
    show("watch", figures)
    assert spent / IDLE < 0.01


def move(path: Path, due: datetime, number: int) -> None:
    """Let so many of the warnings come due, as another process would."""
    database = connect(path)
    with writing(database) as db:
        db.execute(
            "UPDATE timer SET at = ? WHERE name = 'warning' AND ticket IN"
            " (SELECT ticket FROM timer WHERE name = 'warning' ORDER BY ticket LIMIT ?)",
            (stamp(due), number),
        )
    database.close()


def first(path: Path) -> int:
    """Return when the next deadline is."""
    database = connect_to_read(path)
    (at,) = database.conn.execute("SELECT min(at) FROM timer").fetchone()
    database.close()
    return int(at)
