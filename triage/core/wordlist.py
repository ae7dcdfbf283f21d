"""Words and phrases of one rule, and a cheap way to tell that none of them stands in a text.

A text's `Vocabulary` is made once for all rules. A phrase can stand in the text only if one of
the words that it is made of does: looking that up takes a fraction of what a search takes, so a
mail is searched for the few lists alone whose words it has.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from triage.core.patterns import Pattern, fold, in_word, words

_STAR = "*"


class Vocabulary:
    """The words of a folded text, to be looked up whole, or by how they begin or end."""

    def __init__(self, text: str) -> None:
        self.words = frozenset(_split(text))
        self.text = " ".join(text.split())

    @cached_property
    def _forwards(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(word[::-1] for word in self.words)

    def begins(self, part: str) -> bool:
        """Say whether a word begins with `part`."""
        return _begins(self._forwards, part)

    def ends(self, part: str) -> bool:
        """Say whether a word ends with `part`."""
        return _begins(self._backwards, part[::-1])


def _begins(words: list[str], part: str) -> bool:
    at = bisect_left(words, part)
    return at < len(words) and words[at].startswith(part)


@dataclass(frozen=True, slots=True)
class Parts:
    """The words that a phrase is made of, and those it says the beginning or the end of.

    `run` is the longest part of it without `*`, as it stands in a text with single blanks.
    """

    exact: frozenset[str]
    beginnings: frozenset[str]
    ends: frozenset[str]
    run: str

    def stand_in(self, vocabulary: Vocabulary) -> bool:
        """Say whether a text has all of them, and the longest part of the phrase in one piece."""
        return (
            self.exact <= vocabulary.words
            and self.run in vocabulary.text
            and all(map(vocabulary.begins, self.beginnings))
            and all(map(vocabulary.ends, self.ends))
        )


@dataclass(frozen=True, slots=True)
class WordList:
    """Whole words and phrases with their compiled pattern; made by `word_list`.

    `by_word` has the phrases by their `longest` word, `rest` those without a whole word.
    """

    pattern: Pattern
    longest: frozenset[str] = field(compare=False, repr=False)
    by_word: Mapping[str, tuple[Parts, ...]] = field(compare=False, repr=False)
    rest: tuple[Parts, ...] = field(compare=False, repr=False)

    def may_stand_in(self, vocabulary: Vocabulary) -> bool:
        """Say whether one of the phrases may stand in the text; False is certain."""
        if not self.longest.isdisjoint(vocabulary.words):
            for word in self.longest & vocabulary.words:
                for parts in self.by_word[word]:
                    if parts.stand_in(vocabulary):
                        return True
        return bool(self.rest) and any(parts.stand_in(vocabulary) for parts in self.rest)


def word_list(several: Iterable[str]) -> WordList:
    """Compile whole words and phrases; `*` stands for the rest of a word.

    Raises: ValueError for a word with nothing but `*` in it.
    """
    given = tuple(several)
    pattern = words(given)
    by_word, rest = dict[str, tuple[Parts, ...]](), list[Parts]()
    for phrase in given:
        parts = _parts(fold(phrase))
        if parts.exact:
            longest = max(sorted(parts.exact), key=len)
            by_word[longest] = (*by_word.get(longest, ()), parts)
        else:
            rest.append(parts)
    return WordList(pattern, frozenset(by_word), by_word, tuple(rest))


def _parts(phrase: str) -> Parts:
    """Take a phrase apart; of a word with `*` in its middle nothing is asked."""
    exact, beginnings, ends = set[str](), set[str](), set[str]()
    for run in _split(phrase, keep=_STAR):
        bare = run.strip(_STAR)
        if not bare or _STAR in bare:
            continue
        if run == bare:
            exact.add(bare)
        elif run.startswith(bare):
            beginnings.add(bare)
        elif run.endswith(bare):
            ends.add(bare)
    run = max(" ".join(phrase.split()).split(_STAR), key=len).strip()
    return Parts(frozenset(exact), frozenset(beginnings), frozenset(ends), run)


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
