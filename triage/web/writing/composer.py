"""The form in which somebody writes: what stands in it before a key is pressed, and what was saved.

It lies outside everything that is swapped: while somebody writes in it, nobody else changes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.given_name import given_name
from triage.core.reply import room
from triage.core.salutation import Begun, begun, stepping_in
from triage.core.ticket import UNSURE
from triage.report.theirs import likely_cause
from triage.report.words import size
from triage.store.protocol import Store
from triage.store.replying import DraftSort
from triage.store.views import TicketView
from triage.web.kept import kept
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.writing.beside import beside
from triage.web.writing.macros import Macro, macros
from triage.web.writing.panel import (
    HINTS,
    MOST_TEXT,
    TITLES,
    Panel,
    panel_for,
    restored,
)
from triage.web.writing.sending import new_key
from triage.web.writing.underway import Underway, limit

_OF_A_TICKET = (DraftSort.REPLY, DraftSort.NOTE, DraftSort.THIRD_PARTY, DraftSort.FORWARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Everything that can be written on one ticket. `path` is the ticket's own, or `/new`.

    `seen` is the number of the last thing that happened to the ticket as this was made.
    `room` is how many bytes of files go with one mail, `most` how many characters a text has,
    `cause` what most likely brought the ticket about.
    """

    account: str
    reference: str
    path: str
    seen: int
    open: DraftSort
    panels: tuple[Panel, ...]
    macros: tuple[Macro, ...]
    causes: tuple[tuple[str, str], ...]
    cause: str = ""
    cause_why: str = ""
    queues: tuple[tuple[str, str], ...] = ()
    mailboxes: tuple[tuple[str, str], ...] = ()
    room: int
    room_text: str
    most: int = MOST_TEXT


def composer(
    visit: Visit, ticket: TicketView, now: Underway, chosen: DraftSort | None = None
) -> Composer:
    """Return the form of a ticket, with what its reader had begun; what they touched last is open.

    `chosen` is open where somebody has asked for it.
    """
    row, policy = ticket.row, visit.office.policy()
    begins = beginning(visit, ticket)
    last = max(now.drafts, key=lambda draft: draft.at, default=None)
    others = beside(now.sides, ticket.messages)
    most = room(now.limit)
    likely = likely_cause(ticket, policy.causes, now.like)
    return Composer(
        account=visit.who.name,
        reference=row.reference,
        path=f"/ticket/{row.reference}",
        seen=now.about.seen,
        open=chosen or (last.sort if last else DraftSort.REPLY),
        panels=tuple(panel_for(sort, now, others, begins, visit) for sort in _OF_A_TICKET),
        macros=macros(policy, ticket),
        causes=tuple((name, cause.title) for name, cause in policy.causes.items()),
        cause="" if likely is None else likely.cause.name,
        cause_why="" if likely is None else kept(likely.why, reader(visit)),
        room=most,
        room_text=size(most),
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


def new_composer(db: Store, visit: Visit) -> Composer:
    """Return the form of a mail to somebody who has not written."""
    read, policy = reader(visit), visit.office.policy()
    begins = beginning(visit, None)
    draft = next(iter(db.drafts_of(visit.who.name, "")), None)
    panel = Panel(
        form=DraftSort.NEW,
        title=read.say(TITLES[DraftSort.NEW]),
        action="send",
        hint=read.say(HINTS[DraftSort.NEW]),
        verb="",
        copies=True,
        to="",
        subject="",
        text=begins.text,
        fresh=begins.text,
        key=new_key(),
    )
    most = room(limit(db))
    return Composer(
        account=visit.who.name,
        reference="",
        path="/new",
        seen=0,
        open=DraftSort.NEW,
        panels=(panel if draft is None else restored(panel, draft, read),),
        macros=macros(policy, None),
        causes=(),
        queues=tuple(
            (name, queue.title)
            for name, queue in policy.queues.items()
            if visit.who.sees(name, name) and name != UNSURE
        ),
        mailboxes=tuple((one.name, one.address) for one in policy.settings.mailboxes),
        room=most,
        room_text=size(most),
    )
