"""What is in force: the policy and the model it taught, replaced together or not at all.

The files are a draft. A draft that reads without a fault and teaches a model is applied: it runs,
and the store keeps it whole. One that does not is rejected: the set applied last goes on, over a
restart too, and what is wrong with the draft is told.
"""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import structlog

from triage.config.load import Policy
from triage.config.restart import kept_running
from triage.errors import ConfigError, DraftRejected, TriageError
from triage.model.cache import cache_folder
from triage.model.child import Progress
from triage.model.predict import Model
from triage.store.protocol import Store
from triage.store.versions import AppliedSet

log = structlog.get_logger()

LoadApplied: TypeAlias = Callable[[Mapping[str, str]], Policy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a policy and its model are made; all of it blocks.

    Without `load_applied` there is nothing to go back to at a start.
    """

    load: Callable[[], Policy]
    load_applied: LoadApplied | None
    open_model: Callable[[Policy, Progress], Model]
    retaught: Callable[[Model, Policy], Model]
    open_store: Callable[[Path], Store]


class InForce:
    """The policy in force, its model once that is made, and what is to be said of the draft.

    `faults` are those of a rejected draft; `notes` say what of an applied one waits for a restart.
    """

    def __init__(self, making: Making) -> None:
        """Read the draft; where it is rejected, the set applied last. Raises: ConfigError."""
        self._making = making
        self._changing = asyncio.Lock()
        self.model: Model | None = None
        self.faults: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        try:
            self.policy = making.load()
        except DraftRejected as exc:
            before = self._policy_of(_kept(making.open_store, exc.store))
            if before is None:
                raise
            self.policy, self.faults = before, _in_words(exc)

    async def make(self, progress: Progress, kept: AppliedSet | None) -> bool:
        """Make the model; False: the draft taught none, and the set in `kept` is now in force.

        Raises: TriageError, where that one is of no use either.
        """
        async with self._changing:
            made = await self._make(progress, kept)
        # All this lives as long as the daemon: each search for garbage in it would hold everything
        # up for a tenth of a second.
        gc.collect()
        gc.freeze()
        return made

    async def _make(self, progress: Progress, kept: AppliedSet | None) -> bool:
        try:
            self.model = await asyncio.to_thread(self._making.open_model, self.policy, progress)
        except TriageError as exc:
            before = await asyncio.to_thread(self._policy_of, kept)
            if before is None or before.teaching.digest == self.policy.teaching.digest:
                raise
            self.model = await asyncio.to_thread(self._making.open_model, before, progress)
            self.policy, self.faults = before, _in_words(exc)
            return False
        return True

    async def renew(self, apply: Callable[[Policy], Awaitable[None]]) -> bool:
        """Put the draft in force, and its model; False: it was rejected, and nothing changed.

        Waits for a model that is being made. `apply` keeps the set before it is in force.
        """
        async with self._changing:
            try:
                draft = await asyncio.to_thread(self._making.load)
                settings, notes = kept_running(draft.settings, self.policy.settings)
                policy, model = replace(draft, settings=settings), self.model
                if model is not None:
                    if _taught(policy) != _taught(self.policy):
                        model = await asyncio.to_thread(self._making.retaught, model, policy)
                    await apply(policy)
            except Exception as exc:  # noqa: BLE001 - no draft, whatever it provokes, stops a daemon
                self.faults, self.notes = _in_words(exc), ()
                return False
            self.policy, self.model, self.faults, self.notes = policy, model, (), notes
        return True

    async def learnt(self, model: Model, taught: str) -> bool:
        """Put a model in force that has learnt more; False: another teaching is by now."""
        async with self._changing:
            if self.model is None or self.policy.teaching.digest != taught:
                return False
            self.model = model
        return True

    def verdict(self, at: datetime) -> str:
        """Return what became of the draft, in the shape in which the store keeps it."""
        return json.dumps(
            {
                "at": at.isoformat(),
                "policy": self.policy.digest,
                "faults": self.faults,
                "notes": self.notes,
            }
        )

    def _policy_of(self, kept: AppliedSet | None) -> Policy | None:
        """Load a set that was applied; None without one, or where it cannot be used any more."""
        if kept is None or self._making.load_applied is None:
            return None
        try:
            return self._making.load_applied(kept.files)
        except ConfigError as exc:
            log.warning("applied_set_unusable", number=kept.number, faults=len(exc.faults))
            return None


def open_model(policy: Policy, progress: Progress) -> Model:
    """Make the model that `policy` teaches. Raises: ModelUnusable."""
    from triage import training  # noqa: PLC0415 - only once it is needed

    settings = policy.settings.model
    return training.open_model(
        policy.teaching,
        settings.encoder,
        cache_folder(),
        settings.accuracy_when_sure,
        progress,
        threads=settings.threads,
    )


def retaught(model: Model, policy: Policy) -> Model:
    """Return `model` taught anew by `policy`. Raises: ModelUnusable."""
    from triage import training  # noqa: PLC0415 - only once it is needed

    accuracy = policy.settings.model.accuracy_when_sure
    return training.retaught(model, policy.teaching, cache_folder(), accuracy, lambda *_: None)


def _kept(open_store: Callable[[Path], Store], path: Path) -> AppliedSet | None:
    if not path.exists():
        return None
    store = open_store(path)
    try:
        return store.applied_set()
    finally:
        store.close()


def _taught(policy: Policy) -> tuple[str, float]:
    """Return what a model is made of besides its encoder."""
    return policy.teaching.digest, policy.settings.model.accuracy_when_sure


def _in_words(exc: Exception) -> tuple[str, ...]:
    if isinstance(exc, ConfigError):
        return tuple(str(fault) for fault in exc.faults)
    return (str(exc) if isinstance(exc, TriageError) else f"unexpected {type(exc).__name__}",)
