"""What words are worth: naive Bayes over the buckets of words, which costs next to nothing.

It is a second opinion beside the vectors'. How much it counts is found on texts that were held
out, and may be nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.model.floats import Floats
from triage.model.words import BUCKETS, Buckets
from triage.training.logistic import Bools, Ints

Doubles = npt.NDArray[np.float64]

_SMOOTH = 0.6
"""What a bucket counts in which no word has fallen, in parts of a text's only word."""


@dataclass(frozen=True, slots=True)
class Words:
    """The buckets of many texts, one after the other, and how many each text has."""

    flat: Buckets
    counts: Ints

    @staticmethod
    def of(each: Sequence[Buckets]) -> Words:
        """Put the words of texts together."""
        flat = np.concatenate(each) if each else np.zeros(0, np.int32)
        return Words(flat.astype(np.int32), np.asarray([len(one) for one in each], np.int64))

    def only(self, rows: Ints) -> Words:
        """Return some of the texts, in this order."""
        starts = np.cumsum(self.counts) - self.counts
        counts = self.counts[rows]
        shift = np.repeat(starts[rows] - (np.cumsum(counts) - counts), counts)
        return Words(self.flat[np.arange(counts.sum()) + shift], counts)

    @property
    def _values(self) -> Doubles:
        values: Doubles = np.repeat(1.0 / np.sqrt(np.maximum(self.counts, 1)), self.counts)
        return values

    def worth(self, matrix: Floats) -> Floats:
        """Return a row for each text: what its words speak for each row of `matrix`."""
        owner = np.repeat(np.arange(len(self.counts)), self.counts)
        rows = [
            np.bincount(owner, row[self.flat] * self._values, len(self.counts)) for row in matrix
        ]
        return np.stack(rows, axis=1).astype(np.float32)

    def rarity(self) -> Doubles:
        """Return how rare each bucket is: a word that stands in every text says nothing."""
        found = np.bincount(self.flat, minlength=BUCKETS)
        rare: Doubles = np.log((1.0 + len(self.counts)) / (1.0 + found)) + 1.0
        return rare

    def sums(self, owner: Ints, count: int, weight: Floats) -> Doubles:
        """Return how often each bucket occurs in the texts of each owner."""
        whose = np.repeat(owner, self.counts) * BUCKETS + self.flat
        given = np.repeat(weight, self.counts) * self._values
        sums = np.bincount(whose, given, count * BUCKETS).astype(np.float64)
        return sums.reshape(count, BUCKETS)


def of_classes(words: Words, labels: Ints, count: int, weight: Floats, rarity: Doubles) -> Floats:
    """Return what each bucket speaks for each of `count` labels, against the rest of them."""
    shares = _shares(words.sums(labels, count, weight) * rarity)
    matrix: Floats = ((shares - shares.mean(axis=0)) * rarity).astype(np.float32)
    return matrix


def of_signals(words: Words, has: Bools, weight: Floats, rarity: Doubles) -> Floats:
    """Return what each bucket speaks for each column of `has`; `weight` has a column for each."""
    rows = []
    for column in range(has.shape[1]):
        sums = words.sums(has[:, column].astype(np.int64), 2, weight[:, column])
        without, with_ = _shares(sums * rarity)
        rows.append((with_ - without) * rarity)
    return np.stack(rows).astype(np.float32)


def _shares(sums: Doubles) -> Doubles:
    """Return the logarithm of how much of what each owner says falls into each bucket."""
    given = sums + _SMOOTH
    shares: Doubles = np.log(given / given.sum(axis=1, keepdims=True))
    return shares
