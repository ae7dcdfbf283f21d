"""One of the forms in which somebody writes: what stands in it, and what was saved of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from triage.core.reply import Correspondence
from triage.core.salutation import Begun
from triage.report.words import size
from triage.store.replying import Attached, Draft, DraftSort
from triage.web.reading import reader
from triage.web.render import Reader, marked
from triage.web.routes import Visit
from triage.web.writing.addressed import our_own, written
from triage.web.writing.beside import Beside
from triage.web.writing.held import HeldBack
from triage.web.writing.sending import as_reply, new_key
from triage.web.writing.underway import Underway

TITLES = {
    DraftSort.REPLY: marked("Reply"),
    DraftSort.NOTE: marked("Note"),
    DraftSort.THIRD_PARTY: marked("Ask a third party"),
    DraftSort.FORWARD: marked("Forward"),
    DraftSort.NEW: marked("New mail"),
}
HINTS = {
    DraftSort.REPLY: marked("Write your answer. A ; at the start of a line brings the macros."),
    DraftSort.NOTE: marked("A note for your colleagues."),
    DraftSort.THIRD_PARTY: marked("What do you need to know?"),
    DraftSort.FORWARD: marked("Words before the mail that you pass on."),
    DraftSort.NEW: marked("What do you want to tell them?"),
}
_VERBS = {DraftSort.THIRD_PARTY: marked("Ask them"), DraftSort.FORWARD: marked("Forward it")}
_COPIES = frozenset({DraftSort.REPLY, DraftSort.NEW})
MOST_TEXT = 200_000
"""Characters of a text that is written by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that goes with a mail, as the form names it."""

    id: int
    name: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One of the forms. `fresh` is its text before anybody wrote; `subject` None: it has none.

    `suggested` are people to write to, by address and name. `at` is when the desk had something of
    it last, in milliseconds, as scripts count: what a browser has kept since then is newer.
    """

    form: DraftSort
    title: str
    action: str
    hint: str
    verb: str
    copies: bool
    to: str
    cc: str = ""
    subject: str | None = None
    text: str
    fresh: str
    by: str = ""
    check_back: str = ""
    mailbox: str = ""
    queue: str = ""
    language: str = ""
    suggested: tuple[tuple[str, str], ...] = ()
    passed: bool = False
    files: tuple[File, ...] = ()
    at: int = 0
    saved: str = ""
    held: HeldBack | None = None
    key: str


def panel_for(sort: DraftSort, now: Underway, others: Beside, begins: Begun, visit: Visit) -> Panel:
    """Return one of the forms of a ticket, with what its reader had begun in it.

    `others` are its third parties: the form goes on with whoever of them has answered last.
    """
    read, who = reader(visit), visit.who
    panel = Panel(
        form=sort,
        title=read.say(TITLES[sort]),
        action="note" if sort is DraftSort.NOTE else "reply",
        hint=read.say(HINTS[sort]),
        verb=read.say(_VERBS[sort]) if sort in _VERBS else "",
        copies=sort in _COPIES,
        to=_to(sort, now.about, others),
        subject=_subject(sort, now.about, others),
        text=_fresh(sort, begins),
        fresh=_fresh(sort, begins),
        suggested=_suggested(sort, now, others, visit),
        language=(now.about.language or "") if sort is DraftSort.REPLY else "",
        at=max((millis(one.at) for one in now.replies if one.person == who.person), default=0),
        key=new_key(),
    )
    draft = next((one for one in now.drafts if one.sort is sort), None)
    return panel if draft is None else restored(panel, draft, read)


def millis(at: datetime) -> int:
    """Return an instant as scripts count."""
    return int(at.timestamp() * 1000)


def _to(sort: DraftSort, about: Correspondence, others: Beside) -> str:
    if sort is DraftSort.THIRD_PARTY:
        return others.to
    return written(about.recipients) if sort is DraftSort.REPLY else ""


def _suggested(
    sort: DraftSort, now: Underway, others: Beside, visit: Visit
) -> tuple[tuple[str, str], ...]:
    """Return whom a form offers to write to, but for those to whom it goes already."""
    if sort is DraftSort.THIRD_PARTY:
        return tuple((one, "") for one in others.people if one != others.to)
    there = our_own(visit.office.terms()) | {one.addr for one in now.about.recipients}
    if sort is not DraftSort.REPLY:
        return ()
    return tuple((one.addr, one.name) for one in now.thread if one.addr not in there)


def _subject(sort: DraftSort, about: Correspondence, others: Beside) -> str | None:
    """Return the subject that a form begins with; an answer keeps the one of its thread."""
    match sort:
        case DraftSort.FORWARD:
            return f"Fwd: {about.subject}"
        case DraftSort.THIRD_PARTY:
            return as_reply(others.subject) if others.subject else about.subject
        case _:
            return None


def _fresh(sort: DraftSort, begins: Begun) -> str:
    match sort:
        case DraftSort.REPLY | DraftSort.NEW:
            return begins.text
        case DraftSort.THIRD_PARTY | DraftSort.FORWARD:
            return f"\n\n{begins.signature}"
        case DraftSort.NOTE:
            return ""


def restored(panel: Panel, draft: Draft, read: Reader) -> Panel:
    """Return a form with what somebody had begun to write in it."""
    fields: Mapping[str, object] = draft.fields

    def was(name: str, otherwise: str) -> str:
        return str(fields.get(name, otherwise))

    return replace(
        panel,
        to=was("to", panel.to),
        cc=was("cc", panel.cc),
        subject=None if panel.subject is None else was("subject", panel.subject),
        text=was("text", panel.text),
        by=was("by", panel.by),
        check_back=was("check_back", panel.check_back),
        mailbox=was("mailbox", panel.mailbox),
        queue=was("queue", panel.queue),
        passed=bool(fields.get("passed")),
        files=files_of(draft.enclosed),
        at=millis(draft.at),
        saved=read.say("saved %(when)s", when=read.time(draft.at)),
    )


def files_of(enclosed: tuple[Attached, ...]) -> tuple[File, ...]:
    """Return files as the form names them."""
    return tuple(File(id=one.number, name=one.name, size=size(one.size)) for one in enclosed)
