"""Policy, hours or a correction changed → clocks that run are counted anew.

Little by little, so that the store is never held up for long. It follows what happened to tickets
as well, so that nothing that was decided by the terms of before stays so.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import date, timedelta

import structlog

from triage.core.clocked import Counting, counting
from triage.core.desk import Hours, Queue
from triage.core.terms import Terms
from triage.errors import TemporaryError
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.store.protocol import Store
from triage.store.recounting import Anew, Running

log = structlog.get_logger()

TICK = timedelta(seconds=1)
BATCH = 100
"""Tickets that are counted in one go: some twenty-five milliseconds of the store."""

_COUNTED_BY, _THROUGH = "clocks_counted_by", "clocks_counted_through"


class Recount:
    """The stage that keeps clocks in step with what people laid down."""

    def __init__(
        self, store: Store, in_store: StoreThread, terms: Callable[[], Terms], clock: Clock
    ) -> None:
        """Count by `terms`, as they are at the moment."""
        self._store = store
        self._in_store = in_store
        self._terms = terms
        self._clock = clock
        self._looked_at: Terms | None = None
        self._through: int | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop`."""
        async for _ in ticks(TICK, stop):
            try:
                await self.look(stop)
            except TemporaryError as exc:
                log.warning("recount_put_off", error=str(exc))

    async def look(self, stop: asyncio.Event) -> None:
        """Count anew what may be out of date: all clocks after a change, else what was touched.

        How far it came is kept, and survives a crash: what was not finished begins anew.
        """
        terms = self._terms()
        by = counting(terms)
        name = ""
        if terms is not self._looked_at:
            name = counted_by(by)
            before: str | None = await self._in_store(self._store.setting, _COUNTED_BY)
            if name == before:
                name, self._looked_at = "", terms
        if self._through is None:
            kept: str | None = await self._in_store(self._store.setting, _THROUGH)
            self._through = int(kept) if kept else None
        since = None if name else self._through
        touched = await self._in_store(self._store.touched, since)
        if since is not None and touched.through == since:
            return
        changed = 0
        for at in range(0, len(touched.tickets), BATCH):
            if stop.is_set() or self._terms() is not terms:
                return
            some = touched.tickets[at : at + BATCH]
            changed += await self._in_store(
                self._store.recount, some, lambda running: anew(running, by), self._clock()
            )
        if name:
            await self._in_store(self._store.keep, _COUNTED_BY, name)
            log.info("clocks_recounted", open=len(touched.tickets), changed=changed)
            self._looked_at = terms
        await self._in_store(self._store.keep, _THROUGH, str(touched.through))
        self._through = touched.through


def anew(running: Running, by: Counting) -> Anew:
    """Return the clocks of a ticket that waits, as they are counted by `by`."""
    return Anew(
        by.clock(running.queue, running.priority, running.start, danger=running.danger),
        by.resolution(running.own_queue, running.own_priority, running.turns, running.start),
    )


def counted_by(by: Counting) -> str:
    """Name everything that clocks are counted by; the same name, the same clocks."""
    told = [
        f"{by.service.warn_before} {by.service.safety_target}",
        *_hours(by.hours),
        *(line for name in sorted(by.queues) for line in _queue(by.queues[name])),
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _queue(queue: Queue) -> list[str]:
    targets = sorted(queue.targets.items()), sorted(queue.resolve_targets.items())
    told = f"{queue.name} {queue.target} {queue.always} {queue.day} {queue.resolve_target}"
    return [f"{told} {targets}", *(_hours(queue.hours) if queue.hours else ())]


def _hours(hours: Hours) -> list[str]:
    days: list[date] = sorted(hours.holidays)
    return [
        f"{hours.zone.key} {hours.always} {[str(one) for one in hours.windows]}",
        f"{[str(day) for day in days]} {hours.closed} {hours.shifts}",
        f"{sorted((str(day), str(windows)) for day, windows in hours.special.items())}",
    ]
