"""What we sent ourselves, taken out of what comes back below an answer.

Many clients keep the mail that they answer without any mark. What we sent is known, so it is
told by its words, in runs, whatever became of its lines, quote marks and entities.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from triage.core.mail.quoting import intro_before

RUN = 5
"""Words in a row that show where a text comes from."""
ENOUGH = 20
"""Words in a row that nobody repeats by chance."""
NEARLY_ALL = 0.8
"""The part of a shorter text of ours that is enough, too."""
MAX_SENT = 200_000
"""Characters of what we sent that are looked at, all texts together."""
MAX_TEXT = 400_000
"""Characters beyond which a text is left as it is."""

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_URL = re.compile(r"(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BARE = re.compile(r"[\s>|*_=~#-]*")


_Places = dict[tuple[str, ...], tuple[int, int]]
"""Runs of words with the number of the text of ours and the place where they stand."""


@dataclass(slots=True)
class _Run:
    """Lines `start` up to `end` that hold nothing but our words.

    `words` says how many are of which text of ours, `low` and `high` from where to where in it.
    """

    start: int
    end: int
    words: Counter[int] = field(default_factory=Counter)
    low: dict[int, int] = field(default_factory=dict)
    high: dict[int, int] = field(default_factory=dict)

    def take(self, number: int, places: Sequence[tuple[int, int]]) -> None:
        """Take in line `number`, whose words stand at `places`."""
        self.end = number + 1
        for source, place in places:
            self.words[source] += 1
            self.low[source] = min(place, self.low.get(source, place))
            self.high[source] = max(place, self.high.get(source, place))


def without_ours(text: str, sent: Sequence[str]) -> str:
    """Return `text` without the runs of lines that are ours, `sent` being what we sent.

    Taken out is what holds at least `ENOUGH` of our words in a row, or nearly all of a text;
    a phrase that the requester repeats stays. A text of ours that is answered piece by piece
    stays whole, and where nothing would remain, so does everything. Linear in the sizes.
    """
    known, sizes = _shingles(sent)
    if not known or len(text) > MAX_TEXT:
        return text
    lines = text.split("\n")
    signs = frozenset(line.strip(" >\t") for one in sent for line in one[:MAX_SENT].split("\n"))
    runs = list(_runs(lines, known, signs))
    answered = _answered(runs)
    gone = [run for run in runs if not answered & run.words.keys() and _is_ours(run, sizes)]
    if not gone:
        return text
    kept: list[str] = []
    place = 0
    for run in gone:
        kept += _above(lines[place : run.start])
        place = run.end
        while place < len(lines) and _BARE.fullmatch(lines[place]):
            place += 1
    kept += lines[place:]
    left = "\n".join(kept).strip("\n")
    return left if any(_words(line) for line in kept) else text


def _above(lines: list[str]) -> list[str]:
    """Return the lines above a run of ours, without its attribution and the rules between."""
    first, sure = intro_before(lines, len(lines), 0)
    kept = lines[:first] if sure else lines
    said = len(kept)
    while said and _BARE.fullmatch(kept[said - 1]):
        said -= 1
    return [*kept[:said], ""] if said else []


def _words(line: str) -> list[str]:
    """Return the words of a line, alike however it was quoted, encoded or shown."""
    if "&" in line:
        line = html.unescape(line)
    line = _URL.sub(" ", _INVISIBLE.sub("", line))
    return _WORD.findall(unicodedata.normalize("NFKC", line).casefold())


def _shingles(sent: Sequence[str]) -> tuple[_Places, list[int]]:
    """Return each run of words with the text and place it stands at, and the texts' sizes."""
    known: _Places = {}
    sizes: list[int] = []
    left = MAX_SENT
    for source, text in enumerate(sent):
        words = _words(text[:left])
        left -= min(left, len(text))
        sizes.append(len(words))
        for place in range(len(words) - RUN + 1):
            known.setdefault(tuple(words[place : place + RUN]), (source, place))
    return known, sizes


def _runs(lines: list[str], known: _Places, signs: Collection[str]) -> Iterator[_Run]:
    """Find the runs of lines all of whose words stand in rows that are ours.

    A line without words belongs to a run if it is empty or one of `signs`, which are lines of
    ours: a picture of a raised thumb is an answer.
    """
    words: list[str] = []
    ends: list[int] = []
    for line in lines:
        words += _words(line)
        ends.append(len(words))
    at = _places(words, known)
    run: _Run | None = None
    begin = 0
    for number, end in enumerate(ends):
        places = [place for place in at[begin:end] if place is not None]
        silent, sure = begin == end, len(places) == end - begin
        begin = end
        if silent and (_BARE.fullmatch(lines[number]) or lines[number].strip(" >\t") in signs):
            continue
        if silent or not sure:
            if run is not None:
                yield run
            run = None
            continue
        run = run or _Run(number, number + 1)
        run.take(number, places)
    if run is not None:
        yield run


def _places(words: list[str], known: _Places) -> list[tuple[int, int] | None]:
    """Return, for each word that stands in a row of ours, which text it is of and where."""
    at: list[tuple[int, int] | None] = [None] * len(words)
    for place in range(len(words) - RUN + 1):
        found = known.get(tuple(words[place : place + RUN]))
        if found is not None:
            source, start = found
            for offset in range(RUN):
                at[place + offset] = at[place + offset] or (source, start + offset)
    return at


def _answered(runs: list[_Run]) -> frozenset[int]:
    """Name the texts of ours that stand in pieces, with words of somebody else in between."""
    found: set[int] = set()
    before: dict[int, _Run] = {}
    for run in runs:
        for source in run.words:
            last = before.get(source)
            if last is not None and (
                run.low[source] > last.high[source] or run.high[source] < last.low[source]
            ):
                found.add(source)
            before[source] = run
    return frozenset(found)


def _is_ours(run: _Run, sizes: list[int]) -> bool:
    if run.words.total() >= ENOUGH:
        return True
    return any(count >= NEARLY_ALL * sizes[source] for source, count in run.words.items())
