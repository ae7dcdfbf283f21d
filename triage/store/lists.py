"""The lists of the page: what each is of, and what stands beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from triage.core.ticket import TicketId
from triage.store.deeds import Doing
from triage.store.live import Live
from triage.store.searched import Searching
from triage.store.views import InTurn, TicketRow


class View(StrEnum):
    """What a list is of."""

    NEXT = "next"
    WAITING = "waiting"
    OWED = "owed"
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCount:
    """How many tickets wait in a queue, and how many of them are late.

    `queue` is the best guess where it is `unsure`: those people see them too.
    """

    queue: str
    waiting: int
    late: int


class Pages(Doing, Live, Searching, Protocol):
    """The part of `Store` that lists for the page."""

    def rail(self, now: datetime) -> tuple[QueueCount, ...]:
        """Count what waits in each queue; `unsure` counts those of every guess."""

    def listed(
        self, view: View, queues: Collection[str], since: datetime, limit: int
    ) -> tuple[TicketRow, ...]:
        """List a view, at most `limit` rows, of `queues` (empty: of all).

        What waits comes in the order in which it must be answered, what is owed or snoozed by
        when it is due, the rest newest first. `DONE` goes back to `since`.
        """

    def in_turn(self) -> tuple[InTurn, ...]:
        """Return all that waits in the order of `queue`, however much: what decides of it alone."""

    def rows(self, tickets: Sequence[TicketId]) -> tuple[TicketRow, ...]:
        """Return the rows of tickets, in the order in which they are asked for."""

    def placed(self, reference: str) -> tuple[str, str] | None:
        """Return queue and best guess of a ticket, or of the one that stands for it; None: none."""
