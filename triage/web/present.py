"""Who is there now."""

from __future__ import annotations

from triage.core.roster import present
from triage.web.routes import Visit


def on_duty(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return who is there now, by id and name, but the visitor."""
    roster = visit.office.terms().roster
    return tuple(
        (agent.id, agent.name)
        for agent in roster.agents
        if agent.id != visit.who.agent and present(agent, roster, visit.now)
    )
