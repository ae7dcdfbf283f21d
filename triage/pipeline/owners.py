"""Owners who are gone → others; owners who have something new → told of it.

Looked at when anything may have changed: a switch, the files, the beginning of an absence, or a
message that became somebody's. Between that it costs one look at an index a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from triage.core.owned import Telling, Untold, tellings
from triage.core.owning import Owned, gone, new_owner, next_change
from triage.core.roster import Assignment
from triage.core.terms import Terms
from triage.core.ticket import TicketId
from triage.errors import TemporaryError
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.store.protocol import Store

log = structlog.get_logger()

TICK = timedelta(seconds=1)


class Owners:
    """The stage that keeps every ticket with somebody who is there, and tells them."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        terms: Callable[[], Terms],
        clock: Clock,
        queued: Callable[[], None],
    ) -> None:
        """Keep the owners of `store`; call `queued` when there is something new to send."""
        self._store = store
        self._in_store = in_store
        self._terms = terms
        self._clock = clock
        self._queued = queued
        self._secret = b""
        self._seen: Terms | None = None
        self._next: datetime | None = None
        self.beat = clock()

    async def run(self, stop: asyncio.Event) -> None:
        """Look after owners until `stop`."""
        secret: str | None = await self._in_store(self._store.setting, "secret")
        self._secret = bytes.fromhex(secret or "")
        async for _ in ticks(TICK, stop):
            try:
                await self.look(stop)
            except TemporaryError as exc:
                log.warning("owners_put_off", error=str(exc))
            self.beat = self._clock()

    async def look(self, stop: asyncio.Event) -> None:
        """Give to others what cannot stay, then tell whoever must be told. Raises: StoreBusy."""
        now, terms = self._clock(), self._terms()
        if terms is not self._seen or (self._next is not None and self._next <= now):
            await self._reown(await self._in_store(self._store.owners), terms, now, stop)
            self._seen, self._next = terms, next_change(terms.roster, now)
        elif await self._news(now):
            # Whoever wrote again came back to their owner, there or not.
            await self._reown(await self._in_store(self._store.owners, now), terms, now, stop)
        else:
            return
        if await self._news(now):
            told = await self._in_store(self._store.tell_owners, now, self._tellings(terms, now))
            if told:
                log.info("owners_told", tickets=told)
                self._queued()

    async def _news(self, now: datetime) -> bool:
        """Say whether somebody is to be told of something."""
        due = await self._in_store(self._store.next_telling)
        return due is not None and due <= now

    async def _reown(
        self, owners: Collection[str], terms: Terms, now: datetime, stop: asyncio.Event
    ) -> None:
        """Give the tickets of whoever of these is gone to others, a batch at a time."""
        absent = frozenset(one for one in owners if gone(terms.roster, one, now))
        if not absent:
            return

        def choose(ticket: Owned, loads: Mapping[str, int]) -> Assignment | None:
            return new_owner(ticket, terms.roster, loads, now)

        last: TicketId | None = TicketId(0)
        while last is not None and not stop.is_set():
            done = await self._in_store(self._store.reown, absent, choose, now, after=last)
            last = done.last
            if done.moved:
                log.info("tickets_reowned", moved=done.moved, gone=sorted(absent))
                self._queued()

    def _tellings(
        self, terms: Terms, now: datetime
    ) -> Callable[[Sequence[Untold], int], Sequence[Telling]]:
        def decide(untold: Sequence[Untold], lately: int) -> Sequence[Telling]:
            return tellings(untold, lately, terms, self._secret, now)

        return decide
