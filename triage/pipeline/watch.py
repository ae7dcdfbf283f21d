"""Moments → alerts, notes to requesters and reasons, while something can still be done.

The moments lie in the store in their order, so nothing is scanned and nothing is forgotten by a
restart: what came due meanwhile fires once, stamped with its own moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from triage.core.acting import act
from triage.core.terms import Terms
from triage.core.timer import Acts, Timer
from triage.errors import TemporaryError
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.pipeline.place import place_of
from triage.store.protocol import Store

log = structlog.get_logger()

TICK = timedelta(seconds=0.5)
AGAIN = timedelta(minutes=1)
"""When a moment that could not be dealt with is dealt with again."""

BREATH = timedelta(milliseconds=10)
"""How long other processes have to write between two batches of what an outage left."""


class Watch:
    """The stage that guards the promise."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        terms: Callable[[], Terms],
        clock: Clock,
        fired: Callable[[], None],
    ) -> None:
        """Fire timers of `store`; call `fired` when there is something new to send."""
        self._store = store
        self._in_store = in_store
        self._terms = terms
        self._clock = clock
        self._fired = fired
        self._secret = b""
        self.beat = clock()

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until `stop`."""
        secret: str | None = await self._in_store(self._store.setting, "secret")
        self._secret = bytes.fromhex(secret or "")
        async for _ in ticks(TICK, stop):
            try:
                await self._look()
            except TemporaryError as exc:
                log.warning("watch_put_off", error=str(exc))
            self.beat = self._clock()

    async def _look(self) -> None:
        now = self._clock()
        due = await self._in_store(self._store.next_timer)
        while due is not None and due <= now:
            fired = await self._in_store(self._store.fire, now, partial(self._act, now))
            for timer in fired:
                log.info(
                    "deadline_fired",
                    name=timer.name,
                    ticket=timer.reference,
                    queue=timer.queue,
                    owner=timer.owner,
                    due=timer.at.isoformat(),
                )
            if not fired:
                return
            self._fired()
            await asyncio.sleep(BREATH.total_seconds())
            due = await self._in_store(self._store.next_timer)

    def _act(self, now: datetime, timer: Timer) -> Acts:
        """Decide what a timer causes; one that cannot be decided upon holds up no other."""
        try:
            return act(timer, self._terms(), self._secret, now)
        except Exception as exc:  # noqa: BLE001 - all other promises are guarded by this stage
            log.error(  # noqa: TRY400 - a traceback may quote a mail
                "deadline_not_judged",
                name=timer.name,
                ticket=timer.reference,
                error=type(exc).__name__,
                at=place_of(exc),
            )
            return Acts(again=now + AGAIN)
