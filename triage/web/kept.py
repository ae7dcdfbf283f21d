"""Reasons that were kept as English sentences, said in the reader's language.

`core/worded.py` made them. Which sentences there are is what the words of a language hold in the
context "kept": a kept text is looked for among these, and its parts go into their translation. What
is none of them, an admin's own words for one, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from triage.core.judgement import of_mail
from triage.core.ticket import Priority
from triage.web.lists.rows import PRIORITIES, signal_word
from triage.web.render import Reader, catalogue, translations
from triage.web.words_of import KINDS, language_name

CONTEXT = "kept"
"""The context in which the words of a language hold such sentences."""

LONGEST = 2_000
"""Characters of a text that is looked for."""

_DEEPEST = 10
_FREE = frozenset(
    {
        "said",
        "quoted",
        "others",
        "person",
        "span",
        "score",
        "kind",
        "time",
        "first",
        "what",
        "flags",
    }
)
"""Parts that may hold spaces, beside those that are sentences: every other one is a name."""

_PART = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in pieces: what stands before, between and behind its parts, and their names."""

    text: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]

    def parts(self, said: str) -> Mapping[str, str] | None:
        """Return the parts of a text that this sentence made; None where it did not.

        A part ends where the next piece begins first, and none is empty. Linear in the text.
        """
        first, *rest = self.pieces
        if not rest:
            return {} if said == first else None
        end = len(said) - len(rest[-1])
        if not said.startswith(first) or not said.endswith(rest[-1]):
            return None
        found, at = {}, len(first)
        for name, piece in zip(self.names, [*rest[:-1], ""], strict=True):
            stop = said.find(piece, at + 1, end) if piece else end
            if stop <= at:
                return None
            found[name] = said[at:stop]
            if " " in found[name] and not name.startswith("why") and name not in _FREE:
                return None
            at = stop + len(piece)
        return found


def sentence(text: str) -> Sentence:
    """Return a sentence that `worded` was given, in pieces."""
    pieces = _PART.split(text)
    return Sentence(text, tuple(pieces[::2]), tuple(pieces[1::2]))


@cache
def sentences(language: str) -> tuple[Sentence, ...]:
    """Return the sentences that a language knows, the most telling ones first.

    Of those with as many letters of their own, what joins clauses comes before what joins less.
    """
    words = catalogue(language)
    known = [str(one.id) for one in words or () if one.context == CONTEXT]
    return tuple(sorted(map(sentence, known), key=_rank, reverse=True))


def _rank(one: Sentence) -> tuple[int, str]:
    own = "".join(one.pieces)
    return len(own), own


def rests_on(sentence: str, read: Reader) -> str:
    """Return what a signal rests on: the mail's own sentence as it is, what we say of it kept."""
    return sentence if of_mail(sentence) else kept(sentence, read)


def kept(text: str, read: Reader) -> str:
    """Return a kept sentence in the reader's language; one that is not known, as it is."""
    if len(text) > LONGEST:
        return text
    return _said(text, read.language, _DEEPEST) or text


@lru_cache(maxsize=4096)
def _said(text: str, language: str, deep: int) -> str | None:
    """Return a sentence in a language; None where it is not known, or what it holds is not."""
    if not deep:
        return None
    for one in sentences(language):
        found = one.parts(text)
        if found is None:
            continue
        parts = {name: _part(name, part, language, deep) for name, part in found.items()}
        if None not in parts.values():
            return translations(language).pgettext(CONTEXT, one.text) % parts
    return None


def _part(name: str, part: str, language: str, deep: int) -> str | None:
    if name.startswith("why"):
        return _said(part, language, deep - 1)
    if name in {"span", "score"}:
        return _said(part, language, deep - 1) or part
    if name == "language":
        return language_name(part, language)
    words = _WORDS.get(name)
    return part if words is None else translations(language).gettext(words(part))


_WORDS: Mapping[str, Callable[[str], str]] = {
    "kind": lambda name: KINDS.get(name.replace(" ", "_"), name),
    "priority": lambda name: PRIORITIES[Priority(name)] if name in set(Priority) else name,
    "signal": signal_word,
    "flag": signal_word,
}
"""What parts of a closed set are called on the page, by the part's name."""
