"""Who asks: what else they wrote, what they wish, what was given to them, and their local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from triage.core.desk import Roster
from triage.core.ticket import Kind
from triage.core.wish import ASKS_FOR_SILENCE, Wish
from triage.report.gifts import worth
from triage.store.dossier import Before
from triage.store.round import Given, Voice
from triage.store.views import EventView
from triage.web.kept import kept, rests_on
from triage.web.lists.rows import signal_word
from triage.web.render import Reader
from triage.web.thread.sight import Sight
from triage.web.words_of import EVENTS, REASONS, STATUSES, said

_TOLD = ("why", "how", "to", "queue")
"""What of an event is shown in words of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Another ticket of theirs: when, what about, how it stands."""

    reference: str
    subject: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing known of them; `reference` names the ticket that it is of, or ""."""

    label: str
    text: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of the ticket: when, what, and who did it."""

    when: str
    instant: str
    what: str
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The panel of a requester. `wish` is what they asked of us, empty where nothing."""

    name: str
    address: str
    clock: str
    count: str
    tickets: tuple[Earlier, ...]
    more: str
    related: tuple[str, ...]
    lines: tuple[Line, ...]
    wish: Wish
    asks_for_silence: bool
    history: tuple[Happened, ...]


def about(seen: Sight, roster: Roster, read: Reader) -> About:
    """Return what is known of the requester of a ticket, as far as whoever asks may see it."""
    row, known = seen.ticket.row, seen.dossier
    wish = seen.beyond.wish or Wish(address=row.requester)
    return About(
        name=row.requester_name or row.requester or read.say("nobody named"),
        address=row.requester,
        clock=_clock(seen, read),
        count=_count(seen, read),
        tickets=tuple(_earlier(one, read) for one in known.tickets),
        more=read.count("and %(num)s more", "and %(num)s more", known.more) if known.more else "",
        related=seen.related,
        lines=tuple(
            [_voice(one, read) for one in known.voices] + [_gift(one, read) for one in known.given]
        ),
        wish=wish,
        asks_for_silence=ASKS_FOR_SILENCE in row.flags and wish.automatic,
        history=tuple(_happened(one, roster, read) for one in seen.ticket.events),
    )


def _clock(seen: Sight, read: Reader) -> str:
    """Return what time it is for them, by the offset that their last mail bears.

    An offset of nothing says nothing, for many programs write it of everybody; and where it is
    our own, it is our time.
    """
    for message in reversed(seen.ticket.messages):
        letter = seen.letters.get(message.id)
        if message.role == "sent" or message.kind != Kind.HUMAN or letter is None:
            continue
        offset = letter.date.utcoffset() if letter.date is not None else None
        if not offset or offset == read.now.astimezone(read.zone).utcoffset():
            return ""
        theirs = read.now.astimezone(timezone(offset))
        return read.say("%(time)s for them", time=f"{theirs:%H:%M}")
    return ""


def _count(seen: Sight, read: Reader) -> str:
    known = seen.dossier
    mails = read.count("%(num)s mail", "%(num)s mails", known.mails)
    if known.since is None:
        return mails
    return read.say("%(mails)s since %(day)s", mails=mails, day=_day(known.since, read))


def _day(at: datetime, read: Reader) -> str:
    return f"{at.astimezone(read.zone):%Y-%m-%d}"


def _earlier(one: Before, read: Reader) -> Earlier:
    return Earlier(
        reference=one.reference,
        subject=one.subject or read.say("no subject"),
        when=_day(one.opened, read),
        state=read.say(STATUSES[one.status]),
    )


def _voice(one: Voice, read: Reader) -> Line:
    text = read.say("“%(words)s”", words=rests_on(one.sentence, read)) if one.sentence else ""
    ended = read.say("closed") if one.closed else ""
    told = " · ".join(filter(None, (text, one.cause, one.fix, ended)))
    return Line(read.say(signal_word(one.kind)), told or _day(one.at, read), one.reference)


def _gift(one: Given, read: Reader) -> Line:
    gift = one.gift
    text = f"{worth(one)} {gift.kind}: {gift.reason} · {_day(one.at, read)}"
    return Line(read.say("goodwill"), text, one.reference)


def _happened(event: EventView, roster: Roster, read: Reader) -> Happened:
    by = str(event.detail.get("by") or event.detail.get("agent") or "")
    return Happened(
        when=read.time(event.at),
        instant=event.at.isoformat(),
        what=said(EVENTS, event.name, read),
        who=roster.name(by),
        why=_why(event, read),
    )


def _why(event: EventView, read: Reader) -> str:
    """Return what is worth saying of an event beside its name: reasons, and what became what.

    What a mail server answered, when it took a mail, is its own affair.
    """
    told = event.detail
    reason = "" if event.name.endswith("_sent") else str(told.get("reason") or "")
    parts = [said(REASONS, reason, read)] if reason else []
    parts += [kept(str(told[name]), read).replace("_", " ") for name in _TOLD if told.get(name)]
    return " · ".join(parts)[:300]
