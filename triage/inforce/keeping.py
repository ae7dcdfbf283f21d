"""What the store keeps of sets of files: the applied one, the draft, the verdict, and an order."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from triage.config.load import Policy
from triage.errors import StoreBusy
from triage.pipeline.instore import Clock, StoreThread
from triage.store.protocol import Store
from triage.store.verdicts import VERDICT, Order, Said
from triage.store.versions import AppliedSet, Audit, Draft

log = structlog.get_logger()


class Keeping:
    """Keeps it by the store's thread, however long the store is busy, until `stop`."""

    def __init__(
        self, store: Store, in_store: StoreThread, stop: asyncio.Event, clock: Clock
    ) -> None:
        """Keep in `store`."""
        self._store = store
        self._in_store = in_store
        self._stop = stop
        self.clock = clock

    @property
    def ending(self) -> bool:
        """Whether the daemon is to end."""
        return self._stop.is_set()

    async def until(self, made: asyncio.Event) -> bool:
        """Wait until `made`; False: the daemon ends first."""
        waits = [asyncio.ensure_future(event.wait()) for event in (made, self._stop)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not self.ending

    async def applied(self, number: int | None = None) -> AppliedSet | None:
        """Return the set in force, or that of a number."""
        return await self._in_store.in_the_end(self._stop, self._store.applied_set, number)

    async def every(self) -> tuple[AppliedSet, ...]:
        """Return every set that is kept, the one in force first."""
        return await self._in_store.in_the_end(self._stop, self._store.applied_sets)

    async def apply(self, policy: Policy, audit: Audit) -> None:
        """Keep the files of `policy` whole: they are what a restart runs."""
        args = policy.digest, policy.files, self.clock(), audit
        await self._in_store.in_the_end(self._stop, self._store.apply_set, *args)

    async def draft(self) -> Draft | None:
        """Return the draft that waits."""
        return await self._in_store.in_the_end(self._stop, self._store.draft)

    async def hold(self, draft: Draft | None) -> None:
        """Keep the draft that waits; None: none does."""
        await self._in_store.in_the_end(self._stop, self._store.keep_draft, draft)

    async def order(self) -> Order | None:
        """Take the order that was given, if it is fresh: it is carried out once."""
        return await self._in_store.in_the_end(
            self._stop, lambda: self._store.take_order(self.clock())
        )

    async def tell(self, said: Said) -> None:
        """Keep what became of the files where the command that asked for it waits for it."""
        if said.faults:
            log.error("policy_rejected", faults=len(said.faults), running=said.policy)
        elif said.pending is not None:
            log.warning("policy_pending", state=said.pending.state, running=said.policy)
        else:
            log.info("policy_applied", policy=said.policy)
        if said.notes:
            log.warning("restart_needed", notes=said.notes)
        with suppress(StoreBusy):
            await self._in_store.in_the_end(self._stop, self._store.keep, "policy", said.policy)
            await self._in_store.in_the_end(self._stop, self._store.keep, VERDICT, said.written())
