"""How two sets of heads did on mails that neither of them had seen.

A head keeps what was said of each of its examples by one that had not seen it; the rows stand in
the order of the lesson, labels last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from triage.core.wave import same_words
from triage.model.floats import Floats, sigmoid
from triage.model.heads import ClassHead, Heads
from triage.model.kinds import HUMAN, KindHead
from triage.model.reading import Reading
from triage.training.examples import Lesson
from triage.training.gate import Compared, Held, recency
from triage.training.labels import Label, taught_rows

_SAID = {"queue": "queues", "priority": "priorities"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A set of heads, and the labels it was taught beside the teaching, one for each text."""

    heads: Heads
    labels: tuple[Label, ...] = ()


def compared(taught: Lesson, before: Learnt, after: Learnt, now: datetime) -> tuple[Compared, ...]:
    """Compare two sets of heads on mails that neither had seen.

    On the teaching's own examples, on the corrections that both were taught, each by heads from
    which it was held out, and on those that only the later set was taught. Corrections count the
    more, the younger they are.
    """
    found = [
        pair
        for name in _SAID
        for pair in _pairs(_Rows(name, taught, before), _Rows(name, taught, after), now)
    ]
    return (*found, *_kinds(taught, before, after))


class _Rows:
    """What one head of a set said of the examples and the labels that it was fitted on."""

    def __init__(self, name: str, taught: Lesson, learnt: Learnt) -> None:
        self.name = name
        self.heads = learnt.heads
        self.head: ClassHead = getattr(learnt.heads, name)
        self.examples = len(getattr(taught, name))
        people, _ = taught_rows(taught, learnt.labels)
        known = frozenset(getattr(taught, _SAID[name]))
        labels = [label for label in people if self.of(label) in known]
        self.labels = {_key(label): label for label in labels}
        self._row = {key: self.examples + at for at, key in enumerate(self.labels)}
        self.held_whole = len(self.head.held_out) == self.examples + len(labels)

    def of(self, label: Label) -> str:
        """Return what a label says in this group, or ""."""
        return str(getattr(label.mail, self.name))

    def held(self, rows: Sequence[int], weights: Floats) -> Held:
        """Return what was said of some rows by heads that had not seen them."""
        kept = self.head.held_out[np.asarray(rows, np.int64)]
        return Held(kept[:, 0], kept[:, 1] > 0, weights)

    def held_labels(self, keys: Iterable[bytes], weights: Floats) -> Held:
        """Return the same of labels."""
        return self.held([self._row[key] for key in keys], weights)

    def asked(self, labels: Sequence[Label], weights: Floats) -> Held:
        """Return what these heads say of labels that they were never taught."""
        if not labels:
            return self.held([], weights)
        taken = [self.heads.taken(one.reading) for one in labels]
        shares = np.stack([self._shares(one) for one in taken])
        pooled = np.stack([one.pooled for one in taken])
        said = [self.head.labels[at] for at in shares.argmax(axis=1)]
        right = np.asarray([name == self.of(one) for name, one in zip(said, labels, strict=True)])
        return Held(self.head.sureness(shares, self.heads.nearest(pooled)), right, weights)

    def _shares(self, taken: Reading) -> Floats:
        heads = self.heads
        return heads.queue_shares(taken) if self.name == "queue" else heads.priority_shares(taken)


def _pairs(before: _Rows, after: _Rows, now: datetime) -> Iterable[Compared]:
    name = after.name
    rows, ones = range(after.examples), np.ones(after.examples, np.float32)
    if after.examples <= min(len(before.head.held_out), len(after.head.held_out)):
        yield Compared(f"{name}, examples", before.held(rows, ones), after.held(rows, ones))
    if not (before.held_whole and after.held_whole):
        return
    both = [
        key
        for key, label in after.labels.items()
        if key in before.labels and before.of(before.labels[key]) == after.of(label)
    ]
    weights = recency([after.labels[key].at for key in both], now)
    yield Compared(
        f"{name}, earlier corrections",
        before.held_labels(both, weights),
        after.held_labels(both, weights),
    )
    new = [key for key in after.labels if key not in set(both)]
    weights = recency([after.labels[key].at for key in new], now)
    yield Compared(
        f"{name}, new corrections",
        before.asked([after.labels[key] for key in new], weights),
        after.held_labels(new, weights),
    )


def _kinds(taught: Lesson, before: Learnt, after: Learnt) -> Iterable[Compared]:
    """Compare on the teaching's texts alone: whether people's words stay without a doubt."""
    heads = before.heads.kinds, after.heads.kinds
    if heads[0] is None or heads[1] is None:
        return
    counts = [_of_kinds(taught, each) for each in (before, after)]
    sizes = [
        len(head.whose) - sum(count) for head, count in zip(heads, counts, strict=True) if head
    ]
    first = len(taught.of_kinds(taught.beyond))
    if sizes[0] != sizes[1] or sizes[0] < first:
        return
    was, is_ = (
        _kinds_held(head, (*range(first), *range(first + people, size + people)))
        for head, (people, _), size in zip(heads, counts, sizes, strict=True)
        if head is not None
    )
    yield Compared("kind, examples", was, is_)


def _of_kinds(taught: Lesson, learnt: Learnt) -> tuple[int, int]:
    """Return of how many labels somebody said that people wrote them, and that nobody did."""
    people, others = taught_rows(taught, learnt.labels)
    return sum(bool(each.mail.kind) for each in people), len(others)


def _kinds_held(head: KindHead, rows: Sequence[int]) -> Held:
    """Return how sure each text was taken for people's, or for what it is, and if that is right."""
    at = np.asarray(rows, np.int64)
    whose, logits = head.whose[at], head.held_out[at]
    human = whose == HUMAN
    own = np.where(human, 0, whose - 1)
    fired = logits > head.doubtful
    told = np.where(human, fired.any(axis=1), fired[np.arange(len(at)), own])
    most = np.where(human, logits.max(axis=1), logits[np.arange(len(at)), own])
    likely = sigmoid(most.astype(np.float32))
    sure: Floats = np.where(told, likely, 1.0 - likely).astype(np.float32)
    return Held(sure, told != human, np.ones(len(at), np.float32))


def _key(label: Label) -> bytes:
    return same_words(label.mail.subject, label.mail.body)
