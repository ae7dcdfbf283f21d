"""All that is read of the store to show one ticket, in one go and off the loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triage.core.accounts import Account
from triage.core.ticket import MessageId
from triage.store.dossier import Dossier
from triage.store.protocol import Store
from triage.store.round import Round
from triage.store.views import TicketView
from triage.web.thread.letters import Letter, letters
from triage.web.writing.underway import Underway, underway

MOST_EARLIER = 8
"""Earlier tickets of a requester that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One ticket as somebody sees it. `related` are the linked tickets that they may see, too.

    `writing` is what is written on it at the moment.
    """

    ticket: TicketView
    letters: Mapping[MessageId, Letter]
    dossier: Dossier
    beyond: Round
    related: tuple[str, ...]
    writing: Underway


def standing(db: Store, reference: str) -> TicketView:
    """Return a ticket, or what stands for it where it was merged. Raises: NoSuchTicket."""
    ticket = db.ticket(reference)
    return db.ticket(ticket.merged_into) if ticket.merged_into else ticket


def sight(db: Store, ticket: TicketView, who: Account) -> Sight:
    """Look at one ticket for `who`: of others only what they may see. It opens all its mails."""
    name = ticket.row.reference
    return Sight(
        ticket=ticket,
        letters=letters(db, ticket),
        dossier=db.dossier(name, who.queues, MOST_EARLIER),
        beyond=db.in_the_round(name),
        related=related(db, ticket, who),
        writing=underway(db, ticket, who),
    )


def related(db: Store, ticket: TicketView, who: Account) -> tuple[str, ...]:
    """Return the linked tickets that `who` may see, too."""
    return tuple(one for one in ticket.related if in_sight(db, one, who))


def in_sight(db: Store, reference: str, who: Account) -> bool:
    """Say whether a ticket is there, and one that `who` may see."""
    placed = db.placed(reference)
    return placed is not None and who.sees(*placed)
