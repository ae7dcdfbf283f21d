"""The form in which somebody writes: what stands in it before a key is pressed, and what was saved.

It lies outside everything that is swapped: while somebody writes in it, nobody else changes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from triage.core.given_name import given_name
from triage.core.reply import Correspondence, room
from triage.core.salutation import Begun, begun, stepping_in
from triage.core.ticket import UNSURE
from triage.store.protocol import Store
from triage.store.replying import Attached, Draft, DraftSort
from triage.store.views import TicketView
from triage.web.addressed import our_own, written
from triage.web.closing import suggestion
from triage.web.held import HeldBack
from triage.web.macros import Macro, filled, macros
from triage.web.reading import reader
from triage.web.render import Reader, marked
from triage.web.routes import Visit
from triage.web.underway import Underway, limit

_TITLES = {
    DraftSort.REPLY: marked("Reply"),
    DraftSort.NOTE: marked("Note"),
    DraftSort.THIRD_PARTY: marked("Ask a third party"),
    DraftSort.FORWARD: marked("Forward"),
    DraftSort.NEW: marked("New mail"),
}
_HINTS = {
    DraftSort.REPLY: marked("Write your answer. A ; at the start of a line brings the macros."),
    DraftSort.NOTE: marked("A note for your colleagues."),
    DraftSort.THIRD_PARTY: marked("What do you need to know?"),
    DraftSort.FORWARD: marked("Words before the mail that you pass on."),
    DraftSort.NEW: marked("What do you want to tell them?"),
}
_VERBS = {DraftSort.THIRD_PARTY: marked("Ask them"), DraftSort.FORWARD: marked("Forward it")}
_COPIES = frozenset({DraftSort.REPLY, DraftSort.NEW})
_OF_A_TICKET = (DraftSort.REPLY, DraftSort.NOTE, DraftSort.THIRD_PARTY, DraftSort.FORWARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that goes with a mail, as the form names it."""

    id: int
    name: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One of the forms. `fresh` is its text before anybody wrote; `subject` None: it has none."""

    form: DraftSort
    title: str
    action: str
    hint: str
    verb: str
    copies: bool
    to: str
    cc: str = ""
    subject: str | None = None
    text: str
    fresh: str
    by: str = ""
    mailbox: str = ""
    queue: str = ""
    language: str = ""
    files: tuple[File, ...] = ()
    saved: str = ""
    strange: str = ""
    held: HeldBack | None = None
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Everything that can be written on one ticket. `path` is the ticket's own, or `/new`.

    `seen` is the number of the last thing that happened to the ticket as this was made.
    `suggested` are people of the thread, `room` is how many bytes of files go with one mail,
    `cause` what most likely brought the ticket about.
    """

    reference: str
    path: str
    seen: int
    open: DraftSort
    panels: tuple[Panel, ...]
    suggested: tuple[tuple[str, str], ...]
    macros: tuple[Macro, ...]
    causes: tuple[tuple[str, str], ...]
    cause: str = ""
    cause_why: str = ""
    queues: tuple[tuple[str, str], ...] = ()
    mailboxes: tuple[tuple[str, str], ...] = ()
    room: int
    room_text: str


def composer(
    visit: Visit, ticket: TicketView, now: Underway, chosen: DraftSort = DraftSort.REPLY
) -> Composer:
    """Return the form of a ticket, with what its reader had begun."""
    row, read, policy = ticket.row, reader(visit), visit.office.policy()
    drafts = {draft.sort: draft for draft in now.drafts}
    own = our_own(visit.office.terms())
    there = {one.addr for one in now.about.recipients}
    begins = beginning(visit, ticket)
    most = room(now.limit)
    likely = suggestion(ticket, policy.causes, now.like)
    return Composer(
        reference=row.reference,
        path=f"/ticket/{row.reference}",
        seen=now.about.seen,
        open=chosen,
        panels=tuple(
            _panel(sort, now.about, drafts.get(sort), begins, read) for sort in _OF_A_TICKET
        ),
        suggested=tuple((one.addr, one.name) for one in now.thread if one.addr not in own | there),
        macros=macros(policy, ticket),
        causes=tuple((name, cause.title) for name, cause in policy.causes.items()),
        cause="" if likely is None else likely.cause.name,
        cause_why="" if likely is None else likely.why,
        room=most,
        room_text=bytes_text(most),
    )


def beginning(visit: Visit, ticket: TicketView | None) -> Begun:
    """Return how an answer of the visitor's to this ticket begins and ends."""
    policy = visit.office.policy()
    agent = policy.roster.agent(visit.who.agent)
    return begun(
        None if ticket is None else ticket.row.language,
        policy.settings.language,
        "" if ticket is None else given_name(ticket.row.requester_name),
        agent.name if agent else "",
        policy.settings.brand,
        "" if ticket is None else _told_of(visit, ticket),
    )


def stepping_line(visit: Visit, ticket: TicketView) -> str:
    """Return the line by which the visitor says for whom they step in; "" for nobody."""
    policy = visit.office.policy()
    agent = policy.roster.agent(visit.who.agent)
    return stepping_in(
        ticket.row.language,
        policy.settings.language,
        agent.name if agent else "",
        _told_of(visit, ticket),
    )


def _told_of(visit: Visit, ticket: TicketView) -> str:
    """Return the first name of the owner whom the requester was told of, if it is another one."""
    owner = visit.office.policy().roster.agent(ticket.row.owner)
    if owner is None or not visit.who.agent or owner.id == visit.who.agent:
        return ""
    answered = any(message.role == "sent" for message in ticket.messages)
    return owner.first_name if ticket.row.acknowledgement == "sent" or answered else ""


def _panel(
    sort: DraftSort, about: Correspondence, draft: Draft | None, begins: Begun, read: Reader
) -> Panel:
    panel = Panel(
        form=sort,
        title=read.say(_TITLES[sort]),
        action="note" if sort is DraftSort.NOTE else "reply",
        hint=read.say(_HINTS[sort]),
        verb=read.say(_VERBS[sort]) if sort in _VERBS else "",
        copies=sort in _COPIES,
        to=written(about.recipients) if sort is DraftSort.REPLY else "",
        subject=_subject(sort, about),
        text=_fresh(sort, begins),
        fresh=_fresh(sort, begins),
        language=(about.language or "") if sort is DraftSort.REPLY else "",
        key=secrets.token_urlsafe(18),
    )
    return panel if draft is None else restored(panel, draft, read)


def _subject(sort: DraftSort, about: Correspondence) -> str | None:
    """Return the subject that a form begins with; an answer keeps the one of its thread."""
    match sort:
        case DraftSort.FORWARD:
            return f"Fwd: {about.subject}"
        case DraftSort.THIRD_PARTY:
            return about.subject
        case _:
            return None


def _fresh(sort: DraftSort, begins: Begun) -> str:
    match sort:
        case DraftSort.REPLY | DraftSort.NEW:
            return begins.text
        case DraftSort.THIRD_PARTY | DraftSort.FORWARD:
            return f"\n\n{begins.signature}"
        case DraftSort.NOTE:
            return ""


def restored(panel: Panel, draft: Draft, read: Reader) -> Panel:
    """Return a form with what somebody had begun to write in it."""
    fields: Mapping[str, object] = draft.fields

    def was(name: str, otherwise: str) -> str:
        return str(fields.get(name, otherwise))

    return replace(
        panel,
        to=was("to", panel.to),
        cc=was("cc", panel.cc),
        subject=None if panel.subject is None else was("subject", panel.subject),
        text=was("text", panel.text),
        by=was("by", panel.by),
        mailbox=was("mailbox", panel.mailbox),
        queue=was("queue", panel.queue),
        files=files_of(draft.enclosed),
        saved=read.say("saved %(when)s", when=read.time(draft.at)),
    )


def files_of(enclosed: tuple[Attached, ...]) -> tuple[File, ...]:
    """Return files as the form names them."""
    return tuple(File(id=one.number, name=one.name, size=bytes_text(one.size)) for one in enclosed)


def bytes_text(size: int) -> str:
    """Write a number of bytes as people do: `12 KB`, `3.4 MB`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1024 * 1024):.1f} MB"


def with_macro(visit: Visit, shown: Composer, ticket: TicketView | None, name: str) -> Composer:
    """Return a form with a macro in the place of what is in its first one."""
    policy = visit.office.policy()
    language = None if ticket is None else ticket.row.language
    reply = policy.replies.reply(name, language)
    if reply is None:
        return shown
    line = "" if ticket is None else stepping_line(visit, ticket)
    text = filled(reply, policy, ticket, visit.who, line).text
    first, *others = shown.panels
    return replace(shown, panels=(replace(first, text=text), *others))


def new_composer(db: Store, visit: Visit) -> Composer:
    """Return the form of a mail to somebody who has not written."""
    read, policy = reader(visit), visit.office.policy()
    begins = beginning(visit, None)
    draft = next(iter(db.drafts_of(visit.who.name, "")), None)
    panel = Panel(
        form=DraftSort.NEW,
        title=read.say(_TITLES[DraftSort.NEW]),
        action="send",
        hint=read.say(_HINTS[DraftSort.NEW]),
        verb="",
        copies=True,
        to="",
        subject="",
        text=begins.text,
        fresh=begins.text,
        key=secrets.token_urlsafe(18),
    )
    most = room(limit(db))
    return Composer(
        reference="",
        path="/new",
        seen=0,
        open=DraftSort.NEW,
        panels=(panel if draft is None else restored(panel, draft, read),),
        suggested=(),
        macros=macros(policy, None),
        causes=(),
        queues=tuple(
            (name, queue.title)
            for name, queue in policy.queues.items()
            if visit.who.sees(name, name) and name != UNSURE
        ),
        mailboxes=tuple((one.name, one.address) for one in policy.settings.mailboxes),
        room=most,
        room_text=bytes_text(most),
    )
