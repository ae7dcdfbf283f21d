"""A moment at which the watch acts on a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.core.ticket import TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What is due at `at`: `name` is `warning` or `breach`."""

    ticket: TicketId
    reference: str
    name: str
    at: datetime
    owner: str
    queue: str
    subject: str
    requester_name: str
    answer_by: datetime
    mailbox: str
    flags: tuple[str, ...] = ()
