"""What becomes of a message: one value, carried out by the store in one transaction.

`core/decide.py` makes it; `store/` knows nothing but how to carry it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from triage.core.answering import Does
from triage.core.hours import Span
from triage.core.message import FailedRecipient
from triage.core.outgoing import Sort
from triage.core.owed import Owes
from triage.core.promise import Told
from triage.core.ticket import Kind, Priority, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why it is so, in the shape that `explain`, `show` and the store share.

    `queue_scores`, `signals` (`{name: {"score", "sentence"}}`), `facts`, `rules` (ids),
    `fired` (one mapping a rule: id, file, line, why, matched) and `why` (one line a reason).
    `refer` and `macro` are what rules propose to the agent: where to send the requester, and a
    reply; `asks` are missing facts that rules want to be asked for. `reasons` are the sentences
    that speak for and against the model's likeliest queue, whoever had the last word on it (one
    mapping a sentence: queue, sentence, weight, side, measured; see `core/prediction.py`).
    """

    queue_scores: Mapping[str, float] = field(default_factory=dict)
    signals: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    fired: tuple[Mapping[str, object], ...] = ()
    why: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    refer: str = ""
    macro: str = ""
    asks: tuple[str, ...] = ()
    reasons: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue:
    """One mail to be sent, as the outbox takes it, not before the instant named, if one is.

    `told` is what `promised_at` rests on, where a requester is told a time.
    See `core/outgoing.py`.
    """

    purpose: str
    sort: Sort
    recipient: str
    message_id: str
    mailbox: str
    facts: Mapping[str, object] = field(default_factory=dict)
    promised_at: datetime | None = None
    not_before: datetime | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Whether the requester is acknowledged, and why (not). `mail` is None where not."""

    acknowledge: bool
    reason: str
    mail: Enqueue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """A clock that starts: what it counted, and when it warns. `deadline` None: no clock runs.

    `queue` and `priority` are those whose target it has, `danger`: it has that of danger.
    """

    start: datetime
    deadline: datetime | None
    warn_at: datetime | None = None
    spans: tuple[Span, ...] = ()
    why: str = ""
    queue: str = ""
    priority: Priority = Priority.NORMAL
    danger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What the store keeps of the message itself, out of the raw bytes' way.

    `said` is what the model said of it (`core/record.py`), empty where it was not asked.
    `files` are the names of what is attached.
    """

    kind: Kind
    doubtful: bool
    kind_why: str
    trust: str
    trust_why: str
    language: str | None
    subject: str
    sender: str
    sender_name: str
    message_id: str
    text: str
    loose_subject: str = ""
    body_digest: bytes = b""
    attachments: int = 0
    message_ids: tuple[str, ...] = ()
    said: Mapping[str, object] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A new ticket. `also`: addresses that take part beside the requester's, as for replies.

    `watcher`: the colleague who passed the mail on; they are shown, and nothing is sent to them.
    `together` names tickets of the same requester that become one with it, the oldest of all
    standing for them; `elsewhere` tickets of other addresses that it is linked with.
    """

    mail: Mail
    reference: str
    requester: str
    requester_name: str
    queue: str
    guess: str
    priority: Priority
    boost: int
    owner: str
    owner_why: str
    flags: tuple[str, ...]
    gist: str
    clock: Clocked
    acknowledgement: Acknowledgement
    explained: Explained
    related: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    watcher: str = ""
    together: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One more message on a ticket that exists.

    `clock` is None where no new clock starts. `sooner` takes the place of the clock that runs:
    danger does not wait for it; `owner` then takes the ticket over. `reopens`: the ticket becomes
    open. `participant`: the sender takes part; else they are shown as a third party. `lift`
    are minutes by which it goes before its turn, beside its boost. `side` is the conversation with
    a third party that it belongs to; 0: none. `together` and `elsewhere` are as in `Open`.
    """

    mail: Mail
    ticket: TicketId
    reopens: bool
    participant: bool
    clock: Clocked | None
    acknowledgement: Acknowledgement
    explained: Explained
    sooner: Clocked | None = None
    owner: str = ""
    flags: tuple[str, ...] = ()
    priority: Priority | None = None
    boost: int | None = None
    lift: int = 0
    side: int = 0
    watcher: str = ""
    together: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Automatic mail and spam: filed in its view, on the ticket it answers where there is one."""

    mail: Mail
    ticket: TicketId | None
    acknowledgement: Acknowledgement
    explained: Explained
    failed: tuple[FailedRecipient, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A human of ours answered: it stops the clock and cancels a pending acknowledgement.

    `at` is when it was sent. `probable`: shown as such; it stops nothing. `does` says what it does
    for the requester, `owes` what it promises to write again by: that is proposed to a person.
    """

    mail: Mail
    ticket: TicketId
    at: datetime
    by: str
    probable: bool
    explained: Explained
    does: Does = Does.ANSWERS
    owes: Owes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Our own mail, seen again in Sent or the inbox: kept, and nobody is bothered."""

    mail: Mail
    explained: Explained
    alarm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Junked:
    """Mail that lies in junk: kept, and nothing comes of it until somebody says that it is none.

    `looks` says why it looks like a customer's all the same: "reply", "known" or "customer"; ""
    where it does not. `ticket` is the one that it would join.
    """

    mail: Mail
    looks: str
    why: str
    ticket: TicketId | None
    explained: Explained


Disposition = Open | Join | Filed | Answered | Own | Junked
