"""What heads said of mails that they had not seen: the teaching's own, and what was set right.

Each head keeps what was said of every text by one from which that text was held out; the rows
stand in the order of the lesson. Of labels that it was never taught a head is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from triage.core.ticket import Kind
from triage.core.wave import same_words
from triage.model.floats import Floats, sigmoid, unit
from triage.model.heads import ClassHead, Heads, SignalHead
from triage.model.kinds import HUMAN, Ints, KindHead
from triage.model.reading import Reading
from triage.training.examples import Lesson
from triage.training.gate import Held
from triage.training.labels import Label, taught_rows
from triage.training.logistic import Bools

_SAID = {"queue": "queues", "priority": "priorities"}

SLACK = 0.02
"""`Compared.slack` of priorities and signals: what raises and fires them is set anew each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A set of heads, and the labels it was taught beside the teaching, one for each text."""

    heads: Heads
    labels: tuple[Label, ...] = ()


class Sight(Protocol):
    """One head of a set, and the labels that say something which it judges."""

    name: str
    slack: float
    labels: Mapping[bytes, Label]

    def said(self, label: Label) -> object:
        """Return what a label says here."""

    def examples(self) -> Held:
        """Return what was said of the teaching's own texts."""

    def held(self, keys: Sequence[bytes], weights: Floats) -> Held:
        """Return what was said of labels that these heads were taught."""

    def asked(self, labels: Mapping[bytes, Label], weights: Floats) -> Held:
        """Return what these heads say of labels, each by its key, that they were never taught."""


class _Taken:
    """Labels' vectors as the heads of one set want them: each made once, for all heads."""

    def __init__(self, heads: Heads) -> None:
        self._heads = heads
        self._known: dict[bytes, Reading] = {}

    def __call__(self, labels: Mapping[bytes, Label]) -> list[Reading]:
        """Return those of some labels, in their order."""
        for key, label in labels.items():
            if key not in self._known:
                self._known[key] = self._heads.taken(label.reading)
        return [self._known[key] for key in labels]


def sights(taught: Lesson, learnt: Learnt) -> dict[str, Sight]:
    """Return by its name each head of a set that kept what was said of all its texts."""
    return {sight.name: sight for sight in _sights(taught, learnt)}


def _sights(taught: Lesson, learnt: Learnt) -> Iterator[Sight]:
    people, others = map(_keyed, taught_rows(taught, learnt.labels))
    taken = _Taken(learnt.heads)
    for name in _SAID:
        one = OneOf(name, taught, learnt.heads, people, taken)
        if one.whole:
            yield one
    for head in learnt.heads.signals:
        if head.name in taught.signals and len(head.held_out) == taught.beyond + len(people):
            yield OneSignal(head, taught, people, taken)
    kinds = learnt.heads.kinds
    if kinds is not None:
        of_people = {key: label for key, label in people.items() if label.mail.kind}
        least = len(taught.of_kinds(taught.beyond)) + len(of_people) + len(others)
        if len(kinds.whose) >= least:
            yield Whose(kinds, taught, of_people, others)


class OneOf:
    """The head of queues, or of priorities."""

    def __init__(
        self,
        name: str,
        taught: Lesson,
        heads: Heads,
        people: Mapping[bytes, Label],
        taken: _Taken,
    ) -> None:
        self.name = name
        self.slack = SLACK if name == "priority" else 0.0
        self._heads, self._taken = heads, taken
        self._head: ClassHead = getattr(heads, name)
        self._examples = len(getattr(taught, name))
        known = frozenset(getattr(taught, _SAID[name]))
        self.labels: Mapping[bytes, Label] = {
            key: label for key, label in people.items() if self.said(label) in known
        }
        self._row = {key: self._examples + at for at, key in enumerate(self.labels)}
        self.whole = len(self._head.held_out) == self._examples + len(self.labels)

    def said(self, label: Label) -> str:
        """Return what a label says here."""
        return str(getattr(label.mail, self.name))

    def examples(self) -> Held:
        """Return what was said of the teaching's own texts."""
        return self._rows(range(self._examples), np.ones(self._examples, np.float32))

    def held(self, keys: Sequence[bytes], weights: Floats) -> Held:
        """Return what was said of labels that these heads were taught."""
        return self._rows([self._row[key] for key in keys], weights)

    def _rows(self, rows: Sequence[int], weights: Floats) -> Held:
        kept = self._head.held_out[np.asarray(rows, np.int64)]
        return Held(kept[:, 0], kept[:, 1] > 0, weights)

    def asked(self, labels: Mapping[bytes, Label], weights: Floats) -> Held:
        """Say it of labels that these heads were never taught."""
        if not labels:
            return self._rows([], weights)
        taken = self._taken(labels)
        shares = np.stack([self._shares(one) for one in taken])
        pooled = np.stack([one.pooled for one in taken])
        said = [self._head.labels[at] for at in shares.argmax(axis=1)]
        pairs = zip(said, labels.values(), strict=True)
        right = np.asarray([name == self.said(label) for name, label in pairs])
        return Held(self._head.sureness(shares, self._heads.nearest(pooled)), right, weights)

    def _shares(self, taken: Reading) -> Floats:
        heads = self._heads
        return heads.queue_shares(taken) if self.name == "queue" else heads.priority_shares(taken)


class OneSignal:
    """The head of one signal."""

    def __init__(
        self, head: SignalHead, taught: Lesson, people: Mapping[bytes, Label], taken: _Taken
    ) -> None:
        self.name = f"signal {head.name}"
        self.slack = SLACK
        self._head, self._taken = head, taken
        told = taught.signals[head.name]
        self._told = dict.fromkeys(told.positives, True) | dict.fromkeys(told.negatives, False)
        self._row = {key: taught.beyond + at for at, key in enumerate(people)}
        self.labels: Mapping[bytes, Label] = {
            key: label for key, label in people.items() if head.name in label.mail.signals
        }

    def said(self, label: Label) -> bool:
        """Return what a label says here."""
        return label.mail.signals[self._head.name]

    def examples(self) -> Held:
        """Return what was said of the teaching's own texts."""
        rows = np.asarray(list(self._told), np.int64)
        has = np.asarray(list(self._told.values()), np.bool_)
        return self._judged(self._head.held_out[rows], has, np.ones(len(rows), np.float32))

    def held(self, keys: Sequence[bytes], weights: Floats) -> Held:
        """Return what was said of labels that these heads were taught."""
        rows = np.asarray([self._row[key] for key in keys], np.int64)
        has = np.asarray([self.said(self.labels[key]) for key in keys], np.bool_)
        return self._judged(self._head.held_out[rows], has, weights)

    def asked(self, labels: Mapping[bytes, Label], weights: Floats) -> Held:
        """Say it of labels that these heads were never taught."""
        taken = self._taken(labels)
        logits = [self._head.logit(one.whole, one.sentences, one.words) for one in taken]
        has = np.asarray([self.said(label) for label in labels.values()], np.bool_)
        return self._judged(np.asarray(logits, np.float32), has, weights)

    def _judged(self, logits: Floats, has: Bools, weights: Floats) -> Held:
        likely = sigmoid(logits)
        return _two_sided(likely, likely >= self._head.threshold, has, weights)


class Whose:
    """The head of kinds: whether words are people's, and if not, whose."""

    name = "kind"
    slack = 0.0

    def __init__(
        self,
        head: KindHead,
        taught: Lesson,
        people: Mapping[bytes, Label],
        others: Mapping[bytes, Label],
    ) -> None:
        self._head = head
        first = len(taught.of_kinds(taught.beyond))
        last = len(head.whose) - len(others)
        self._examples = (*range(first), *range(first + len(people), last))
        self._row = {key: first + at for at, key in enumerate(people)}
        self._row |= {key: last + at for at, key in enumerate(others)}
        self.labels: Mapping[bytes, Label] = {**people, **others}

    def said(self, label: Label) -> str:
        """Return what a label says here."""
        return label.mail.kind

    def examples(self) -> Held:
        """Return what was said of the teaching's own texts."""
        return self._rows(self._examples, np.ones(len(self._examples), np.float32))

    def held(self, keys: Sequence[bytes], weights: Floats) -> Held:
        """Return what was said of labels that these heads were taught."""
        return self._rows([self._row[key] for key in keys], weights)

    def _rows(self, rows: Sequence[int], weights: Floats) -> Held:
        at = np.asarray(rows, np.int64)
        return self._judged(self._head.held_out[at], self._head.whose[at], weights)

    def asked(self, labels: Mapping[bytes, Label], weights: Floats) -> Held:
        """Say it of labels that these heads were never taught."""
        head = self._head
        names = (Kind.HUMAN, *head.names)
        whose = np.asarray([names.index(self.said(label)) for label in labels.values()], np.int64)
        if not labels:
            return self._rows([], weights)
        pooled = [
            Reading(
                unit(label.reading.whole - head.center), unit(label.reading.sentences - head.center)
            ).pooled
            for label in labels.values()
        ]
        return self._judged(head.logits(np.stack(pooled)), whose, weights)

    def _judged(self, logits: Floats, whose: Ints, weights: Floats) -> Held:
        """Judge of people's words whether any kind is in doubt, of others' whether theirs is."""
        human, own = whose == HUMAN, np.maximum(whose - 1, 0)
        fired = logits > self._head.doubtful
        at = np.arange(len(whose))
        told = np.where(human, fired.any(axis=1), fired[at, own])
        most = np.where(human, logits.max(axis=1), logits[at, own])
        return _two_sided(sigmoid(most.astype(np.float32)), told, ~human, weights)


def _two_sided(likely: Floats, told: Bools, has: Bools, weights: Floats) -> Held:
    """Return how sure each was of the side that it took, and if that is the right one."""
    sure: Floats = np.where(told, likely, 1.0 - likely).astype(np.float32)
    return Held(sure, told == has, weights)


def _keyed(labels: Sequence[Label]) -> dict[bytes, Label]:
    return {same_words(label.mail.subject, label.mail.body): label for label in labels}
