"""Figures of judgement: how often it is right, how well it knows that, and what it mixes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

BINS = 15
"""Of equal width, over which a calibration error is counted."""


def share(hits: Iterable[bool]) -> float | None:
    """Return how many of `hits` are true, from 0 to 1; None where there are none."""
    counted = [bool(hit) for hit in hits]
    return sum(counted) / len(counted) if counted else None


def calibration_error(
    scores: Sequence[float], right: Sequence[bool], bins: int = BINS
) -> float | None:
    """Return the expected calibration error: how far scores are from the share that is right.

    Scores lie from 0 to 1; each bin has its upper edge and not its lower one, the first has both.
    Bins weigh as much as they hold. None where there is nothing.
    """
    if not len(scores):
        return None
    given, hits = np.asarray(scores, np.float64), np.asarray(right, np.float64)
    # Halfway to the float's last digits, so that 0.6 is not in the bin above it.
    places = np.clip(np.ceil(given * bins - 1e-9).astype(int) - 1, 0, bins - 1)
    gaps = np.abs(np.bincount(places, weights=hits - given, minlength=bins))
    return float(gaps.sum() / len(given))


def auroc(known: Sequence[float], unknown: Sequence[float]) -> float | None:
    """Return how often a known text scores above an unknown one; a tie counts half.

    None where there is nothing of either.
    """
    if not len(known) or not len(unknown):
        return None
    below = np.sort(np.asarray(unknown, np.float64))
    given = np.asarray(known, np.float64)
    twice = np.searchsorted(below, given, "left") + np.searchsorted(below, given, "right")
    return float(twice.mean() / 2 / len(below))


@dataclass(frozen=True, slots=True)
class Hits:
    """How often something was said and right, said at all, and true at all."""

    right: int = 0
    said: int = 0
    true: int = 0

    def __add__(self, other: Hits) -> Hits:
        return Hits(self.right + other.right, self.said + other.said, self.true + other.true)

    @property
    def precision(self) -> float | None:
        """The share of what was said that is true; None where nothing was said."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """The share of what is true that was said; None where nothing is true."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where nothing was said and nothing is true."""
        both = self.said + self.true
        return 2 * self.right / both if both else None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each label (the row) was said to be each label (the column)."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @staticmethod
    def of(pairs: Iterable[tuple[str, str]], labels: Sequence[str] = ()) -> Confusion:
        """Count pairs of what is true and what was said; further labels follow `labels` by name."""
        counted = Counter(pairs)
        met = {name for pair in counted for name in pair}
        names = (*labels, *sorted(met - set(labels)))
        return Confusion(names, tuple(tuple(counted[row, col] for col in names) for row in names))

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(map(sum, self.counts))

    def hits(self, label: str) -> Hits:
        """Return how a single label fares."""
        at = self.labels.index(label)
        said = sum(row[at] for row in self.counts)
        return Hits(self.counts[at][at], said, sum(self.counts[at]))

    @property
    def accuracy(self) -> float | None:
        """The share that is right; None where nothing was counted."""
        right = sum(self.counts[at][at] for at in range(len(self.labels)))
        return right / self.total if self.total else None

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the labels that occur or were said, each of the same weight."""
        each = [one for label in self.labels if (one := self.hits(label).f1) is not None]
        return sum(each) / len(each) if each else None

    @property
    def mistakes(self) -> tuple[tuple[int, str, str], ...]:
        """How often which label was taken for which other one, the most frequent first."""
        wrong = [
            (self.counts[row][col], true, said)
            for row, true in enumerate(self.labels)
            for col, said in enumerate(self.labels)
            if row != col and self.counts[row][col]
        ]
        return tuple(sorted(wrong, key=lambda each: -each[0]))
