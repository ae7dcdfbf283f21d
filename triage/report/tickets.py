"""What belongs to tickets as JSON, as the command line and the API both tell of it.

Keys are added at the end, never changed. Instants are ISO 8601 with their offset, null where
there is none.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from triage.core.ticket import handle
from triage.store.views import ClockView, EventView, Filed, MessageView

Json = dict[str, object]


def when(at: datetime | None, zone: tzinfo) -> str | None:
    """Return an instant as ISO 8601 with its offset."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def message_shape(one: MessageView, zone: tzinfo) -> Json:
    """Return one message of a ticket; `explained` holds what `explain` calls scores and reasons."""
    return {
        "kind": one.kind,
        "kind_why": one.kind_why,
        "from": one.sender,
        "from_name": one.sender_name,
        "subject": one.subject,
        "arrived": when(one.arrived, zone),
        "text": one.text,
        "attachments": one.attachments,
        "participant": one.participant,
        "trust": one.trust,
        "trust_why": one.trust_why,
        "acknowledge": one.acknowledge,
        "acknowledge_reason": one.acknowledge_reason,
        "explained": dict(one.explained),
        "mail": handle(one.id),
    }


def clock_shape(one: ClockView, zone: tzinfo) -> Json:
    """Return one clock; `spans` are the pairs of instants that it counted."""
    return {
        "cycle": one.cycle,
        "start": when(one.start, zone),
        "deadline": when(one.deadline, zone),
        "answered": when(one.answered, zone),
        "result": one.result or None,
        "spans": [[when(span.start, zone), when(span.end, zone)] for span in one.spans],
        "why": one.why,
    }


def event_shape(one: EventView, zone: tzinfo) -> Json:
    """Return one thing that happened to a ticket."""
    return {"at": when(one.at, zone), "name": one.name, "detail": dict(one.detail)}


def filed_shape(one: Filed, zone: tzinfo) -> Json:
    """Return one mail that became no ticket; `ticket` is the one that it lies on, or null."""
    return {
        "kind": one.kind,
        "why": one.why,
        "from": one.sender,
        "subject": one.subject,
        "arrived": when(one.arrived, zone),
        "ticket": one.reference or None,
        "mail": one.handle,
        "from_name": one.sender_name,
    }
