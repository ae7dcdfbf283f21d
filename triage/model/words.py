"""The words of a text as numbers: what stands in it, beside what it means.

Each word and each pair of neighbours falls into one of `BUCKETS`; what two that share one are
worth is mixed up, seldom enough to do no harm. A head that goes by words too has one row of worth
for each of its labels.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from triage.model.floats import Floats

Buckets = npt.NDArray[np.int32]

BUCKETS = 2**15
NONE: Buckets = np.zeros(0, np.int32)
"""The words of a text that has none, or whose words nobody asked for."""

_MOST = 1_500
"""Words of a text that count: mail is shorter, and a wall of words is no likelier for it."""

_WORD = re.compile(r"[^\W\d_]{2,40}")


def words_of(text: str) -> Buckets:
    """Return the buckets of a text's words and pairs of words, each once, in order."""
    words = [one.encode() for one in _WORD.findall(text.lower())[:_MOST]]
    pairs = (b"%b %b" % pair for pair in pairwise(words))
    found = {zlib.crc32(one) % BUCKETS for one in (*words, *pairs)}
    return np.asarray(sorted(found), np.int32)


def worth(matrix: Floats, words: Buckets) -> Floats:
    """Return what words speak for each row of a head's matrix; a longer text says no more."""
    if not len(words):
        return np.zeros(len(matrix), np.float32)
    said: Floats = matrix[:, words].sum(axis=1) / np.float32(np.sqrt(len(words)))
    return said
