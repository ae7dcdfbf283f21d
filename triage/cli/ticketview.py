"""One ticket on a page: its head, its mails, why it is judged so, its clocks and what left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from triage.cli import badges, plain, roundview
from triage.cli.junk import replies_there
from triage.cli.layout import block, title
from triage.cli.moments import clock
from triage.cli.reasons import draw_reasons, in_words
from triage.cli.standing import Look, countdown, place, queue_name
from triage.core.arithmetic import counted_lines
from triage.core.mail.parse import parse
from triage.core.outgoing import Outgoing, Sort, State
from triage.core.ticket import MessageId, Status
from triage.store.round import Round
from triage.store.views import ClockView, EventView, MessageView, TicketView

_ACCEPTED = "accepted by the relay"
"""What a person is told of the relay's own words."""

_LABEL = 9
_SENT = frozenset(
    {"acknowledgement_sent", "alert_sent", "delay_sent", "check_back_sent", "hook_sent"}
)
_SORTS = {
    Sort.ACKNOWLEDGEMENT: "Acknowledgement",
    Sort.DELAY: "Delay notice",
    Sort.CHECK_BACK: "Check-back",
    Sort.REPLY: "Reply",
    Sort.ALERT: "Alert",
    Sort.HOOK: "Alert to a service",
}
_MOMENTS = frozenset({"noticed", "was", "due", "until"})
_UNTOLD = frozenset({"purpose", "until_stamp"})
_SHOWN_AS = {Status.OPEN: "waiting", Status.WAITING: "with the requester"}


def draw_ticket(
    console: Console,
    view: TicketView,
    beyond: Round,
    look: Look,
    bodies: Mapping[MessageId, str],
    *,
    whole: bool,
    said: Iterable[tuple[str, Text]] = (),
) -> None:
    """Draw everything about a ticket; `whole`: of its mails not what is new, but all they say.

    `said` are lines with labels for its head.
    """
    _head(console, view, look)
    about: list[tuple[str, str | Text]] = [*roundview.lines(view, beyond, look), *said]
    for label, words in about:
        _pair(console, label, words)
    for message in view.messages:
        _message(console, message, look)
        body = bodies[message.id]
        block(console, Text(plain.paragraphs(body if whole else message.text) or "(no text)"))
        hidden = len(body.split()) - len(message.text.split())
        if hidden > 0 and not whole:
            words = f"{hidden} word{'s' * (hidden > 1)}"
            again = f"triage show {view.row.reference} --whole"
            block(console, Text(f"… {words} of quotes or signature not shown: {again}", "dim"))
    _why(console, view, look)
    if view.clocks:
        title(console, "Clock")
    for one in (*view.clocks, *filter(None, [view.resolution])):
        for line in _ticking(one, look):
            block(console, line)
    for mail in view.outgoing:
        _outgoing(console, mail, look)
    if not any(mail.sort is Sort.ACKNOWLEDGEMENT for mail in view.outgoing):
        title(console, f"No acknowledgement: {in_words(view.row.acknowledgement)}")
    title(console, "What happened")
    for event in view.events:
        _pair(console, clock(event.at, look.now, look.zone), _happened(event, look), 14)


def _head(console: Console, view: TicketView, look: Look) -> None:
    row = view.row
    subject = plain.line(row.subject) or "(no subject)"
    console.print(Text.assemble((row.reference, "bold cyan"), "  ", (subject, "bold")))
    left = countdown(row, look.now)
    status = _SHOWN_AS.get(row.status, str(row.status))
    state = Text.assemble((f"{left} · ", left.style) if row.status is Status.OPEN else "", status)
    state.append(f" · {queue_name(row)} · {row.priority}")
    for name in row.flags:
        state.append(f" · {plain.line(name).replace('_', ' ')}", "magenta")
    console.print(state)
    name, address = plain.line(row.requester_name), plain.line(row.requester)
    sender = f"{name} <{address}>" if name else address or "(unknown)"
    _pair(console, "from", f"{sender} · {row.language or 'language unknown'}")
    if row.badges:
        _pair(console, "look", badges.line(row.badges))
    agent = look.owner(row)
    owner = plain.line(row.owner) if agent is None else agent.name
    _pair(console, "owner", " · ".join(filter(None, (owner or "nobody's", view.owner_why))))
    if row.answer_by is not None:
        _pair(console, "place", place(row, look.terms(row, view), look.now, look.zone))
    if row.promised_at is not None:
        told = clock(row.promised_at, look.now, look.zone)
        _pair(console, "told", f"{told} is the time the requester was told")
    if row.alike > 1 and row.status is Status.OPEN:
        many = f"{row.alike:,} tickets, all alike, stand in one row; --wave deals with all of them"
        _pair(console, "wave", Text(many, "bold magenta"))
    if row.in_junk:
        junk = Text(f"{replies_there(row.in_junk)}: triage queue junk", "bold yellow")
        _pair(console, "junk", junk)
    if view.related:
        _pair(console, "related", ", ".join(view.related))


def _message(console: Console, message: MessageView, look: Look) -> None:
    console.print()
    name, address = plain.line(message.sender_name), plain.line(message.sender)
    who = f"{name} <{address}>" if name else address or "(unknown sender)"
    heading = Text.assemble((_clock(look, message), "bold"), "  ", who)
    heading.truncate(console.width - 6, overflow="ellipsis")
    console.print(Rule(heading, align="left", style="dim", characters="─"))
    about = [f"{message.kind.replace('_', ' ')}: {plain.line(message.kind_why)}"]
    if sender := badges.verified(message.trust):
        about.append(f"{sender}: {plain.line(message.trust_why)}")
    if not message.participant:
        about.append("not a participant of this ticket")
    if message.attachments:
        about.append(f"{message.attachments} attachment{'s' * (message.attachments > 1)}")
    console.print(Text(" · ".join(about), "dim"))


def _why(console: Console, view: TicketView, look: Look) -> None:
    title(console, "Why")
    for message in view.messages:
        if not message.explained:
            continue
        if len(view.messages) > 1:
            who = plain.line(message.sender_name) or plain.line(message.sender)
            console.print(Text(f"{who}, {_clock(look, message)}", "dim"))
        draw_reasons(console, message.explained)


def _ticking(one: ClockView, look: Look) -> Iterator[Text]:
    """Write a clock as arithmetic: what it counted adds up to its target."""
    start = clock(one.start, look.now, look.zone)
    if one.deadline is None:
        yield Text(f"since {start}: {one.why}")
        return
    words = Text(f"since {start}, due {clock(one.deadline, look.now, look.zone)}")
    words.append(f" ({one.why})", "dim")
    if one.answered is not None:
        style = "green" if one.result == "met" else "bold red"
        result = "in time" if one.result == "met" else "too late"
        ended = "answered" if one.cycle else "at rest since"
        words.append(f" · {ended} {clock(one.answered, look.now, look.zone)}, {result}", style)
    yield words
    for line in counted_lines(one.spans, look.zone):
        yield Text(f"  {line}", "dim")


def _outgoing(console: Console, mail: Outgoing, look: Look) -> None:
    """Draw one outgoing mail: what became of it, and its words as they were made."""
    sort = _SORTS[mail.sort]
    said = _ACCEPTED if mail.state is State.SENT else in_words(mail.reason)
    reason = f" ({said})" if mail.reason else ""
    title(console, f"{sort}: {mail.state}{reason}")
    if mail.promised_at is not None:
        told = clock(mail.promised_at, look.now, look.zone)
        console.print(Text(f"  to {plain.line(mail.recipient)}, naming {told}", "dim"))
    else:
        console.print(Text(f"  to {plain.line(mail.recipient)}", "dim"))
    if mail.payload is None:
        console.print(Text("  its words are made when it leaves", "dim"))
        return
    if mail.sort is Sort.HOOK:
        block(console, Text(plain.paragraphs(mail.payload.decode(errors="replace"))), indent=4)
        return
    words = parse(mail.payload)
    sender = "" if words.sender is None else f"{words.sender.name} <{words.sender.addr}>"
    text = Text(f"From: {plain.line(sender)}\nSubject: {plain.line(words.subject)}\n\n", "dim")
    text.append(plain.paragraphs(words.body), "none")
    block(console, text, indent=4)


def _happened(event: EventView, look: Look) -> Text:
    """Write an event in a line: its name, and its details that say something."""
    text = Text(event.name.replace("_", " "))
    said = [
        f"{key.replace('_', ' ')} {_moment(value, look) if key in _MOMENTS else _detail(value)}"
        for key, value in event.detail.items()
        if value not in ("", None, [], {}) and key not in _UNTOLD
    ]
    if event.name in _SENT:
        to = event.detail.get("to")
        said = [*([f"to {_detail(to)}"] if to else []), _ACCEPTED]
    if said:
        text.append(f" · {', '.join(said)}", "dim")
    return text


def _moment(value: object, look: Look) -> str:
    return clock(datetime.fromisoformat(str(value)), look.now, look.zone)


def _detail(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(_detail(one) for one in value)
    if isinstance(value, dict):
        return " ".join(f"{key} {_detail(one)}" for key, one in value.items())
    return plain.line(str(value))


def _clock(look: Look, message: MessageView) -> str:
    return clock(message.arrived, look.now, look.zone)


def _pair(console: Console, label: str, value: str | Text, width: int = _LABEL) -> None:
    """Print a label and its value; a long value goes on under itself, not under the label."""
    text = value if isinstance(value, Text) else Text(value)
    block(console, text, f"  {label}".ljust(width + 2), width + 2)
