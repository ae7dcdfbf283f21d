"""What people wrote who take part in a ticket: its facts, and what likely brought it about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from triage.core.causes import Like, Suggestion, suggested
from triage.core.referral import Cause
from triage.core.remember import as_list
from triage.core.ticket import Kind
from triage.store.views import MessageView, TicketView

LOOKS_BACK = timedelta(days=90)
MOST_LIKE = 200
"""How far back, and how many, closed tickets are asked what they were put down to."""


def theirs(view: TicketView) -> tuple[MessageView, ...]:
    """Return the mails of a ticket that people wrote who take part in it, the oldest first."""
    return tuple(one for one in view.messages if one.kind == Kind.HUMAN and one.participant)


def facts_in(message: MessageView) -> Mapping[str, str]:
    """Return the facts that were found in a mail, by name."""
    found = message.explained.get("facts")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): str(value) for name, value in found.items()}


def stated(view: TicketView) -> tuple[Mapping[str, str], ...]:
    """Return what each of their mails states."""
    return tuple(map(facts_in, theirs(view)))


def likely_cause(
    view: TicketView, causes: Mapping[str, Cause], like: Sequence[Like]
) -> Suggestion | None:
    """Return what most likely brought a ticket about; None where nothing speaks for anything."""
    said = theirs(view)
    fired = {str(name) for one in said for name in as_list(one.explained.get("rules"))}
    text = "\n".join(f"{one.subject}\n{one.text}" for one in said)
    return suggested(causes, text, view.row.queue, fired | set(view.row.flags), like)
