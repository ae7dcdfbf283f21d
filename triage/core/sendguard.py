"""What a second look would find before a mail leaves: doubts about it, each with what it rests on.

A doubt holds the mail until a person says otherwise. Two kinds cannot be talked away, for nobody
means them: a mail without a word, and one in which something was never filled in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from triage.core.answering import promised, sentences
from triage.core.saidtime import SaidTime, folded
from triage.core.sendwords import ENCLOSES, PLACEHOLDER, THEIRS


class Held(StrEnum):
    """Why a mail is held back."""

    NOBODY = "nobody"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    MEANWHILE = "meanwhile"
    ATTACHMENT = "attachment"
    PROMISE = "promise"
    LANGUAGE = "language"
    ADDRESS = "address"


MUST_BE_MENDED = frozenset({Held.NOBODY, Held.EMPTY, Held.PLACEHOLDER})
"""What nobody can mean: such a mail is not sent, whoever insists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reason to look again: `about` is the piece of text, address or language that made it.

    `by` is the moment that a promise names, `at` when what came meanwhile arrived.
    """

    why: Held
    about: str = ""
    by: SaidTime | None = None
    at: datetime | None = None

    @property
    def blocks(self) -> bool:
        """Whether the mail is not sent as it is, even if somebody insists."""
        return self.why in MUST_BE_MENDED


@dataclass(frozen=True, slots=True)
class Came:
    """Something that was written since the writer looked: by whom, and when."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """A mail that is to leave, with what is known about its thread.

    `text` is what was written, `written_in` its language where that is sure. `theirs` is the
    requester's language. `known` are the addresses of the thread and of our own people; None: any
    address will do. `owes`: it is sent with an update that is owed. `came` is what was written
    since the writer looked.
    """

    text: str
    recipients: tuple[str, ...]
    enclosed: int = 0
    written_in: str | None = None
    theirs: str | None = None
    known: frozenset[str] | None = None
    owes: bool = False
    came: tuple[Came, ...] = ()


def doubts(mail: Outbound, now: datetime, zone: ZoneInfo) -> tuple[Doubt, ...]:
    """Return what speaks against sending `mail` as it is: what must be mended first."""
    found = sorted(_doubts(mail, now, zone), key=lambda doubt: not doubt.blocks)
    return tuple(found)


def blocked(found: Collection[Doubt]) -> bool:
    """Say whether one of these doubts cannot be talked away."""
    return any(doubt.blocks for doubt in found)


def _doubts(mail: Outbound, now: datetime, zone: ZoneInfo) -> Iterator[Doubt]:
    own = own_words(mail.text)
    if not mail.recipients:
        yield Doubt(why=Held.NOBODY)
    if not any(character.isalnum() for character in own) and not mail.enclosed:
        yield Doubt(why=Held.EMPTY)
    for name in placeholders(own):
        yield Doubt(why=Held.PLACEHOLDER, about=name)
    for one in mail.came:
        yield Doubt(why=Held.MEANWHILE, about=one.who, at=one.at)
    if not mail.enclosed and (said := says_attached(own)):
        yield Doubt(why=Held.ATTACHMENT, about=said)
    if not mail.owes and (promise := promised(own, now, zone, mail.written_in)):
        yield Doubt(why=Held.PROMISE, about=promise.sentence, by=promise.said)
    if mail.written_in and mail.theirs and mail.written_in != mail.theirs:
        yield Doubt(why=Held.LANGUAGE, about=mail.theirs)
    for address in strangers(mail.recipients, mail.known):
        yield Doubt(why=Held.ADDRESS, about=address)


def own_words(text: str) -> str:
    """Return a text without the lines that quote somebody."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))


def placeholders(text: str) -> tuple[str, ...]:
    """Return what in a text stands for something that nobody has put there, each once."""
    return tuple(dict.fromkeys(match[0] for match in PLACEHOLDER.finditer(text)))


def says_attached(text: str) -> str:
    """Return the first sentence which says that something of ours is attached; "" for none."""
    for sentence in sentences(text):
        if ENCLOSES.search(THEIRS.sub(" ", folded(sentence))):
            return sentence
    return ""


def strangers(recipients: Collection[str], known: Collection[str] | None) -> tuple[str, ...]:
    """Return the addresses that a thread does not know, as they were written, each once."""
    if known is None:
        return ()
    folded_known = {address.casefold() for address in known}
    return tuple(
        address for address in dict.fromkeys(recipients) if address.casefold() not in folded_known
    )
