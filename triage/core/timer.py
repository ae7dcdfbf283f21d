"""A moment at which the watch acts on a ticket, and what it then decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.core.breach import Because, Missed
from triage.core.disposition import Enqueue
from triage.core.notice import Addressee
from triage.core.ticket import Priority, TicketId

WARNINGS = frozenset({"warning", "update_warning", "resolution_warning"})
BREACHES = frozenset({"breach", "update_breach", "resolution_breach"})
ESCALATION, DELAY, CHECK_BACK, WAKE = "escalation", "delay", "check_back", "wake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What is due at `at`, by its `name`.

    `warning`, `escalation` and `breach` guard the answer, `update_…` an update that we owe,
    `resolution_…` the whole matter; `answer_by` is the deadline of what is guarded. `delay` is
    when the requester has to hear that the time they were told will be missed, `check_back` when
    they are asked whether all is well, `wake` the end of a snooze.

    Of a wave `alike` tickets wait in one row, this one among them, and its alerts are made once
    for all of them: `once` is what they are made for. "": for this ticket alone. `about` is what
    we said we would write about. `claimed`: somebody took the ticket since it began to wait.
    `missed` is what is known of a breach, `addressee` of a note to the requester.
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
    priority: Priority = Priority.NORMAL
    flags: tuple[str, ...] = ()
    alike: int = 1
    once: str = ""
    about: str = ""
    claimed: bool = False
    missed: Missed | None = None
    addressee: Addressee | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What a timer causes: mails, the reason of a breach, or why no note leaves (`withheld`).

    `again`: nothing could be decided; it comes due once more then, and nothing is written down.
    """

    mails: tuple[Enqueue, ...] = ()
    because: Because | None = None
    withheld: str = ""
    again: datetime | None = None
