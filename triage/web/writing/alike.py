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
from dataclasses import dataclass

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
    """One of the tickets, as it was read, with what came since its page was made."""

    ticket: TicketView
    about: Correspondence
    happened: tuple[Happened, ...]


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
    seen = _seen(fields)

    def look(db: Store) -> tuple[list[Known], tuple[QueueCount, ...]]:
        return _all(db, visit, reference, seen), db.rail(visit.now)

    known, counts = await visit.office.read(look)
    text = text_of(fields).strip("\n")
    chosen = frozenset(map(str, fields.getlist("ticket"))) if fields else None
    if chosen is not None and step == "preview":  # what had a gap may have none any more
        chosen |= frozenset(map(str, fields.getlist("gap")))
    ones = tuple(_one(visit, one, text, chosen) for one in known)
    held = await _held(visit, text, known[0].ticket) if step != "write" else None
    key = str(fields.get("key", ""))
    key = key if is_key(key) and len(key) <= 40 else secrets.token_urlsafe(18)
    sent, fault = 0, ""
    if step == "send" and (held is None or not held.blocked):
        sent = await _send(visit, known, ones, key)
        fault = "" if sent else read.say("None of them was sent: choose at least one.")
    here = shell(visit, read, HOME, counts)
    return page(
        "alike.html",
        read,
        422 if fault else 200,
        **here,
        fault=fault,
        reference=known[0].ticket.row.reference,
        subject=known[0].ticket.row.subject or read.say("no subject"),
        total=known[0].ticket.row.alike,
        ones=ones,
        seen=tuple((one.ticket.row.reference, one.about.seen) for one in known),
        text=text,
        key=key,
        held=held,
        step=step,
        sent=sent,
        seconds=visit.office.settings.undo,
    )


def _seen(fields: FormData) -> Mapping[str, int]:
    """Return up to what each ticket was seen, as the page that was shown says it."""
    found = {}
    for one in fields.getlist("seen"):
        reference, _, last = str(one).partition("=")
        if (known := whole_number(last)) is not None:
            found[reference] = known
    return found


def _all(db: Store, visit: Visit, reference: str, seen: Mapping[str, int]) -> list[Known]:
    """Read the tickets of a row that the visitor may see, the one that was asked for first."""
    found = []
    for name in db.in_one_row(reference, MOST_ALIKE):
        if in_sight(db, name, visit.who):
            about = db.correspondence(name)
            came = db.happened_since(name, seen.get(name, about.seen), visit.who.person)
            found.append(Known(ticket=db.ticket(name), about=about, happened=came))
    return found


def _one(visit: Visit, known: Known, text: str, chosen: frozenset[str] | None) -> One:
    row, read = known.ticket.row, reader(visit)
    begins = beginning(visit, known.ticket)
    values = values_of(visit.office.policy(), known.ticket, visit.who)
    body = _GAP.sub(lambda gap: values.get(gap[1], "") or gap[0], text)
    wanted, why = chosen is None or row.reference in chosen, ""
    if gaps := _GAP.findall(body):
        why = read.say("%(what)s is not known.", what=", ".join(gaps))
    elif known.happened:
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


async def _held(visit: Visit, text: str, ticket: TicketView) -> HeldBack | None:
    """Look at the words once more, as at those of one mail; what is filled in later is no gap."""
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


async def _send(visit: Visit, known: list[Known], ones: tuple[One, ...], key: str) -> int:
    """Send off what was chosen; return how many there were."""
    mails = [
        Alike(
            about=one.about,
            reply=Reply(
                form=Form.REPLY,
                to=one.about.recipients,
                subject=as_reply(one.about.subject),
                text=shown.text,
            ),
            key=f"{key}-{one.ticket.row.reference}",
        )
        for one, shown in zip(known, ones, strict=True)
        if shown.chosen
    ]
    placed = await dispatch_all(visit, mails, key) if mails else ()
    went = [one for one in placed if one.mail is not None]
    for one in went:
        await visit.note(visit.who.person, "send", one.reference, "alike")
    return len(went)
