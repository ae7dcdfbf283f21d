"""What is new in a mail: its text without quotes, signature and forwarded history.

Linear in the text. Cutting too little costs a reader seconds; cutting too much hides what a
requester wrote, so whatever is not clearly history stays, and where nothing would remain,
everything does.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.mail.containers import coloured_text, has_containers, quoted_text
from triage.core.mail.quoting import intro_before, is_quoted, starts_history, within_quote
from triage.core.mail.signing import (
    contact_card,
    disclaimer,
    is_greeting,
    is_mobile_mark,
    only_greets,
    signature,
)
from triage.core.mail.within import COLOURED, announces_answers, points_below, some_coloured

MAX_LINES = 20_000
"""Lines that are looked at; what is beyond is kept as it is."""
_UNCOLOURED = str.maketrans(dict.fromkeys(COLOURED, ""))


def new_text(body: str, html: str | None = None) -> str:
    """Return what is new in `body`, which may be made of `html` or be its plain twin.

    Answers between quotes are kept with the quotes they answer. Where the HTML marks its
    quotes and signature as known clients do, and the text does not, the marks decide.
    """
    text = _new_text(body, html)
    if text != body.strip() and _answers_within(text, html):
        return body.strip()
    return text


def _new_text(body: str, html: str | None) -> str:
    plain = _strip(body)
    if html and not plain.marked and has_containers(html):
        contained = _strip(quoted_text(html), by_hand=False)
        if not contained.text or only_greets(contained.text):  # typed where the signature stands
            contained = _strip(quoted_text(html, signed=True), by_hand=False)
        fewer = len(contained.text.split()) < len(plain.text.split())
        if contained.text and (fewer or contained.between):
            return contained.text
    return plain.text or body.strip()


def _answers_within(text: str, html: str | None) -> bool:
    """Say whether `text` points to answers in the quote below it, which no mark sets apart.

    Either it says so, or something in the quote has a colour that the rest of it has not.
    """
    if announces_answers(text):
        return True
    if not html or not points_below(text):
        return False
    lines = coloured_text(html).split("\n", MAX_LINES)
    bare = [line.translate(_UNCOLOURED) for line in lines]
    end = _history(bare)
    quoted = [line for line in lines[:end] if is_quoted(line)]
    head = next((at for at in range(end, len(bare)) if not bare[at].strip()), end)
    return some_coloured(quoted + lines[head:])


def own_lines(body: str) -> str:
    """Return what the author of `body` wrote, signature and all: it without quotes and history."""
    lines = body.split("\n", MAX_LINES)
    return "\n".join(line for line in lines[: _history(lines)] if not is_quoted(line)).strip()


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of lines, from `start` up to `end`: quoted, with its attribution, or not.

    `shown` is where it starts when it is kept: below an attribution that is sure.
    """

    start: int
    shown: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Stripped:
    """What is new, "" where nothing is; whether quotes are marked, and answered in between."""

    text: str
    marked: bool
    between: bool = False


def _strip(body: str, *, by_hand: bool = True) -> _Stripped:
    """Take quotes and signature off; `by_hand`: its author may have set a mark themselves."""
    lines = body.split("\n", MAX_LINES)
    end = _history(lines)
    runs = _runs(lines, end)
    marked = any(run.quoted for run in runs)
    runs = [run for run in runs if run.quoted or _says(lines, run)]
    own = [place for place, run in enumerate(runs) if not run.quoted]
    if not own:
        return _Stripped("", marked)
    first, last = own[0], own[-1]
    between = any(run.quoted for run in runs[first:last])
    if first and (between or (by_hand and is_quoted(lines[runs[0].start]))):
        first = 0  # a first quote that is answered like the others, or was put there by hand
    kept = [_text(lines, run) for run in runs[first : last + 1]]
    return _Stripped("\n\n".join(kept).strip(), marked, between)


def _history(lines: list[str]) -> int:
    """Return where history without quote marks begins; the end where it does not."""
    said = False
    for place, line in enumerate(lines[:MAX_LINES]):
        if not line.strip():
            continue
        if starts_history(lines, place):
            return place if said else len(lines)  # a forward without a word is all there is
        said = said or not is_greeting(line)
    return len(lines)


def _runs(lines: list[str], end: int) -> list[_Run]:
    """Cut the lines into runs, each attribution with the quote below it."""
    runs: list[_Run] = []
    place = start = 0
    while place < end:
        if not is_quoted(lines[place]):
            place += 1
            continue
        intro, sure = intro_before(lines, place, start)
        if intro > start:
            runs.append(_Run(start, start, intro, quoted=False))
        shown = place if sure else intro
        place += 1
        while place < end and (is_quoted(lines[place]) or within_quote(lines, place, end)):
            place += 1
        runs.append(_Run(intro, shown, place, quoted=True))
        start = place
    if start < end:
        runs.append(_Run(start, start, end, quoted=False))
    return runs


def _unsigned(lines: list[str], run: _Run) -> list[str]:
    """Return a run's lines without signature and without what the mail program added."""
    end = disclaimer(lines, run.start, signature(lines, run.start, run.end))
    end = contact_card(lines, run.start, end)
    kept = lines[run.start : end]
    while kept and (not kept[-1].strip() or is_mobile_mark(kept[-1])):
        kept.pop()
    return kept


def _says(lines: list[str], run: _Run) -> bool:
    return any(line.strip() for line in _unsigned(lines, run))


def _text(lines: list[str], run: _Run) -> str:
    kept = lines[run.shown : run.end] if run.quoted else _unsigned(lines, run)
    return "\n".join(kept).strip("\n")
