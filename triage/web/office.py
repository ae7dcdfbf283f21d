"""What every page is made from: the store, the desk in force, the clock, and what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from triage.config.load import Policy
from triage.config.settings import WebSettings
from triage.core.terms import Terms
from triage.pipeline.instore import Clock, StoreThread
from triage.pipeline.read import Predictor
from triage.store.protocol import Store
from triage.web.lists.turns import Turns
from triage.web.live.hub import Hub
from triage.web.live.presence import Presence
from triage.web.readers import Readers
from triage.web.team.condition import Condition, unknown
from triage.web.team.slow import Slow


def nobody() -> None:
    """Return no model: there is none behind this page."""


def nothing() -> None:
    """Renew nothing: no daemon stands behind this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What every page is made from.

    `read` runs a function on a store of its own, `in_store` a method of `store` on the one thread
    that writes. `policy` and `terms` are those in force when they are called, `condition` says how
    the service is. `slow` keeps what is slow to read, `hub` tells pages what has changed.
    `judge` is the model in force, None until it is made, and `renew` has the files read again, and
    orders of what is to be in force carried out.
    `presence` knows who is at which ticket, `turns` what was served to whom. Whole mails are read
    one at a time: a large one takes seconds and memory, and one thread is left for pages.
    """

    store: Store
    in_store: StoreThread
    read: Readers
    settings: WebSettings
    policy: Callable[[], Policy]
    terms: Callable[[], Terms]
    clock: Clock
    hub: Hub
    condition: Callable[[], Condition] = unknown
    judge: Callable[[], Predictor | None] = nobody
    renew: Callable[[], None] = nothing
    slow: Slow = field(default_factory=Slow)
    presence: Presence = field(default_factory=Presence)
    turns: Turns = field(default_factory=Turns)
    whole_mails: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
