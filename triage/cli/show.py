"""`triage show`: everything about a ticket."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import shapes
from triage.cli.opening import opened, with_config, with_json
from triage.cli.output import hint, print_json, stdout
from triage.cli.ticketview import draw_ticket
from triage.core.ticket import Status


@click.command()
@click.argument("ticket")
@with_json
@with_config
def show(ticket: str, *, as_json: bool, config: Path | None) -> None:
    """Show everything about TICKET: mails, reasons, clocks, what left, what happened.

    \b
    --json prints one object: the keys of a ticket in `queue --json`, and
      {"owner_why", "related": [reference],
       "thread": [{"kind", "kind_why", "from", "from_name", "subject", "arrived", "text",
         "attachments", "participant", "trust", "trust_why", "acknowledge",
         "acknowledge_reason", "explained"}],
       "clocks": [{"cycle", "start", "deadline", "answered", "result", "spans", "why"}],
       "outgoing": [{"purpose", "state", "reason", "to", "from", "from_name", "subject",
         "text", "promised_at", "created", "attempts"}],
       "events": [{"at", "name", "detail"}]}
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=True) as at:
        view = at.store.ticket(ticket)
        if as_json:
            print_json(shapes.ticket(view, at.look))
            return
        draw_ticket(stdout(), view, at.look)
        if view.row.status is Status.OPEN:
            hint(f"triage answered {view.row.reference} --by phone")
