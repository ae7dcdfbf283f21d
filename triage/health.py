"""Whether the daemon moves: its stages, its store and its mailboxes.

The watchdog is fed only while every stage has moved and the store has just answered. A stuck
mailbox thread is replaced instead: it must not restart the other mailboxes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from triage.config.load import Policy
from triage.notify import WATCHDOG, sd_notify, status, watchdog_interval
from triage.pipeline.instore import Clock, ticks
from triage.pipeline.receive import Watcher
from triage.store.views import Burden

log = structlog.get_logger()

STILL = timedelta(seconds=120)
"""A stage that has not moved for this long does not move any more."""

BEAT = timedelta(seconds=10)
"""How often stages, mailboxes and store are looked at, unless the service manager wants more."""

ATTEMPT = timedelta(seconds=0.1)
PATIENCE = 150
"""Looks at the mailboxes, a tenth of a second apart, before a start goes on without them."""


def beat_every(environment: Mapping[str, str] = os.environ) -> timedelta:
    """Return the pause between two looks: at most half of what the manager waits for a sign.

    Source: sd_watchdog_enabled(3).
    """
    watchdog = watchdog_interval(environment)
    return BEAT if watchdog is None else min(BEAT, watchdog / 2)


class Moving(Protocol):
    """A stage that says when it last moved."""

    @property
    def beat(self) -> datetime:
        """The last instant at which it moved."""


class Health:
    """Looks after stages and mailboxes."""

    def __init__(self, watchers: Sequence[Watcher], stages: Sequence[Moving], clock: Clock) -> None:
        """Look after these."""
        self._watchers = watchers
        self._stages = stages
        self._clock = clock

    async def attempted(self, stop: asyncio.Event) -> None:
        """Wait until each mailbox was reached or could not be: a dead server stops no start."""
        looks = 0
        async for _ in ticks(ATTEMPT, stop):
            states = [watcher.state for watcher in self._watchers]
            looks += 1
            if looks > PATIENCE or all(s.last_sync or s.last_error for s in states):
                return

    def replace_stuck(self) -> None:
        """Put a new thread in the place of each one that is stuck."""
        for watcher in self._watchers:
            if watcher.stuck:
                watcher.replace()

    def tell(self, said: str) -> None:
        """Tell the service manager how things are, and that they move, if they do."""
        now = self._clock()
        still = [type(stage).__name__ for stage in self._stages if now - stage.beat > STILL]
        if still:
            log.error("stage_stands_still", stages=still)
            sd_notify(status(f"STANDS STILL: {', '.join(still)}"))
        else:
            sd_notify(WATCHDOG, status(said))

    def in_a_line(
        self, policy: Policy, burden: Burden | None, troubles: Mapping[str, str], *, rejected: bool
    ) -> str:
        """Say in a line how all is. Without a `burden` the store could not be asked."""
        said = [str(policy.settings.mode)]
        if burden is None:
            said.append("the store is busy")
        else:
            said.append(f"{burden.waiting} waiting")
            said += [f"{burden.unknown} of unknown fate"] if burden.unknown else []
            said += [f"IN JUNK: {burden.in_junk} like customers"] if burden.in_junk else []
        said.append(self._mailboxes())
        said += [f"{name}: {what}" for name, what in troubles.items() if what]
        said += [f"RULES REJECTED, running {policy.digest}"] if rejected else []
        return " · ".join([*said, f"rules {policy.digest}"])

    def _mailboxes(self) -> str:
        """Say in a few words how the mailboxes are."""
        down = [
            watcher.watch.mailbox.name
            for watcher in self._watchers
            if watcher.state.last_error and not watcher.state.connected
        ]
        if down:
            return f"UNREACHABLE: {', '.join(dict.fromkeys(down))}"
        return f"{len({watcher.watch.mailbox.name for watcher in self._watchers})} mailboxes"
