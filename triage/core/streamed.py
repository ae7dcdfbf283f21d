"""What another program is told as it happens: which events, under which names, and what of them.

Source: Standard Webhooks 1.0.0 (payload structure, event types).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

RECIPIENT = "events"
"""How the outbox names the address that events are posted to."""

KEPT = timedelta(days=7)
"""So long an event is posted again while nobody takes it; then the next one is."""

TOLD: Mapping[str, str] = {
    "opened": "ticket.opened",
    "set_aside": "ticket.opened",
    "written": "ticket.written",
    "corrected": "ticket.judged",
    "correction_undone": "ticket.judged",
    "kind_said": "ticket.judged",
    "acknowledgement_sent": "ticket.acknowledged",
    "acknowledgement_withheld": "ticket.not_acknowledged",
    "acknowledgement_cancelled": "ticket.not_acknowledged",
    "acknowledgement_expired": "ticket.not_acknowledged",
    "acknowledgement_failed": "ticket.not_acknowledged",
    "acknowledgement_unknown": "ticket.not_acknowledged",
    "claimed": "ticket.taken",
    "reassigned": "ticket.handed_over",
    "answered": "ticket.answered",
    "warning": "ticket.warned",
    "update_warning": "ticket.warned",
    "resolution_warning": "ticket.warned",
    "escalation": "ticket.escalated",
    "breach": "ticket.breached",
    "update_breach": "ticket.breached",
    "resolution_breach": "ticket.breached",
    "update_owed": "ticket.owed",
    "update_written": "ticket.update_written",
    "update_dropped": "ticket.update_dropped",
    "snoozed": "ticket.snoozed",
    "woken": "ticket.woken",
    "merged": "ticket.merged",
    "merge_undone": "ticket.merge_undone",
    "split": "ticket.split",
    "split_undone": "ticket.split_undone",
    "closed": "ticket.closed",
    "alarm": "desk.alarm",
    "switched_on": "desk.switched",
    "switched_off": "desk.switched",
}
"""Every event of the journal that is told, and the type under which it is."""

_PLAIN = frozenset(
    {
        "by",
        "owner",
        "queue",
        "priority",
        "result",
        "how",
        "until",
        "due",
        "cause",
        "was",
        "kind",
        "into",
        "from",
        "message",
        "participant",
        "switch",
    }
)
"""What of an event's details is nobody's words and no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the journal is told: of which queues (empty: all), and with what people wrote."""

    queues: frozenset[str] = frozenset()
    content: bool = False


def details(told: Mapping[str, object]) -> Mapping[str, object]:
    """Return what may be told of an event's details: names of ours and times, never a text."""
    return {
        name: value
        for name, value in told.items()
        if name in _PLAIN and (value is None or isinstance(value, str | int | float | bool))
    }
