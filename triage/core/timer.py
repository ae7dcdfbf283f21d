"""A moment at which the watch acts on a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.core.ticket import TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What is due at `at`: `name` is `warning` or `breach`.

    Of a wave `alike` tickets wait in one row, this one among them, and its alerts are made once
    for all of them: `once` is what they are made for. "": for this ticket alone.
    """

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
    alike: int = 1
    once: str = ""
