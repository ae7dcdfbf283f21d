"""`triage answered`: a human answered where the daemon does not look."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from triage.cli.moments import Moment, clock
from triage.cli.named import check_agent, ticket_named
from triage.cli.opening import opened, with_config
from triage.cli.output import say
from triage.cli.waves import to_wave, with_wave
from triage.store.byhand import ELSEWHERE, Answering


@click.command()
@click.argument("ticket")
@click.option(
    "--by",
    "how",
    required=True,
    type=click.Choice(ELSEWHERE),
    help="Where the requester was answered.",
)
@click.option("--at", type=Moment(), help="When: 17:50, or ISO 8601; default: now.")
@click.option("--agent", default="", metavar="ID", help="Which agent did; default: whoever types.")
@with_wave
@with_config
def answered(
    ticket: str, how: str, at: datetime | None, agent: str, *, wave: bool, config: Path | None
) -> None:
    """Mark TICKET as answered by a human elsewhere: it stops the clock.

    An acknowledgement that has not left yet is cancelled. An answer at the deadline itself is in
    time. What was owed before it is written now.
    """
    with opened(config, read_only=False) as place:
        moment = at or place.now
        if moment > place.now:
            raise click.BadParameter("it lies in the future", param_hint="--at")
        if agent:
            check_agent(place.desk, agent)
        if wave:
            reference = ticket_named(place.store, ticket).row.reference
            deed = Answering(at=moment, how=how, agent=agent)
            to_wave(place, reference, deed, f"answered by {how}")
            return
        place.store.answered(ticket, moment, place.person, how, agent=agent, now=place.now)
        row = ticket_named(place.store, ticket).row
        when = clock(moment, place.now, place.zone)
        say(f"{row.reference}: answered by {how} at {when}; {_status(row.status)}")


def _status(status: str) -> str:
    return "with the requester now" if status == "waiting" else f"still {status}"
