"""Outbox → relay: claim, envelope, `inflight` on disk, the mail itself, and what became of it.

Until a mail is in flight on disk nothing of it has left, and whatever fails it is tried again.
From then on only a definite reply decides: without one it may have been accepted, so it is shown
as unknown and never sent again. Source: RFC 5321 sections 4.2.1 and 6.1; RFC 1047.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from secrets import SystemRandom

import structlog

from triage.core.outgoing import MAILS, Cancel, Outgoing, Readiness, Sort, Wait, retry_at
from triage.core.outgoing import Send as Ready
from triage.core.reply import RELAY_SIZE
from triage.errors import (
    AddressUnusable,
    AuthenticationRefused,
    MailDeferred,
    PermanentError,
    RelayRefused,
    RelayUnavailable,
    SenderRefused,
    StoreBusy,
    Uncertain,
)
from triage.outbox.relay import Relay
from triage.pipeline.ending import to_its_end
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.pipeline.pauses import Pauses
from triage.pipeline.place import hidden, place_of
from triage.store.protocol import Recheck, Store

log = structlog.get_logger()

TICK = timedelta(seconds=1)
GRACE = 20.0
"""Seconds that a mail in flight has to end after `stop`."""

PATIENT = 3
"""Tries for which a mail waits for a recipient whom the relay does not take for now."""

_NOT_PREPARED = timedelta(minutes=5)
_NO_RELAY = timedelta(minutes=15)
_STEP = timedelta(seconds=60)
_chance = SystemRandom().uniform


class Send:
    """The third stage: as many workers as relays, each with a connection of its own.

    Without a relay one worker goes on: what is not to be sent is written down all the same.
    """

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        relays: Sequence[Relay],
        prepare: Callable[[Recheck], Readiness],
        clock: Clock,
        *,
        sorts: Collection[Sort] = MAILS,
        pauses: Pauses | None = None,
        grace: float = GRACE,
    ) -> None:
        """Send by `relays` what of `sorts` is ready by `prepare`, which the store's thread runs."""
        self._store = store
        self._in_store = in_store
        self._relays = relays
        self._prepare = prepare
        self._clock = clock
        self._sorts = sorts
        self._pauses = pauses or Pauses()
        self._grace = grace
        self._stop = asyncio.Event()
        self._probing = asyncio.Lock()
        self._failures = 0
        self._closed_until = 0.0
        self._senders: dict[str, tuple[datetime, str]] = {}
        self._moving: dict[int, datetime] = {}
        self._largest: int | None = -1
        self.queued = asyncio.Event()
        self.paused = ""
        self.last_sent: datetime | None = None

    @property
    def beat(self) -> datetime:
        """Return now, or the instant at which the slowest worker should have moved on."""
        return min((self._clock(), *self._moving.values()))

    @property
    def paused_senders(self) -> Mapping[str, str]:
        """Which mailboxes the relay does not let us send from, and its words."""
        now = self._clock()
        return {name: why for name, (until, why) in self._senders.items() if now < until}

    def resume(self) -> None:
        """Try again at once: somebody has read the files anew, and may have mended the cause."""
        self._senders.clear()
        self._closed_until = 0.0
        self.queued.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send whatever is due, until `stop`; a mail in flight is then seen to its end."""
        self._stop = stop
        async with asyncio.TaskGroup() as workers:
            for number, relay in enumerate(self._relays):
                workers.create_task(self._work(number, relay), name=f"send-{number}")
            if not self._relays:
                workers.create_task(self._work_without_relay(), name="send")

    async def _work(self, number: int, relay: Relay) -> None:
        try:
            async for _ in ticks(TICK, self._stop, self.queued):
                while not self._stop.is_set() and await self._turn(number, relay):
                    pass
                await relay.rest()
            await relay.goodbye()
        finally:
            relay.close()
            self._moving.pop(number, None)

    async def _work_without_relay(self) -> None:
        """Show, cancel and expire what is due; what is ready to be sent waits for a relay."""
        in_store, due = self._in_store, self._store.due
        async for _ in ticks(TICK, self._stop, self.queued):
            now = self._clock()
            self._moving[0] = now + _STEP
            try:
                unsent = partial(self._unsent, now)
                while not self._stop.is_set() and await in_store(due, now, self._sorts):
                    await self._in_store(self._store.claim, now, unsent, self._sorts)
            except StoreBusy as exc:
                log.warning("send_put_off", error=str(exc))
        self._moving.clear()

    def _unsent(self, now: datetime, recheck: Recheck) -> Readiness:
        ready = self._readiness(now, recheck)
        return Wait(now + _NO_RELAY, "no_relay") if isinstance(ready, Ready) else ready

    async def _turn(self, number: int, relay: Relay) -> bool:
        """Send one mail; False where there is none, or where the relay is left in peace."""
        self._moving[number] = self._clock() + _STEP
        if self._closed():
            return False
        if not self._failures:
            return await self._one(number, relay)
        if self._probing.locked():
            return False
        async with self._probing:  # one is enough to see whether the relay is back
            return await self._one(number, relay)

    async def _one(self, number: int, relay: Relay) -> bool:
        now = self._clock()
        try:
            ready = partial(self._readiness, now)
            mail = await self._in_store(self._store.claim, now, ready, self._sorts)
            if mail is None:
                return await self._in_store(self._store.due, now, self._sorts)
        except StoreBusy as exc:
            log.warning("send_put_off", error=str(exc))
            return False
        self._moving[number] = now + _STEP + timedelta(seconds=relay.patience)
        opened = await to_its_end(self._open(relay, mail), self._stop, 0)
        if opened and self._stop.is_set():
            await self._in_store.for_sure(self._store.unclaim, mail.id, "stopped")
        elif opened:
            await to_its_end(self._deliver(relay, mail), self._stop, self._grace)
        return opened or not self._closed()

    def _readiness(self, now: datetime, recheck: Recheck) -> Readiness:
        """Ask `prepare`; a mail that it cannot make holds up no other one."""
        until, _ = self._senders.get(recheck.mail.mailbox, (now, ""))
        if now < until:
            return Wait(until, "sender_refused")
        try:
            return self._prepare(recheck)
        except AddressUnusable:
            return Cancel("address_unusable")
        except Exception as exc:  # noqa: BLE001 - one bad mail must not hold up the rest
            # Neither its text nor its traceback: both may quote the mail.
            error = type(exc).__name__
            at = place_of(exc)
            log.error("mail_not_prepared", mail=recheck.mail.id, error=error, at=at)  # noqa: TRY400
            return Wait(now + _NOT_PREPARED, "not_prepared")

    async def _open(self, relay: Relay, mail: Outgoing) -> bool:
        """Open the envelope; whatever fails in here, the mail has not left."""
        size, patient = len(mail.payload or b""), mail.attempts < PATIENT
        try:
            refused = await relay.open_envelope(
                mail.envelope_from, mail.recipient, size, also=mail.also, patient=patient
            )
            if mail.also:
                await self._in_store.for_sure(self._store.refused, mail.id, refused)
            await self._learn_size(relay)
        except asyncio.CancelledError:
            await self._in_store.for_sure(self._store.unclaim, mail.id, "stopped")
            raise
        except MailDeferred as exc:
            self._reached()
            await self._again(mail, str(exc))
        except RelayUnavailable as exc:
            self._unavailable(relay, exc)
            await self._in_store.for_sure(self._store.unclaim, mail.id, str(exc))
        except SenderRefused as exc:
            self._reached()
            self._sender_refused(relay, mail, exc)
            await self._in_store.for_sure(self._store.unclaim, mail.id, str(exc))
        except AuthenticationRefused as exc:
            self._refused(relay, exc)
            await self._in_store.for_sure(self._store.unclaim, mail.id, str(exc))
        except (RelayRefused, AddressUnusable) as exc:
            await self._fail(mail, exc)
        else:
            self._reached()
            return True
        return False

    async def _learn_size(self, relay: Relay) -> None:
        """Keep how large an answer may be, as its relay says: whoever attaches files asks it."""
        if Sort.REPLY in self._sorts and relay.largest != self._largest:
            said = "" if relay.largest is None else str(relay.largest)
            await self._in_store.for_sure(self._store.keep, RELAY_SIZE, said)
            self._largest = relay.largest

    async def _deliver(self, relay: Relay, mail: Outgoing) -> bool:
        """Put it on disk that the mail leaves, let it leave, and record what became of it."""
        try:
            if not await self._in_store(self._store.inflight, mail.id, self._clock()):
                return False  # a human was faster; the relay forgets the envelope by itself
        except StoreBusy as exc:
            await self._in_store.for_sure(self._store.unclaim, mail.id, str(exc))
            return False
        try:
            reply = await relay.data(mail.payload or b"")
        except asyncio.CancelledError:
            await self._lose(mail, "stopped before the reply")
            raise
        except MailDeferred as exc:
            await self._again(mail, str(exc))
        except RelayRefused as exc:
            await self._fail(mail, exc)
        except Uncertain as exc:
            await self._lose(mail, str(exc))
        else:
            await self._in_store.for_sure(self._store.sent, mail.id, self._clock(), reply)
            self.last_sent = self._clock()
            log.info("mail_sent", mail=mail.id, sort=mail.sort, attempts=mail.attempts + 1)
            return True
        return False

    async def _again(self, mail: Outgoing, why: str) -> None:
        at = retry_at(mail.attempts + 1, self._clock(), _chance(-1, 1))
        log.info("mail_deferred", mail=mail.id, sort=mail.sort, until=at.isoformat())
        await self._in_store.for_sure(self._store.retry, mail.id, at, why)

    async def _fail(self, mail: Outgoing, exc: PermanentError) -> None:
        log.warning("mail_failed", mail=mail.id, sort=mail.sort, error=type(exc).__name__)
        await self._in_store.for_sure(self._store.failed, mail.id, self._clock(), str(exc))

    async def _lose(self, mail: Outgoing, why: str) -> None:
        """Record that a mail may have left: an alert to our own staff is worth a second one."""
        if mail.sort is Sort.ALERT:
            await self._again(mail, why)
            return
        log.error("mail_unknown", mail=mail.id, sort=mail.sort)
        await self._in_store.for_sure(self._store.unknown, mail.id, self._clock(), why)

    def _reached(self) -> None:
        self._failures, self.paused = 0, ""

    def _unavailable(self, relay: Relay, exc: RelayUnavailable) -> None:
        self._failures += 1
        self._close(self._pauses.unavailable(self._failures))
        log.warning("relay_unavailable", relay=relay.name, error=hidden(exc), tries=self._failures)

    def _refused(self, relay: Relay, exc: AuthenticationRefused) -> None:
        self._failures += 1
        self.paused = str(exc)
        self._close(self._pauses.refused(self._failures))
        log.critical("outbox_paused", relay=relay.name, error=hidden(exc))

    def _sender_refused(self, relay: Relay, mail: Outgoing, exc: SenderRefused) -> None:
        until = self._clock() + self._pauses.refused(1)
        self._senders[mail.mailbox] = (until, str(exc))
        log.critical("sender_paused", relay=relay.name, mailbox=mail.mailbox, error=hidden(exc))

    def _close(self, pause: timedelta) -> None:
        # Not by the wall clock: set back by an hour, it would stop the outbox for as long.
        self._closed_until = asyncio.get_running_loop().time() + pause.total_seconds()

    def _closed(self) -> bool:
        return asyncio.get_running_loop().time() < self._closed_until
