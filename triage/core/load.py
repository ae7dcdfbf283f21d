"""What the desk has to do and how fast it does it: what an expected time is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

HOURS_OF_A_WEEK = 168

ENOUGH = 30
"""Answers from which on a pace is known well enough to forecast by it."""


class Case(StrEnum):
    """What a forecast is made of: they err in different ways.

    `LOW`: a ticket that goes behind its turn. `CLOSED`: nobody was there who could answer.
    """

    OPEN = "open"
    CLOSED = "closed"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one agent is busy with one ticket: mean and spread, in minutes.

    `count` answers lie behind it. `spread` is the standard deviation.
    """

    count: int
    mean: float
    spread: float

    def most(self, share: float) -> float:
        """Return the minutes that a ticket takes at most, this many spreads above the mean."""
        return self.mean + share * self.spread


PRIOR = Pace(0, 8.0, 8.0)
"""What is assumed of a desk that has no history."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open tickets that stand alike: in one queue, at one place, due at one time.

    Both instants are rounded down, so that of what came at the same time all goes first.
    """

    place: datetime
    due: datetime
    queue: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What waits, how fast it is answered, and how much more comes.

    `waiting` is in no order; a wave of mails that are all alike counts as one. `more` waits
    besides, behind what is listed. `paces` are those of queues, `pace` that of all, over 28
    days. `arrivals` are the mails of an average hour, for each hour of a week in UTC from Monday
    on; empty: unknown. `surge`: so many times more comes now. `boosts` says which
    share of new tickets has which boost, in minutes.
    `short` is by how many minutes forecasts of late fell short, for each `Case`: four in five
    answers came no later than so long after them.
    `together`: answers name nobody, so the pace is that of the whole team.
    """

    waiting: tuple[Waiting, ...] = ()
    more: int = 0
    pace: Pace = PRIOR
    paces: Mapping[str, Pace] = field(default_factory=dict)
    arrivals: tuple[float, ...] = ()
    surge: float = 1.0
    boosts: Mapping[int, float] = field(default_factory=dict)
    short: Mapping[str, float] = field(default_factory=dict)
    together: bool = False

    @property
    def thin(self) -> bool:
        """Say whether there is too little history to forecast by."""
        return self.pace.count < ENOUGH

    def pace_of(self, queue: str) -> Pace:
        """Return the pace of a queue; where too little is known of it, that of all."""
        own = self.paces.get(queue)
        if own is not None and own.count >= ENOUGH:
            return own
        return PRIOR if self.thin else self.pace

    def boosted(self, beyond: float) -> float:
        """Return the share of new tickets whose boost is more than `beyond` minutes."""
        if not self.boosts:
            return 1.0 if beyond < 0 else 0.0
        return sum(share for boost, share in self.boosts.items() if boost > beyond)

    def arriving(self, at: datetime) -> float:
        """Return how many mails come in the hour of `at`."""
        if not self.arrivals:
            return 0.0
        utc = at.astimezone(UTC)
        return self.arrivals[utc.weekday() * 24 + utc.hour] * self.surge
