"""What lies in junk and looks like a customer's: a line above the queue, and a view of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from rich.console import Console
from rich.text import Text

from triage.cli import plain
from triage.cli.moments import clock
from triage.cli.output import say
from triage.cli.standing import Look
from triage.core.ticket import handle
from triage.report.tickets import Json, when
from triage.store.protocol import Store
from triage.store.views import InJunk

_ARRIVED = 14
_HANDLE = 9


def tell_of_junk(store: Store) -> None:
    """Say how much lies in junk that looks like a customer's, if any does."""
    if number := store.burden().in_junk:
        it = "it" if number == 1 else "them"
        say(f"triage: {in_a_line(number)}; 'triage queue junk' lists {it}")


def in_a_line(number: int) -> str:
    """Say how much lies in junk that looks like a customer's."""
    return (
        "1 in junk looks like a customer's"
        if number == 1
        else f"{number} in junk look like customers"
    )


def replies_there(number: int) -> str:
    """Say how many replies to a ticket lie in junk."""
    return "1 reply lies in junk" if number == 1 else f"{number} replies lie in junk"


def draw_junk(console: Console, mails: Sequence[InJunk], look: Look) -> None:
    """Draw mail in junk, newest first: when, from whom and about what; why; what brings it out."""
    sender = min(30, max(16, console.width // 4))
    for mail in mails:
        head = Text(no_wrap=True)
        for words, width, style in (
            (clock(mail.arrived, look.now, look.zone), _ARRIVED, "dim"),
            (handle(mail.id), _HANDLE, "cyan"),
            (plain.line(mail.sender) or "(unknown)", sender, "bold"),
        ):
            cell = Text(words, style)
            cell.truncate(width - 1, overflow="ellipsis", pad=True)
            head.append_text(cell).append(" ")
        head.append(plain.line(mail.subject) or "(no subject)")
        tail = Text(" " * _ARRIVED + plain.line(mail.why), "dim")
        back = Text(" " * _ARRIVED + _back(mail))
        for line in (head, tail, back):
            line.truncate(console.width, overflow="ellipsis")
            console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def junk_mail(mail: InJunk, zone: tzinfo) -> Json:
    """Return one mail in junk; `looks` is `reply`, `known` or `customer`, `ticket` what it answers.

    `mail` is the handle by which commands take it, and `back` the one that lets it out.
    """
    return {
        "mail": handle(mail.id),
        "mailbox": mail.mailbox,
        "kind": mail.kind,
        "looks": mail.looks,
        "why": mail.why,
        "from": mail.sender,
        "from_name": mail.sender_name,
        "subject": mail.subject,
        "arrived": when(mail.arrived, zone),
        "ticket": mail.reference or None,
        "back": _back(mail),
    }


def _back(mail: InJunk) -> str:
    return f"triage correct {handle(mail.id)} --kind human"
