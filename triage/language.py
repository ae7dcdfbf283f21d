"""Which language a text is in, over the languages that were measured (py3langid)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = (
    "en de fr es it nl pt pl sv da no fi cs ja tr ru uk el hu ro zh ar".split()  # noqa: SIM905
)
"""ISO 639-1 codes of the languages that can be answered."""

ENOUGH = 20
"""Letters below which only a text that leaves no doubt has a language."""

LONGEST = 4000
"""Characters that are looked at: more change nothing."""

_SURE, _SURE_IF_SHORT = 0.7, 0.8
_ALSO = {"nb": "no", "nn": "no"}
_SCRIPTS = frozenset(
    {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
)
_DENSE = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_lock = threading.Lock()


def detect(text: str) -> tuple[str | None, bool]:
    """Return a text's language as ISO 639-1, and whether that is sure.

    None where the text says too little, or is in a script that none of
    `LANGUAGES` is written in. Of a mixed text it is the language of the most.
    """
    text = text[:LONGEST]
    scripts = [script for c in text if c.isalpha() and (script := _script(c))]
    readable = [script for script in scripts if script in _SCRIPTS]
    if not readable or 2 * len(readable) < len(scripts):
        return None, False
    # A sign of Chinese or Japanese says as much as two or three letters.
    letters = len(readable) + 2 * sum(script in _DENSE for script in readable)
    with _lock:
        language, probability = _identifier().classify(text)
    if letters < ENOUGH and probability < _SURE_IF_SHORT:
        return None, False
    return _ALSO.get(language, language), bool(probability >= _SURE)


def load() -> None:
    """Load now what the first text would else wait for. Blocks for half a second, once."""
    with _lock:
        _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    """Load the identifier: half a second, once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - half a second

    identifier: LanguageIdentifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = {*LANGUAGES, *_ALSO} & set(identifier.labels)
    identifier.set_languages(sorted(known))
    return identifier


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
