"""Sentences that are kept: English, and made so that a page can say them in another language.

Whoever makes one names it whole, with its parts in it by name. `web/kept.py` finds in a kept
sentence which one it is, and what its parts were; so there is no second copy of any of them. A
part whose name begins with `why` is such a sentence itself. Stores hold what was made before: a
sentence that is changed is one more, and the words for the old one stay.
"""

from __future__ import annotations

from functools import reduce


def worded(text: str, /, **parts: object) -> str:
    """Return a sentence, filled in; `text` is a literal, or no other language will know it."""
    return text % parts


def marked(text: str) -> str:
    """Mark a text that is said later, by whoever knows in which language."""
    return text


def clauses(*sentences: str) -> str:
    """Join sentences, each of which says something of its own."""
    return reduce(_further, sentences) if sentences else ""


def _further(one: str, more: str) -> str:
    return worded("%(why)s; %(why_more)s", why=one, why_more=more)


def listed(*sentences: str) -> str:
    """Join what is said of one thing."""
    return reduce(_besides, sentences) if sentences else ""


def _besides(one: str, more: str) -> str:
    return worded("%(why)s, %(why_more)s", why=one, why_more=more)


def quoting(sentence: str, quoted: str) -> str:
    """Add to a sentence what was found that says so; nothing where that is ""."""
    if not quoted:
        return sentence
    return worded("%(why)s, “%(quoted)s”", why=sentence, quoted=quoted)
