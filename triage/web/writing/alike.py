"""One answer to tickets whose mails are all alike: written once, seen for each, called back whole.

Each requester gets a mail of their own, with their own greeting; what stands in braces is filled
in for each. A ticket for which something is missing, or on which something came meanwhile, is left
out and named.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from triage.core.reply import MOST_ALIKE, Correspondence, Form, Reply, is_key
from triage.core.sendguard import Outbound, doubts
from triage.errors import NotPossible
from triage.language import detect
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.store.replying import Happened
from triage.store.views import TicketView
from triage.web.fields import whole_number
from triage.web.reading import reader
from triage.web.render import page
from triage.web.routes import Visit
from triage.web.shell import HOME, shell
from triage.web.thread.sight import in_sight
from triage.web.writing.addressed import written
from triage.web.writing.composer import beginning
from triage.web.writing.held import HeldBack, told
from triage.web.writing.macros import values_of
from triage.web.writing.sending import Alike, as_reply, dispatch_all
from triage.web.writing.typed import text_of

LONGEST_KEY = 40
"""Characters of a key of many mails: that of each has the reference of its ticket behind it."""

_GAP = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One of the tickets: whom its mail goes to, what it says, and why it is left out, or "".

    `gap`: it would be chosen, but for something that the words name and nobody knows.
    """

    reference: str
    who: str
    to: str
    text: str
    chosen: bool
    gap: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One of the tickets, as it was read, with what came since its page was made.

    `sent`: it was sent by the same key before.
    """

    ticket: TicketView
    about: Correspondence
    happened: tuple[Happened, ...]
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody gave: the words, up to what each ticket was seen, and which get them.

    `key` names all that is sent of it. `chosen` None: all of them.
    """

    text: str
    key: str
    seen: Mapping[str, int]
    chosen: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What each ticket of a row gets, and to which of them it was sent."""

    known: tuple[Known, ...]
    given: Given
    ones: tuple[One, ...]
    sent: tuple[str, ...] = ()


async def show(visit: Visit) -> Response:
    """Show the tickets that stand in one row with one, and a form for one answer to them all."""
    return await _page(visit, FormData(), step="write")


async def act(visit: Visit) -> Response:
    """Show what each would get, or send it off."""
    fields, read = await visit.request.form(), reader(visit)
    step = str(fields.get("step", ""))
    if step not in {"preview", "send", "write"}:
        raise NotPossible(read.say("Say what is written."))
    return await _page(visit, fields, step=step)


async def take_back(visit: Visit) -> Response:
    """Call all of them back that have not begun to leave."""
    fields, read = await visit.request.form(), reader(visit)
    batch, store, person = str(fields.get("batch", "")), visit.office.store, visit.who.person
    reference = str(visit.request.path_params["ticket"])
    sent = await visit.office.read(lambda db: db.replies(reference))
    if not batch or all(one.batch != batch or one.person != person for one in sent):
        raise NotPossible(read.say("There is no such mail."))
    number = await visit.office.in_store(store.call_back_batch, batch, person, visit.now)
    if not number:
        raise NotPossible(read.say("Too late: it is on its way."))
    await visit.note(person, "take_back", reference, str(number))
    return RedirectResponse(f"/ticket/{reference}", 303)


async def _page(visit: Visit, fields: FormData, step: str) -> Response:
    reference, read = str(visit.request.path_params["ticket"]), reader(visit)
    given = _given(fields, step)

    def look(db: Store) -> tuple[tuple[Known, ...], tuple[QueueCount, ...]]:
        return in_row(db, visit, reference, given), db.rail(visit.now)

    known, counts = await visit.office.read(look)
    made = together(visit, known, given)
    held, fault = await held_of(visit, made) if step != "write" else None, ""
    if step == "send" and (held is None or not held.blocked):
        made = await send(visit, made)
        fault = "" if made.sent else read.say("None of them was sent: choose at least one.")
    row = known[0].ticket.row
    here = shell(visit, read, HOME, counts)
    return page(
        "alike.html",
        read,
        422 if fault else 200,
        **here,
        fault=fault,
        reference=row.reference,
        subject=row.subject or read.say("no subject"),
        total=row.alike,
        ones=made.ones,
        seen=tuple((one.ticket.row.reference, one.about.seen) for one in known),
        text=given.text,
        key=given.key,
        held=held,
        step=step,
        sent=len(made.sent),
        seconds=visit.office.settings.undo,
    )


def _given(fields: FormData, step: str) -> Given:
    chosen = frozenset(map(str, fields.getlist("ticket"))) if fields else None
    if chosen is not None and step == "preview":  # what had a gap may have none any more
        chosen |= frozenset(map(str, fields.getlist("gap")))
    key = str(fields.get("key", ""))
    return Given(
        text=text_of(fields).strip("\n"),
        key=key if is_batch(key) else secrets.token_urlsafe(18),
        seen=_seen(fields),
        chosen=chosen,
    )


def is_batch(key: str) -> bool:
    """Say whether a key can name mails that are sent off together: each has one made of it."""
    return is_key(key) and len(key) <= LONGEST_KEY


def _seen(fields: FormData) -> Mapping[str, int]:
    """Return up to what each ticket was seen, as the page that was shown says it."""
    found = {}
    for one in fields.getlist("seen"):
        reference, _, last = str(one).partition("=")
        if (known := whole_number(last)) is not None:
            found[reference] = known
    return found


def in_row(db: Store, visit: Visit, reference: str, given: Given) -> tuple[Known, ...]:
    """Read the tickets of a row that the visitor may see, the one that was asked for first."""
    found = []
    for name in db.in_one_row(reference, MOST_ALIKE):
        if in_sight(db, name, visit.who):
            about, person = db.correspondence(name), visit.who.person
            came = db.happened_since(name, given.seen.get(name, about.seen), person)
            mine = any(one.batch == given.key and one.person == person for one in db.replies(name))
            found.append(Known(ticket=db.ticket(name), about=about, happened=came, sent=mine))
    return tuple(found)


def together(visit: Visit, known: tuple[Known, ...], given: Given) -> Together:
    """Return what each ticket of a row would get."""
    return Together(
        known=known,
        given=given,
        ones=tuple(_one(visit, one, given.text, given.chosen) for one in known),
    )


def _one(visit: Visit, known: Known, text: str, chosen: frozenset[str] | None) -> One:
    row, read = known.ticket.row, reader(visit)
    begins = beginning(visit, known.ticket)
    values = values_of(visit.office.policy(), known.ticket, visit.who)
    body = _GAP.sub(lambda gap: values.get(gap[1], "") or gap[0], text)
    wanted, why = chosen is None or row.reference in chosen, ""
    if gaps := _GAP.findall(body):
        why = read.say("%(what)s is not known.", what=", ".join(gaps))
    elif known.happened and not known.sent:
        why = read.say("Something came meanwhile.")
    return One(
        reference=row.reference,
        who=row.requester_name or row.requester,
        to=written(known.about.recipients),
        text=f"{begins.opening}\n\n{body}\n\n{begins.signature}",
        chosen=wanted and not why,
        gap=wanted and bool(gaps),
        why=why,
    )


async def held_of(visit: Visit, made: Together) -> HeldBack | None:
    """Look at the words once more, as at those of one mail; what is filled in later is no gap."""
    text, ticket = made.given.text, made.known[0].ticket
    language, sure = await asyncio.to_thread(detect, text)
    terms = visit.office.terms()
    mail = Outbound(
        text=_GAP.sub("-", text),
        recipients=("all",),
        written_in=language if sure else None,
        theirs=ticket.row.language,
    )
    found = doubts(mail, visit.now, terms.roster.hours.zone)
    if not found:
        return None
    return told(found, "answered", reader(visit), terms.roster.hours, visit.now)


async def send(visit: Visit, made: Together) -> Together:
    """Send off what was chosen; a second press with its key changes nothing.

    What came in this moment leaves its ticket out.
    """
    mails = [
        Alike(
            about=one.about,
            reply=Reply(
                form=Form.REPLY,
                to=one.about.recipients,
                subject=as_reply(one.about.subject),
                text=shown.text,
            ),
            key=f"{made.given.key}-{one.ticket.row.reference}",
        )
        for one, shown in zip(made.known, made.ones, strict=True)
        if shown.chosen
    ]
    placed = await dispatch_all(visit, mails, made.given.key) if mails else ()
    again = {one.ticket.row.reference for one in made.known if one.sent}
    sent = tuple(one.reference for one in placed if one.mail is not None)
    for reference in sent:
        if reference not in again:
            await visit.note(visit.who.person, "send", reference, "alike")
    out = {one.reference: one.why for one in placed if one.mail is None}
    ones = tuple(
        replace(one, chosen=False, why=out[one.reference]) if one.reference in out else one
        for one in made.ones
    )
    return replace(made, ones=ones, sent=sent)
