"""What the second look found, in words: what it is, what it rests on, and what can be done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.core.desk import Hours
from triage.core.sendguard import Doubt, Held
from triage.web.render import Reader, marked
from triage.web.words_of import language_name

_TEXTS = {
    Held.NOBODY: marked("It goes to nobody."),
    Held.EMPTY: marked("Nothing is written yet."),
    Held.PLACEHOLDER: marked("%(about)s was not filled in."),
    Held.MEANWHILE: marked("Meanwhile, at %(when)s: %(about)s."),
    Held.ATTACHMENT: marked("It speaks of an attachment, and nothing is attached."),
    Held.PROMISE: marked("It promises to write again, and no update is put down as owed."),
    Held.LANGUAGE: marked("It is not in %(about)s, the requester's language."),
    Held.ADDRESS: marked("%(about)s has not been in this thread."),
}
_REMEDIES = {
    Held.NOBODY: marked("Say whom it goes to."),
    Held.EMPTY: marked("Write something, or attach what you want to send."),
    Held.PLACEHOLDER: marked("Put the words in, or take it out."),
    Held.MEANWHILE: marked("Read it first: your answer may be another one now."),
    Held.ATTACHMENT: marked("Attach it, or change the sentence."),
    Held.PROMISE: marked("Send it as owed, and you are reminded in time."),
    Held.LANGUAGE: marked("Send it anyway if they can read it."),
    Held.ADDRESS: marked("Look whether it is the right one."),
}
_QUOTED = frozenset({Held.ATTACHMENT, Held.PROMISE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One doubt as it is shown; `key` says which one somebody has looked at."""

    text: str
    quote: str
    remedy: str
    key: str
    blocks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Why a mail was not sent: `after` is the key pressed, `by` what a promise proposes."""

    doubts: tuple[Told, ...]
    blocked: bool
    after: str
    by: str = ""
    by_text: str = ""


def key_of(doubt: Doubt) -> str:
    """Return what names a doubt: the same doubt about something else is another one."""
    at = "" if doubt.at is None else doubt.at.isoformat()
    return f"{doubt.why}:{at}:{doubt.about[:200]}"


def unseen(found: Sequence[Doubt], looked: Collection[str]) -> bool:
    """Say whether one of these doubts blocks, or was not looked at."""
    return any(doubt.blocks or key_of(doubt) not in looked for doubt in found)


def told(found: Sequence[Doubt], after: str, read: Reader, hours: Hours, now: datetime) -> HeldBack:
    """Put doubts into words."""
    promise = next((doubt.by for doubt in found if doubt.by is not None), None)
    due = None if promise is None else promise.due(hours, now)
    proposed = None if due is None or due <= now else due
    return HeldBack(
        doubts=tuple(_told(doubt, read) for doubt in found),
        blocked=any(doubt.blocks for doubt in found),
        after=after,
        by="" if proposed is None else f"{proposed.astimezone(read.zone):%Y-%m-%d %H:%M}",
        by_text="" if proposed is None else read.time(proposed),
    )


def _told(doubt: Doubt, read: Reader) -> Told:
    quoted = doubt.why in _QUOTED
    about = language_name(doubt.about, read.language) if doubt.why is Held.LANGUAGE else doubt.about
    when = "" if doubt.at is None else read.time(doubt.at)
    return Told(
        text=read.say(_TEXTS[doubt.why], about=about, when=when),
        quote=doubt.about if quoted else "",
        remedy=read.say(_REMEDIES[doubt.why]),
        key=key_of(doubt),
        blocks=doubt.blocks,
    )
