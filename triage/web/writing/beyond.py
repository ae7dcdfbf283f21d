"""Deeds beyond the answer of a ticket: remedies, gifts, merging and splitting.

Each is a POST with the revision that was seen, as other deeds are; afterwards its page is shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import FormData
from starlette.responses import Response

from triage.core.clocked import counting
from triage.core.goodwill import Gift, minor, refused
from triage.core.hours import month_of
from triage.core.ticket import MessageId
from triage.errors import NotPossible
from triage.store.round import Remedy
from triage.store.views import TicketView
from triage.web.fields import line
from triage.web.htmx import onward
from triage.web.reading import reader
from triage.web.routes import Handler, Visit
from triage.web.thread.deeds import as_seen
from triage.web.thread.sight import in_sight

Deed = Callable[[Visit, TicketView, FormData], Awaitable[str]]


def deed(name: str, does: Deed) -> Handler:
    """Return the handler of one of these deeds; it returns to the ticket that it names."""

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        ticket = await as_seen(visit, fields)
        went = await does(visit, ticket, fields)
        await visit.note(visit.who.person, name, ticket.row.reference, went)
        moved = went if name in _MOVES else ticket.row.reference
        return onward(visit.request, f"/ticket/{moved}{'' if name in _MOVES else '/more'}")

    return handler


def _agent(visit: Visit) -> str:
    """Return the visitor as the agent that they are. Raises: NotPossible: they are none."""
    agent = visit.who.agent
    if not agent or visit.office.terms().roster.agent(agent) is None:
        raise NotPossible(reader(visit).say("Only an agent of the roster can do this."))
    return agent


async def remedy(visit: Visit, ticket: TicketView, fields: FormData) -> str:
    """Write down what was decided to put something right."""
    decided = line(fields, "decided")
    if not decided:
        raise NotPossible(reader(visit).say("Say what was decided."))
    kept = str(fields.get("kept_word", ""))
    store = visit.office.store
    await visit.office.in_store(
        store.add_remedy,
        ticket.row.reference,
        Remedy(
            at=visit.now,
            person=visit.who.person,
            happened=line(fields, "happened"),
            kept_word=None if kept not in {"yes", "no"} else kept == "yes",
            asked_for=line(fields, "asked_for"),
            decided=decided,
            decided_by=visit.who.person,
            final=not fields.get("not_final"),
        ),
    )
    return ""


async def give(visit: Visit, ticket: TicketView, fields: FormData) -> str:
    """Give something beside the remedy, within what the visitor may give."""
    read, office = reader(visit), visit.office
    budget, roster = office.policy().goodwill, office.terms().roster
    if budget is None:
        raise NotPossible(read.say("Nothing may be given: there is no budget."))
    kind, reason = line(fields, "kind"), line(fields, "reason")
    if not kind or not reason or (budget.kinds and kind not in budget.kinds):
        raise NotPossible(read.say("Say what is given, and why."))
    try:
        amount = minor(str(fields.get("amount", "")).replace(",", "."), budget.digits)
    except ValueError:
        raise NotPossible(read.say("That is no amount: 20, or 12.50.")) from None
    gift = Gift(
        kind=kind,
        amount=amount,
        currency=budget.currency,
        reason=reason,
        person=_agent(visit),
        approved_by=line(fields, "approved_by"),
    )
    zone = roster.hours.zone
    month, _ = month_of(zone, visit.now.astimezone(zone).date())
    await office.in_store(
        office.store.give,
        ticket.row.reference,
        gift,
        month,
        visit.now,
        lambda spent: refused(budget, gift, spent, roster),
    )
    return kind


async def take_gift_back(visit: Visit, ticket: TicketView, _fields: FormData) -> str:
    """Take the last gift back: it stays written down as such."""
    store, person = visit.office.store, visit.who.person
    back = await visit.office.in_store(
        store.take_gift_back, ticket.row.reference, person, visit.now
    )
    if back is None:
        raise NotPossible(reader(visit).say("Nothing was given."))
    return back.gift.kind


async def merge(visit: Visit, ticket: TicketView, fields: FormData) -> str:
    """Let a ticket go into another one that the visitor may see, too."""
    read = reader(visit)
    into = str(fields.get("other", "")).strip() or str(fields.get("into", "")).strip()
    if not into:
        raise NotPossible(read.say("Say into which ticket it goes."))
    if not await visit.office.read(lambda db: in_sight(db, into, visit.who)):
        raise NotPossible(read.say("There is no such ticket."))
    await visit.office.in_store(
        visit.office.store.merge,
        ticket.row.reference,
        into,
        visit.who.person,
        visit.now,
        one_person=bool(fields.get("one_person")),
    )
    return into


async def unmerge(visit: Visit, ticket: TicketView, fields: FormData) -> str:
    """Take apart what was merged into this ticket."""
    gone = str(fields.get("gone", ""))
    if gone not in ticket.merged:
        raise NotPossible(reader(visit).say("There is no such ticket."))
    store = visit.office.store
    await visit.office.in_store(store.undo_merge, gone, visit.who.person, visit.now)
    return gone


async def split(visit: Visit, ticket: TicketView, fields: FormData) -> str:
    """Make one of a ticket's mails a ticket of its own."""
    number = str(fields.get("mail", ""))
    message = next((one for one in ticket.messages if str(int(one.id)) == number), None)
    if message is None:
        raise NotPossible(reader(visit).say("There is no such mail."))
    row = ticket.row
    clock = counting(visit.office.terms()).clock(
        row.queue, row.priority, message.arrived, danger="safety" in row.flags
    )
    return await visit.office.in_store(
        visit.office.store.split, MessageId(message.id), clock, visit.who.person, visit.now
    )


async def unsplit(visit: Visit, ticket: TicketView, _fields: FormData) -> str:
    """Put back what was split off."""
    store, reference = visit.office.store, ticket.row.reference
    await visit.office.in_store(store.undo_split, reference, visit.who.person, visit.now)
    whole = await visit.office.read(lambda db: db.ticket(reference))
    return whole.merged_into or reference


_MOVES = frozenset({"merge", "split", "unsplit"})
"""The deeds after which another ticket is shown."""

DEEDS: Mapping[str, Deed] = {
    "remedy": remedy,
    "gift": give,
    "gift-back": take_gift_back,
    "merge": merge,
    "unmerge": unmerge,
    "split": split,
    "unsplit": unsplit,
}
"""Every one of these deeds, by the last word of its path."""
