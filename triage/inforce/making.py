"""How a policy and its model are made, and how a draft is rehearsed; all of it blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import structlog

from triage.config.load import Policy
from triage.errors import ConfigError
from triage.model.cache import cache_folder
from triage.model.child import Progress
from triage.model.predict import Model
from triage.store.protocol import Store
from triage.store.sqlite import open_store
from triage.store.versions import AppliedSet
from triage.trial.gate import Trial, Verdict, gate

log = structlog.get_logger()

LoadApplied: TypeAlias = Callable[[Mapping[str, str]], Policy]
Rehearse: TypeAlias = Callable[[Trial], Verdict]


def rehearsed(trial: Trial) -> Verdict:
    """Test and replay a draft over the store that its settings name. Raises: as `gate` does."""
    store = open_store(trial.applied.settings.store, read_only=True)
    try:
        return gate(trial, store)
    finally:
        store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a policy and its model are made.

    Without `load_applied` there is nothing to go back to at a start, and every draft is applied.
    """

    load: Callable[[], Policy]
    load_applied: LoadApplied | None
    open_model: Callable[[Policy, Progress], Model]
    retaught: Callable[[Model, Policy], Model]
    open_store: Callable[[Path], Store]
    rehearse: Rehearse = rehearsed

    def again(self, kept: AppliedSet | None) -> Policy | None:
        """Load a set that was applied; None without one, or where it cannot be used any more."""
        if kept is None or self.load_applied is None:
            return None
        try:
            return self.load_applied(kept.files)
        except ConfigError as exc:
            log.warning("applied_set_unusable", number=kept.number, faults=len(exc.faults))
            return None

    def kept_at(self, path: Path) -> AppliedSet | None:
        """Return the set that the store at `path` keeps as applied; None where there is none."""
        if self.load_applied is None or not path.exists():
            return None
        store = self.open_store(path)
        try:
            return store.applied_set()
        finally:
            store.close()


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
