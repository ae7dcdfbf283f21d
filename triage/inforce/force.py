"""The policy in force and its model, and the gate that a draft goes through before it is.

The files are a draft, the set that was applied last is the truth. A draft with faults is rejected;
one whose tests fail, or that changes more of past mail than little, waits for a person. The
applied set goes on meanwhile, over a restart too, and what is wrong with the draft is told.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

from triage.config.fileset import digest
from triage.config.load import Policy
from triage.config.restart import kept_running
from triage.core.worded import worded
from triage.errors import ConfigError, DraftRejected, NotPossible, TriageError
from triage.inforce.keeping import Keeping
from triage.inforce.making import Making
from triage.model.child import Progress
from triage.model.predict import Model
from triage.store.verdicts import Order, Said
from triage.store.versions import AppliedSet, Audit, Draft, Held
from triage.trial.gate import Trial, taught_otherwise

ROLLED_BACK = worded("the files are not those that were gone back to")


class InForce:
    """The policy in force, its model once that is made, and what is to be said of the draft.

    `faults` are those of a rejected draft, `draft` is one that waits; `notes` say what of an
    applied one waits for a restart. `untried`: the files are others than what was applied last,
    and are still to go through the gate.
    """

    def __init__(self, making: Making) -> None:
        """Read the draft, and the set applied last, which runs. Raises: ConfigError.

        A draft runs by itself where nothing was applied, or nothing that goes with the settings.
        """
        self._making = making
        self._changing, self._renewing = asyncio.Lock(), asyncio.Lock()
        self._made = asyncio.Event()
        self._ordered = ""
        self.model: Model | None = None
        self.faults: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.draft: Draft | None = None
        self.untried = False
        try:
            read = making.load()
        except DraftRejected as exc:
            before = making.again(making.kept_at(exc.store))
            if before is None:
                raise
            self.policy, self.faults = before, _in_words(exc)
            return
        kept = making.kept_at(read.settings.store)
        before = None if kept is None or kept.files == read.files else making.again(kept)
        self.policy, self.untried = before or read, before is not None

    async def make(self, progress: Progress, sets: Sequence[AppliedSet]) -> bool:
        """Make the model; False: the policy taught none, and one of `sets` is now in force.

        Raises: TriageError, where none of them is of use either.
        """
        async with self._changing:
            made = await self._make(progress, sets)
            self._made.set()
        # All this lives as long as the daemon: each search for garbage in it would hold everything
        # up for a tenth of a second.
        gc.collect()
        gc.freeze()
        return made

    async def _make(self, progress: Progress, sets: Sequence[AppliedSet]) -> bool:
        try:
            self.model = await asyncio.to_thread(self._making.open_model, self.policy, progress)
        except TriageError as exc:
            for kept in sets:
                before = await asyncio.to_thread(self._making.again, kept)
                if before is None or before.teaching.digest == self.policy.teaching.digest:
                    continue
                with suppress(TriageError):
                    self.model = await asyncio.to_thread(self._making.open_model, before, progress)
                    self.policy, self.faults = before, _in_words(exc)
                    return False
            raise
        return True

    async def renew(self, keeping: Keeping) -> bool:
        """Put the draft in force, and its model; False: it was rejected, or waits.

        Waits for a model that is being made. Settings are taken over at once where the draft
        waits, as far as the applied set goes with them.
        """
        async with self._renewing:
            if not await keeping.until(self._made):
                return False
            try:
                await self._renew(keeping)
            except Exception as exc:  # noqa: BLE001 - no draft, whatever it provokes, stops a daemon
                self.faults, self.notes, self.draft = _in_words(exc), (), None
        return not self.faults and self.draft is None

    async def _renew(self, keeping: Keeping) -> None:
        order = await keeping.order()
        self._ordered = order.id if order is not None else ""
        draft = await asyncio.to_thread(self._making.load)
        settings, notes = kept_running(draft.settings, self.policy.settings)
        draft, held = replace(draft, settings=settings), None
        if order is not None and order.number:
            held = await self._go_back(draft, order, keeping)
        elif draft.files == self.policy.files or self._making.load_applied is None:
            await self._put(draft, keeping, Audit(how="reload"))
        elif order is not None and order.digest == draft.digest:
            await self._put(draft, keeping, order.audit)
        else:
            held = await self._through_gate(draft, keeping)
        if keeping.ending:
            return
        await keeping.hold(held)
        self.draft, self.faults, self.notes, self.untried = held, (), notes, False

    async def _go_back(self, draft: Policy, order: Order, keeping: Keeping) -> Draft | None:
        """Put an earlier set in force; the files on disk wait, where they are others."""
        kept = await keeping.applied(order.number)
        if kept is None or self._making.load_applied is None:
            raise NotPossible(f"there is no set {order.number} to go back to")
        target = await asyncio.to_thread(self._making.load_applied, kept.files)
        await self._put(replace(target, settings=draft.settings), keeping, order.audit)
        if target.files == draft.files:
            return None
        return await self._as_draft(draft, keeping, Held.ROLLED_BACK, ROLLED_BACK)

    async def _through_gate(self, draft: Policy, keeping: Keeping) -> Draft | None:
        """Put a draft in force that may go in force by itself; else return it as one that waits."""
        applied = await asyncio.to_thread(self._by_settings_of, draft)
        held = await self._waits_still(draft, keeping)
        if held is None:
            model = self.model

            @cache
            def taught() -> Model:
                if model is None:
                    raise RuntimeError("a draft came to the gate before the model was made")
                return self._making.retaught(model, draft)

            trial = Trial(
                applied=applied,
                draft=draft,
                ask=lambda: taught() if model is None else model,
                ask_draft=taught,
                now=keeping.clock(),
                wanted=lambda: not keeping.ending,
            )
            verdict = await asyncio.to_thread(self._making.rehearse, trial)
            if keeping.ending:
                return None
            if verdict.held is None:
                audit = Audit(how="by itself", tests=verdict.tests, replay=verdict.replay)
                await self._put(draft, keeping, audit)
                return None
            held = await self._as_draft(draft, keeping, verdict.held, verdict.reason)
            held = replace(held, tests=verdict.tests, replay=verdict.replay)
        await self._put(applied, keeping, Audit(how="reload"))
        return held

    def _by_settings_of(self, draft: Policy) -> Policy:
        """Return the applied files by the present settings; as they run, where that cannot be."""
        if self._making.load_applied is None:
            return self.policy
        try:
            policy = self._making.load_applied(self.policy.files)
        except ConfigError:
            return self.policy
        return replace(policy, settings=draft.settings)

    async def _waits_still(self, draft: Policy, keeping: Keeping) -> Draft | None:
        """Return the draft of these very files that waits already, beside this applied set."""
        held, applied = await keeping.draft(), await keeping.applied()
        if held is None or applied is None or held.number != applied.number:
            return None
        return replace(held, digest=draft.digest) if held.files == files_digest(draft) else None

    async def _as_draft(self, policy: Policy, keeping: Keeping, state: Held, reason: str) -> Draft:
        applied = await keeping.applied()
        return Draft(
            at=keeping.clock(),
            files=files_digest(policy),
            digest=policy.digest,
            number=0 if applied is None else applied.number,
            state=state,
            reason=reason,
        )

    async def _put(self, policy: Policy, keeping: Keeping, audit: Audit) -> None:
        """Put a policy in force with a model that it taught; kept first, then in force."""
        async with self._changing:
            model = self.model
            if model is not None and taught_otherwise(policy, self.policy):
                model = await asyncio.to_thread(self._making.retaught, model, policy)
            await keeping.apply(policy, audit)
            self.policy, self.model = policy, model

    async def learnt(self, model: Model, taught: str) -> bool:
        """Put a model in force that has learnt more; False: another teaching is by now."""
        async with self._changing:
            if self.model is None or self.policy.teaching.digest != taught:
                return False
            self.model = model
        return True

    def said(self, keeping: Keeping) -> Said:
        """Return what became of the draft."""
        return Said(
            at=keeping.clock(),
            policy=self.policy.digest,
            faults=self.faults,
            notes=self.notes,
            pending=self.draft,
            order=self._ordered,
        )


def files_digest(policy: Policy) -> str:
    """Name the rules and prompts of a policy, whatever its settings are."""
    return digest(sorted(policy.files.items()))


def _in_words(exc: Exception) -> tuple[str, ...]:
    if isinstance(exc, ConfigError):
        return tuple(str(fault) for fault in exc.faults)
    return (str(exc) if isinstance(exc, TriageError) else f"unexpected {type(exc).__name__}",)
