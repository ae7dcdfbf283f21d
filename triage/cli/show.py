"""`triage show`: everything about a ticket."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from triage.cli import roundview, shapes, wordview
from triage.cli.mailview import draw_mail
from triage.cli.named import ticket_named
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, print_json, stdout
from triage.cli.ticketview import draw_ticket
from triage.core.mail.parse import parse
from triage.core.ticket import MessageId, Status, read_handle
from triage.report.tickets import message_shape
from triage.store.protocol import Store
from triage.store.views import TicketView


@click.command()
@click.argument("what", metavar="TICKET|MAIL")
@click.option("--whole", is_flag=True, help="show mails whole, with quotes and signatures")
@with_json
@with_config
def show(what: str, *, whole: bool, as_json: bool, config: Path | None) -> None:
    """Show everything about TICKET: mails, reasons, clocks, what left, what happened.

    Or one MAIL by itself, by the handle (M-12) that `queue spam`, `queue automatic` and `queue
    junk` list it under.

    Of each mail what is new in it is shown; where that is not all, it says so.

    \b
    --json prints one object: the keys of a ticket in `queue --json`, and
      {"owner_why", "related": [reference],
       "thread": [{"kind", "kind_why", "from", "from_name", "subject", "arrived", "text",
         "attachments", "participant", "trust", "trust_why", "acknowledge",
         "acknowledge_reason", "explained", "mail"}],
       "clocks": [{"cycle", "start", "deadline", "answered", "result", "spans", "why",
         "counted": [line]}],
       "resolution": one of these, or null,
       "outgoing": [{"purpose", "state", "reason", "to", "from", "from_name", "subject",
         "text", "promised_at", "created", "attempts"}],
       "events": [{"at", "name", "detail"}],
       "merged": [reference],
       "round": {"facts": {name: value}, "missing": [name], "asks", "cause", "wish", "voices",
         "remedies", "goodwill"},
       "answers": [{"at", "noticed", "by", "how", "does", "probable", "undone"}],
       "owed": [{"ticket", "state", "due", "warn_at", "promised", "by", "why", "source", "ended",
         "owner", "requester", "requester_name", "subject"}]}
    and with --whole "body", the whole text, in each of "thread". Of a MAIL it prints one of these,
    with "ticket", the reference it lies on, or null.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=True) as at:
        message = read_handle(what)
        if message is not None:
            _show_mail(at, message, whole=whole, as_json=as_json)
            return
        view = ticket_named(at.store, what)
        beyond = at.store.in_the_round(view.row.reference)
        answers = at.store.answers(view.row.reference)
        owed = at.store.owed_on(view.row.reference)
        if as_json:
            bodies = _bodies(at.store, view) if whole else {}
            told: dict[str, object] = {"round": roundview.shape(view, beyond, at.look)}
            told |= wordview.shape(answers, owed, at.look)
            print_json(shapes.ticket(view, at.look, bodies) | told)
            return
        said = wordview.lines(answers, owed, at.look)
        bodies = _bodies(at.store, view)
        draw_ticket(stdout(), view, beyond, at.look, bodies, whole=whole, said=said)
        if view.row.status is Status.OPEN:
            hint(f"triage answered {view.row.reference} --by phone")


def _show_mail(at: Opened, message: MessageId, *, whole: bool, as_json: bool) -> None:
    view = at.store.mail(message)
    body = parse(at.store.raw(message)).body
    if as_json:
        told = {**message_shape(view.message, at.zone), "ticket": view.reference or None}
        print_json(told | ({"body": body} if whole else {}))
        return
    shown = replace(view.message, text=body) if whole else view.message
    draw_mail(stdout(), replace(view, message=shown), at.look)


def _bodies(store: Store, view: TicketView) -> dict[MessageId, str]:
    """Return the whole text of each mail of a ticket."""
    return {message.id: parse(store.raw(message.id)).body for message in view.messages}
