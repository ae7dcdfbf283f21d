"""What a store promises of clocks that are counted anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from triage.core.disposition import Clocked
from triage.core.hours import Span
from triage.core.ticket import Priority, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What is counted of a ticket that waits for an answer since `start`.

    `queue`, `priority` and `danger` are those that its clock is of; the ticket's own, of which
    being done with it is counted, may be others by now. `turns` are the times that it waited for
    answers which were given.
    """

    ticket: TicketId
    start: datetime
    queue: str
    priority: Priority
    danger: bool
    own_queue: str
    own_priority: Priority
    turns: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Anew:
    """The clocks of a ticket as they are counted now; `resolution` None: there is none."""

    clock: Clocked
    resolution: Clocked | None


Count: TypeAlias = Callable[[Running], Anew]


@dataclass(frozen=True, slots=True)
class Touched:
    """Tickets whose clocks may be out of date, and the number of the last event looked at."""

    tickets: tuple[TicketId, ...]
    through: int


class Recounting(Protocol):
    """The part of `Store` that keeps clocks in step with policy, hours and corrections."""

    def touched(self, since: int | None) -> Touched:
        """Return the tickets to which something happened after the event of that number.

        None: every ticket that waits for an answer.
        """

    def recount(self, tickets: Sequence[TicketId], count: Count, now: datetime) -> int:
        """Count the clocks of these tickets anew; return for how many something changed.

        Only of tickets that wait for an answer: whatever was answered keeps its result. A deadline
        that moves is noted on the ticket. No moment at which the watch has acted is set again, and
        none that has passed, where it has acted for this clock before. A breach that is none any
        more is taken back. The clock of being done with a ticket begins here, goes on here once
        the requester has written again, and ends with the ticket.
        """
