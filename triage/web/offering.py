"""What a visitor may be offered next, of all that waits."""

from __future__ import annotations

from collections import Counter
from functools import cache

from triage.core.roster import present
from triage.core.turn import offered
from triage.store.views import TicketRow
from triage.web.routes import Visit

LOOKED_AT = 1000
"""Tickets of the desk's order that are looked at for one visitor's."""


def for_visitor(visit: Visit, rows: tuple[TicketRow, ...]) -> tuple[TicketRow, ...]:
    """Keep what the visitor may be offered, in the desk's order."""
    roster, load = visit.office.terms().roster, Counter(row.owner for row in rows)

    @cache
    def takes(owner: str) -> bool:
        agent = roster.agent(owner)
        if agent is None or not present(agent, roster, visit.now):
            return False
        return not agent.limit or load[owner] <= agent.limit

    return offered(rows, visit.who.agent, takes, visit.now)
