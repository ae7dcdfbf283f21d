"""How the store grows: `pytest -m bench -s tests/bench/bench_store.py`.

The same operations on a store of 10,000 and of 100,000 tickets, 2,000 of them open in both (P12).
`TICKETS` in the environment sets other sizes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from tests.bench.filled import fill
from tests.bench.letters import letters
from tests.bench.table import at_share, show
from tests.store.desk import INBOX, NOW, Desk, arrival, as_is, mail
from triage.core.decide import decide
from triage.core.disposition import Disposition
from triage.core.judgement import Judged
from triage.core.thread import question
from triage.pipeline.read import read
from triage.store.sqlite import SqliteStore, open_store

P = ParamSpec("P")
T = TypeVar("T")

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

SIZES = [int(size) for size in os.environ.get("TICKETS", "10000,100000").split(",")]
TIMES = 30
BACKLOG = 5000
FRESH = timedelta(hours=4)


class Timed:
    """Times of named pieces of work, in milliseconds of wall."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def __call__(self, name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        begun = time.perf_counter()
        done = work(*args, **kwargs)
        self.spent.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        return done

    def figures(self) -> dict[str, object]:
        """Return p50 and p95 of each."""
        return {
            f"{name}, p50 and p95": f"{at_share(each, 0.5):.2f} {at_share(each, 0.95):.2f}"
            for name, each in self.spent.items()
        }


def written() -> Iterator[bytes]:
    """Yield mails, no two alike, each from somebody else."""
    for number, (name, subject, body) in enumerate(letters(), 1):
        domain = f"new-household-{number}.test"
        sender, name_ = f"{name} <me@{domain}>", f"<{number}@{domain}>"
        yield mail(body, sender=sender, subject=subject, message_id=name_)


def readings(store: SqliteStore, timed: Timed) -> None:
    """Time what a person looks at, and what the daemon asks for at every beat."""
    for _ in range(TIMES):
        rows = timed("queue(None, 100)", store.queue, None, 100)
        timed("queue('orders', 100)", store.queue, "orders", 100)
        timed("queue('unsure', 100)", store.queue, "unsure", 100)
        timed("ticket", store.ticket, rows[0].reference)
        timed("filed", store.filed, ("bulk", "auto_reply", "list"), 100)
        timed("counts", store.counts)
        timed("next_timer", store.next_timer)


def the_way_of_a_mail(desk: Desk, timed: Timed) -> None:
    """Time each step of a mail through the store, judgement and decision aside."""
    store, now = desk.store, desk.now
    secret = bytes.fromhex(store.setting("secret") or "")
    for number, raw in enumerate(islice(written(), TIMES), 1):
        arrived = [arrival(number, raw, now)]
        timed("receive", store.receive, INBOX, arrived, now)
        batch = timed("begin_triage", store.begin_triage, now, FRESH, 8)
        (judged,) = read(batch, desk.model, desk.terms)
        timed("settle", settled, desk, judged, secret)
        claimed = timed("claim", store.claim, now, as_is)
        assert claimed is not None
        timed("inflight", store.inflight, claimed.id, now)
        timed("sent", store.sent, claimed.id, now, "250 OK")
        timed("begin_triage, nothing there", store.begin_triage, now, FRESH, 8)
        timed("claim, nothing due", store.claim, now, as_is)


def settled(desk: Desk, judged: Judged, secret: bytes) -> Disposition:
    return desk.store.settle(
        question(judged, desk.terms, secret, desk.now),
        lambda around: decide(judged, around, desk.terms, desk.now),
    )


def a_backlog(desk: Desk, timed: Timed) -> None:
    """Time the first look at mail of ten days."""
    store, old = desk.store, desk.now - timedelta(days=10)
    arrived = [
        arrival(TIMES + at, raw, old) for at, raw in enumerate(islice(written(), BACKLOG), 1)
    ]
    store.receive(INBOX, arrived, desk.now)
    for _ in range(TIMES):
        batch = timed(
            f"begin_triage, {BACKLOG} late mails there", store.begin_triage, desk.now, FRESH, 8
        )
        store.put_back([one.id for one in batch])


@pytest.mark.parametrize("size", SIZES)
def test_p12_no_step_grows_with_the_store(size: int, tmp_path: Path) -> None:
    path, timed = tmp_path / "triage.db", Timed()
    fill(path, size, NOW)
    store = open_store(path)
    desk = Desk(store)
    readings(store, timed)
    the_way_of_a_mail(desk, timed)
    a_backlog(desk, timed)
    show(
        f"A store of {size:,} tickets, {path.stat().st_size / 1e6:.0f} MB (ms of wall)",
        timed.figures(),
    )
    store.close()
