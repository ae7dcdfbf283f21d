"""What due times cost: `pytest -m bench -s tests/bench/bench_clock.py`.

CPU time of a clock from its target to its warning, with the load beside it, over starts all round
the year so that nights, weekends, holidays and clock changes come as often as they do.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time_ns
from zoneinfo import ZoneInfo

import pytest

from tests.store.desk import TERMS, Desk, mail
from triage.config.desk import load_desk
from triage.config.shipped import shipped_rules
from triage.core.clocked import Counting, counting
from triage.core.desk import Hours, Queue, Window
from triage.core.ticket import Priority
from triage.pipeline.recount import BATCH, anew
from triage.store.sqlite import open_store

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

BAR_US = 60.0
STARTS, ROUNDS = 4000, 5
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def shipped() -> Counting:
    desk = load_desk(shipped_rules(), date(2026, 11, 20))
    return Counting(service=desk.service, queues=desk.queues, hours=desk.roster.hours)


def hard() -> Hours:
    """Return split shifts over midnight with half days and a closure of forty days."""
    zone = ZoneInfo("Australia/Lord_Howe")
    windows = [
        Window(day, time(start), time(end))
        for day in range(7)
        for start, end in ((7, 11), (12, 16), (21, 3))
    ]
    return Hours(
        zone=zone,
        windows=tuple(windows),
        holidays=frozenset(date(2026, 7, 1) + timedelta(days=n) for n in range(40)),
        special={date(2026, month, 15): ((time(8), time(12)),) for month in range(1, 13)},
    )


def microseconds(work: Callable[[datetime], object]) -> float:
    """Return the CPU of one start on average, the least of several rounds."""
    starts = [YEAR + n * timedelta(minutes=131) for n in range(STARTS)]
    found = float("inf")
    for _ in range(ROUNDS):
        began = process_time_ns()
        for start in starts:
            work(start)
        found = min(found, (process_time_ns() - began) / 1e3 / STARTS)
    return found


def test_a_due_time_costs_at_most_60_microseconds() -> None:
    own = Queue(name="night", title="Night", hours=hard(), target=9 * HOUR, day=9 * HOUR)
    usual = shipped()
    by = replace(usual, queues={**usual.queues, "night": own})
    always = replace(by, queues={"fast": Queue(name="fast", title="Fast", always=True)})
    figures = {
        "an hour, shipped desk": (by, "orders", False),
        "two days, shipped desk": (by, "other", False),
        "nine hours of nights, half days, a closure": (by, "night", False),
        "round the clock": (always, "fast", False),
        "danger": (by, "orders", True),
    }
    spent = {
        name: microseconds(
            lambda start, c=counted, q=queue, d=danger: c.clock(  # type: ignore[misc]
                q, Priority.NORMAL, start, danger=d
            )
        )
        for name, (counted, queue, danger) in figures.items()
    }
    print(f"\ndue times with warning and arithmetic, load {os.getloadavg()[0]:.2f}:")  # noqa: T201
    for name, cost in spent.items():
        print(f"  {name:<44} {cost:5.1f} µs CPU (bar {BAR_US:.0f})")  # noqa: T201
    assert max(spent.values()) <= BAR_US


def test_policy_changes_while_a_thousand_tickets_wait(tmp_path: Path) -> None:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", YEAR)
    desk = Desk(store)
    for number in range(1000):
        desk.receive(mail(f"Table {number} arrived cracked.", message_id=f"<{number}@x>"))
    desk.triage()
    returns = replace(TERMS.queues["returns"], target=2 * HOUR)
    by = counting(replace(TERMS, queues={**TERMS.queues, "returns": returns}))
    tickets = store.touched(None).tickets
    held = list[float]()
    for at in range(0, len(tickets), BATCH):
        began = process_time_ns()
        store.recount(tickets[at : at + BATCH], lambda one: anew(one, by), desk.now)
        held.append((process_time_ns() - began) / 1e6)
    print(  # noqa: T201
        f"\n{len(tickets)} open clocks counted anew, {BATCH} at a time:"
        f" {sum(held) / len(tickets):.3f} ms CPU each, the store is held"
        f" {max(held):.0f} ms at most, load {os.getloadavg()[0]:.2f}"
    )
    store.close()
    assert max(held) <= 100
