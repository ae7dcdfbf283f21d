"""What the store knows about a message's surroundings, asked for by keys and read in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from triage.core.arrival import Role
from triage.core.history import History
from triage.core.load import Load
from triage.core.matter import Beside
from triage.core.ticket import Kind, MessageId, Priority, Status, TicketId
from triage.core.wave import Shape
from triage.core.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A stored message on its way into triage.

    `arrived` is the earlier of the server's INTERNALDATE and the first sight of it: clocks start
    here.
    `attempts` counts this one. `kind_said` is what a person says that it is: nothing else is asked.
    """

    id: MessageId
    mailbox: str
    role: Role
    raw: bytes
    key: bytes
    internal_date: datetime
    first_seen: datetime
    attempts: int = 1
    truncated: bool = False
    unreadable: str = ""
    kind_said: Kind | None = None

    @property
    def arrived(self) -> datetime:
        """When the clock of this message starts."""
        return min(self.internal_date, self.first_seen)


BREAKER_FLOOR = 300
"""Acknowledgements an hour from one mailbox that never open the breaker."""


class Link(StrEnum):
    """What ties a message to a ticket, strongest first. Source: design of threading."""

    TOKEN = "token"  # noqa: S105 - a signed anchor of ours
    OWN_ID = "own_id"  # a Message-ID that we sent
    THEIR_ID = "their_id"  # a Message-ID that a participant sent
    SUBJECT = "subject"  # our reference in the subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One ticket that a message may belong to.

    `acknowledged` is True where an acknowledgement was sent, is on its way, or may have left.
    `answered` is the last human answer. `done_at` is when it was closed.
    `participants` are the addresses of who takes part, those they named for replies among them;
    `watchers` those of colleagues who passed its mail on. `checked_back` is when its requester was
    asked whether all is well. `side` is the conversation with a third party that the message
    belongs to; 0: none. `asked` are the addresses of third parties, who may take part as well.
    """

    id: TicketId
    reference: str
    link: Link
    status: Status
    requester: str
    participants: frozenset[str]
    watchers: frozenset[str] = frozenset()
    owner: str
    queue: str
    priority: Priority
    subject: str
    opened: datetime
    answer_by: datetime | None
    acknowledged: bool = False
    answered: datetime | None = None
    done_at: datetime | None = None
    checked_back: datetime | None = None
    language: str | None = None
    side: int = 0
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The keys by which the store looks a message's surroundings up.

    `references` are the tickets named by valid signatures; `own_ids` and `their_ids` are
    Message-IDs in order, nearest first; `subject_references` stand in the subject only.
    `acknowledgement_of` is the ticket whose acknowledgement the message's own id says that it is.
    `recipient` is where an acknowledgement would go ("": nowhere but to the requester): counters
    look at both. `shape` is what others may be near-identical to; None: the text is too short.
    `matters` are the things that it is about (`core/matter.py`).
    """

    message: MessageId
    key: bytes
    requester: str
    domain: str
    mailbox: str
    recipient: str = ""
    references: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    subject_references: tuple[str, ...] = ()
    loose_subject: str = ""
    body_digest: bytes = b""
    own_message_id: str = ""
    acknowledgement_of: str = ""
    shape: Shape | None = None
    matters: frozenset[str] = frozenset()
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The answer: what is known of the requester, the thread, the load and the counters.

    `reference` is the one that a new ticket for this message gets.

    `threads` come strongest link first. `loads` counts open tickets an owner. Counters count
    acknowledgements decided (sent, under way, unknown) in the span named: `sender_hour`,
    `sender_day`, `domain_hour`, `mailbox_hour`, `unverified_day`; `mailbox_usual_hour` is the
    average busy hour of the last 28 days, looked up from `BREAKER_FLOOR` on.
    `history` is what else the requester wrote.
    `served`: this requester was acknowledged or answered before.
    `awaiting` is this requester's reference of an acknowledged, unanswered ticket younger than
    four hours. `acked_domain_minute`: an acknowledgement left for this domain within the 60
    seconds before this message came, which may be a robot's answer to it. `sent_here`: the outbox
    holds the message's own id; `acknowledged_here`: it holds the acknowledgement that it is.
    `beside` are this requester's tickets that wait, the newest first; `elsewhere` are tickets of
    other addresses about the same thing. `wish` is what this requester asked of us for good.
    `load` is what waits and how fast it is answered; None: unknown. `unheard` are the Message-IDs
    that the message cites and no ticket, nor anything we sent, bears.
    """

    secret: bytes
    instance: str
    reference: str
    threads: tuple[Known, ...] = ()
    owner_before: str = ""
    loads: Mapping[str, int] = field(default_factory=dict)
    known_requester: bool = False
    history: History = field(default_factory=History)
    served: bool = False
    awaiting: str = ""
    sender_hour: int = 0
    sender_day: int = 0
    domain_hour: int = 0
    mailbox_hour: int = 0
    mailbox_usual_hour: int = 0
    unverified_day: int = 0
    acked_domain_minute: bool = False
    same_subject_day: bool = False
    same_body_hour: bool = False
    sent_here: bool = False
    acknowledged_here: bool = False
    no_acknowledgement_before: datetime | None = None
    unheard: frozenset[str] = frozenset()
    beside: tuple[Beside, ...] = ()
    elsewhere: tuple[Beside, ...] = ()
    wish: Wish | None = None
    load: Load | None = None
