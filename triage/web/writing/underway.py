"""What is written on a ticket at the moment: drafts, what leaves, and whom the thread knows."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.accounts import Account
from triage.core.causes import Like
from triage.core.message import Address
from triage.core.reply import LARGEST, RELAY_SIZE, Correspondence
from triage.report.theirs import LOOKS_BACK, MOST_LIKE
from triage.store.protocol import Store
from triage.store.remarks import Remark
from triage.store.replying import Draft, ReplyView
from triage.store.sides import SideThread
from triage.store.views import TicketView
from triage.web.writing.addressed import of_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """All that a form, and what became of what was sent by it, are shown from.

    `drafts` are the reader's own. `limit` is how many bytes a mail may have, `like` what caused
    tickets of the same queue.
    """

    about: Correspondence
    drafts: tuple[Draft, ...]
    thread: tuple[Address, ...]
    replies: tuple[ReplyView, ...]
    remarks: tuple[Remark, ...]
    sides: tuple[SideThread, ...]
    like: tuple[Like, ...]
    limit: int


def underway(db: Store, ticket: TicketView, who: Account) -> Underway:
    """Read what is written on a ticket."""
    name = ticket.row.reference
    replies = db.replies(name)
    return Underway(
        about=db.correspondence(name),
        drafts=db.drafts_of(who.name, name),
        thread=of_thread(db, ticket, replies),
        replies=replies,
        remarks=db.remarks(name),
        sides=db.side_threads(name),
        like=db.caused_like(ticket.row.queue, ticket.row.opened - LOOKS_BACK, MOST_LIKE),
        limit=limit(db),
    )


def limit(db: Store) -> int:
    """Return how many bytes a mail may have: what the relay said last, else what all take."""
    said = db.setting(RELAY_SIZE) or ""
    return int(said) if said.isdecimal() and int(said) else LARGEST
