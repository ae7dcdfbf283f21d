"""Text as it is found by its words, whatever its script."""

from __future__ import annotations

import re
import unicodedata

MOST = 50_000
"""Characters of a text that it is found by: what comes after is a log, and nobody's words."""

_UNSPACED = re.compile(
    "(["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Tibetan, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7a3"  # Hangul: its particles grow onto words
    "])"
)


def findable(text: str) -> str:
    """Return `text` so that each of its words stands by itself; the same for the same text.

    Scripts without spaces have one between all their letters: what is looked for in them is a
    row of letters, and is found wherever that stands, also where it has but two.
    """
    if text.isascii():
        return text[:MOST].replace("\0", " ")
    whole = unicodedata.normalize("NFKC", text[:MOST]).replace("\0", " ")
    return _UNSPACED.sub(r" \1 ", whole)


def says_something(text: str) -> bool:
    """Say whether there is a letter or a digit in `text` to find anything by."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)
