"""How pages that stand open learn what has changed: tickets as they are now, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from triage.store.views import TicketRow

KEPT = timedelta(hours=1)
"""How far back it is told what was touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A ticket that changed. `was` are the queues, with the best guess, in which it lay before.

    `answered` says who answered it last, and when.
    """

    row: TicketRow
    was: frozenset[tuple[str, str]]
    answered: tuple[str, datetime] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """How many tickets wait in a queue with one best guess, and how many of them are late."""

    queue: str
    guess: str
    waiting: int
    late: int


class Live(Protocol):
    """The part of `Store` by which pages that stand open learn what has changed."""

    def version(self) -> int:
        """Return a number that is another one once anybody else has written; it costs nothing."""

    def last_changed(self, before: timedelta = timedelta()) -> int:
        """Return the number of the last touch, or of the last one so long ago."""

    def changed(self, after: int, through: int, most: int) -> tuple[Touched, ...] | None:
        """Return what was touched after a number, up to another.

        None: it is longer ago than is kept, or these are more than `most`: look at everything.
        """

    def piles(self, now: datetime) -> tuple[Pile, ...]:
        """Count what waits, and what of it is late."""
