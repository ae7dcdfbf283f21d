"""What a command is given: a ticket by its reference, a mail by its handle, an agent by id."""

from __future__ import annotations

import click

from triage.cli.output import say
from triage.config.desk import Desk
from triage.config.faults import near
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


def check_agent(desk: Desk | None, typed: str) -> None:
    """Refuse an id that is nobody's, where the roster can be read. Raises: click.BadParameter."""
    if desk is None or desk.roster.agent(typed) is not None:
        return
    known = [one.id for one in desk.roster.agents]
    text = f"there is no agent '{typed}'; {near(typed, known)}"
    raise click.BadParameter(text, param_hint="--agent")


def brings_back(handle: str) -> str:
    """Return the command that brings filed mail back as a human's."""
    return f"triage correct {handle} --kind human"
