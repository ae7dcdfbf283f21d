"""The queue as a table for people: two or three lines a ticket, cut to the terminal's width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from rich.console import Console
from rich.text import Text

from triage.cli import badges, plain
from triage.cli.junk import replies_there
from triage.cli.moments import clock, length
from triage.cli.named import brings_back
from triage.cli.standing import Look, Terms, countdown, place, queue_name, stands
from triage.core.sla import Standing
from triage.core.ticket import UNSURE, Priority, TicketId
from triage.core.turn import late_first
from triage.store.views import Filed, TicketRow

_COUNTDOWN = 18
_REFERENCE = 11
_ARRIVED = 14
_KIND = 15
_HANDLE = 9
_PRESSING = {Priority.URGENT: "bold red", Priority.HIGH: "bold", Priority.LOW: "dim"}


def late(rows: Sequence[TicketRow], now: datetime) -> list[TicketRow]:
    """Return the rows of the late lane, in their order."""
    return [row for row in rows if stands(row, now) is Standing.BREACHED]


def tickets(rows: Sequence[TicketRow]) -> int:
    """Count the tickets in these rows: those of a wave stand in one."""
    return sum(row.alike for row in rows)


def draw(
    console: Console, rows: Sequence[TicketRow], given: Mapping[TicketId, Terms], look: Look
) -> None:
    """Draw both groups: what can still be made, then what is late.

    What is late and urgent cannot stand at the bottom: then the late ones come first.
    `given` is what each ticket's boost is made of.
    """
    behind = late(rows, look.now)
    ahead = [row for row in rows if row not in behind]
    first = True
    groups = [
        ("Can still make it", "bold", ahead),
        ("Late \N{EN DASH} apologise", "bold red", behind),
    ]
    if late_first(behind):
        groups.reverse()
    for title, style, group in groups:
        if not group:
            continue
        if not first:
            console.print()
        first = False
        console.print(Text.assemble((title, style), (f" · {tickets(group):,}", "dim")))
        for row in group:
            for line in _lines(row, given[row.id], look, console.width):
                console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def _lines(row: TicketRow, given: Terms, look: Look, width: int) -> Iterator[Text]:
    """Make the lines of a row: who wants what by when; whose it is; why here, if need be alone."""
    left = countdown(row, look.now)
    requester = min(24, max(14, width // 5))
    head = Text(no_wrap=True)
    head.append_text(_cell(str(left), _COUNTDOWN, left.style))
    head.append_text(_cell(row.reference, _REFERENCE, "cyan"))
    head.append_text(_cell(_requester(row), requester, "bold"))
    head.append(plain.line(row.subject) or "(no subject)")
    gist = plain.line(row.gist)
    if gist and gist != plain.line(row.subject):
        head.append(f" \N{EN DASH} {gist}", "dim")
    head.truncate(width, overflow="ellipsis")
    yield head
    why = place(row, given, look.now, look.zone)
    tail = _joined(list(_about(row, look)))
    if tail.cell_len + len(why) + 3 <= width:
        tail.append(" · ", "dim").append(why, "dim")
        yield tail
        return
    for text in (tail, Text(" " * _COUNTDOWN).append(why, "dim")):
        text.truncate(width, overflow="ellipsis")
        yield text


def _joined(parts: Sequence[tuple[str, str]]) -> Text:
    text = Text(" " * _COUNTDOWN)
    for at, (words, style) in enumerate(parts):
        text.append(" · " * bool(at), "dim")
        text.append(words, style)
    return text


def _cell(words: str, width: int, style: str) -> Text:
    """Make a cell of `width` columns, the last of them blank."""
    text = Text(words, style, no_wrap=True)
    text.truncate(width - 1, overflow="ellipsis", pad=True)
    text.append(" ")
    return text


def _requester(row: TicketRow) -> str:
    name = plain.line(row.requester_name) or plain.line(row.requester) or "(unknown)"
    return f"{name} ·{row.messages}" if row.messages > 1 else name


def _about(row: TicketRow, look: Look) -> Iterator[tuple[str, str]]:
    if row.alike > 1:
        yield f"{row.alike:,} alike", "bold magenta"
    if row.in_junk:
        yield replies_there(row.in_junk), "bold yellow"
    yield queue_name(row), "yellow" if row.queue == UNSURE else ""
    if row.priority is not Priority.NORMAL:
        yield str(row.priority), _PRESSING[row.priority]
    agent = look.owner(row)
    name = plain.line(row.owner) if agent is None else agent.first_name
    yield (name, "") if name else ("nobody's", "yellow")
    yield from badges.told(row.badges)
    for name in row.flags:
        yield plain.line(name).replace("_", " "), "magenta"
    if row.language and row.language != "en":
        yield row.language.upper(), "dim"


def draw_filed(console: Console, mails: Sequence[Filed], look: Look) -> None:
    """Draw mail that became no ticket, newest first: when, its handle, what kind and from whom.

    Below it stands why, how old it is, and the command that brings it back.
    """
    sender = min(30, max(16, console.width // 4))
    for mail in mails:
        head = Text(no_wrap=True)
        head.append_text(_cell(clock(mail.arrived, look.now, look.zone), _ARRIVED, "dim"))
        head.append_text(_cell(mail.handle, _HANDLE, "cyan"))
        head.append_text(_cell(mail.kind.replace("_", " "), _KIND, "bold"))
        head.append_text(_cell(plain.line(mail.sender) or "(unknown)", sender, ""))
        head.append(plain.line(mail.subject) or "(no subject)")
        age = length(max(look.now - mail.arrived, timedelta()))
        tail = Text(" " * _ARRIVED + f"{plain.line(mail.why)} · {age} old", "dim")
        if mail.reference:
            tail.append(f" · on {mail.reference}", "cyan")
        back, lines = brings_back(mail.handle), [head, tail]
        if tail.cell_len + len(back) + 3 <= console.width:
            tail.append(f" · {back}")
        else:
            lines.append(Text(" " * _ARRIVED + back, "dim"))
        for line in lines:
            line.truncate(console.width, overflow="ellipsis")
            console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
