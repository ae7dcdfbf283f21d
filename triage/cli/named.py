"""What a command is given: a ticket by its reference, or a mail by its handle."""

from __future__ import annotations

from triage.cli.output import say
from triage.store.protocol import Store
from triage.store.views import TicketView


def ticket_named(store: Store, typed: str) -> TicketView:
    """Return the ticket that `typed` names, or the one that it was merged into, and say so.

    Raises: NoSuchTicket.
    """
    view = store.ticket(typed)
    if not view.merged_into:
        return view
    say(f"triage: {view.row.reference} was merged into {view.merged_into}")
    return store.ticket(view.merged_into)


def brings_back(handle: str) -> str:
    """Return the command that brings filed mail back as a human's."""
    return f"triage correct {handle} --kind human"
