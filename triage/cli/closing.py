"""`triage close`: no ticket ends without an answer, a referral or a reason."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli.named import ticket_named
from triage.cli.opening import opened, with_config
from triage.cli.output import say
from triage.cli.waves import to_wave, with_wave
from triage.config.faults import near
from triage.config.referrals import cause_names, referral_names
from triage.config.shipped import shipped_rules
from triage.config.values import is_slug
from triage.core.ticket import Status
from triage.store.byhand import Closing


@click.command()
@click.argument("ticket")
@click.option(
    "--referral", default="", metavar="WHERE", help="Whom they were sent to, by name or in words."
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

    A ticket that still waits for its answer needs --referral or --reason. Referrals and causes
    have their names in rules/referrals.yaml and rules/causes.yaml.
    """
    closing = Closing(reason=reason.strip(), referral=referral.strip(), cause=cause.strip())
    if closing.reason and closing.referral:
        raise click.UsageError("give --referral or --reason, not both")
    with opened(config, read_only=False) as place:
        rules = place.settings.rules or shipped_rules()
        _check("referral", closing.referral, referral_names(rules))
        _check("cause", closing.cause, cause_names(rules))
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


def _check(sort: str, typed: str, names: frozenset[str] | None) -> None:
    """Refuse a name that there is not, where there are any; several words are no name."""
    if names and is_slug(typed) and typed not in names:
        raise click.UsageError(f"there is no {sort} '{typed}': {near(typed, names)}")
