"""Who is there now, and what tickets may be given."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a ticket may be given, one or all that are selected: to whom, and into which queue."""

    agents: tuple[tuple[str, str], ...]
    queues: tuple[tuple[str, str], ...]


def choices(visit: Visit) -> Choices:
    """Return what `bulk.html` and `deeds.html` offer."""
    queues = visit.office.policy().queues.items()
    return Choices(
        agents=on_duty(visit), queues=tuple((name, queue.title) for name, queue in queues)
    )
