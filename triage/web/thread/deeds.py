"""What agents do to a ticket: each a POST that names what they saw, refused if it has changed.

Whoever acts on what is no longer so is told who did what meanwhile, and nothing is done. What can
be taken back answers with the path that takes it back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from triage.core.owed import Source
from triage.errors import NoSuchTicket, NotPossible
from triage.store.byhand import ELSEWHERE
from triage.store.deeds import Asked, Outcome, Refused
from triage.store.protocol import Store
from triage.store.views import EventView, TicketView
from triage.web.api.told import told as as_json
from triage.web.fields import whole_number
from triage.web.htmx import by_htmx, with_toast
from triage.web.reading import reader
from triage.web.render import marked, page
from triage.web.routes import Handler, Visit
from triage.web.said import by_program
from triage.web.shell import HOME
from triage.web.thread.asked import WANTS, Wants, doer
from triage.web.thread.moments import owed
from triage.web.thread.pane import pane
from triage.web.thread.sight import Sight, sight, standing
from triage.web.thread.wishes import wish
from triage.web.words_of import EVENTS
from triage.web.words_of import said as called

Deed = Callable[[Visit, str, FormData], Awaitable[str]]


def deed(name: str, does: Deed) -> Handler:
    """Return the handler of a deed that stays: it looks at what was seen, acts, and goes back."""

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        reference = (await as_seen(visit, fields)).row.reference
        what = await does(visit, reference, fields)
        await visit.note(visit.who.person, name, reference, what)
        return await after(visit, reference, reader(visit).say(TOLD[name]))

    return handler


def undoable(name: str, wants: Wants) -> Handler:
    """Return the handler of a deed that can be taken back, seen and done in one transaction."""

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        wanted, store = wants(visit, fields), visit.office.store
        asked = Asked(str(visit.request.path_params["ticket"]), revision(fields))
        outcome = await visit.office.in_store(
            store.do, [asked], wanted.deed, name, doer(visit), visit.now
        )
        reference = _done(visit, outcome)
        return await after(visit, reference, wanted.told, outcome.number)

    return handler


async def undo(visit: Visit) -> Response:
    """Take a deed back, of one ticket or of many."""
    read = reader(visit)
    of_one = "ticket" in visit.request.path_params
    try:
        outcome: Outcome = await visit.office.in_store(
            visit.office.store.take_back, int_of(visit, "deed"), doer(visit), visit.now
        )
    except NoSuchTicket as exc:
        if not of_one:
            raise
        raise NotPossible(read.say("There is nothing to take back.")) from exc
    if of_one:
        return await after(visit, _done(visit, outcome), read.say("Taken back."))
    if not outcome.done:
        raise NotPossible(" ".join(why(one, visit) for one in outcome.refused))
    told = read.count("%(num)s ticket as before.", "%(num)s tickets as before.", len(outcome.done))
    told = " ".join([told, *(why(one, visit) for one in outcome.refused)])
    if by_program(visit.request):
        return as_json(told)
    if not by_htmx(visit.request):
        return RedirectResponse(HOME, 303)
    return with_toast(Response(status_code=204), told)


async def after(visit: Visit, reference: str, told: str, number: int = 0) -> Response:
    """Show the ticket as it is now: `#thread` alone, with a toast, where a script asked.

    By `number` the deed is taken back; 0: it is not. What went where the visitor sees nothing is
    not shown any more, but they may take back what they did.
    """

    def look(db: Store) -> tuple[TicketView, bool, Sight | None]:
        ticket = standing(db, reference)
        sees = visit.who.sees(ticket.row.queue, ticket.row.guess)
        is_shown = sees and by_htmx(visit.request)
        return ticket, sees, sight(db, ticket, visit.who) if is_shown else None

    ticket, sees, seen = await visit.office.read(look)
    path = f"/ticket/{reference}/undo/{number}" if sees else f"/undo/{number}"
    if by_program(visit.request):
        name, stands = (reference, ticket.row.revision) if sees else ("", 0)
        return as_json(told, name, stands, path if number else "")
    if not by_htmx(visit.request):
        return RedirectResponse(f"/ticket/{reference}" if sees else HOME, 303)
    read = reader(visit)
    shown = page("ticket.html", read, **pane(visit, seen)) if seen else page("gone.html", read)
    return with_toast(shown, told, path if number else None)


def revision(fields: FormData) -> int:
    """Return the revision that was seen; what is none was never seen."""
    seen = whole_number(fields.get("revision", ""))
    return -1 if seen is None else seen


def int_of(visit: Visit, part: str) -> int:
    """Return the number that a part of the path is. Raises: NoSuchTicket."""
    typed = visit.request.path_params[part]
    found = whole_number(typed)
    if found is None:
        raise NoSuchTicket(str(typed))
    return found


def why(refused: Refused, visit: Visit) -> str:
    """Say why nothing was done to a ticket."""
    if refused.since is not None:
        return changed(refused.since, visit)
    return reader(visit).say(refused.why, **refused.values)


def changed(last: EventView | None, visit: Visit) -> str:
    """Say who did what meanwhile."""
    read = reader(visit)
    if last is None:
        return read.say("It has changed meanwhile. Nothing was done: look again.")
    by = visit.office.terms().roster.name(str(last.detail.get("by", "")))
    return read.say(
        "It has changed meanwhile (%(what)s%(by)s, %(when)s). Nothing was done: look again.",
        what=called(EVENTS, last.name, read),
        by=f", {by}" if by else "",
        when=read.time(last.at),
    )


def _done(visit: Visit, outcome: Outcome) -> str:
    """Return the one ticket to which something was done. Raises: NotPossible."""
    for refused in outcome.refused:
        raise NotPossible(why(refused, visit))
    return outcome.done[0]


async def as_seen(visit: Visit, fields: FormData) -> TicketView:
    """Return the ticket that a path names. Raises: NotPossible if it is not as it was seen."""
    asked = str(visit.request.path_params["ticket"])
    ticket = await visit.office.read(lambda db: db.ticket(asked))
    if revision(fields) == ticket.row.revision:
        return ticket
    last = ticket.events[-1] if ticket.events else None
    raise NotPossible(changed(last, visit))


async def undo_correction(visit: Visit, reference: str, _fields: FormData) -> str:
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


async def owe(visit: Visit, reference: str, fields: FormData) -> str:
    """Put down an update that was promised."""
    owes = owed(visit, str(fields.get("by", "")), str(fields.get("why", "")).strip()[:500])
    await visit.office.in_store(
        visit.office.store.owe, reference, owes, visit.who.person, visit.now, Source.PAGE
    )
    return owes.due.isoformat()


TOLD: Mapping[str, str] = {
    "undo": marked("Taken back."),
    "answered": marked("Marked as answered."),
    "owe": marked("Put down as owed."),
    "wish": marked("Kept."),
}
"""What is said of each deed that stays, once it is done."""

_STAY: Mapping[str, Deed] = {
    "undo": undo_correction,
    "answered": answered,
    "owe": owe,
    "wish": wish,
}

DEEDS: Mapping[str, Handler] = {
    **{name: undoable(name, wants) for name, wants in WANTS.items()},
    **{name: deed(name, does) for name, does in _STAY.items()},
}
"""The handler of every deed, by the last word of its path."""
