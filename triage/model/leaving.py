"""A text without some of its sentences, word for word."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

Place = tuple[int, int]


def places(text: str, sentences: Sequence[str]) -> list[Place | None]:
    """Return where each of a text's sentences begins and ends in it.

    `sentences` are all of them, in order, as `triage.model.sentences` finds them: with other white
    space than the text has. None for one that does not stand in the text as it is, because it lies
    round the gap that was left in a very long one.
    """
    found: list[Place | None] = []
    at = 0
    for sentence in sentences:
        place = _again(sentence).search(text, at)
        found.append(place and place.span())
        at = place.end() if place else at
    return found


def without(text: str, left_out: Collection[Place | None]) -> str:
    """Return a text without what stands at these places."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(place for place in left_out if place is not None):
        kept.append(text[at:start])
        at = end
    return " ".join([*kept, text[at:]]).strip()


def _again(sentence: str) -> re.Pattern[str]:
    """Return what finds a sentence, whatever white space stands between its words."""
    return re.compile(r"\s*".join(map(re.escape, sentence.split())))
