"""What agents do to a ticket: each a POST that names what they saw, refused if it has changed.

Whoever acts on what is no longer so is told who did what meanwhile, and nothing is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from triage.core.owed import Source
from triage.core.owing import owed_by
from triage.core.ticket import UNANSWERED, Priority
from triage.core.typedtime import typed_time
from triage.errors import NotPossible
from triage.store.byhand import ELSEWHERE, Closing, Correction
from triage.web.htmx import by_htmx, with_toast
from triage.web.pane import pane
from triage.web.reading import reader
from triage.web.render import marked, page
from triage.web.routes import Visit
from triage.web.sight import sight
from triage.web.wishes import wish

Deed = Callable[[Visit, str, FormData], Awaitable[str]]


def deed(name: str, does: Deed) -> Callable[[Visit], Awaitable[Response]]:
    """Return the handler of a deed: it looks at what the visitor saw, acts, and goes back."""

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        reference = await _as_seen(visit, fields)
        what = await does(visit, reference, fields)
        await visit.note(visit.who.person, name, reference, what)
        return await after(visit, reference, name)

    return handler


async def after(visit: Visit, reference: str, name: str) -> Response:
    """Show the ticket as it is now: `#thread` alone, with a toast, where a script asked."""
    if not by_htmx(visit.request):
        return RedirectResponse(f"/ticket/{reference}", 303)
    look = await visit.office.read(lambda db: sight(db, reference, visit.who))
    ticket = look.ticket
    read = reader(visit)
    undo = f"/ticket/{reference}/undo" if name in UNDONE else None
    return with_toast(page("ticket.html", read, **pane(visit, look)), read.say(TOLD[name]), undo)


async def _as_seen(visit: Visit, fields: FormData) -> str:
    """Return the ticket's own reference. Raises: NotPossible if it is not as it was seen."""
    asked = str(visit.request.path_params["ticket"])
    ticket = await visit.office.read(lambda db: db.ticket(asked))
    seen = str(fields.get("revision", ""))
    if seen == str(ticket.row.revision):
        return ticket.row.reference
    read = reader(visit)
    last = ticket.events[-1] if ticket.events else None
    by = str(last.detail.get("by", "")) if last is not None else ""
    if last is None:
        raise NotPossible(read.say("It has changed meanwhile. Nothing was done: look again."))
    raise NotPossible(
        read.say(
            "It has changed meanwhile (%(what)s%(by)s, %(when)s). Nothing was done: look again.",
            what=last.name.replace("_", " "),
            by=f", {by}" if by else "",
            when=read.time(last.at),
        )
    )


async def take(visit: Visit, reference: str, _fields: FormData) -> str:
    """Make the visitor the owner."""
    await visit.office.in_store(
        visit.office.store.claim_ticket, reference, _agent(visit), visit.now
    )
    return ""


async def hand_over(visit: Visit, reference: str, fields: FormData) -> str:
    """Give a ticket to somebody else, who is told."""
    to = str(fields.get("to", ""))
    if visit.office.terms().roster.agent(to) is None:
        raise NotPossible(reader(visit).say("There is no such agent."))
    await visit.office.in_store(
        visit.office.store.hand_over, reference, to, visit.who.person, visit.now
    )
    return to


async def correct(visit: Visit, reference: str, fields: FormData) -> str:
    """Set queue or priority right; it teaches once it can no longer be undone."""
    queue, priority = str(fields.get("queue", "")), str(fields.get("priority", ""))
    policy = visit.office.policy()
    if (queue and queue not in policy.queues) or (priority and priority not in set(Priority)):
        raise NotPossible(reader(visit).say("There is no such queue or priority."))
    correction = Correction(queue=queue or None, priority=Priority(priority) if priority else None)
    if correction == Correction():
        raise NotPossible(reader(visit).say("Say what is right."))
    await visit.office.in_store(
        visit.office.store.correct,
        reference,
        correction,
        policy.service.boosts,
        visit.who.person,
        visit.now,
    )
    return " ".join(filter(None, (queue, priority)))


async def undo(visit: Visit, reference: str, _fields: FormData) -> str:
    """Take the last correction back."""
    store = visit.office.store
    if not await visit.office.in_store(
        store.undo_correction, reference, visit.who.person, visit.now
    ):
        raise NotPossible(reader(visit).say("There is no correction to take back."))
    return ""


async def answered(visit: Visit, reference: str, fields: FormData) -> str:
    """Mark a ticket as answered elsewhere."""
    how = str(fields.get("how", "elsewhere"))
    if how not in ELSEWHERE:
        raise NotPossible(reader(visit).say("Say how it was answered."))
    await visit.office.in_store(
        visit.office.store.answered, reference, visit.now, visit.who.person, how
    )
    return how


async def snooze(visit: Visit, reference: str, fields: FormData) -> str:
    """Put a ticket off."""
    until = _moment(visit, str(fields.get("until", "")))
    await visit.office.in_store(
        visit.office.store.snooze, reference, until, visit.who.person, visit.now
    )
    return until.isoformat()


async def owe(visit: Visit, reference: str, fields: FormData) -> str:
    """Put down an update that was promised."""
    terms, why = visit.office.terms(), str(fields.get("why", "")).strip()[:500]
    due = _moment(visit, str(fields.get("by", "")))
    owes = owed_by(due, why, visit.now, terms.roster.hours, terms.service.warn_before)
    await visit.office.in_store(
        visit.office.store.owe, reference, owes, visit.who.person, visit.now, Source.PAGE
    )
    return due.isoformat()


async def close(visit: Visit, reference: str, fields: FormData) -> str:
    """Close a ticket: it needs an answer, or a reason."""
    reason = str(fields.get("reason", "")).strip()[:500]
    cause = str(fields.get("cause", "")).strip()
    ticket = await visit.office.read(lambda db: db.ticket(reference))
    if ticket.row.status in UNANSWERED and not reason:
        raise NotPossible(
            reader(visit).say("It has no answer yet: give a reason, or mark it as answered.")
        )
    if cause and cause not in visit.office.policy().causes:
        raise NotPossible(reader(visit).say("There is no such cause."))
    await visit.office.in_store(
        visit.office.store.close_ticket,
        reference,
        Closing(reason=reason, cause=cause),
        visit.who.person,
        visit.now,
    )
    return reason


def _agent(visit: Visit) -> str:
    agent = visit.who.agent
    roster = visit.office.terms().roster
    if not agent or roster.agent(agent) is None:
        raise NotPossible(
            reader(visit).say("Your account is nobody's in the roster: it cannot own a ticket.")
        )
    return agent


def _moment(visit: Visit, typed: str) -> datetime:
    """Return the moment that somebody typed, in their zone. Raises: NotPossible."""
    read = reader(visit)
    found = typed_time(typed, visit.now, read.zone)
    hours = visit.office.terms().roster.hours
    due = None if found is None else found.due(hours, visit.now)
    if due is None or due <= visit.now:
        raise NotPossible(read.say("That is no moment to come: 17:00, tomorrow 09:00, friday."))
    return due


DEEDS: Mapping[str, Deed] = {
    "take": take,
    "hand-over": hand_over,
    "correct": correct,
    "undo": undo,
    "answered": answered,
    "snooze": snooze,
    "owe": owe,
    "wish": wish,
    "close": close,
}
"""Every deed by the last word of its path."""

TOLD: Mapping[str, str] = {
    "take": marked("It is yours."),
    "hand-over": marked("Handed over."),
    "correct": marked("Set right, and learned."),
    "undo": marked("Taken back."),
    "answered": marked("Marked as answered."),
    "snooze": marked("Put off."),
    "owe": marked("Put down as owed."),
    "wish": marked("Kept."),
    "close": marked("Closed."),
}
"""What is said of each deed once it is done."""

UNDONE = frozenset({"correct"})
"""The deeds that the deed `undo` takes back."""
