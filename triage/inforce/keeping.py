"""What the store keeps of sets of files: the applied one, the draft, the verdict, and an order.

An order is what a person asked a running daemon for by `triage rules apply` or `rollback`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import structlog

from triage.config.load import Policy
from triage.core.remember import recalled, remembered
from triage.errors import StoreBusy
from triage.pipeline.instore import Clock, StoreThread
from triage.store.protocol import Store
from triage.store.versions import AppliedSet, Audit, Draft

log = structlog.get_logger()

ORDER, VERDICT = "order", "reload"
"""What the store keeps an order under, and what became of the files."""

FRESH = timedelta(minutes=3)
"""An order older than this was given to a daemon that has ended since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person wants in force, and what their own tests and replay said of it.

    `digest` names the policy that the files on disk were when they were looked at; `number`, if
    not 0, an earlier set that is to be gone back to.
    """

    id: str
    at: datetime
    person: str
    how: str
    digest: str = ""
    number: int = 0
    tests: Mapping[str, object] = field(default_factory=dict)
    replay: Mapping[str, object] = field(default_factory=dict)

    @property
    def audit(self) -> Audit:
        """What is kept with the set."""
        return Audit(person=self.person, how=self.how, tests=self.tests, replay=self.replay)

    def written(self) -> str:
        """Return it as the store keeps it."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat()})


def read_order(text: str | None, now: datetime) -> Order | None:
    """Return the order that `written` made; None where it is not fresh, or there is none."""
    if not text:
        return None
    order = recalled(Order, json.loads(text))
    return order if now - order.at <= FRESH else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of the files: the policy that runs, and why the draft does not.

    `faults` reject it; `pending` holds it back. `notes` say what of an applied one waits for a
    restart. `order` is the one that was looked at, or "": whether it was done, `policy` says.
    """

    at: datetime
    policy: str
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pending: Draft | None = None
    order: str = ""

    def written(self) -> str:
        """Return it as the store keeps it."""
        waits = None if self.pending is None else remembered(self.pending)
        return json.dumps(
            {
                "at": self.at.isoformat(),
                "policy": self.policy,
                "faults": self.faults,
                "notes": self.notes,
                "pending": waits,
                "order": self.order,
            }
        )


def read_said(text: str | None) -> Said | None:
    """Return the verdict that was kept; None before the first."""
    return recalled(Said, json.loads(text)) if text else None


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
        text = await self._in_store.in_the_end(self._stop, self._store.setting, ORDER)
        if text is not None:
            await self._in_store.in_the_end(self._stop, self._store.keep, ORDER, "")
        return read_order(text, self.clock())

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
