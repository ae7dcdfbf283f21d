"""What a rule's `when` says of a message: a tree of frozen matchers.

`found` returns the evidence (the words and values that hit), or None where nothing did.
An empty tuple is a match that has nothing to show, such as a header that is absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from triage.core.patterns import Pattern
from triage.core.subject import Reading
from triage.core.ticket import Kind


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


@dataclass(frozen=True, slots=True)
class HeaderIs:
    """A header is there and one of its values is covered by one of the globs."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the value that is covered."""
        return _covered(reading.headers.get(self.name.casefold(), ()), self.globs)


@dataclass(frozen=True, slots=True)
class HeaderIsNot:
    """A header is there and none of its values is covered by any of the globs."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return its values."""
        values = reading.headers.get(self.name.casefold(), ())
        if not values or _covered(values, self.globs) is not None:
            return None
        return tuple(value.decode() for value in values)


@dataclass(frozen=True, slots=True)
class HeaderThere:
    """A header is there (`present`), or it is not."""

    name: str
    present: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return no evidence but the match."""
        return () if (self.name.casefold() in reading.headers) == self.present else None


@dataclass(frozen=True, slots=True)
class FromIs:
    """An address of From is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the address."""
        return _covered(reading.senders, self.globs)


@dataclass(frozen=True, slots=True)
class ToIs:
    """An address of To, Cc or Delivered-To is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the address."""
        return _covered(reading.recipients, self.globs)


@dataclass(frozen=True, slots=True)
class SubjectIs:
    """The whole subject, without `Re:`, is covered by one of the globs."""

    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the subject."""
        return _covered(reading.topic, self.globs)


@dataclass(frozen=True, slots=True)
class Words:
    """One of the words or phrases stands in the subject or the new text."""

    pattern: Pattern

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the words that do."""
        return self.pattern.hits(reading.words) or None


@dataclass(frozen=True, slots=True)
class Matches:
    """One of the RE2 patterns matches in the subject or the new text, with its case."""

    patterns: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return what matched."""
        return tuple(hit for one in self.patterns for hit in one.hits(reading.plain)) or None


@dataclass(frozen=True, slots=True)
class KindIs:
    """The message is one of these kinds."""

    kinds: frozenset[Kind]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the kind."""
        kind = reading.subject.kind
        return (kind.value,) if kind in self.kinds else None


@dataclass(frozen=True, slots=True)
class LanguageIs:
    """The message is in one of these languages; one in no known language is in none of them."""

    languages: frozenset[str]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the language."""
        language = reading.subject.language
        return (language,) if language is not None and language in self.languages else None


@dataclass(frozen=True, slots=True)
class ModelSays:
    """The model's score for a queue or a signal is at least this, the bound itself included."""

    label: str
    at_least: float

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the label with its score."""
        prediction = reading.subject.prediction
        score = prediction.queue_scores.get(self.label)
        if score is None and self.label in prediction.signals:
            score = prediction.signals[self.label].score
        if score is None or score < self.at_least:
            return None
        return (f"{self.label} {score:.2f}",)


@dataclass(frozen=True, slots=True)
class Flagged:
    """One of these flags was set, before the rules or by an earlier one."""

    flags: frozenset[str]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the flags."""
        return tuple(sorted(self.flags & reading.flags)) or None


Matcher: TypeAlias = (
    Every
    | Either
    | Unless
    | HeaderIs
    | HeaderIsNot
    | HeaderThere
    | FromIs
    | ToIs
    | SubjectIs
    | Words
    | Matches
    | KindIs
    | LanguageIs
    | ModelSays
    | Flagged
)


def _covered(values: tuple[bytes, ...], globs: tuple[Pattern, ...]) -> tuple[str, ...] | None:
    """Return the values that a glob covers, or None."""
    hits = [value.decode() for value in values if any(glob.covers(value) for glob in globs)]
    return tuple(hits) or None
