"""The agents of a simulated desk: who is there, and which mail each of them answers next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tests.bench.simulated.plan import Plan, Sort
from triage.core.desk import Agent, Roster
from triage.core.roster import attendance
from triage.core.ticket import UNSURE
from triage.store.views import TicketRow

NEAR = timedelta(minutes=15)
"""So long before its warning a mail is everybody's."""

LATE_LANE = 4
"""One mail in so many is a late one, where any is."""

LAST_MINUTES = timedelta(minutes=4)
"""Nobody begins an answer so shortly before they leave."""


class Policy(StrEnum):
    """How the desk works: the product's way, or one thing of it done otherwise."""

    PRODUCT = "product"
    NAIVE = "naive"
    NEWEST = "newest"
    STRICT = "strict"


@dataclass(slots=True)
class Team:
    """Everybody who answers. `hands` says what each of them works on."""

    plan: Plan
    policy: Policy
    roster: Roster
    hands: dict[str, str] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    _shifts: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        until = self.plan.end + timedelta(days=14)
        for agent in self.roster.agents:
            spans = self._shifts[agent.id] = []
            for span in attendance(agent, self.roster, self.plan.start):
                if span.start > until:
                    break
                spans.append((span.start, span.end))

    def begins(self) -> list[datetime]:
        """Return when somebody comes in, as the roster has it."""
        return sorted({start for spans in self._shifts.values() for start, _ in spans})

    def there(self, agent: str, now: datetime) -> bool:
        """Say whether an agent is really there, whatever the roster knows."""
        sick = any(
            one.about == agent and one.start <= now < one.end for one in self.plan.of(Sort.SICK)
        )
        return not sick and any(start <= now < end for start, end in self._shifts[agent])

    def idle(self, now: datetime) -> list[Agent]:
        """Return who could begin an answer now."""
        soon = now + LAST_MINUTES
        return [
            agent
            for agent in self.roster.agents
            if agent.id not in self.hands and self.there(agent.id, now) and self._stays(agent, soon)
        ]

    def _stays(self, agent: Agent, until: datetime) -> bool:
        return any(start <= until < end for start, end in self._shifts[agent.id])

    def next_for(
        self, agent: Agent, rows: Sequence[TicketRow], now: datetime, owners: Callable[[str], bool]
    ) -> TicketRow | None:
        """Choose among what waits, in the order of the queue, what `agent` answers next.

        `owners` says whether an agent is on duty and not full, as far as the desk knows.
        """
        busy = self.hands.values()
        free = [row for row in rows if row.reference not in busy]
        mine = [row for row in free if self._may(agent, row, now, owners)]
        if self.policy is Policy.NEWEST:
            return max(mine, key=lambda row: row.waiting_since or row.opened, default=None)
        late = [row for row in mine if row.answer_by is not None and row.answer_by < now]
        fine = [row for row in mine if row.answer_by is None or row.answer_by >= now]
        turn = (self.taken[agent.id] + 1) % LATE_LANE == 0
        first, then = (late, fine) if turn else (fine, late)
        return next(iter([*first, *then]), None)

    def _may(
        self, agent: Agent, row: TicketRow, now: datetime, owners: Callable[[str], bool]
    ) -> bool:
        if row.owner == agent.id:
            return True
        if self.policy is Policy.STRICT:
            return not row.owner
        if row.queue == UNSURE or not owners(row.owner):
            return True
        return row.warn_at is not None and now >= row.warn_at - NEAR

    def take(self, agent: Agent, row: TicketRow) -> None:
        """Let `agent` begin with a mail."""
        self.hands[agent.id] = row.reference
        self.taken[agent.id] += 1

    def put_down(self, agent: str) -> str:
        """Let `agent` be done with what they had in hand; return its reference."""
        return self.hands.pop(agent)
