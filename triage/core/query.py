"""What people type to find tickets: words, "phrases", and operators such as `from:` and `is:late`.

    cracked table* from:jo -from:orders@ "order number" queue:returns is:waiting before:2026-11-01

Each word must stand in one mail of a ticket, or not, after a `-`; an operator narrows it down.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from triage.core.findable import findable, says_something
from triage.core.hours import first_instant
from triage.core.ticket import UNSURE, Priority

MOST_TYPED = 500
MOST_PARTS = 32
LEAST_BEGINNING = 2
"""Letters of the beginning of a word: too many words begin with one."""


class Where(StrEnum):
    """In which part of a mail a word must stand."""

    ANYWHERE = ""
    WHO = "who"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word, a phrase, or the beginning of a word."""

    text: str
    where: Where = Where.ANYWHERE
    begins: bool = False
    wanted: bool = True


class Narrows(StrEnum):
    """By what a search is narrowed down, beside words."""

    QUEUE = "queue"
    OWNER = "owner"
    MAILBOX = "mailbox"
    STATE = "state"
    PRIORITY = "priority"
    SIGNAL = "signal"
    FILE = "file"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One narrowing: what must hold, or must not. A moment is an instant, all else a name."""

    by: Narrows
    value: str | datetime = ""
    wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody looks for."""

    words: tuple[Word, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.words or self.conditions)


class Fault(StrEnum):
    """What may be wrong with what was typed."""

    UNKNOWN_OPERATOR = "unknown_operator"
    UNKNOWN_VALUE = "unknown_value"
    NO_DATE = "no_date"
    NO_VALUE = "no_value"
    OPEN_QUOTE = "open_quote"
    TOO_LONG = "too_long"
    NOTHING_TO_FIND = "nothing_to_find"
    TOO_SHORT = "too_short"


class NotUnderstood(ValueError):
    """What was typed cannot be looked for: what is wrong, where it begins, and what was meant."""

    def __init__(self, fault: Fault, at: int, word: str, hint: str = "") -> None:
        super().__init__(f"{fault} at {at}")
        self.fault, self.at, self.word, self.hint = fault, at, word, hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What can be named: the visitor's queues, agents by id and name, mailboxes by address.

    `me` is the visitor's id in the roster, or "".
    """

    queues: Collection[str] = ()
    agents: Mapping[str, str] = field(default_factory=dict)
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    signals: Collection[str] = ()
    me: str = ""


STATES = ("open", "waiting", "snoozed", "answered", "done", "late", UNSURE)
OPERATORS = ("from", "to", "subject", "queue", "owner", "is", "has", "before", "after")
_PART = re.compile(r'(-?)([A-Za-z]+):(?=\s|$)|(-?)(?:([A-Za-z]+):(?!//))?(?:"([^"]*)("|$)|(\S+))')
_SPAN = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def understood(typed: str, names: Names, now: datetime, zone: ZoneInfo) -> Sought:
    """Return what is looked for by `typed`, seen from `now` in `zone`. Raises: NotUnderstood."""
    if len(typed) > MOST_TYPED:
        raise NotUnderstood(Fault.TOO_LONG, MOST_TYPED, "")
    text = "".join(letter if letter.isprintable() else " " for letter in typed)
    reads = _Reads(names, now, zone)
    for number, part in enumerate(_parts(text)):
        if number >= MOST_PARTS:
            raise NotUnderstood(Fault.TOO_LONG, part.at, part.text)
        reads.take(part)
    return Sought(words=tuple(reads.words), conditions=tuple(reads.conditions))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    at: int
    operator: str
    text: str
    quoted: bool
    wanted: bool


def _parts(text: str) -> Iterator[_Part]:
    for found in _PART.finditer(text):
        minus_alone, alone, minus, operator, phrase, closed, word = found.groups()
        at = found.start()
        if alone is not None:
            yield _Part(at=at, operator=alone, text="", quoted=False, wanted=not minus_alone)
            continue
        if phrase is not None and not closed:
            raise NotUnderstood(Fault.OPEN_QUOTE, found.start(5) - 1, phrase)
        said = phrase if phrase is not None else word
        yield _Part(
            at=at, operator=operator or "", text=said, quoted=phrase is not None, wanted=not minus
        )


class _Reads:
    """Reads one part after the other."""

    def __init__(self, names: Names, now: datetime, zone: ZoneInfo) -> None:
        self._names, self._now, self._zone = names, now, zone
        self.words: list[Word] = []
        self.conditions: list[Condition] = []

    def take(self, part: _Part) -> None:
        """Read one part. Raises: NotUnderstood."""
        operator = part.operator.casefold()
        if operator and operator not in OPERATORS:
            raise NotUnderstood(
                Fault.UNKNOWN_OPERATOR, part.at, part.operator, _near(operator, OPERATORS)
            )
        if operator and not part.text.strip():
            raise NotUnderstood(Fault.NO_VALUE, part.at, operator)
        match operator:
            case "":
                self._word(part, Where.ANYWHERE)
            case "from":
                self._word(part, Where.WHO)
            case "subject":
                self._word(part, Where.SUBJECT)
            case "is":
                self._state(part)
            case "has":
                self._has(part)
            case "before" | "after":
                self._moment(part, Narrows(operator))
            case _:
                self._named(part, operator)

    def _word(self, part: _Part, where: Where) -> None:
        begins = not part.quoted and part.text.endswith("*")
        text = part.text.rstrip("*") if begins else part.text
        if not says_something(text):
            if part.operator:
                raise NotUnderstood(Fault.NOTHING_TO_FIND, part.at, part.text)
            return  # a dash, a smile: nothing that could stand anywhere
        if begins and text.isascii() and sum(map(str.isalnum, text)) < LEAST_BEGINNING:
            raise NotUnderstood(Fault.TOO_SHORT, part.at, part.text)
        word = Word(text=findable(text), where=where, begins=begins, wanted=part.wanted)
        self.words.append(word)

    def _narrow(self, part: _Part, by: Narrows, value: str | datetime = "") -> None:
        self.conditions.append(Condition(by=by, value=value, wanted=part.wanted))

    def _state(self, part: _Part) -> None:
        said = part.text.casefold()
        if said == "mine" and self._names.me:
            self._narrow(part, Narrows.OWNER, self._names.me)
        elif said in STATES:
            self._narrow(part, Narrows.STATE, said)
        elif said in set(Priority):
            self._narrow(part, Narrows.PRIORITY, said)
        else:
            mine = ("mine",) if self._names.me else ()
            known = (*STATES, *mine, *map(str, Priority))
            raise NotUnderstood(Fault.UNKNOWN_VALUE, part.at, part.text, _near(said, known))

    def _has(self, part: _Part) -> None:
        said = part.text.casefold()
        if said == "file":
            self._narrow(part, Narrows.FILE)
        elif said in self._names.signals:
            self._narrow(part, Narrows.SIGNAL, said)
        else:
            known = ("file", *self._names.signals)
            raise NotUnderstood(Fault.UNKNOWN_VALUE, part.at, part.text, _near(said, known))

    def _named(self, part: _Part, operator: str) -> None:
        said = part.text.casefold()
        if operator == "queue":
            known = {name.casefold(): name for name in self._names.queues}
            by = Narrows.QUEUE
        elif operator == "owner":
            known = {**self._names.agents, "nobody": ""}
            if self._names.me:
                known["me"] = self._names.me
            by = Narrows.OWNER
        else:
            known, by = dict(self._names.mailboxes), Narrows.MAILBOX
        if said not in known:
            raise NotUnderstood(Fault.UNKNOWN_VALUE, part.at, part.text, _near(said, known))
        self._narrow(part, by, known[said])

    def _moment(self, part: _Part, by: Narrows) -> None:
        day = _day(part.text.casefold(), self._now.astimezone(self._zone).date())
        if day is None:
            raise NotUnderstood(Fault.NO_DATE, part.at, part.text)
        self._narrow(part, by, first_instant(self._zone, day, time()))


def _day(text: str, today: date) -> date | None:
    """Return the day that somebody typed: 2026-11-01, 2026-11, 2026, today, yesterday, 7d, 2w."""
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    try:
        if span := _SPAN.fullmatch(text):
            return today - timedelta(days=int(span[1]) * _DAYS[span[2]])
        if not text.isascii():
            return None
        year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
        found = date(year, month, day)
    except (ValueError, OverflowError):
        return None
    return found if 1970 < found.year < 9999 else None


def _near(said: str, known: Collection[str]) -> str:
    """Return which of `known` was meant, or "" and what there is where none is near."""
    close = difflib.get_close_matches(said, list(known), n=1, cutoff=0.6)
    return close[0] if close else ", ".join(known)
