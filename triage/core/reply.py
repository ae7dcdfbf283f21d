"""What somebody of ours writes: an answer, a forward, a question to a third party, a new mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from triage.core.message import Address
from triage.core.owed import Owes
from triage.core.remember import recalled, remembered
from triage.core.ticket import MessageId, OutboxId, Status

MOST_RECIPIENTS = 50
"""People that one mail goes to. Source: RFC 5321 section 4.5.3.1.8 (every relay takes 100)."""

MOST_ALIKE = 20
"""Tickets that one text answers at once."""

LARGEST = 20 * 1024 * 1024
"""Bytes of a mail that a relay takes which has not said how many it takes."""

MOST_BYTES = 2 * LARGEST
"""Bytes of a mail of ours, whatever the relay takes: it lies in memory several times."""

RELAY_SIZE = "relay_size"
"""The setting in which the store keeps how many bytes of a mail the relay takes."""

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Form(StrEnum):
    """What is written, and to whom.

    `REPLY` goes to the requester, and to nobody by another way. `FORWARD` passes a mail of theirs
    on, `THIRD_PARTY` asks somebody else: both begin a side thread of the ticket, whose answers
    come back to it and answer nobody. `NEW` is a mail to a requester who has not written.
    """

    REPLY = "reply"
    FORWARD = "forward"
    THIRD_PARTY = "third_party"
    NEW = "new"


ASIDE = frozenset({Form.FORWARD, Form.THIRD_PARTY})
"""What is not for the requester."""


class Passed(StrEnum):
    """How a forward carries the mail that it passes on."""

    INLINE = "inline"
    ATTACHED = "attached"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a mail."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """Afterwards the ticket is with the requester."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Afterwards the ticket is done; what caused it, where somebody said so.

    `check_back` is when the requester is asked whether all is well; None: they are not.
    """

    reason: str = ""
    referral: str = ""
    cause: str = ""
    check_back: datetime | None = None


After = Answered | Owes | Done
"""What becomes of the ticket once the mail was accepted; `Owes`: we write again by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A mail as somebody wrote it; nothing of it changes after it was sent off.

    `to` and `cc` are where it goes. `subject` stands as it is written. `quotes`: the mail that is
    answered stands below the text. `passed` and `passes` are for a forward alone: how, and which
    mail it passes on (None: the newest of the requester). `side` is the conversation with a third
    party that it goes on with; 0: it begins one, or goes to the requester.
    """

    form: Form = Form.REPLY
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    subject: str
    text: str
    enclosed: tuple[Enclosed, ...] = ()
    after: After = Answered()
    quotes: bool = True
    passed: Passed = Passed.INLINE
    passes: MessageId | None = None
    side: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes: by which name it is written down, and the agent of that id, or "".

    `account` is whose draft it was, and gets it back; "" for a program.
    """

    person: str
    agent: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """All of a ticket that a mail of ours on it is made from.

    `seen` is the number of the last thing that happened to the ticket: what comes later was not
    seen by whoever writes. `in_reply_to` and `references` are of the mail that is answered,
    `quoted` its new text, written by `quoted_name` at `quoted_at`. `raw` is what is passed on,
    where it was asked for. `recipients` are those whom an answer goes to, as the requester wished.
    `anchor` is the name of the conversation with a third party that goes on, or "".
    """

    reference: str
    mailbox: str
    subject: str
    requester: str
    requester_name: str
    language: str | None
    status: Status
    owner: str
    queue: str
    seen: int
    recipients: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    quoted: str = ""
    quoted_name: str = ""
    quoted_at: datetime | None = None
    quoted_subject: str = ""
    anchor: str = ""
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mail of ours, ready to leave: its bytes and its envelope never change any more.

    `key` is that of one press of the key. `recipient` has to be reached: without them it has not
    been answered; `also` are all others. `side` is the name that answers of a third party bear.
    """

    reply: Reply
    key: str
    mailbox: str
    message_id: str
    payload: bytes = field(repr=False)
    envelope_from: str
    recipient: str
    also: tuple[str, ...] = ()
    does: str = ""
    proposes: Owes | None = None
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of one mail among several that were sent off together.

    `mail` is None where it was not, for the reason `why`.
    """

    reference: str
    mail: OutboxId | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """One recipient whom the relay did not take, and what it said."""

    address: str
    reply: str


def is_key(text: str) -> bool:
    """Say whether `text` can be the key of one press: 16 to 64 letters, digits, `-` and `_`."""
    return _KEY.fullmatch(text) is not None


def room(limit: int | None) -> int:
    """Return how many bytes of files fit into a mail of at most `limit` bytes; None: unknown.

    No mail has more than `MOST_BYTES`. Base64 makes 78 bytes of 57; what is over is for headers
    and text.
    """
    most = LARGEST if limit is None else min(limit, MOST_BYTES)
    return max(0, (most - 256 * 1024) * 57 // 78)


def kept_after(after: After) -> Mapping[str, Mapping[str, object]]:
    """Return what becomes of the ticket as it is kept in JSON."""
    match after:
        case Owes():
            return {"owes": remembered(after)}
        case Done():
            return {"done": remembered(after)}
        case Answered():
            return {}


def read_after(kept: Mapping[str, Mapping[str, object]]) -> After:
    """Read what `kept_after` wrote."""
    if "owes" in kept:
        return recalled(Owes, kept["owes"])
    return recalled(Done, kept["done"]) if "done" in kept else Answered()
