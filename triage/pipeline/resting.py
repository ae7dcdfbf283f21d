"""Which mails failed in this run, and how long each is left alone before it is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import TypeAlias

from triage.core.ticket import MessageId

Pause: TypeAlias = Callable[[int], timedelta]
"""How long to wait after the `n`-th failure in a row, from 1."""


def growing(failures: int) -> timedelta:
    """Return the pause after the `failures`-th failure: 5 s, 20 s, and at most a minute."""
    return timedelta(seconds=min(5.0 * 4 ** min(failures - 1, 9), 60.0))


class Resting:
    """The mails that failed, in memory: how often each was tried is counted in the store."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause
        self._due: dict[MessageId, float] = {}

    def failed(self, message: MessageId, attempts: int) -> None:
        """Leave `message`, which was tried `attempts` times, alone for a while."""
        # Not by the wall clock: set back by an hour, it would leave the mail alone for as long.
        self._due[message] = monotonic() + self._pause(attempts).total_seconds()

    def now(self) -> frozenset[MessageId]:
        """Return the mails that are not to be tried now; the others' turn has come."""
        moment = monotonic()
        self._due = {message: due for message, due in self._due.items() if due > moment}
        return frozenset(self._due)
