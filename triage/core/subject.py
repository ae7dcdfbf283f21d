"""What rules judge, made ready for many matchers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from triage.core.message import Message
from triage.core.patterns import fold
from triage.core.prediction import Prediction
from triage.core.ticket import Kind

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
    """What rules judge: the message, what is known of it by then, and flags set before."""

    message: Message
    kind: Kind = Kind.HUMAN
    language: str | None = None
    prediction: Prediction = field(default_factory=Prediction)
    flags: frozenset[str] = frozenset()


class Reading:
    """A subject made ready for many matchers: each form is folded once, when first asked for.

    `flags` grows as rules fire.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.flags = set(subject.flags)

    @cached_property
    def words(self) -> bytes:
        """Subject and new text, folded."""
        message = self.subject.message
        return fold(f"{message.subject}{_APART}{message.text}").encode(errors="replace")

    @cached_property
    def plain(self) -> bytes:
        """Subject and new text as written."""
        message = self.subject.message
        return f"{message.subject}{_APART}{message.text}".encode(errors="replace")

    @cached_property
    def topic(self) -> tuple[bytes, ...]:
        """The subject without `Re:`, folded."""
        return (_folded(without_reply(self.subject.message.subject)),)

    @cached_property
    def senders(self) -> tuple[bytes, ...]:
        """The addresses of From."""
        message = self.subject.message
        single = (message.sender,) if message.sender else ()
        return tuple(dict.fromkeys(_folded(one.addr) for one in (*single, *message.senders)))

    @cached_property
    def recipients(self) -> tuple[bytes, ...]:
        """The addresses of To, Cc and Delivered-To."""
        message = self.subject.message
        named = (one.addr for one in (*message.to, *message.cc))
        return tuple(dict.fromkeys(map(_folded, (*named, *message.delivered_to))))

    @cached_property
    def headers(self) -> Mapping[str, tuple[bytes, ...]]:
        """Every header's values, folded, by its name in small letters."""
        values: dict[str, list[bytes]] = {}
        for name, value in self.subject.message.headers:
            values.setdefault(name.casefold(), []).append(_folded(value))
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


def _folded(text: str) -> bytes:
    return fold(text.strip()).encode(errors="replace")
