"""Mails of words as people use them: few of them everywhere, most of them hardly ever."""

from __future__ import annotations

from itertools import accumulate
from random import Random

WORDS = 40_000
LENGTH = 70

_SYLLABLES = (
    *("ta", "be", "lo", "ri", "ka", "mo", "ne", "su", "fi", "da"),
    *("wo", "ge", "hu", "pa", "li", "to", "re", "ma", "ci", "nu"),
)
_WEIGHTS = tuple(accumulate(1 / (rank + 3) for rank in range(WORDS)))


def word(rank: int) -> str:
    """Return the word that comes so far down: 0 stands in nearly every mail."""
    number, syllables = rank, []
    while True:
        number, last = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[last])
        if not number:
            return "".join(reversed(syllables)) + "x" * (rank % 3)


def text(number: int) -> str:
    """Return what the mail of that number says: always the same."""
    chosen = Random(number).choices(range(WORDS), cum_weights=_WEIGHTS, k=LENGTH)  # noqa: S311
    return " ".join(map(word, chosen))
