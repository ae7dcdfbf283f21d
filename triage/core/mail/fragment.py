"""Text labelled plain that is a piece of HTML without its page, as forms and shops send it.

Sure only where the tags do what tags do: all of them are known and closed, and it is they that
end the lines. Whoever writes about HTML, or sends a piece of code, keeps every character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_FRAGMENT = 200_000
"""Characters beyond which a text is left as it is."""
_MOST_WORDS = 40
"""Words for each tag that ends a line: a page has fewer, an essay on one tag has more."""
_DEEPEST = 100
"""Tags within tags."""

_OPTIONAL = frozenset({"p", "li", "tr", "td", "th", "tbody"})
_BLOCKS = _OPTIONAL | {"div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "center", "blockquote"}
_ENDING = _BLOCKS | {"br", "hr"}
_VOID = frozenset({"br", "hr", "img"})
_INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "small", "big", "img"})
_KNOWN = _ENDING | _INLINE
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,9})(?:\s[^<>]{0,1000})?/?>")
_HINT = re.compile(r"<(?:br|/p|/div|/t[dr]|/li)\b", re.IGNORECASE)
_CODE = re.compile(
    r"\bhtml\b|\btags?\b|\bcss\b|\bcode\b|\bmarkup\b|quelltext|quellcode|balise|etiqueta|```|[{}]"
    r"|\bon[a-z]{3,12}\s*=|&lt;|^[ \t]{2,}<",
    re.IGNORECASE | re.MULTILINE,
)
_AMID = frozenset(".,;:!?)")


def is_fragment(text: str) -> bool:
    """Say whether text labelled plain is a piece of HTML. Linear; doubt says that it is not."""
    text = text.strip()
    if len(text) > MAX_FRAGMENT or not _HINT.search(text) or _CODE.search(text):
        return False
    tags = list(_TAG.finditer(text))
    if len(tags) != text.count("<") or any(tag[2].lower() not in _KNOWN for tag in tags):
        return False
    pieces = _pieces(text, tags)
    if pieces is None:
        return False
    ends = sum(tag[2].lower() in _ENDING for tag in tags)
    words = sum(len(piece.split()) for piece, _ in pieces)
    return ends >= 2 and 3 <= words <= _MOST_WORDS * ends and _ended(pieces) and _begun(pieces)


def _pieces(text: str, tags: Sequence[re.Match[str]]) -> list[tuple[str, bool]] | None:
    """Return the texts between tags that end lines, and whether each stands in no block.

    None where a tag is closed that is not open, or left open that must not be, or all too deep.
    """
    pieces: list[tuple[str, bool]] = []
    opened: list[str] = []
    said: list[str] = []
    place = 0
    for tag in tags:
        said.append(text[place : tag.start()])
        place, name = tag.end(), tag[2].lower()
        if name in _ENDING:
            pieces.append(("".join(said), _BLOCKS.isdisjoint(opened)))
            said.clear()
        if not tag[1] and name not in _VOID:
            opened.append(name)
            if len(opened) > _DEEPEST:
                return None
        elif tag[1] and name not in _VOID:
            while opened and opened[-1] != name and opened[-1] in _OPTIONAL:
                opened.pop()
            if not opened or opened.pop() != name:
                return None
    pieces.append(("".join(said) + text[place:], _BLOCKS.isdisjoint(opened)))
    return pieces if _OPTIONAL.issuperset(opened) else None


def _ended(pieces: Sequence[tuple[str, bool]]) -> bool:
    """Say whether tags, not line ends alone, end the lines that stand in no block."""
    return not any(outside and "\n" in piece.lstrip().rstrip(" \t") for piece, outside in pieces)


def _begun(pieces: Sequence[tuple[str, bool]]) -> bool:
    """Say whether each piece in no block begins as a line does, not amid a sentence."""
    before = "."
    for piece, outside in pieces:
        bare = piece.strip()
        if not bare:
            continue
        amid = bare[0] in _AMID or (bare[0].islower() and not before.endswith((",", ".", "!", "?")))
        if outside and amid:
            return False
        before = bare
    return True
