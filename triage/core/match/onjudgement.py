"""Matchers over what is made of a mail: its kind, language and facts, the model's scores, flags."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.match.onmail import covered
from triage.core.patterns import Pattern, folded
from triage.core.prediction import Prediction
from triage.core.subject import Reading
from triage.core.ticket import Kind, Priority


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
class FactIs:
    """A fact is stated, and one of the globs covers its value."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the value."""
        value = reading.subject.facts.get(self.name)
        return None if value is None else covered((folded(value),), self.globs)


@dataclass(frozen=True, slots=True)
class FactIsNot:
    """A fact is stated, and none of the globs covers its value."""

    name: str
    globs: tuple[Pattern, ...]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the value."""
        value = reading.subject.facts.get(self.name)
        if value is None or covered((folded(value),), self.globs) is not None:
            return None
        return (value,)


@dataclass(frozen=True, slots=True)
class FactThere:
    """A fact is stated (`present`), or it is not."""

    name: str
    present: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the value where there is one."""
        value = reading.subject.facts.get(self.name)
        if (value is not None) != self.present:
            return None
        return () if value is None else (value,)


@dataclass(frozen=True, slots=True)
class ModelSays:
    """The model's score for a label lies within the bounds, both included; None: no bound.

    A label is a queue, a signal, a priority or a kind, looked for in this order. One that the
    model has no score for lies within no bounds.
    """

    label: str
    at_least: float | None = None
    at_most: float | None = None

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the label with its score."""
        score = _score(reading.subject.prediction, self.label)
        if (
            score is None
            or (self.at_least is not None and score < self.at_least)
            or (self.at_most is not None and score > self.at_most)
        ):
            return None
        return (f"{self.label} {score:.2f}",)


def _score(said: Prediction, label: str) -> float | None:
    """Return the model's score for a label, or None where it has none."""
    if label in said.queue_scores:
        return said.queue_scores[label]
    if label in said.signals:
        return said.signals[label].score
    if label in set(Priority):
        return said.priority_scores.get(Priority(label))
    spoken = said.kinds.get(Kind(label)) if label in set(Kind) else None
    return None if spoken is None else spoken.score


@dataclass(frozen=True, slots=True)
class SignalFired:
    """The model, or an earlier rule, says that one of these signals is there."""

    names: frozenset[str]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the signals, with the model's sentence where it is the model that says so."""
        said = reading.subject.prediction.signals
        hits = []
        for name in sorted(self.names):
            if name in said and said[name].fired:
                hits.append(f"{name}: {said[name].sentence}")
            elif name in reading.flags:
                hits.append(name)
        return tuple(hits) or None


@dataclass(frozen=True, slots=True)
class Flagged:
    """One of these flags was set, before the rules or by an earlier one."""

    flags: frozenset[str]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the flags."""
        return tuple(sorted(self.flags & reading.flags)) or None
