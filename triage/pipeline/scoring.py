"""What was promised and foreseen, compared with what came: beside the stages, and never urgent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

import structlog

from triage.core.hours import first_instant, is_open
from triage.core.misses import Facts, look_ahead
from triage.core.terms import Terms
from triage.errors import TemporaryError
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.store.protocol import Store

log = structlog.get_logger()

TICK = timedelta(minutes=1)
EVERY = timedelta(hours=1)
RUNS = 100

_DAY = timedelta(days=1)


class Scoring:
    """Settles promises that have passed, counts every day's, and looks an hour ahead each hour."""

    def __init__(
        self, store: Store, in_store: StoreThread, terms: Callable[[], Terms], clock: Clock
    ) -> None:
        """Read from and write to `store`, by the `terms` in force."""
        self._store = store
        self._in_store = in_store
        self._terms = terms
        self._clock = clock
        self._looked: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until `stop`."""
        async for _ in ticks(TICK, stop):
            try:
                await self.look()
            except TemporaryError as exc:
                log.warning("scoring_put_off", error=str(exc))
            except Exception as exc:  # noqa: BLE001 - a figure that fails is no reason to stop
                log.error("scoring_failed", error=type(exc).__name__)  # noqa: TRY400 - no mail in logs

    async def look(self) -> None:
        """Settle what has passed; count yesterday, and look ahead, where it is time for that."""
        now = self._clock()
        while await self._in_store(self._store.settle_promises, now):
            pass
        await self._count_yesterday(now)
        if self._looked is None or now - self._looked >= EVERY:
            self._looked = now
            await self._look_ahead(now)

    async def _count_yesterday(self, now: datetime) -> None:
        zone = self._terms().roster.hours.zone
        today = now.astimezone(zone).date()
        since, until = (first_instant(zone, day, time()) for day in (today - _DAY, today))
        found = await self._in_store(self._store.score_day, since, until, now)
        if found is not None and found.told:
            log.info(
                "promises_scored",
                told=found.told,
                kept=found.kept,
                told_before=found.told_before,
                not_told=sum(found.not_told.values()),
            )

    async def _look_ahead(self, now: datetime) -> None:
        roster = self._terms().roster
        if not is_open(roster.hours, now):
            return
        load = await self._in_store(self._store.load, now)
        live = await self._in_store(self._store.live)
        facts = Facts(live=live, load=load, roster=roster, now=now)
        # Chance that anybody can draw again: it is seeded by the instant.
        chance = Random(now.timestamp()).random  # noqa: S311
        loop = asyncio.get_running_loop()
        outlook = await loop.run_in_executor(None, lambda: look_ahead(facts, chance, runs=RUNS))
        await self._in_store(self._store.keep_foreseen, outlook, now)
