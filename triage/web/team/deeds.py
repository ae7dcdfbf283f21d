"""What is done in the team's views: switches set, and reasons, causes and fixes written down."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from triage.core.breach import Reason
from triage.core.switches import SwitchName
from triage.errors import NotPossible
from triage.store.guarding import Guarded
from triage.store.round import VoiceKind, VoiceSaid
from triage.web.fields import line, whole_number
from triage.web.guard import is_ours
from triage.web.htmx import onward
from triage.web.reading import reader, refusal
from triage.web.routes import Handler, Visit
from triage.web.team import hour
from triage.web.team.views import hour_again
from triage.web.thread.deeds import as_seen


def switch(name: SwitchName) -> Handler:
    """Return the handler that sets a switch; what is wrong is said above the forms."""

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        try:
            await hour.switch_on(visit, name, fields)
        except NotPossible as exc:
            return await hour_again(visit, refusal(visit, exc), {str(name): dict(fields)})
        return RedirectResponse("/team/hour", 303)

    return handler


async def explain(visit: Visit) -> Response:
    """Say why a deadline of a ticket was missed."""
    fields, read = await visit.request.form(), reader(visit)
    ticket = str(visit.request.path_params["ticket"])
    reason, clock = (str(fields.get(name, "")) for name in ("reason", "clock"))
    cycle = whole_number(fields.get("cycle", ""))
    if reason not in set(Reason) or clock not in set(Guarded) or cycle is None:
        raise NotPossible(read.say("Say why it was missed."))
    told = await visit.office.in_store(
        visit.office.store.explain_breach,
        ticket,
        Reason(reason),
        visit.who.person,
        visit.now,
        Guarded(clock),
        cycle,
    )
    await visit.note(visit.who.person, "breach_explained", told.reference, reason)
    visit.office.slow.forget()
    return onward(visit.request, _back(fields))


async def write_down(visit: Visit) -> Response:
    """Write down what caused a complaint or compliment, and what was done about it.

    A form that names the revision which was seen, as that of a ticket does, is held to it.
    """
    fields, read = await visit.request.form(), reader(visit)
    if "revision" in fields:
        await as_seen(visit, fields)
    ticket, kind = str(visit.request.path_params["ticket"]), str(fields.get("kind", ""))
    cause = str(fields.get("cause", ""))
    if kind not in set(VoiceKind):
        raise NotPossible(read.say("Say which it is."))
    if cause and cause not in visit.office.policy().causes:
        raise NotPossible(read.say("There is no such cause."))
    told = VoiceSaid(
        cause=cause,
        fix=line(fields, "fix"),
        closed=bool(fields.get("closed")),
    )
    await visit.office.in_store(
        visit.office.store.say_of_voice,
        ticket,
        VoiceKind(kind),
        told,
        visit.who.person,
        visit.now,
    )
    await visit.note(visit.who.person, kind, ticket, cause)
    visit.office.slow.forget()
    return onward(visit.request, _back(fields))


def _back(fields: FormData) -> str:
    """Return the page that a form stood in: the team's or a ticket's, and no other site's."""
    back = str(fields.get("back", ""))
    return back if back.startswith(("/team", "/ticket/")) and is_ours(back) else "/team"
