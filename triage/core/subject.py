"""What rules judge, made ready for many matchers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from triage.core.desk import Hours
from triage.core.history import History
from triage.core.message import Message, Trust
from triage.core.patterns import fold, folded
from triage.core.prediction import Prediction
from triage.core.ticket import Kind
from triage.core.wordlist import Vocabulary

REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|odp|odg|rif|ref|res|r|r[ée]f?|r[ée]p|vá|ynt|"
    r"回复|答复|回覆|返信|답장)\s*(?:[\[(](\d{1,4})[\])])?\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
"""The mark of a reply in any language, with how many it stands for (`Re[3]:`) as its group."""
FORWARD = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|i|vb|vs|vl|pd|enc|doorst|ilt|i̇lt|転送|转发|轉寄)\s*(?:\[\d+\]|\(\d+\))?"
    r"\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
"""The mark of a forward in any language."""
_BRACKETED = re.compile(r"\s*\[fwd?\s*:\s*(.*)\]\s*", re.IGNORECASE)
# Between subject and text, so that no phrase reaches from one into the other.
_APART = "\n\x1e\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules judge: the message, what is known of it by then, and flags set before.

    `requester` is who asks, and `watcher` the colleague who passed their mail on, both by
    address; "": the sender, and nobody. `at` is when the mail came, `hours` are the desk's.
    """

    message: Message
    kind: Kind = Kind.HUMAN
    language: str | None = None
    prediction: Prediction = field(default_factory=Prediction)
    flags: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)
    mailbox: str = ""
    trust: Trust = Trust.NONE
    requester: str = ""
    watcher: str = ""
    history: History = field(default_factory=History)
    at: datetime | None = None
    hours: Hours | None = None


class Reading:
    """A subject made ready for many matchers: each form is folded once, when first asked for.

    `flags` grows as rules fire.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.flags = set(subject.flags)

    @cached_property
    def _folded(self) -> str:
        message = self.subject.message
        return fold(f"{message.subject}{_APART}{message.text}")

    @cached_property
    def words(self) -> bytes:
        """Subject and new text, folded."""
        return self._folded.encode(errors="replace")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of subject and new text."""
        return Vocabulary(self._folded)

    @cached_property
    def plain(self) -> bytes:
        """Subject and new text as written."""
        message = self.subject.message
        return f"{message.subject}{_APART}{message.text}".encode(errors="replace")

    @cached_property
    def topic(self) -> tuple[bytes, ...]:
        """The subject without `Re:`, folded."""
        return (folded(without_reply(self.subject.message.subject)),)

    @cached_property
    def senders(self) -> tuple[bytes, ...]:
        """The addresses of From."""
        message = self.subject.message
        single = (message.sender,) if message.sender else ()
        return tuple(dict.fromkeys(folded(one.addr) for one in (*single, *message.senders)))

    @cached_property
    def people(self) -> tuple[bytes, ...]:
        """The addresses of From, and the requester's where that is another."""
        requester = self.subject.requester
        asked = (folded(requester),) if requester else ()
        return tuple(dict.fromkeys((*self.senders, *asked)))

    @cached_property
    def watchers(self) -> tuple[bytes, ...]:
        """The address of the colleague who passed the mail on."""
        watcher = self.subject.watcher
        return (folded(watcher),) if watcher else ()

    @cached_property
    def files(self) -> tuple[tuple[bytes, bytes], ...]:
        """Name and media type of every attachment."""
        files = self.subject.message.attachments
        return tuple((folded(one.name), folded(one.media_type)) for one in files)

    @cached_property
    def local(self) -> datetime | None:
        """When the mail came, by the desk's clock on the wall; None where that is not known."""
        at, hours = self.subject.at, self.subject.hours
        return None if at is None or hours is None else at.astimezone(hours.zone)

    @cached_property
    def recipients(self) -> tuple[bytes, ...]:
        """The addresses of To, Cc and Delivered-To."""
        message = self.subject.message
        named = (one.addr for one in (*message.to, *message.cc))
        return tuple(dict.fromkeys(map(folded, (*named, *message.delivered_to))))

    @cached_property
    def headers(self) -> Mapping[str, tuple[bytes, ...]]:
        """Every header's values, folded, by its name in small letters."""
        values: dict[str, list[bytes]] = {}
        for name, value in self.subject.message.headers:
            values.setdefault(name.casefold(), []).append(folded(value))
        return {name: tuple(several) for name, several in values.items()}


def answers(message: Message) -> bool:
    """Say whether a mail says that it answers another, by what it cites or by its `Re:`."""
    return message.cites or REPLY.match(message.subject) is not None


def without_reply(subject: str) -> str:
    """Return `subject` without the `Re:` of any language, however often it stands there."""
    while found := REPLY.match(subject):
        subject = subject[found.end() :]
    return subject.strip()


def without_forward(subject: str) -> str:
    """Return `subject` without the `Fwd:` of any language, however often it stands there."""
    while found := FORWARD.match(subject):
        subject = subject[found.end() :]
    bracketed = _BRACKETED.fullmatch(subject)
    return (bracketed[1] if bracketed else subject).strip()
