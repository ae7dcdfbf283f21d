"""Why a ticket is judged as it is, and when it must be answered: what the panel beside it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from triage.core.arithmetic import counted_lines
from triage.core.desk import Queue
from triage.core.judgement import of_mail
from triage.core.needed import needed
from triage.core.outgoing import Outgoing, Sort, State
from triage.core.ticket import Kind, Priority
from triage.report.theirs import stated
from triage.store.views import ClockView, MessageView, TicketView
from triage.web.kept import kept
from triage.web.lists.rows import PRIORITIES, signal_word
from triage.web.render import Reader
from triage.web.thread.passages import Note
from triage.web.thread.telling import weighed
from triage.web.words_of import REASONS, said

_SCORES = 3
_WEIGHED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of the panel: what speaks (a rule, the model, a signal), and what it says.

    `where` is the file and line of a rule, `note` the score of what is quoted.
    """

    label: str
    text: str
    quote: str = ""
    where: str = ""
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Reasons of one sort, under a heading."""

    title: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The whole panel; `short` says it in a line, which is seen while it is closed."""

    short: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A queue that a ticket may belong to, with the model's share: one press sets it right."""

    queue: str
    title: str
    share: str


def why(ticket: TicketView, queues: Mapping[str, Queue], read: Reader) -> Why:
    """Return why a ticket stands where it does, from the mail that made it."""
    first = judged(ticket)
    explained: Mapping[str, Any] = {} if first is None else first.explained
    titles = {name: queue.title for name, queue in queues.items()}
    groups = (
        Group(read.say("Judged"), tuple(_judged(explained, titles, read))),
        Group(read.say("The requester was told"), tuple(_told(ticket, first, read))),
        Group(read.say("Clock"), tuple(_clocks(ticket, read))),
        Group(read.say("Facts"), tuple(_facts(ticket, queues, read))),
        Group(read.say("Who"), tuple(_who(ticket, first, read))),
    )
    return Why(
        _short(ticket, explained, titles, read), tuple(group for group in groups if group.reasons)
    )


def judged(ticket: TicketView) -> MessageView | None:
    """Return the message by which a ticket was judged."""
    return next((one for one in ticket.messages if one.explained and one.role != "sent"), None)


def _short(
    ticket: TicketView, explained: Mapping[str, Any], titles: Mapping[str, str], read: Reader
) -> str:
    queue = titles.get(ticket.row.queue, ticket.row.queue)
    by = next(
        (
            str(fired.get("rule"))
            for fired in explained.get("fired") or ()
            if f"queue {ticket.row.queue}" in (fired.get("did") or ())
        ),
        "",
    )
    score = (explained.get("queue_scores") or {}).get(ticket.row.queue)
    if by:
        return read.say("%(queue)s by the rule %(rule)s", queue=queue, rule=by)
    return queue if score is None else f"{queue} {float(score):.2f}"


def _judged(
    explained: Mapping[str, Any], titles: Mapping[str, str], read: Reader
) -> Iterator[Reason]:
    for fired in explained.get("fired") or ():
        yield _rule(fired, read)
    scores: Mapping[str, float] = explained.get("queue_scores") or {}
    if scores:
        best = sorted(scores.items(), key=lambda pair: -pair[1])[:_SCORES]
        text = " · ".join(f"{titles.get(name, name)} {share:.2f}" for name, share in best)
        yield Reason(label=read.say("Model"), text=text)
    for name, signal in (explained.get("signals") or {}).items():
        yield _signal(read.say(signal_word(str(name))), signal, read)
    for reason in (explained.get("reasons") or ())[:_WEIGHED]:
        note = weighed(reason, titles)
        label = read.say("Speaks for") if note.tone == "for" else read.say("Speaks against")
        yield Reason(label=label, text="", quote=str(reason.get("sentence", "")), note=note)
    for line in explained.get("why") or ():
        level, colon, reason = str(line).removeprefix("priority ").partition(": ")
        if colon and level in set(Priority):
            word = read.say(PRIORITIES[Priority(level)])
            yield Reason(label=read.say("Priority"), text=f"{word}: {kept(reason, read)}")


def _signal(word: str, signal: Mapping[str, Any], read: Reader) -> Reason:
    """Return what a signal rests on: a sentence of the mail, or what we say of it."""
    label, sentence = read.say("Signal"), str(signal.get("sentence", ""))
    note = Note("signal", f"{float(signal.get('score', 0)):.2f}")
    if of_mail(sentence):
        return Reason(label=label, text=word, quote=sentence, note=note)
    return Reason(label=label, text=f"{word}: {kept(sentence, read)}", note=note)


def _rule(fired: Mapping[str, Any], read: Reader) -> Reason:
    parts = [str(fired.get("why", ""))]
    ours = partial(kept, read=read)
    for name, word, say in (
        ("evidence", read.say("found"), str),
        ("did", read.say("so"), ours),
        ("overruled", read.say("overruled"), ours),
    ):
        if told := ", ".join(say(str(one)) for one in fired.get(name) or ()):
            parts.append(f"{word}: {told}")
    return Reason(
        label=read.say("Rule %(name)s", name=str(fired.get("rule", ""))),
        text="; ".join(filter(None, parts)),
        where=f"{fired.get('file', '')}:{fired.get('line', '')}",
    )


def _told(ticket: TicketView, first: MessageView | None, read: Reader) -> Iterator[Reason]:
    mails = [mail for mail in ticket.outgoing if mail.sort is Sort.ACKNOWLEDGEMENT]
    for mail in mails:
        yield Reason(label=read.say("Acknowledgement"), text=_fate(mail, read))
    if not mails and first is not None and not first.acknowledge:
        yield Reason(
            label=read.say("No acknowledgement"),
            text=said(REASONS, first.acknowledge_reason, read),
        )
    row = ticket.row
    if row.promised_at is not None:
        text = read.say("an answer by %(time)s", time=read.time(row.promised_at))
        if row.answer_by is not None and row.promised_at > row.answer_by:
            later = read.span(row.promised_at - row.answer_by)
            text += ", " + read.say(
                "%(span)s after it is due: so long it takes as things stand", span=later
            )
        yield Reason(label=read.say("Promised"), text=text)


def _fate(mail: Outgoing, read: Reader) -> str:
    match mail.state:
        case State.SENT:
            return read.say("sent to %(address)s", address=mail.recipient)
        case State.PENDING | State.CLAIMED | State.INFLIGHT:
            return read.say("on its way to %(address)s", address=mail.recipient)
        case State.UNKNOWN:
            return read.say("may have left: nobody knows, and it is not sent again")
        case State.FAILED:
            return read.say("refused by the mail server of %(address)s", address=mail.recipient)
        case State.EXPIRED | State.CANCELLED:
            return read.say("not sent: %(why)s", why=said(REASONS, mail.reason, read))


def _clocks(ticket: TicketView, read: Reader) -> Iterator[Reason]:
    for number, clock in enumerate(ticket.clocks, 1):
        label = read.say("First answer") if number == 1 else read.say("Next answer")
        yield Reason(label=label, text=_ticks(clock, read))
        for line in (kept(clock.why, read), *counted_lines(clock.spans, read.zone, read.say)):
            if line:
                yield Reason(label="", text=line)


def _ticks(clock: ClockView, read: Reader) -> str:
    start = read.time(clock.start)
    if clock.deadline is None:
        return read.say("since %(start)s, without a deadline", start=start)
    text = read.say("%(start)s → due %(due)s", start=start, due=read.time(clock.deadline))
    if clock.answered is None:
        return text
    ended = read.time(clock.answered)
    if clock.result == "breached":
        return f"{text} · " + read.say("answered %(time)s, too late", time=ended)
    return f"{text} · " + read.say("answered %(time)s, in time", time=ended)


def _facts(ticket: TicketView, queues: Mapping[str, Queue], read: Reader) -> Iterator[Reason]:
    known: dict[str, str] = {}
    for facts in stated(ticket):
        known |= facts
    queue = queues.get(ticket.row.guess or ticket.row.queue)
    missing = () if queue is None else needed(queue.needs, [known]).missing
    for name, value in known.items():
        yield Reason(label=name.replace("_", " "), text=value)
    for name in missing:
        yield Reason(label=name.replace("_", " "), text=read.say("missing"))


def _who(ticket: TicketView, first: MessageView | None, read: Reader) -> Iterator[Reason]:
    if first is not None:
        yield Reason(label=read.say("Sender"), text=kept(first.trust_why, read) or first.trust)
        if first.kind != Kind.HUMAN and first.kind_why:
            yield Reason(label=read.say("Kind"), text=kept(first.kind_why, read))
    if ticket.owner_why:
        yield Reason(label=read.say("Owner"), text=kept(ticket.owner_why, read))


def chips(ticket: TicketView, titles: Mapping[str, str]) -> tuple[Chip, ...]:
    """Return the likeliest queues but the present one, the likeliest first."""
    first = judged(ticket)
    explained: Mapping[str, Any] = {} if first is None else first.explained
    scores: Mapping[str, float] = explained.get("queue_scores") or {}
    best = sorted(
        ((name, share) for name, share in scores.items() if name != ticket.row.queue),
        key=lambda pair: -pair[1],
    )
    found = [(name, share) for name, share in best if name in titles][:_SCORES]
    return tuple(
        Chip(queue=name, title=titles[name], share=f"{share:.2f}") for name, share in found
    )
