"""What programs read: a promise to them, added to and never changed.

Instants are ISO 8601 in UTC, spans minutes, null where there is none.
"""

from __future__ import annotations

from datetime import UTC, datetime

from triage.core.outgoing import Outgoing
from triage.core.switches import Switch
from triage.report import tickets
from triage.report.beyond import round_shape
from triage.store.remarks import Remark
from triage.store.round import Round
from triage.store.views import Filed, MailView, MessageView, TicketRow, TicketView

Json = dict[str, object]


def when(at: datetime | None) -> str | None:
    """Return an instant."""
    return tickets.when(at, UTC)


def row_shape(row: TicketRow) -> Json:
    """Return one row of a list."""
    return {
        "reference": row.reference,
        "revision": row.revision,
        "status": row.status,
        "queue": row.queue,
        "guess": row.guess,
        "priority": row.priority,
        "boost": row.boost,
        "owner": row.owner,
        "requester": row.requester,
        "requester_name": row.requester_name,
        "subject": row.subject,
        "gist": row.gist,
        "language": row.language,
        "signals": list(row.flags),
        "badges": list(row.badges),
        "opened": when(row.opened),
        "waiting_since": when(row.waiting_since),
        "answer_by": when(row.answer_by),
        "promised_at": when(row.promised_at),
        "place": when(row.place),
        "acknowledgement": row.acknowledgement,
        "messages": row.messages,
        "alike": row.alike,
    }


def ticket_shape(
    view: TicketView, related: tuple[str, ...], remarks: tuple[Remark, ...], beyond: Round
) -> Json:
    """Return everything about a ticket; `related` are those that the reader may see."""
    last = view.resolution
    return {
        **row_shape(view.row),
        "owner_why": view.owner_why,
        "related": list(related),
        "merged": list(view.merged),
        "merged_into": view.merged_into or None,
        "thread": [_message(one) for one in view.messages],
        "clocks": [tickets.clock_shape(one, UTC) for one in view.clocks],
        "resolution": None if last is None else tickets.clock_shape(last, UTC),
        "outgoing": [_outgoing(one) for one in view.outgoing],
        "events": [tickets.event_shape(one, UTC) for one in view.events],
        "notes": [_note(one) for one in remarks],
        "round": round_shape(beyond, UTC),
    }


def _message(one: MessageView) -> Json:
    return {**tickets.message_shape(one, UTC), "role": one.role}


def _outgoing(mail: Outgoing) -> Json:
    return {
        "purpose": mail.purpose,
        "sort": mail.sort,
        "state": mail.state,
        "reason": mail.reason,
        "to": mail.recipient,
        "created": when(mail.created),
        "next_at": when(mail.next_at),
        "promised_at": when(mail.promised_at),
        "attempts": mail.attempts,
        "mail": mail.id,
    }


def _note(one: Remark) -> Json:
    return {"at": when(one.at), "by": one.person, "text": one.text}


def filed_shape(one: Filed) -> Json:
    """Return one mail that became no ticket; `ticket` is the one that it lies on, or null."""
    return tickets.filed_shape(one, UTC)


def mail_shape(view: MailView) -> Json:
    """Return one mail by itself; `waits`: it is judged anew, and what it is may change."""
    return {
        **_message(view.message),
        "ticket": view.reference or None,
        "language": view.language,
        "waits": view.waits,
    }


def switch_shape(one: Switch) -> Json:
    """Return one switch of the hour."""
    return {
        "number": one.number,
        "name": one.name,
        "about": one.about,
        "said": one.said,
        "since": when(one.since),
        "until": when(one.until),
        "person": one.person,
        "set": when(one.at),
    }
