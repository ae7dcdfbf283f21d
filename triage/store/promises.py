"""What requesters were told, as values and as the part of `Store` that keeps and scores it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from triage.core.load import Load
from triage.core.misses import Live, Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A time that a mail tells, or is to tell: as a `day` or an hour, in whose name, since when."""

    at: datetime
    day: bool
    owner: str
    decided: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseScores:
    """What became of the times that requesters were told and that came in some span.

    `told` were told; `kept`, `told_before` (missed, and a delay notice left before) and
    `not_told` (by reason) are parts of it, `still_open` the rest. `slack` is how long before the
    promised time those that were answered were answered, on average: negative is later. Of
    `expected` forecasts `before_expected` were answered by the time that four in five were to
    be. `methods` gives told and kept for each way of finding a time. Delay notices count in
    `delays` alone, told and kept.
    """

    told: int = 0
    kept: int = 0
    told_before: int = 0
    not_told: Mapping[str, int] = field(default_factory=dict)
    still_open: int = 0
    slack: timedelta | None = None
    expected: int = 0
    before_expected: int = 0
    methods: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    delays: tuple[int, int] = (0, 0)

    @property
    def share(self) -> float | None:
        """The share kept of what has been decided; None where nothing has."""
        decided = self.told - self.still_open
        return self.kept / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What was foreseen `at` some moment for the time up to `until`, and how many `came`."""

    at: datetime
    until: datetime
    mean: float
    low: int
    high: int
    came: int

    @property
    def right(self) -> bool:
        """Say whether as many came as were foreseen, from `low` to `high`."""
        return self.low <= self.came <= self.high


class Promises(Protocol):
    """The part of `Store` that knows the load of the desk and what was promised."""

    def load(self, now: datetime) -> Load:
        """Return what waits, how fast it is answered, and how much more comes."""

    def settle_promises(self, now: datetime) -> int:
        """Settle what was promised and has passed, some at once; return how many those were."""

    def score_day(self, since: datetime, until: datetime, now: datetime) -> PromiseScores | None:
        """Count a day's promises once, and write that down; None where that was done before.

        They are those that lie from `since` up to, not including, `until`. What has passed a
        minute ago, or less, may not be settled yet: it is still open.
        """

    def live(self) -> tuple[Live, ...]:
        """List what waits with a clock, in the order of the desk."""

    def keep_foreseen(self, outlook: Outlook, now: datetime) -> None:
        """Keep what was foreseen at `now`, for some days."""

    def foreseen(self, since: datetime, until: datetime) -> tuple[Foreseen, ...]:
        """Return what was foreseen from `since` up to, not including, `until`, and what came.

        Only what is over by `until`.
        """
