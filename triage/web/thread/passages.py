"""A text as it is read: its links named by where they truly lead, its telling sentences marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.core.mail.linked import Doubt, Link, links
from triage.core.mail.unwrapped import unwrapped
from triage.web.render import Reader, marked

LONG = 6_000
"""Characters that are shown at once; what is beyond is folded."""
LONG_LINES = 100
LONGEST = 300_000
"""Characters that are shown at all; the whole mail can be read as its source."""
_SEARCHED = 60_000
"""Characters in which sentences are looked for: the model reads fewer."""
_MOST_WORDS = 120
_PATH = 40

DOUBTS = {
    Doubt.SHOWS_ANOTHER: marked("shows another address than it leads to"),
    Doubt.USERINFO: marked("begins with a name that is not where it leads"),
    Doubt.LOOKS_ALIKE: marked("its name mixes letters of several alphabets"),
    Doubt.NUMBER: marked("leads to a number instead of a name"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """What a sentence speaks for, with its score: `tone` is signal, for or against."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence that decided something, and what of."""

    sentence: str
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text: plain, or a link, whose `host` is where it leads. `doubt` warns of it."""

    text: str
    target: str = ""
    host: str = ""
    path: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces in a row that belong to one sentence: `notes` say what it decided; mostly nothing."""

    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text in two parts: what is shown, and what is folded below it.

    `more` says how much is folded. `cut`: even that ends.
    """

    shown: tuple[Run, ...]
    folded: tuple[Run, ...] = ()
    more: str = ""
    cut: bool = False


def passage(text: str, read: Reader, telling: Sequence[Telling] = ()) -> Passage:
    """Make a text ready to be read. Linear in it, for a handful of sentences."""
    whole = unwrapped(text[:LONGEST].strip("\n"))
    at = _cut(whole)
    if at is None:
        return Passage(shown=tuple(_runs(whole, read, telling)), cut=len(text) > LONGEST)
    rest = whole[at:].strip("\n")
    return Passage(
        shown=tuple(_runs(whole[:at], read, telling)),
        folded=tuple(_runs(rest, read, telling)),
        more=read.count(
            "Show all: %(num)s more line",
            "Show all: %(num)s more lines",
            rest.count("\n") + 1,
        ),
        cut=len(text) > LONGEST,
    )


def _cut(text: str) -> int | None:
    """Return where a long text is cut: at the end of a line, or of a word; None: it is not long."""
    lines = text.split("\n", LONG_LINES)
    many = sum(len(line) + 1 for line in lines[:-1]) if len(lines) > LONG_LINES else len(text)
    most = min(many, LONG)
    if len(text) <= most * 5 // 4:
        return None  # so little more is not worth a fold
    for mark in ("\n", " "):
        at = text.rfind(mark, most // 2, most)
        if at > 0:
            return at
    return most


def _runs(text: str, read: Reader, telling: Sequence[Telling]) -> Iterator[Run]:
    found = list(links(text))
    place = 0
    for start, end, notes in _marks(text, telling):
        if start > place:
            yield Run(tuple(_pieces(text, place, start, found, read)))
        yield Run(tuple(_pieces(text, start, end, found, read)), notes)
        place = end
    if place < len(text):
        yield Run(tuple(_pieces(text, place, len(text), found, read)))


def _marks(text: str, telling: Sequence[Telling]) -> Iterator[tuple[int, int, tuple[Note, ...]]]:
    """Yield where telling sentences stand, in order; of two that overlap the first counts.

    A mail wraps its lines, the sentence of a model does not: any white space is like any other.
    """
    spans: dict[tuple[int, int], list[Note]] = {}
    for one in telling:
        words = one.sentence.split()
        if not words or len(words) > _MOST_WORDS:
            continue
        pattern = re.compile(r"\s+(?:[>|]\s*)*".join(map(re.escape, words)))
        hit = pattern.search(text, 0, _SEARCHED)
        if hit is not None:
            spans.setdefault(hit.span(), []).append(one.note)
    place = 0
    for (start, end), notes in sorted(spans.items()):
        if start >= place:
            yield start, end, tuple(dict.fromkeys(notes))
            place = end


def _pieces(
    text: str, start: int, end: int, found: Sequence[Link], read: Reader
) -> Iterator[Piece]:
    """Yield a part of a text in pieces; a link that a mark cuts is text."""
    place = start
    for link in found:
        if link.start < place or link.end > end:
            continue
        if link.start > place:
            yield Piece(text=text[place : link.start])
        yield _linked(link, read)
        place = link.end
    if place < end:
        yield Piece(text=text[place:end])


def _linked(link: Link, read: Reader) -> Piece:
    rest = link.target.partition("://")[2]
    path = "".join(rest.partition("/")[1:])
    return Piece(
        text=link.target,
        target=link.target,
        host=link.host,
        path=path if len(path) <= _PATH else f"{path[:_PATH]}…",
        doubt=read.say(DOUBTS[link.doubt]) if link.doubt else "",
    )
