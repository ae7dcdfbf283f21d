"""What a visitor may be offered next, of all that waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import cache

from triage.core.accounts import sees
from triage.core.roster import present
from triage.core.turn import offered
from triage.store.views import InTurn
from triage.web.routes import Visit


def within(rows: tuple[InTurn, ...], queues: Collection[str]) -> tuple[InTurn, ...]:
    """Keep what lies in these queues (empty: in any)."""
    return tuple(row for row in rows if sees(queues, row.queue, row.guess))


def for_visitor(
    visit: Visit, rows: tuple[InTurn, ...], queues: Collection[str]
) -> tuple[InTurn, ...]:
    """Keep what the visitor may be offered of these queues (empty: of any), in the desk's order.

    Whether an owner is full depends on all that waits for them, so `rows` are those of every queue.
    """
    roster, load = visit.office.terms().roster, Counter[str]()
    for row in rows:
        load[row.owner] += row.alike

    @cache
    def takes(owner: str) -> bool:
        agent = roster.agent(owner)
        if agent is None or not present(agent, roster, visit.now):
            return False
        return not agent.limit or load[owner] <= agent.limit

    return offered(within(rows, queues), visit.who.agent, takes, visit.now)
