"""`triage owe`: an update that somebody promised to a requester, with a clock of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from triage.cli.moments import clock, named
from triage.cli.named import ticket_named
from triage.cli.opening import Opened, opened, with_config
from triage.cli.output import say
from triage.core.owed import Source
from triage.core.owing import owed_by


@click.command()
@click.argument("ticket")
@click.argument("why", required=False, default="")
@click.option("--by", "when", metavar="WHEN", help="By when: Thursday 16:00, tomorrow, 17:30, 2h.")
@click.option("--accept", is_flag=True, help="It is owed as the words of the answer propose.")
@click.option("--dropped", is_flag=True, help="It is not owed, or no longer.")
@with_config
def owe(
    ticket: str,
    why: str,
    when: str | None,
    *,
    accept: bool,
    dropped: bool,
    config: Path | None,
) -> None:
    """Put down that TICKET's requester was promised an update, and WHY.

    It is warned of, and told of when it is missed, like any other deadline. Only our next mail to
    the requester ends it, or their answer by phone. A day alone is over when the desk closes.
    What an answer in Sent promises is proposed only: --accept says that it is owed, --dropped that
    it is not. `triage queue owed` lists all of it.

    A ticket that waits for an answer still does: a promise is none.
    """
    if [when is not None, accept, dropped].count(True) != 1:
        raise click.UsageError("say one of --by WHEN, --accept and --dropped")
    with opened(config, read_only=False) as place:
        reference = ticket_named(place.store, ticket).row.reference
        if dropped:
            place.store.drop_owed(reference, place.person, place.now)
            say(f"{reference}: no update is owed")
            return
        if accept:
            due = place.store.accept_owed(reference, place.person, place.now).due
        else:
            due = _open(place, reference, when or "", why)
        say(f"{reference}: an update is owed by {clock(due, place.now, place.zone)}")


def _open(place: Opened, reference: str, when: str, why: str) -> datetime:
    """Open an update that is owed, and return when it is due."""
    hours = place.sound.roster.hours
    due = named(when, place.now, hours, "--by")
    owes = owed_by(due, why, place.now, hours, place.sound.service.warn_before)
    place.store.owe(reference, owes, place.person, place.now, Source.COMMAND)
    return due
