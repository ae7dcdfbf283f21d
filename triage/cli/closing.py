"""`triage close`: no ticket ends without an answer, a referral or a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from triage.cli import plain
from triage.cli.moments import clock, named_opening
from triage.cli.named import ticket_named
from triage.cli.opening import Opened, opened, with_config
from triage.cli.output import say
from triage.cli.waves import to_wave, with_wave
from triage.config.faults import near
from triage.config.referrals import cause_names, load_causes, referral_names
from triage.config.shipped import shipped_rules
from triage.config.values import is_slug
from triage.core.causes import Suggestion
from triage.core.desk import Roster
from triage.core.referral import named_person
from triage.core.ticket import UNANSWERED, Status
from triage.errors import ConfigError, NotPossible
from triage.report.theirs import LOOKS_BACK, MOST_LIKE, likely_cause
from triage.store.byhand import Closing
from triage.store.round import GOODBYE, VoiceKind, VoiceSaid
from triage.store.views import TicketView


@click.command()
@click.argument("ticket")
@click.option(
    "--referral",
    default="",
    metavar="WHERE",
    help="Whom they were sent to: a name in referrals.yaml, or a person.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why it needs no answer, in words.")
@click.option("--goodbye", is_flag=True, help="They leave, and were wished well.")
@click.option(
    "--cause", default="", metavar="CAUSE", help="What brought the mail: counted in reports."
)
@click.option(
    "--fix", default="", metavar="TEXT", help="What was done so that it does not happen again."
)
@click.option(
    "--check-back",
    "asks",
    metavar="WHEN",
    help="Ask the requester then whether all is well: in 3 days, friday.",
)
@with_wave
@with_config
def close(
    ticket: str,
    referral: str,
    reason: str,
    cause: str,
    fix: str,
    *,
    goodbye: bool,
    asks: str | None,
    wave: bool,
    config: Path | None,
) -> None:
    """Close TICKET: by a referral, for a reason, or because it is answered.

    A ticket that still waits for its answer needs --referral, --reason or --goodbye. Referrals and
    causes have their names in rules/referrals.yaml and rules/causes.yaml. Without --cause the
    likeliest one is named, and the command that keeps it; nobody has to. Of a ticket that is done
    --cause and --fix can still be said; --fix closes its complaint in the register, too. With
    --check-back the requester of an answered ticket gets one mail more, while the desk is open;
    who wrote meanwhile gets none.
    """
    closing = Closing(
        reason=GOODBYE if goodbye else reason.strip(),
        referral=referral.strip(),
        cause=cause.strip(),
    )
    if [bool(reason.strip()), goodbye, bool(closing.referral)].count(True) > 1:
        raise click.UsageError("give one of --referral, --reason and --goodbye")
    with opened(config, read_only=False) as place:
        rules = place.settings.rules or shipped_rules()
        _check_referral(closing.referral, rules, place)
        _check("cause", closing.cause, cause_names(rules))
        view = ticket_named(place.store, ticket)
        row = view.row
        if row.status is Status.DONE and not wave:
            if asks is not None:
                raise NotPossible(f"{row.reference} is done already: nobody is asked any more")
            _say_more(place, row.reference, closing.cause, fix.strip())
            return
        if asks is not None:
            at = named_opening(asks, place.now, place.sound.roster.hours, "--check-back")
            closing = replace(closing, check_back=at)
        unanswered = row.status in UNANSWERED
        if (unanswered or wave) and not (closing.reason or closing.referral):
            raise click.UsageError(
                f"{row.reference} has no answer yet: give --referral or --reason,"
                " or 'triage answered' if it was answered elsewhere"
            )
        if wave:
            to_wave(place, row.reference, closing, "closed")
            return
        _fixed(place, row.reference, fix.strip())
        place.store.close_ticket(row.reference, closing, place.person, place.now)
        say(f"{row.reference}: closed")
        if closing.check_back is not None:
            asked = clock(closing.check_back, place.now, place.zone)
            say(f"{row.reference}: they are asked {asked} whether all is well")
        if not closing.cause:
            _suggest(place, view, rules)


def _say_more(place: Opened, reference: str, cause: str, fix: str) -> None:
    """Say of a ticket that is done what brought it, and what was done about it."""
    if not cause and not fix:
        say(f"{reference}: is done already")
        return
    if cause:
        place.store.set_cause(reference, cause, place.person, place.now)
        say(f"{reference}: the cause is {cause}")
    _fixed(place, reference, fix)


def _fixed(place: Opened, reference: str, fix: str) -> None:
    """Write down what was done about a complaint, and close it in the register."""
    if not fix:
        return
    said = VoiceSaid(fix=fix, closed=True)
    place.store.say_of_voice(reference, VoiceKind.COMPLAINT, said, place.person, place.now)
    say(f"{reference}: the complaint is closed in the register")


def _suggest(place: Opened, view: TicketView, rules: Path) -> None:
    """Name the likeliest cause, and the command that keeps it; nothing where none is likely."""
    found = suggestion(place, view, rules)
    if found is not None:
        name = found.cause.name
        say(f"cause: {name}, perhaps ({plain.line(found.cause.title)}): {plain.line(found.why)}")
        say(f"to keep it: triage close {view.row.reference} --cause {name}")


def suggestion(place: Opened, view: TicketView, rules: Path) -> Suggestion | None:
    """Return the likeliest cause of a ticket; None where nothing speaks for one."""
    try:
        causes = load_causes(rules)
    except ConfigError:
        return None  # `triage check` names what is wrong; nobody closes a ticket for that
    like = place.store.caused_like(view.row.queue, place.now - LOOKS_BACK, MOST_LIKE)
    return likely_cause(view, causes, like)


def _check_referral(typed: str, rules: Path, place: Opened) -> None:
    """Refuse what sends a requester nowhere: neither a referral of the desk's, nor a person."""
    names = referral_names(rules)
    if not typed or (names and typed in names):
        return
    roster = None if place.desk is None else place.desk.roster
    if _works_here(typed, roster) or named_person(typed):
        return
    text, person = f"there is no referral '{typed}'", "first and last name, an address or a number"
    if names and is_slug(typed):
        raise click.UsageError(f"{text}: {near(typed, names)}")
    raise click.UsageError(f"{text}: one of rules/referrals.yaml, or a person by {person}")


def _works_here(typed: str, roster: Roster | None) -> bool:
    if roster is None:
        return False
    name = typed.casefold()
    people = {one for agent in roster.agents for one in (agent.id, agent.name.casefold())}
    return name in people | roster.colleagues


def _check(sort: str, typed: str, names: frozenset[str] | None) -> None:
    """Refuse a name that there is not, where there are any; several words are no name."""
    if names and is_slug(typed) and typed not in names:
        raise click.UsageError(f"there is no {sort} '{typed}': {near(typed, names)}")
