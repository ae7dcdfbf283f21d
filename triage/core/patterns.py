"""Words, globs and patterns, as RE2: linear in the text, whatever an admin wrote.

Text and words meet folded (`fold`), as UTF-8 bytes, which RE2 reads without translation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

import re2

MOST_EVIDENCE = 5
"""How many different hits of one matcher are told."""

_Compiled: TypeAlias = Any
_re2: Any = re2  # google-re2 has no types
_WORD = r"\pL\pM\pN_"
_WORD_CHARACTER = _re2.compile(rf"[{_WORD}]".encode())
_WILD = re.compile(r"[*?]")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2018": "'"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; two of the same source are equal. `group` is what counts as the hit.

    Whatever it covers begins with `head` and ends with `tail`: looking is cheaper than matching.
    """

    source: str
    group: int
    compiled: _Compiled = field(compare=False, repr=False)
    head: bytes = field(default=b"", compare=False, repr=False)
    tail: bytes = field(default=b"", compare=False, repr=False)

    def hits(self, text: bytes) -> tuple[str, ...]:
        """Return the first different hits in `text`, at most `MOST_EVIDENCE`; () for none."""
        found: dict[str, None] = {}
        at = 0
        while len(found) < MOST_EVIDENCE and (hit := self.compiled.search(text, at)) is not None:
            # Of `<(a)>|(b)` one group takes part, of `(a)?b` perhaps none: then all of it is hit.
            group = self.group
            if hit.group(group) is None:
                group = hit.lastindex or 0
            found[" ".join(hit.group(group).decode(errors="replace").split())] = None
            # From the end of the hit itself: what parts it from the next word serves both.
            at = max(hit.end(group), hit.start() + 1)
            if at > len(text):
                break
        return tuple(found)

    def covers(self, text: bytes) -> bool:
        """Say whether it matches the whole of `text`."""
        return (
            text.startswith(self.head)
            and text.endswith(self.tail)
            and self.compiled.fullmatch(text) is not None
        )


def fold(text: str) -> str:
    """Return `text` as matchers see it: compatibility forms, case and apostrophes made one.

    Source: Unicode Standard, section 3.13, "Default Case Folding".
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).translate(_APOSTROPHES)


def folded(text: str) -> bytes:
    """Return `text` folded and ready to be matched, without the space around it."""
    return fold(text.strip()).encode(errors="replace")


def in_word(char: str) -> bool:
    """Say whether a character belongs to a word, as `words` tells where one ends."""
    return _WORD_CHARACTER.fullmatch(char.encode(errors="replace")) is not None


def words(several: Iterable[str]) -> Pattern:
    """Compile whole words and phrases, any of which hits; `*` stands for the rest of a word.

    Raises: ValueError for a word with nothing but `*` in it.
    """
    source = []
    for word in several:
        parts = fold(word).split()
        if not "".join(parts).replace("*", ""):
            raise ValueError(f"'{word}' would match every word")
        source.append(r"[\s\pZ]+".join(_glob(part, f"[{_WORD}]*") for part in parts))
    return _compile(rf"(?:^|[^{_WORD}])({'|'.join(source)})(?:$|[^{_WORD}])", group=1)


def glob(text: str) -> Pattern:
    """Compile a glob for a whole value: `*` is any text, `?` any one character.

    Raises: ValueError where it is too long to compile.
    """
    whole = fold(text)
    compiled = _compile(f"(?s){_glob(whole, '.*', '.')}", group=0)
    ends = _WILD.split(whole)
    return replace(compiled, head=ends[0].encode(), tail=ends[-1].encode())


def pattern(text: str) -> Pattern:
    """Compile an RE2 pattern as it stands: with its case, anywhere in the text.

    Its first group, where it has one, is what counts as the hit.

    Raises: ValueError with RE2's own words.
    """
    compiled = _compile(text, group=0)
    if compiled.covers(b""):
        raise ValueError("it matches empty text, so it would match everything")
    return Pattern(text, min(1, compiled.compiled.groups), compiled.compiled)


def _glob(text: str, star: str, one: str = r"\?") -> str:
    escaped = str(_re2.escape(text))
    return escaped.replace(r"\*", star).replace(r"\?", one)


@lru_cache(maxsize=1024)
def _compile(source: str, group: int) -> Pattern:
    """Compile, once for as long as it is in use: a reload compiles what has changed."""
    options = _re2.Options()
    options.log_errors = False  # it is said in our own words, not on stderr
    try:
        return Pattern(source, group, _re2.compile(source.encode(), options))
    except _re2.error as exc:
        said = exc.args[0] if exc.args else "it cannot be read"
        raise ValueError(said.decode() if isinstance(said, bytes) else str(said)) from exc
