"""What a ticket is: its status, its priority, and the table of its transitions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NewType

TicketId = NewType("TicketId", int)
MessageId = NewType("MessageId", int)
OutboxId = NewType("OutboxId", int)

UNSURE = "unsure"
"""The queue the model abstains into: a badge more than a pen."""


class Priority(StrEnum):
    """How pressing a ticket is, most pressing first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


PRESSING: Mapping[Priority, int] = {p: rank for rank, p in enumerate(Priority)}
"""The rank of each priority: 0 is the most pressing."""


class Kind(StrEnum):
    """What a message is, before what it is about."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    DSN_OTHER = "dsn_other"
    BULK = "bulk"
    LIST = "list"
    CALENDAR = "calendar"
    CHALLENGE = "challenge"
    OWN_LOOP = "own_loop"
    SPAM = "spam"
    PHISHING = "phishing"
    UNREADABLE = "unreadable"


TICKETED = frozenset({Kind.HUMAN, Kind.PHISHING, Kind.UNREADABLE})
"""The kinds that become a ticket with a clock; all others are filed or attached."""


_LONGEST_NUMBER = 18
"""Digits of a number that a database surely takes."""


class Status(StrEnum):
    """Where a ticket stands. `OPEN`: a human's answer is due."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DONE = "done"
    MERGED = "merged"


UNANSWERED = frozenset({Status.OPEN, Status.SNOOZED})
"""Where a ticket stands while a human's answer is due: put off, its clock runs on."""


class Event(StrEnum):
    """What happens to a ticket."""

    WRITTEN = "written"  # the requester wrote
    ANSWERED = "answered"  # a human of ours answered
    CLOSED = "closed"
    SNOOZED = "snoozed"
    WOKEN = "woken"  # the end of a snooze came
    MERGED = "merged"


TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    (Status.OPEN, Event.ANSWERED): Status.WAITING,
    (Status.OPEN, Event.CLOSED): Status.DONE,
    (Status.OPEN, Event.SNOOZED): Status.SNOOZED,
    (Status.OPEN, Event.MERGED): Status.MERGED,
    (Status.WAITING, Event.WRITTEN): Status.OPEN,
    (Status.WAITING, Event.CLOSED): Status.DONE,
    (Status.WAITING, Event.MERGED): Status.MERGED,
    (Status.SNOOZED, Event.WRITTEN): Status.OPEN,
    (Status.SNOOZED, Event.WOKEN): Status.OPEN,
    (Status.SNOOZED, Event.ANSWERED): Status.WAITING,
    (Status.SNOOZED, Event.CLOSED): Status.DONE,
    (Status.SNOOZED, Event.MERGED): Status.MERGED,
    (Status.DONE, Event.WRITTEN): Status.OPEN,
    (Status.DONE, Event.MERGED): Status.MERGED,
}


def handle(message: MessageId) -> str:
    """Name a message as people type it: `M-42`. It stays the same for as long as the store."""
    return f"M-{message}"


def read_handle(text: str) -> MessageId | None:
    """Return the message that people name by `text`; None where it names none, as `T-…`."""
    head, dash, number = text.strip().partition("-")
    if head not in {"M", "m"} or not dash or not (number.isascii() and number.isdigit()):
        return None
    return MessageId(int(number)) if len(number) <= _LONGEST_NUMBER else None


def after(status: Status, event: Event) -> Status:
    """Return the status that follows; an event that changes nothing leaves it as it is.

    A requester's mail is never refused, whatever the status: it reopens.
    """
    return TRANSITIONS.get((status, event), status)
