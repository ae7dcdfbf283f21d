"""What a mail states by itself: order and invoice numbers, a phone number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from triage.core.announced import Announced, values
from triage.core.message import Message
from triage.core.reaching import ours
from triage.core.terms import Terms

LONGEST = 100_000
"""Characters of each place that are looked at."""

_REFERENCE = re.compile(r"\bT-[0-9A-HJKMNP-TV-Z]{7}\b", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_FIELD = re.compile(r"\W{0,3}[^\W\d_]{2,16}\s?[:\uff1a]\s*\S")
_MARKS = re.compile(r"[>|\s]*")


def facts(message: Message, terms: Terms) -> dict[str, str]:
    """Return each fact's value from the first place that states it.

    First the new text, then the subject, what is forwarded, the attachments' names, and last
    what stands below: the signature, and what is quoted of others. What we wrote ourselves is
    nobody's statement: neither our references, nor what is quoted of us, nor our own number.
    In each place the admin's patterns come first, then what words announce.
    """
    found: dict[str, str] = {}
    wanted = {*terms.fact_patterns, *terms.announced}
    number = _digits(terms.roster.phone)
    for place in _places(message, terms):
        text = _read(place)
        if not text.strip():
            continue
        for name in sorted(wanted - found.keys()):
            for value in _stated(text, name, terms):
                if not number or _digits(value) != number:
                    found[name] = value
                    break
    return {name: found[name] for name in sorted(found)}


def _stated(text: bytes, name: str, terms: Terms) -> Iterator[str]:
    for pattern in terms.fact_patterns.get(name, ()):
        yield from pattern.hits(text)
    own = terms.announced.get(name)
    if own is not None:
        others: list[Announced] = [one for key, one in terms.announced.items() if key != name]
        yield from values(text, own, others)


def _places(message: Message, terms: Terms) -> Iterator[str]:
    yield message.text
    yield message.subject
    yield message.forwarded
    yield "\n".join(file.name for file in message.attachments)
    yield _below(message, terms)


def _read(place: str) -> bytes:
    text = unicodedata.normalize("NFKC", place[:LONGEST]).translate(_DASHES)
    return _REFERENCE.sub(" ", text).encode(errors="replace")


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit()).lstrip("0")


def _below(message: Message, terms: Terms) -> str:
    """Return the rest of the body, without what is quoted of ourselves.

    Whose a quote is stands in the line above it, by an address or a name of ours.
    """
    said = {line.strip() for line in message.text.splitlines()}
    names = ours(terms) | {agent.name.casefold() for agent in terms.roster.agents}
    kept: list[str] = []
    level, deeper, by_us, heads = 0, False, False, False
    for raw in message.body[:LONGEST].splitlines():
        marks = _MARKS.match(raw)
        depth = marks[0].count(">") if marks else 0
        line = raw[marks.end() :].strip() if marks else raw.strip()
        field = _FIELD.match(line) is not None
        if (field and not heads) or line.endswith((":", "\uff1a")) or "<" in line:
            told = line.casefold()
            if any(name in told for name in names):
                by_us, level, deeper = True, depth, False
            elif "@" in line or field:
                by_us = by_us and "@" not in line
        elif line and (depth < level or (deeper and depth <= level)):
            by_us = False
        deeper = deeper or depth > level
        heads = field
        if not by_us and line not in said:
            kept.append(line)
    return "\n".join(kept)
