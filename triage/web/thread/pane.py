"""One ticket as it is shown, beside a list or alone: what its templates are filled in with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triage.core.ticket import UNANSWERED, Status
from triage.web.lists.rows import PRIORITIES, SIGNALS, row_of
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.thread.about import about
from triage.web.thread.asked import KIND_WORDS
from triage.web.thread.conversation import conversation, folded_away
from triage.web.thread.present import choices
from triage.web.thread.sight import Sight
from triage.web.thread.why import chips, why
from triage.web.writing.composer import Composer, composer
from triage.web.writing.outgoing import sent, unsettled


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal that a ticket has, or could be said to have."""

    name: str
    icon: str
    text: str
    is_so: bool


def pane(visit: Visit, seen: Sight, form: Composer | None = None) -> dict[str, Any]:
    """Return what `ticket.html` and `pane.html` are filled in with; None: its form as usual."""
    read, policy, ticket = reader(visit), visit.office.policy(), seen.ticket
    given = choices(visit)
    titles = dict(given.queues)
    return {
        "row": row_of(ticket.row, policy, read, visit.who.agent),
        "subject": ticket.row.subject or read.say("no subject"),
        "entries": folded_away(conversation(seen, policy.roster, titles, read)),
        "why": why(ticket, policy.queues, read),
        "about": about(seen, policy.roster, read),
        "chips": chips(ticket, titles),
        "revision": ticket.row.revision,
        "waits": ticket.row.status in UNANSWERED,
        "done": ticket.row.status in {Status.DONE, Status.MERGED},
        "signals": tuple(
            Signal(name=name, icon=icon, text=read.say(word), is_so=name in ticket.row.flags)
            for name, (icon, word) in SIGNALS.items()
        ),
        "kinds": tuple((name, read.say(KIND_WORDS[name])) for name in ("spam", "automatic")),
        "priority": read.say(PRIORITIES[ticket.row.priority]),
        "priorities": tuple(
            (str(name), read.say(word))
            for name, word in PRIORITIES.items()
            if name is not ticket.row.priority
        ),
        "queues": given.queues,
        "others": given.agents,
        "referrals": tuple((name, one.title) for name, one in policy.referrals.items()),
        "composer": form or composer(visit, ticket, seen.writing),
        "sending": tuple(
            sent(one, ticket.events, policy.roster, read)
            for one in unsettled(seen.writing.replies, ticket.events, visit.now)
        ),
    }
