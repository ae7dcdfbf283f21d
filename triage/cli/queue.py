"""`triage queue`: what waits for an answer, in the order in which it must be answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from triage.cli import hourly, shapes
from triage.cli.forecastview import show_forecast
from triage.cli.junk import draw_junk, junk_mail, tell_of_junk
from triage.cli.moments import clock
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, print_json, say, stdout
from triage.cli.queuetable import draw, draw_filed, late, tickets
from triage.cli.reload import tell_of_draft
from triage.cli.standing import Terms
from triage.cli.wordview import OWED, list_owed, tell_of_owed
from triage.config.faults import near
from triage.core.ticket import TICKETED, Kind, TicketId
from triage.report.tickets import when
from triage.store.views import TicketRow

VIEWS = {
    "automatic": tuple(kind for kind in Kind if kind not in TICKETED and kind is not Kind.SPAM),
    "spam": (Kind.SPAM,),
}
"""Views of mail that is nobody's ticket, and the kinds that lie there."""

JUNK = "junk"
"""The view of what lies in junk and looks like a customer's."""


@click.command()
@click.argument("name", required=False)
@click.option("--limit", type=click.IntRange(1), default=100, metavar="N", help="Most rows: 100.")
@click.option("--forecast", is_flag=True, help="What will be late within the hour, instead.")
@with_json
@with_config
def queue(
    name: str | None, limit: int, *, forecast: bool, as_json: bool, config: Path | None
) -> None:
    """List what waits for an answer, in the order in which it must be answered.

    NAME is a queue; tickets in `unsure` also stand under their best guess. `automatic` and
    `spam` list the mail that became no ticket, newest first; `junk` lists what lies in junk and
    looks like a customer's; `owed` lists the updates that we owe, the soonest due first.

    Tickets whose mails are all alike stand in one row: --wave of `close`, `correct` and `answered`
    deals with all of them.

    The order is by answer-by minus boost. Late tickets stand in a group of their own.

    --forecast lists what is likely to be late by the end of the next hour that the desk is open,
    and what one more agent would change; yesterday's forecasts stand beside what came.

    \b
    --json prints one object:
      {"now", "queue", "tickets": [{"reference", "status", "standing", "minutes_left",
        "answer_by", "promised_at", "place", "why_here", "queue", "guess", "priority", "boost",
        "owner", "owner_name", "requester", "requester_name", "subject", "gist", "language",
        "signals", "badges", "acknowledgement", "messages", "opened", "waiting_since",
        "revision", "alike", "in_junk"}], "switches": [{"number", "switch", "about", "said",
        "from", "until", "set_at", "set_by", "holds"}]}
    for junk:
      {"now", "view", "mails": [{"mail", "mailbox", "kind", "looks", "why", "from", "from_name",
        "subject", "arrived", "ticket", "back"}]}
    for owed:
      {"now", "view", "updates": [{"ticket", "state", "due", "warn_at", "promised", "by", "why",
        "source", "ended", "owner", "requester", "requester_name", "subject"}]}
    and for the views:
      {"now", "view", "mails": [{"kind", "why", "from", "subject", "arrived", "ticket", "mail",
        "from_name", "age_minutes", "back"}]}
    for --forecast:
      {"now", "forecast": {"until", "late", "low", "high", "tickets": [{"reference",
        "probability"}]}, "with_one_more": {…}, "measured", "yesterday": [{"at", "until", "late",
        "low", "high", "came"}]}
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=True) as at:
        hourly.banner(at)
        tell_of_draft(at.store)
        if forecast:
            show_forecast(at, as_json=as_json)
            return
        if name == JUNK:
            _list_junk(at, limit, as_json=as_json)
            return
        if name == OWED:
            list_owed(at, limit, as_json=as_json)
            return
        tell_of_junk(at.store)
        tell_of_owed(at)
        if name in VIEWS:
            _list_filed(at, name, limit, as_json=as_json)
            return
        _check_name(at, name)
        rows = at.store.queue(name, limit)
        given = {row.id: _terms(at, row) for row in rows}
        if as_json:
            listed = [shapes.ticket_row(row, given[row.id], at.look) for row in rows]
            print_json(
                {
                    "now": when(at.now, at.zone),
                    "queue": name,
                    "tickets": listed,
                    "switches": hourly.shapes(at),
                }
            )
        elif rows:
            _draw(at, rows, given)
        else:
            say(_why_empty(at, name))


def _check_name(at: Opened, name: str | None) -> None:
    if name is None or at.desk is None or name in at.desk.queues:
        return
    known = (*at.desk.queues, *VIEWS, JUNK, OWED)
    raise click.UsageError(f"there is no queue '{name}'; {near(name, known)}")


def _terms(at: Opened, row: TicketRow) -> Terms:
    """Return what a boost is made of; the ticket is read only where rules have a share in it."""
    given = at.look.terms(row, None)
    if any(name == "rules" for _, name in given):
        return at.look.terms(row, at.store.ticket(row.reference))
    return given


def _draw(at: Opened, rows: Sequence[TicketRow], given: dict[TicketId, Terms]) -> None:
    draw(stdout(), rows, given, at.look)
    behind = late(rows, at.now)
    due = [row.answer_by for row in rows if row.answer_by and row not in behind]
    words = [f"{tickets(rows):,} waiting", f"{tickets(behind):,} late"]
    if due:
        words.append(f"next due {clock(min(due), at.now, at.zone)}")
    say(f"\n{', '.join(words)} · times in {at.zone}")
    hint(f"triage show {rows[0].reference}")


def _why_empty(at: Opened, name: str | None) -> str:
    """Say why nothing is listed: nothing there, all answered, or nobody at work."""
    counts = at.store.counts()
    if stored := counts.messages.get("stored", 0):
        return f"Nothing waits yet, but {_mails(stored)} to be triaged: is 'triage run' running?"
    where = f" in {name}" if name else ""
    if not counts.messages:
        return f"Nothing waits{where}: no mail has arrived since the mailboxes were taken over."
    others = counts.tickets.get("open", 0)
    if name and others:
        return f"Nothing waits in {name}; {others} in other queues."
    parts = [
        f"{number} {words}"
        for status, words in (
            ("waiting", "with the requester"),
            ("snoozed", "snoozed"),
            ("done", "done"),
        )
        if (number := counts.tickets.get(status, 0))
    ]
    return f"Nothing waits{where}: {', '.join(parts) or 'all mail was automatic'}."


def _mails(number: int) -> str:
    return "1 mail waits" if number == 1 else f"{number} mails wait"


def _list_junk(at: Opened, limit: int, *, as_json: bool) -> None:
    mails = at.store.in_junk(limit)
    if as_json:
        listed = [junk_mail(mail, at.zone) for mail in mails]
        print_json({"now": when(at.now, at.zone), "view": JUNK, "mails": listed})
    elif mails:
        draw_junk(stdout(), mails, at.look)
    else:
        say("Nothing in junk looks like a customer's.")


def _list_filed(at: Opened, view: str, limit: int, *, as_json: bool) -> None:
    mails = at.store.filed(VIEWS[view], limit)
    if as_json:
        listed = [shapes.filed_mail(mail, at.now, at.zone) for mail in mails]
        print_json({"now": when(at.now, at.zone), "view": view, "mails": listed})
    elif mails:
        draw_filed(stdout(), mails, at.look)
    else:
        say(f"No mail lies in {view}.")
