"""What has changed, told to every page that stands open: each hears of its own queues alone.

One thread looks whether anybody has written, this process or another; only then is it looked for
what was touched. A row is drawn once for all who read alike.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from triage.config.load import Policy
from triage.core.accounts import Account
from triage.errors import StoreBusy
from triage.pipeline.instore import Clock, ticks
from triage.store.lists import QueueCount
from triage.store.live import Pile, Touched
from triage.store.protocol import Store
from triage.web.door.identity import account_of
from triage.web.live.presence import Presence, There
from triage.web.live.streamed import Drawn, Kind, Met, drawn, event, met_by, rail_for, rows_for
from triage.web.readers import Readers

log = structlog.get_logger()

EVERY = timedelta(milliseconds=200)
"""How often it is looked whether anybody has written."""

LOOK_AT_LAST = 1.0
"""Seconds after which it is looked who still may listen, though nobody has written."""

RAIL_EVERY, RAIL_AT_LAST = 1.0, 30.0
"""Seconds between counts; what is late grows by itself, so they are made though nothing changed."""

BEAT = 15.0
"""Seconds until a page hears that it is still told. A page sees no comment: it is an event."""

STALLED = 20.0
"""Seconds that a page may take to read what is sent: beyond them its connection is given up."""

MOST_STREAMS = 8
"""Streams of one account: one more ends the oldest, which may be of a machine that sleeps."""

MOST_HELD = 256 * 1024
"""Bytes that wait for a page that reads slowly; beyond them its stream ends."""

MOST_MISSED = 300
"""Tickets that are told of at once; beyond them the page looks at everything anew."""

OVERLAP = timedelta(seconds=20)
"""A page is older than its stream: this far back it is told what it may have missed."""


@dataclass(eq=False, slots=True, kw_only=True)
class Stream:
    """One page that listens. `name` is how others call who reads it.

    `after` is the number of the last event that it had, if it had one.
    """

    account: Account
    session: bytes | None
    kind: Kind
    name: str
    after: int | None
    number: int | None = None
    beaten: float = 0.0
    over: bool = False
    _held: deque[bytes] = field(default_factory=deque)
    _size: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, chunk: bytes) -> None:
        """Have something sent; who does not keep up with it is dropped."""
        self._size += len(chunk)
        if self._size > MOST_HELD:
            log.info("stream_dropped", person=self.account.person)
            self.end()
            return
        self._held.append(chunk)
        self._wake.set()

    def end(self, last: bytes = b"") -> None:
        """Send nothing more, and not what waits, but for a last word."""
        self.over = True
        self._held.clear()
        if last:
            self._held.append(last)
        self._wake.set()

    async def next(self) -> bytes:
        """Return what waits to be sent, as soon as there is any; nothing once it is over."""
        while not self._held and not self.over:
            self._wake.clear()
            await self._wake.wait()
        chunks = b"".join(self._held)
        self._held.clear()
        self._size = 0
        return chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What one look at the store found. `missed` is of streams that come back, by what they had."""

    version: int
    number: int
    accounts: tuple[Account | None, ...]
    rows: tuple[Drawn, ...] | None
    missed: dict[int | None, tuple[Drawn, ...] | None]
    counts: tuple[QueueCount, ...] | None
    piles: tuple[Pile, ...]
    there: tuple[Met, ...]


class Hub:
    """Knows who listens, and tells them. `stalled` is in seconds."""

    def __init__(
        self,
        read: Readers,
        policy: Callable[[], Policy],
        presence: Presence,
        clock: Clock,
        stalled: float = STALLED,
    ) -> None:
        self._read = read
        self._policy = policy
        self._presence = presence
        self._clock = clock
        self.stalled = stalled
        self._there: Mapping[str, There] = {}
        self._streams: list[Stream] = []
        self._wake = asyncio.Event()
        self._version = self._number = -1
        self._looked = self._railed = 0.0
        self._rail_due = False
        self._closed = False

    def join(self, stream: Stream) -> None:
        """Tell `stream` too; the oldest one of an account that has too many ends."""
        if self._closed:
            stream.end()
            return
        own = [one for one in self._streams if one.account.name == stream.account.name]
        for old in own[: max(0, len(own) + 1 - MOST_STREAMS)]:
            self.leave(old, event("full", {}, retry=60_000))
        self._streams.append(stream)
        self._wake.set()

    def leave(self, stream: Stream, last: bytes = b"") -> None:
        """Tell `stream` nothing more, but for a last word."""
        stream.end(last)
        with suppress(ValueError):
            self._streams.remove(stream)

    @property
    def streams(self) -> int:
        """How many listen."""
        return len(self._streams)

    async def run(self, stop: asyncio.Event) -> None:
        """Tell everybody until `stop`, then end every stream."""
        try:
            async for _ in ticks(EVERY, stop, self._wake):
                self._presence.sweep(self._clock())
                if not self._streams:
                    self._number = -1
                    continue
                try:
                    await self._tick()
                except StoreBusy as exc:
                    log.warning("live_put_off", error=str(exc))
                except Exception as exc:  # noqa: BLE001 - what pages hear must not end the mail
                    log.warning("live_failed", error=type(exc).__name__)
                    self._end()
        finally:
            self._closed = True
            self._end()

    def _end(self) -> None:
        for stream in tuple(self._streams):
            self.leave(stream)

    async def _tick(self) -> None:
        streams, now, at = tuple(self._streams), self._clock(), time.monotonic()
        new = any(stream.number is None for stream in streams)
        due = new or at - self._looked >= LOOK_AT_LAST
        rail = new or at - self._railed >= (RAIL_EVERY if self._rail_due else RAIL_AT_LAST)
        there = self._moved(now, new=new)
        look = await self._read(lambda db: self._look(db, streams, now, there, due=due, rail=rail))
        if look is not None:
            self._looked, self._railed = at, at if rail else self._railed
            self._tell(streams, look)
        for stream in streams:
            if at - stream.beaten >= BEAT:
                stream.beaten = at
                stream.offer(event("beat", {}))

    def _moved(self, now: datetime, *, new: bool) -> Mapping[str, There]:
        """Return who is at tickets where that is no longer so, or all of it for a new stream."""
        before, self._there = self._there, self._presence.everywhere(now)
        came = {
            name: there for name, there in self._there.items() if new or before.get(name) != there
        }
        return came | dict.fromkeys(before.keys() - self._there.keys(), There())

    # --- on the thread that reads ---------------------------------------------------------------

    def _look(
        self,
        db: Store,
        streams: tuple[Stream, ...],
        now: datetime,
        there: Mapping[str, There],
        *,
        due: bool,
        rail: bool,
    ) -> _Look | None:
        """Look at the store; None: nobody has written, and nothing is due."""
        version = db.version()
        if version == self._version and not (due or rail or there):
            return None
        number = db.last_changed()
        kinds = {stream.kind for stream in streams}

        def since(after: int) -> tuple[Drawn, ...] | None:
            found = db.changed(after, number, MOST_MISSED)
            return None if found is None else self._drawn(found, kinds, now)

        return _Look(
            version=version,
            number=number,
            accounts=tuple(account_of(db, one.session, None, now)[0] for one in streams),
            rows=since(self._number) if 0 <= self._number < number else (),
            missed={
                after: since(db.last_changed(OVERLAP) if after is None else after)
                for after in {stream.after for stream in streams if stream.number is None}
            },
            counts=db.rail(now) if rail else None,
            piles=db.piles(now) if rail else (),
            there=tuple(
                Met(reference, *place, who)
                for reference, who in there.items()
                if (place := db.placed(reference)) is not None
            ),
        )

    def _drawn(
        self, found: tuple[Touched, ...], kinds: Iterable[Kind], now: datetime
    ) -> tuple[Drawn, ...]:
        policy = self._policy()
        return tuple(drawn(one, policy, kinds, now) for one in found)

    # --- on the loop ----------------------------------------------------------------------------

    def _tell(self, streams: tuple[Stream, ...], look: _Look) -> None:
        self._rail_due = look.counts is None and (self._rail_due or look.number != self._number)
        self._version, self._number = look.version, look.number
        for stream, account in zip(streams, look.accounts, strict=True):
            if account != stream.account:
                self.leave(stream)
        for stream in streams:
            if stream.over:
                continue
            rows = look.missed[stream.after] if stream.number is None else look.rows
            if rows is None:
                stream.offer(event("reset", {}, look.number))
            elif told := rows_for(stream.account, stream.kind, rows):
                stream.offer(event("rows", told, look.number))
            elif stream.number is None:
                stream.offer(event("hello", {}, look.number))
            stream.number = look.number
            if met := met_by(stream.account, stream.name, stream.kind, look.there):
                stream.offer(event("presence", met))
            if look.counts is not None:
                stream.offer(
                    event("rail", rail_for(stream.account, stream.kind, look.counts, look.piles))
                )
