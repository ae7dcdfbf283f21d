"""Outbox → other services: alerts by a way that needs neither our mailboxes nor their relay.

A service that does not answer holds up no mail, and no other service: each has its own turn.
An alert may come twice, never not at all: what was under way as we stopped is posted again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from secrets import SystemRandom

import structlog

from triage.config.secrets import read_secret
from triage.config.settings import Settings
from triage.core.outgoing import Outgoing, Readiness, Sort, Wait, retry_at
from triage.errors import ConfigError, PermanentError, StoreBusy, TemporaryError
from triage.outbox.hook import Hook
from triage.outbox.services import NAME as SERVICES
from triage.outbox.services import notify
from triage.pipeline.ending import to_its_end
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.pipeline.place import place_of
from triage.pipeline.streaming import LONGEST_WAIT, Feed, is_event, post_event
from triage.store.protocol import Recheck, Store

log = structlog.get_logger()

TICK = timedelta(seconds=1)
GRACE = 5.0
"""Seconds that a post has to end after `stop`; else it is posted again by the next run."""

PATIENCE = 60.0
"""Seconds after which a service that still says nothing is tried again later."""

NOT_PREPARED = timedelta(minutes=1)
"""When an alert that could not be written is tried again."""

_SORTS = (Sort.HOOK,)
_chance = SystemRandom().uniform


class Hooks:
    """The stage that posts to other services."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        settings: Callable[[], Settings],
        prepare: Callable[[Recheck], Readiness],
        clock: Clock,
    ) -> None:
        """Post what `prepare` finds ready, as the settings in force say."""
        self._store = store
        self._in_store = in_store
        self._settings = settings
        self._prepare = prepare
        self._clock = clock
        self._feed = Feed(store, in_store, lambda: settings().events, clock)
        self.queued = asyncio.Event()
        self.beat = clock()

    async def run(self, stop: asyncio.Event) -> None:
        """Post whatever is due, until `stop`."""
        async for _ in ticks(TICK, stop, self.queued):
            try:
                while not stop.is_set() and await self._turn(stop):
                    pass
            except StoreBusy as exc:
                log.warning("hooks_put_off", error=str(exc))
            self.beat = self._clock()

    async def _turn(self, stop: asyncio.Event) -> bool:
        """Post one alert or event; False where none is due."""
        await self._feed()
        now = self._clock()
        if not await self._in_store(self._store.due, now, _SORTS):
            return False
        self.beat = now + timedelta(seconds=PATIENCE)
        ready = partial(self._readiness, now)
        found = await self._in_store(self._store.claim, now, ready, _SORTS)
        if found is not None and await self._in_store(self._store.inflight, found.id, now):
            await to_its_end(self._deliver(found), stop, GRACE)
        return True

    def _readiness(self, now: datetime, recheck: Recheck) -> Readiness:
        """Ask `prepare`; an alert that it cannot make holds up no other one."""
        try:
            return self._prepare(recheck)
        except Exception as exc:  # noqa: BLE001 - one bad alert must not hold up the rest
            error, at = type(exc).__name__, place_of(exc)
            log.error("hook_not_prepared", hook=recheck.mail.id, error=error, at=at)  # noqa: TRY400
            return Wait(now + NOT_PREPARED, "not_prepared")

    async def _deliver(self, alert: Outgoing) -> bool:
        now = self._clock()
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await asyncio.to_thread(self._post, alert, now)
        except (TemporaryError, ConfigError, TimeoutError) as exc:
            at = retry_at(alert.attempts + 1, self._clock(), _chance(-1, 1))
            if is_event(alert):  # all that happened since waits for it
                at = min(at, self._clock() + LONGEST_WAIT)
            log.warning("hook_put_off", hook=alert.recipient, error=_said(exc))
            await self._in_store.for_sure(self._store.retry, alert.id, at, _said(exc))
        except PermanentError as exc:
            log.error("hook_failed", hook=alert.recipient, error=_said(exc))  # noqa: TRY400
            await self._in_store.for_sure(self._store.failed, alert.id, self._clock(), _said(exc))
        else:
            log.info("hook_posted", hook=alert.recipient, attempts=alert.attempts + 1)
            await self._in_store.for_sure(self._store.sent, alert.id, self._clock(), reply)
            return True
        return False

    def _post(self, alert: Outgoing, now: datetime) -> str:
        """Post one alert; blocks. Raises: TemporaryError, PermanentError."""
        if is_event(alert):
            return post_event(alert, self._settings().events, now)
        settings, payload = self._settings().alerts, alert.payload or b""
        if alert.recipient == SERVICES:
            said = json.loads(payload)
            addresses = read_secret(settings.services, "[alerts] services")
            return notify(addresses, f"{said['brand']}: {said['event']}", str(said["text"]))
        address = settings.webhook or read_secret(
            settings.webhook_address, "[alerts] webhook_address"
        )
        key = read_secret(settings.webhook_secret, "[alerts] webhook_secret")
        return Hook(address, key).post(payload, alert.purpose, now)


def _said(exc: Exception) -> str:
    return str(exc) or type(exc).__name__
