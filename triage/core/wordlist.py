"""Words and phrases of one rule, and a cheap way to tell that none of them stands in a text.

A text's `Vocabulary` is made once for all rules. A phrase can stand in the text only if one of
the words that it is made of does: looking that up takes a fraction of what a search takes, so a
mail is searched for the few lists alone whose words it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from triage.core.patterns import Pattern, fold, in_word, words

_LONGEST_END = 12
"""Characters of a word's beginning or end that are compared, where `*` stands beside it."""

_STAR = "*"


class Vocabulary:
    """The words of a folded text, with their beginnings and ends."""

    def __init__(self, text: str) -> None:
        self.words = frozenset(_split(text))
        self._beginnings: frozenset[str] | None = None
        self._ends: frozenset[str] | None = None

    @property
    def beginnings(self) -> frozenset[str]:
        """Every beginning of a word, up to `_LONGEST_END` characters."""
        if self._beginnings is None:
            self._beginnings = frozenset(
                word[:length]
                for word in self.words
                for length in range(1, min(len(word), _LONGEST_END) + 1)
            )
        return self._beginnings

    @property
    def ends(self) -> frozenset[str]:
        """Every end of a word, up to `_LONGEST_END` characters."""
        if self._ends is None:
            self._ends = frozenset(
                word[-length:]
                for word in self.words
                for length in range(1, min(len(word), _LONGEST_END) + 1)
            )
        return self._ends


@dataclass(frozen=True, slots=True)
class WordList:
    """Whole words and phrases with their compiled pattern; made by `word_list`.

    Every phrase has one key, its most telling part: a word that must stand in the text, or the
    beginning or the end of one. `always`: a phrase has none, so nothing can be told beforehand.
    """

    pattern: Pattern
    exact: frozenset[str] = field(repr=False)
    beginnings: frozenset[str] = field(repr=False)
    ends: frozenset[str] = field(repr=False)
    always: bool = False

    def may_stand_in(self, vocabulary: Vocabulary) -> bool:
        """Say whether one of the phrases may stand in the text; False is certain."""
        return (
            self.always
            or not self.exact.isdisjoint(vocabulary.words)
            or (bool(self.beginnings) and not self.beginnings.isdisjoint(vocabulary.beginnings))
            or (bool(self.ends) and not self.ends.isdisjoint(vocabulary.ends))
        )


def word_list(several: Iterable[str]) -> WordList:
    """Compile whole words and phrases; `*` stands for the rest of a word.

    Raises: ValueError for a word with nothing but `*` in it.
    """
    given = tuple(several)
    pattern = words(given)
    exact, beginnings, ends, always = set[str](), set[str](), set[str](), False
    for phrase in given:
        sort, key = _key(fold(phrase))
        if sort == "exact":
            exact.add(key)
        elif sort == "beginning":
            beginnings.add(key[:_LONGEST_END])
        elif sort == "end":
            ends.add(key[-_LONGEST_END:])
        else:
            always = True
    return WordList(pattern, frozenset(exact), frozenset(beginnings), frozenset(ends), always)


def _key(phrase: str) -> tuple[str, str]:
    """Return the most telling part of a phrase, and whether it is a whole word or an end of one."""
    found: dict[str, str] = {}
    for run in _split(phrase, keep=_STAR):
        bare = run.strip(_STAR)
        if not bare or _STAR in bare:
            continue
        if run == bare:
            sort = "exact"
        elif run.startswith(bare):
            sort = "beginning"
        elif run.endswith(bare):
            sort = "end"
        else:
            continue
        if len(bare) > len(found.get(sort, "")):
            found[sort] = bare
    return next(
        ((sort, found[sort]) for sort in ("exact", "beginning", "end") if sort in found), ("", "")
    )


_ASCII_WORDS = re.compile(r"[a-z0-9_A-Z]+")
_ASCII_RUNS = re.compile(r"[a-z0-9_A-Z*]+")


def _split(text: str, keep: str = "") -> list[str]:
    """Split a text into words, as `patterns.words` tells their ends; `keep` counts as of a word."""
    if text.isascii():
        return (_ASCII_RUNS if keep else _ASCII_WORDS).findall(text)
    apart = {ord(char): " " for char in set(text) if char not in keep and not _in_word(char)}
    return text.translate(apart).split()


@lru_cache(maxsize=65_536)
def _in_word(char: str) -> bool:
    return in_word(char)
