"""What somebody wrote in a form, read as a mail, and looked at once more before it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from triage.core.message import Address
from triage.core.reply import (
    ASIDE,
    After,
    Answered,
    Correspondence,
    Done,
    Enclosed,
    Form,
    Passed,
    Reply,
)
from triage.core.sendguard import Came, Doubt, Outbound, doubts, own_words
from triage.errors import NotPossible
from triage.language import detect
from triage.store.protocol import Store
from triage.store.replying import DraftSort, Happened
from triage.store.sides import SideThread
from triage.store.views import TicketView
from triage.web.reading import reader
from triage.web.render import Reader
from triage.web.routes import Visit
from triage.web.thread.moments import check_back, owed
from triage.web.words_of import EVENTS, said
from triage.web.writing.addressed import named, of_thread, our_own, typed
from triage.web.writing.composer import beginning
from triage.web.writing.panel import MOST_TEXT
from triage.web.writing.sending import as_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """All of a ticket that a look at a mail needs, read at one moment; a new mail has no ticket.

    `sides` are its conversations with third parties, where the mail may go on with one.
    """

    ticket: TicketView | None
    about: Correspondence | None
    thread: tuple[Address, ...] = ()
    happened: tuple[Happened, ...] = ()
    files: tuple[Enclosed, ...] = ()
    sides: tuple[SideThread, ...] = ()


def around(db: Store, visit: Visit, reference: str, sort: DraftSort, seen: int) -> Around:
    """Read what is known of a ticket, what happened since `seen`, and the files of a draft."""
    files = db.files_of_draft(visit.who.name, reference, sort)
    if not reference:
        return Around(ticket=None, about=None, files=files)
    ticket, person = db.ticket(reference), visit.who.person
    return Around(
        ticket=ticket,
        about=db.correspondence(reference),
        thread=of_thread(db, ticket, db.replies(reference)),
        happened=tuple(
            one
            for one in db.happened_since(reference, seen, person)
            if sort is DraftSort.REPLY
            or one.by != person  # an answer says nothing to a third party
        ),
        files=files,
        sides=db.side_threads(reference) if sort is DraftSort.THIRD_PARTY else (),
    )


def text_of(fields: Mapping[str, object]) -> str:
    """Return what somebody wrote. Browsers send lines with CRLF."""
    return str(fields.get("text", "")).replace("\r\n", "\n")[:MOST_TEXT]


def read_reply(
    visit: Visit, fields: Mapping[str, object], sort: DraftSort, known: Around, pressed: str
) -> Reply:
    """Return the mail that a form holds; `pressed` is the key that sends it.

    Raises: NotPossible where an address is none, or the moment of an update is none.
    """
    read, form = reader(visit), Form(sort)
    to = named(typed(str(fields.get("to", "")), read), known.thread)
    cc = named(typed(str(fields.get("cc", "")), read), known.thread)
    return Reply(
        form=form,
        to=to,
        cc=cc,
        subject=_subject(fields, form, known),
        text=text_of(fields).strip("\n"),
        enclosed=known.files,
        after=Answered() if form in ASIDE else _after(visit, fields, pressed),
        passed=Passed.ATTACHED if fields.get("passed") == "attached" else Passed.INLINE,
        side=_goes_on({one.addr for one in (*to, *cc)}, known),
    )


def _goes_on(people: set[str], known: Around) -> int:
    """Return the newest conversation in which all these people are already; 0: there is none.

    Its last words stand below what is written: whoever was not in it does not read them.
    """
    messages = known.ticket.messages if known.ticket is not None else ()
    for side in reversed(known.sides):
        wrote = {one.sender for one in messages if one.id in side.messages}
        if people and people <= {*side.addresses, *wrote}:
            return side.number
    return 0


def _subject(fields: Mapping[str, object], form: Form, known: Around) -> str:
    if form is Form.REPLY and known.about is not None:
        return as_reply(known.about.subject)
    return str(fields.get("subject", "")).strip()


def _after(visit: Visit, fields: Mapping[str, object], pressed: str) -> After:
    read = reader(visit)
    match pressed:
        case "answered":
            return Answered()
        case "owes":
            by = str(fields.get("by", "")).strip() or str(fields.get("promised", ""))
            if not by:
                raise NotPossible(read.say("Say by when you owe an update: thursday 16:00."))
            return owed(visit, by)
        case "done":
            cause = str(fields.get("cause", ""))
            if cause and cause not in visit.office.policy().causes:
                raise NotPossible(read.say("There is no such cause."))
            return Done(cause=cause, check_back=check_back(visit, fields))
        case _:
            raise NotPossible(read.say("Say what is written."))


async def looked_at(visit: Visit, reply: Reply, known: Around) -> tuple[Doubt, ...]:
    """Look at a mail once more, as a careful colleague would."""
    ticket, terms = known.ticket, visit.office.terms()
    text = _without_scaffold(visit, reply, ticket)
    aside = reply.form in ASIDE or reply.form is Form.NEW
    language, sure = await asyncio.to_thread(detect, own_words(text))
    mail = Outbound(
        text=text,
        recipients=tuple(one.addr for one in (*reply.to, *reply.cc)),
        enclosed=len(reply.enclosed) + (reply.form is Form.FORWARD),
        written_in=language if sure else None,
        theirs=None if aside or ticket is None else ticket.row.language,
        known=None if aside else frozenset(one.addr for one in known.thread) | our_own(terms),
        owes=not isinstance(reply.after, Answered) or reply.form in ASIDE,
        came=tuple(_came(one, known, reader(visit)) for one in known.happened),
    )
    return doubts(mail, visit.now, terms.roster.hours.zone)


def _without_scaffold(visit: Visit, reply: Reply, ticket: TicketView | None) -> str:
    """Return a text, or nothing where all of it is greeting and signature, as the form begins."""
    begins = beginning(visit, ticket)
    bare = (begins.text.split(), begins.signature.split())
    return "" if reply.text.split() in bare else reply.text


def _came(one: Happened, known: Around, read: Reader) -> Came:
    row = known.ticket.row if known.ticket is not None else None
    requester = (row.requester_name or row.requester) if row is not None else ""
    if one.by:
        what = said(EVENTS, one.name, read)
        return Came(read.say("%(who)s: %(what)s", who=one.by, what=what), one.at)
    return Came(read.say("%(who)s has written", who=requester), one.at)
