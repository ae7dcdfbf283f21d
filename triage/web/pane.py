"""One ticket as it is shown, beside a list or alone: what its templates are filled in with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triage.core.ticket import UNANSWERED, Priority, Status
from triage.store.views import MessageView, TicketView
from triage.web.present import on_duty
from triage.web.reading import reader
from triage.web.render import Reader
from triage.web.routes import Visit
from triage.web.rows import row_of
from triage.web.why import chips, reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One message of a thread, as it is shown."""

    who: str
    address: str
    when: str
    instant: str
    text: str
    ours: bool
    automatic: str


def pane(visit: Visit, ticket: TicketView) -> dict[str, Any]:
    """Return what `ticket.html` and `pane.html` are filled in with."""
    read, policy = reader(visit), visit.office.policy()
    return {
        "row": row_of(ticket.row, policy, read, visit.who.agent),
        "subject": ticket.row.subject or read.say("no subject"),
        "messages": tuple(_written(message, read) for message in ticket.messages),
        "reasons": reasons(ticket, read),
        "chips": chips(ticket, {name: queue.title for name, queue in policy.queues.items()}),
        "revision": ticket.row.revision,
        "waits": ticket.row.status in UNANSWERED,
        "done": ticket.row.status in {Status.DONE, Status.MERGED},
        "priority": str(ticket.row.priority),
        "priorities": tuple(map(str, Priority)),
        "queues": tuple((name, queue.title) for name, queue in policy.queues.items()),
        "others": on_duty(visit),
        "causes": tuple((name, cause.title) for name, cause in policy.causes.items()),
    }


def _written(message: MessageView, read: Reader) -> Written:
    return Written(
        who=message.sender_name or message.sender,
        address=message.sender,
        when=read.time(message.arrived),
        instant=message.arrived.isoformat(),
        text=message.text,
        ours=message.role == "sent",
        automatic="" if message.kind == "human" else message.kind.replace("_", " "),
    )
