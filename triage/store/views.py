"""What the store shows: values for listings, pages and commands; nothing acts on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.core.hours import Span
from triage.core.outgoing import Outgoing
from triage.core.ticket import MessageId, Priority, Status, TicketId, handle


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """One row of a queue listing.

    `standing` and the countdown are made from `answer_by` where it is shown. `place` is the
    instant that orders the queue: `answer_by` minus `boost` minutes. `waiting_since` is the
    arrival of the oldest unanswered human message. `alike` counts the tickets that stand in this
    row, of which this one comes first; `in_junk` the replies to it that lie in junk. `owed_by` is
    when an update is due that is owed, `snoozed_until` when a ticket comes back that was put off.
    """

    id: TicketId
    reference: str
    subject: str
    requester: str
    requester_name: str
    queue: str
    guess: str
    priority: Priority
    boost: int
    status: Status
    owner: str
    language: str | None
    gist: str
    flags: tuple[str, ...]
    badges: tuple[str, ...]
    opened: datetime
    waiting_since: datetime | None
    answer_by: datetime | None
    warn_at: datetime | None
    promised_at: datetime | None
    place: datetime | None
    acknowledgement: str
    messages: int
    revision: int
    alike: int = 1
    in_junk: int = 0
    owed_by: datetime | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """What decides when a ticket that waits is answered, and by whom; `alike` as in a row."""

    id: TicketId
    reference: str
    revision: int
    owner: str
    queue: str
    guess: str
    priority: Priority
    answer_by: datetime | None
    warn_at: datetime | None
    alike: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message of a ticket, as shown: never its raw bytes."""

    id: MessageId
    role: str
    kind: str
    sender: str
    sender_name: str
    subject: str
    text: str
    arrived: datetime
    trust: str
    trust_why: str
    kind_why: str
    participant: bool
    attachments: int
    explained: Mapping[str, object]
    acknowledge: bool
    acknowledge_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One thing that happened to a ticket, stamped with when it was due or done."""

    at: datetime
    name: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """One clock of a ticket: what it counted, and how it ended (`met`, `breached` or "").

    `cycle` counts the answers that were due, from 1; 0 is the clock of being done with it all, and
    `answered` then when it came to rest.
    """

    cycle: int
    start: datetime
    deadline: datetime | None
    answered: datetime | None
    result: str
    spans: tuple[Span, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """Everything about one ticket, and about what was merged into it.

    `merged` names the tickets that went into it. `merged_into` names the one that stands for it, ""
    where it was not merged: what was its own lies there.
    """

    row: TicketRow
    owner_why: str
    related: tuple[str, ...]
    messages: tuple[MessageView, ...]
    events: tuple[EventView, ...]
    clocks: tuple[ClockView, ...]
    outgoing: tuple[Outgoing, ...]
    merged_into: str = ""
    merged: tuple[str, ...] = ()
    resolution: ClockView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """One mail by itself; `reference` names the ticket it lies on, or "".

    `waits`: it is to be triaged, perhaps anew, and what it says is not known before.
    """

    message: MessageView
    reference: str
    language: str | None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Mail that became no ticket of its own; `reference` names the ticket it lies on, or ""."""

    id: MessageId
    kind: str
    why: str
    sender: str
    sender_name: str = ""
    subject: str
    arrived: datetime
    reference: str

    @property
    def handle(self) -> str:
        """How people name it."""
        return handle(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class InJunk:
    """Mail in junk that looks like a customer's: why, and the ticket it would join, or "".

    `looks` is "reply", "known" or "customer".
    """

    id: MessageId
    mailbox: str
    kind: str
    sender: str
    sender_name: str
    subject: str
    arrived: datetime
    looks: str
    why: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One event, in the order in which events were written (`number` grows)."""

    number: int
    at: datetime
    name: str
    reference: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much lies where: messages by state, tickets by status, outgoing mail by state."""

    messages: Mapping[str, int]
    tickets: Mapping[str, int]
    outgoing: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Burden:
    """What people have to look at.

    Tickets that wait for an answer, mails of unknown fate, and what lies in junk and looks like a
    customer's.
    """

    waiting: int
    unknown: int
    in_junk: int = 0
