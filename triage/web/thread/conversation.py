"""What was written on a ticket, by them and by us, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from triage.core.desk import Roster
from triage.core.mail.opened import opened
from triage.core.message import Address
from triage.core.outgoing import Outgoing, Sort, State
from triage.core.ticket import Kind
from triage.report.words import size
from triage.store.remarks import Remark
from triage.store.views import EventView, MessageView
from triage.web.render import Reader, marked
from triage.web.thread.letters import Enclosure, Letter
from triage.web.thread.passages import Passage, Telling, passage
from triage.web.thread.sight import Sight
from triage.web.thread.telling import telling
from triage.web.words_of import KINDS, REASONS, RISKS, said

_SORTS = {
    Sort.ACKNOWLEDGEMENT: marked("Acknowledgement"),
    Sort.DELAY: marked("Delay notice"),
    Sort.CHECK_BACK: marked("Asked whether all is well"),
}
_STATES = {
    State.PENDING: marked("leaves at %(time)s"),
    State.CLAIMED: marked("is leaving"),
    State.INFLIGHT: marked("is leaving"),
    State.SENT: marked("sent"),
    State.UNKNOWN: marked("may have left: nobody knows"),
    State.FAILED: marked("refused for good"),
    State.EXPIRED: marked("not sent"),
    State.CANCELLED: marked("not sent"),
}
_AMISS = frozenset({State.UNKNOWN, State.FAILED})
_UNSENT = frozenset({State.EXPIRED, State.CANCELLED})
_COMPACT = frozenset(Kind) - {Kind.HUMAN, Kind.PHISHING, Kind.UNREADABLE}
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file as it is listed: `thumb`, it is shown as a small picture; `risk` warns of it."""

    number: int
    name: str
    size: str
    picture: bool
    thumb: bool
    risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was written, as it is shown.

    `tone` is theirs, ours, automatic or inside. `compact`: it is folded to one line. `number` is
    that of a mail of theirs, None of what lies in no mail that came.
    """

    tone: str
    who: str
    address: str
    when: str
    at: datetime
    label: str = ""
    about: str = ""
    amiss: bool = False
    compact: bool = False
    first_line: str = ""
    passage: Passage
    earlier: str = ""
    earlier_text: Passage | None = None
    files: tuple[Attached, ...] = ()
    more_files: str = ""
    number: int | None = None
    html: bool = False
    blocked: str = ""
    to: tuple[str, ...] = ()
    closed: bool = False

    @property
    def instant(self) -> str:
        """The same moment for programs."""
        return self.at.isoformat()


def conversation(
    seen: Sight, roster: Roster, titles: Mapping[str, str], read: Reader
) -> tuple[Entry, ...]:
    """Return all that was written on a ticket, the oldest first; of two at once theirs first."""
    aside = {number for side in seen.writing.sides for number in side.messages}
    aside |= {one.message for one in seen.writing.replies if one.side and one.message}
    entries = [
        *(
            _mail(
                message,
                seen.letters.get(message.id, Letter(closed=True)),
                titles,
                read,
                aside=message.id in aside,
            )
            for message in seen.ticket.messages
        ),
        *_ours(seen, read),
        *(_inside(remark, roster, read) for remark in seen.writing.remarks),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _mail(
    message: MessageView, letter: Letter, titles: Mapping[str, str], read: Reader, *, aside: bool
) -> Entry:
    ours = message.role == "sent"
    compact = message.kind in _COMPACT and not ours
    told: tuple[Telling, ...] = () if ours else telling(message.explained, titles, read)
    return Entry(
        tone="ours" if ours else "automatic" if compact else "theirs",
        who=message.sender_name or message.sender or read.say("nobody named"),
        address=message.sender,
        when=read.time(message.arrived),
        at=message.arrived,
        label=_label(message, read, aside=aside),
        about=""
        if aside or message.participant
        else read.say("takes no part in this ticket: not verified"),
        amiss=message.kind == Kind.PHISHING,
        compact=compact,
        first_line=_first_line(message.text),
        passage=passage(message.text, read, told),
        earlier=_earlier(letter, read),
        earlier_text=passage(letter.folded.text, read) if letter.folded.text else None,
        files=tuple(_attached(file, read) for file in letter.files),
        more_files=_more_files(letter, read),
        number=int(message.id),
        html=letter.html,
        blocked=_blocked(letter, read),
        to=_named(letter.to, letter.cc),
        closed=letter.closed,
    )


def _label(message: MessageView, read: Reader, *, aside: bool) -> str:
    """Say what sort of mail it is; `aside`: the requester has neither written nor read it."""
    if aside:
        return read.say("to a third party") if message.role == "sent" else read.say("a third party")
    return "" if message.kind in {"human", ""} else said(KINDS, message.kind, read)


def _attached(file: Enclosure, read: Reader) -> Attached:
    return Attached(
        number=file.number,
        name=file.name,
        size=size(file.size),
        picture=file.picture is not None,
        thumb=file.picture is not None and not file.decoration,
        risk=said(RISKS, file.risk, read) if file.risk else "",
    )


def _more_files(letter: Letter, read: Reader) -> str:
    if not letter.more_files:
        return ""
    return read.count(
        "and %(num)s more: in the whole mail",
        "and %(num)s more: in the whole mail",
        letter.more_files,
    )


def _first_line(text: str) -> str:
    return next((line.strip()[:160] for line in text.split("\n", 50) if line.strip()), "")


def _earlier(letter: Letter, read: Reader) -> str:
    """Return what the fold of a mail is called: how many it quotes, or that it is all of it."""
    if letter.folded.whole:
        return read.say("… the whole mail")
    if letter.folded.earlier:
        return read.count("… %(num)s earlier", "… %(num)s earlier", letter.folded.earlier)
    return read.say("… signature") if letter.folded.text else ""


def _blocked(letter: Letter, read: Reader) -> str:
    """Say what the mail would have fetched from elsewhere."""
    found, words = letter.remote, []
    if found.pictures:
        words.append(
            read.count(
                "%(num)s remote picture blocked", "%(num)s remote pictures blocked", found.pictures
            )
        )
    if found.trackers:
        words.append(
            read.count(
                "%(num)s looks like a tracking pixel",
                "%(num)s look like tracking pixels",
                found.trackers,
            )
        )
    if found.others:
        words.append(
            read.count("%(num)s other thing blocked", "%(num)s other things blocked", found.others)
        )
    return ", ".join(words)


def _named(*groups: tuple[Address, ...]) -> tuple[str, ...]:
    names = [one.addr for group in groups for one in group]
    beyond = len(names) - _MOST_NAMED
    return (*names[:_MOST_NAMED], f"+{beyond}") if beyond > 0 else tuple(names)


def _ours(seen: Sight, read: Reader) -> Iterator[Entry]:
    """Yield what we send by ourselves to people outside: never what our own staff is told.

    What somebody wrote is one of the mails once it has left; until then it is shown where it can
    still be called back.
    """
    for mail in seen.ticket.outgoing:
        if mail.sort in _SORTS:
            yield _sent(mail, _ended(mail, seen.ticket.events), read)


def _inside(remark: Remark, roster: Roster, read: Reader) -> Entry:
    return Entry(
        tone="inside",
        who=roster.name(remark.person),
        address="",
        when=read.time(remark.at),
        at=remark.at,
        label=read.say("Internal note"),
        passage=passage(remark.text, read),
    )


def _ended(mail: Outgoing, events: tuple[EventView, ...]) -> datetime:
    """Return when a mail left, or else was decided on: the events name it by its purpose."""
    for event in reversed(events):
        if event.detail.get("purpose") == mail.purpose and event.name.endswith(f"_{mail.state}"):
            return event.at
    return mail.created


def _sent(mail: Outgoing, at: datetime, read: Reader) -> Entry:
    words = None if mail.payload is None else opened(mail.payload)
    sender = words.sender[0] if words is not None and words.sender else None
    text = read.say("Its words are made when it leaves.") if words is None else words.text
    state = read.say(_STATES[mail.state], time=read.time(mail.next_at))
    if mail.state in _UNSENT:
        state = f"{state}: {said(REASONS, mail.reason, read)}"
    told = (
        ()
        if mail.promised_at is None
        else (read.say("names %(time)s", time=read.time(mail.promised_at)),)
    )
    return Entry(
        tone="automatic",
        who=(sender.name or sender.addr) if sender is not None else read.say("We"),
        address="" if sender is None else sender.addr,
        when=read.time(at),
        at=at,
        label=read.say(_SORTS[mail.sort]),
        about=" · ".join((state, *told)),
        amiss=mail.state in _AMISS,
        compact=True,
        first_line="",
        passage=passage(text, read),
        to=(mail.recipient,) if words is None else _named(words.to, words.cc) or (mail.recipient,),
    )


def folded_away(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Fold what nobody reads first: of a long conversation all but the last five."""
    if len(entries) <= 8:
        return entries
    return tuple(
        replace(entry, compact=entry.compact or place < len(entries) - 5)
        for place, entry in enumerate(entries)
    )
