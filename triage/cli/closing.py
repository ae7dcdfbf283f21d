"""`triage close`: no ticket ends without an answer, a referral or a reason."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli.named import ticket_named
from triage.cli.opening import opened, with_config
from triage.cli.output import say
from triage.cli.waves import to_wave, with_wave
from triage.core.ticket import Status
from triage.store.byhand import Closing


@click.command()
@click.argument("ticket")
@click.option(
    "--referral", default="", metavar="WHERE", help="Where the requester was sent instead."
)
@click.option("--reason", default="", metavar="TEXT", help="Why it needs no answer, in words.")
@click.option(
    "--cause", default="", metavar="CAUSE", help="What brought the mail: counted in reports."
)
@with_wave
@with_config
def close(
    ticket: str, referral: str, reason: str, cause: str, *, wave: bool, config: Path | None
) -> None:
    """Close TICKET: by a referral, for a reason, or because it is answered.

    A ticket that still waits for its answer needs --referral or --reason.
    """
    closing = Closing(reason=reason.strip(), referral=referral.strip(), cause=cause.strip())
    if closing.reason and closing.referral:
        raise click.UsageError("give --referral or --reason, not both")
    with opened(config, read_only=False) as place:
        row = ticket_named(place.store, ticket).row
        if row.status is Status.DONE and not wave:
            say(f"{row.reference}: is done already")
            return
        unanswered = row.status in {Status.OPEN, Status.SNOOZED}
        if (unanswered or wave) and not (closing.reason or closing.referral):
            raise click.UsageError(
                f"{row.reference} has no answer yet: give --referral or --reason,"
                " or 'triage answered' if it was answered elsewhere"
            )
        if wave:
            to_wave(place, row.reference, closing, "closed")
            return
        place.store.close_ticket(row.reference, closing, place.person, place.now)
        say(f"{row.reference}: closed")
