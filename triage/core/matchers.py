"""What a rule's `when` says of a message: a tree of frozen matchers.

`found` returns the evidence (the words and values that hit), or None where nothing did.
An empty tuple is a match that has nothing to show, such as a header that is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from triage.core.match.onhistory import CountIs, KnownIs
from triage.core.match.onjudgement import (
    FactIs,
    FactIsNot,
    FactThere,
    Flagged,
    KindIs,
    LanguageIs,
    ModelSays,
    SignalFired,
)
from triage.core.match.onmail import (
    FileIs,
    FileThere,
    ForwardedBy,
    FromIs,
    HeaderIs,
    HeaderIsNot,
    HeaderThere,
    ListIs,
    MailboxIs,
    Matches,
    SubjectIs,
    ToIs,
    TrustIs,
    Words,
)
from triage.core.match.ontime import Between, DateIs, HolidayIs, MonthIs, OpenIs, WeekdayIs
from triage.core.subject import Reading


@dataclass(frozen=True, slots=True)
class Every:
    """All parts match."""

    parts: tuple[Matcher, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the evidence of every part."""
        evidence: tuple[str, ...] = ()
        for part in self.parts:
            hits = part.found(reading)
            if hits is None:
                return None
            evidence += hits
        return evidence


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part matches."""

    parts: tuple[Matcher, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the evidence of every part that matches."""
        hits = [hit for part in self.parts if (hit := part.found(reading)) is not None]
        return tuple(one for several in hits for one in several) if hits else None


@dataclass(frozen=True, slots=True)
class Unless:
    """The part does not match."""

    part: Matcher

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return no evidence: there is nothing to show."""
        return None if self.part.found(reading) is not None else ()


Matcher: TypeAlias = (
    Every
    | Either
    | Unless
    | HeaderIs
    | HeaderIsNot
    | HeaderThere
    | FromIs
    | ToIs
    | ListIs
    | ForwardedBy
    | MailboxIs
    | TrustIs
    | SubjectIs
    | Words
    | Matches
    | FileThere
    | FileIs
    | KindIs
    | LanguageIs
    | FactIs
    | FactIsNot
    | FactThere
    | ModelSays
    | SignalFired
    | Flagged
    | WeekdayIs
    | Between
    | DateIs
    | MonthIs
    | OpenIs
    | HolidayIs
    | CountIs
    | KnownIs
)


class Later(StrEnum):
    """What is not settled yet while the kind of a mail is being judged."""

    MODEL = "model"
    HISTORY = "history"
    KIND = "kind"
    LANGUAGE = "language"
    FLAG = "flag"


_ASKS: Mapping[type, frozenset[Later]] = {
    ModelSays: frozenset({Later.MODEL}),
    SignalFired: frozenset({Later.MODEL, Later.FLAG}),
    Flagged: frozenset({Later.FLAG}),
    CountIs: frozenset({Later.HISTORY}),
    KnownIs: frozenset({Later.HISTORY}),
    KindIs: frozenset({Later.KIND}),
    LanguageIs: frozenset({Later.LANGUAGE}),
}

UNREAD = frozenset({Later.MODEL, Later.HISTORY})
"""What nothing at all is known of by then."""


def asks(matcher: Matcher) -> frozenset[Later]:
    """Return what a matcher asks that may still change, or become known, after the kind is."""
    match matcher:
        case Every(parts) | Either(parts):
            return frozenset[Later]().union(*map(asks, parts))
        case Unless(part):
            return asks(part)
        case _:
            return _ASKS.get(type(matcher), frozenset())
