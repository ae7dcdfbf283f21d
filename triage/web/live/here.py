"""A page that stands open says who looks at its ticket, and who writes an answer to it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import FormData
from starlette.responses import Response

from triage.core.desk import Agent
from triage.core.ticket import UNANSWERED
from triage.errors import NotPossible
from triage.store.deeds import Asked
from triage.store.views import TicketRow
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.thread.asked import doer, take

_SAID = ("viewing", "replying", "stopped", "left")


async def here(visit: Visit) -> Response:
    """Note what the visitor does at a ticket: `doing` is viewing, replying, stopped or left.

    The first key of an answer makes a ticket theirs that nobody owns. It answers with nothing.
    """
    fields = await visit.request.form()
    doing = str(fields.get("doing", ""))
    if doing not in _SAID:
        raise NotPossible(reader(visit).say("Say what you do: viewing, replying, stopped, left."))
    asked = str(visit.request.path_params["ticket"])
    row = (await visit.office.read(lambda db: db.ticket(asked))).row
    presence, name, now = visit.office.presence, called(visit), visit.now
    match doing:
        case "viewing":
            presence.view(row.reference, name, now)
        case "stopped":
            presence.stop_replying(row.reference, name)
        case "left":
            presence.leave(row.reference, name)
        case _:
            await replying(visit, row)
    return Response(status_code=204)


async def replying(visit: Visit, row: TicketRow) -> None:
    """Note that the visitor writes an answer: the first key makes theirs what nobody owns."""
    first = visit.office.presence.reply(row.reference, called(visit), visit.now)
    if not first or row.owner or row.status not in UNANSWERED or not visit.who.agent:
        return
    wanted = take(visit, FormData())
    # Whoever is faster has it: then nothing is done, and the page shows whose it is.
    await visit.office.in_store(
        visit.office.store.do,
        [Asked(row.reference, row.revision)],
        wanted.deed,
        "take",
        doer(visit),
        visit.now,
    )


def called(visit: Visit) -> str:
    """Return how a visitor is called where others see it; who is in no roster: as their account."""
    roster = visit.office.terms().roster
    agent = roster.agent(visit.who.agent)
    return visit.who.name if agent is None else told_apart(agent, roster.agents)


def told_apart(agent: Agent, agents: Iterable[Agent]) -> str:
    """Return an agent's first name, or all of it where another one has the same first name."""
    alike = [one for one in agents if one.first_name == agent.first_name]
    return agent.name if len(alike) > 1 else agent.first_name
