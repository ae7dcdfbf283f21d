"""`triage goodwill`: what was given to put things right and beside it, and what is left to give."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from triage.cli import ledger
from triage.cli.named import ticket_named
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import say
from triage.config.faults import near
from triage.config.goodwill import GOODWILL_FILE, load_goodwill
from triage.config.shipped import shipped_rules
from triage.core.goodwill import Budget, Gift, minor, refused, written
from triage.core.hours import month_of
from triage.report.gifts import worth
from triage.store.round import Remedy


@click.command()
@click.argument("ticket", required=False)
@click.option(
    "--give",
    nargs=2,
    metavar="AMOUNT CURRENCY",
    help="What it is worth: 20 GBP, or 12.50 GBP.",
)
@click.option("--kind", default="", metavar="KIND", help="What is given: a kind of goodwill.yaml.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is given.")
@click.option("--by", default="", metavar="AGENT", help="Who gives or decides; default: you.")
@click.option(
    "--approved-by", default="", metavar="AGENT", help="The duty manager who approves more."
)
@click.option("--undo", is_flag=True, help="Take the last gift of TICKET back.")
@click.option("--remedy", default="", metavar="TEXT", help="What was decided, to put it right.")
@click.option("--happened", default="", metavar="TEXT", help="With --remedy: what happened.")
@click.option("--asked-for", default="", metavar="TEXT", help="With --remedy: what they wanted.")
@click.option(
    "--kept-word",
    type=click.Choice(["yes", "no"]),
    help="With --remedy: whether we had kept what we promised.",
)
@click.option("--not-final", is_flag=True, help="With --remedy: it may be decided anew.")
@click.option("--month", type=ledger.Month(), help="List another month: 2026-11.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the gifts of the month as CSV.")
@with_json
@with_config
def goodwill(
    ticket: str | None,
    give: tuple[str, str] | None,
    month: date | None,
    *,
    undo: bool,
    remedy: str,
    as_csv: bool,
    as_json: bool,
    config: Path | None,
    **told: str | bool | None,
) -> None:
    """Give something on TICKET, put it right, or list what was given and what is left.

    A remedy puts right what went wrong; a gift is what is given beside it, and costs the month's
    budget (rules/goodwill.yaml). An agent gives up to their limit without asking; more, or more
    than is left, needs --approved-by a duty manager who is somebody else. What is written down
    stays: a gift taken back stands there as such.

    \b
    --json prints one object: {"month", "currency", "budget", "spent", "left", "gifts": [{"number",
      "ticket", "at", "kind", "amount", "currency", "reason", "by", "approved_by", "undone"}]}
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    deeds = [give is not None, undo, bool(remedy.strip())]
    if deeds.count(True) > 1:
        raise click.UsageError("give one of --give, --remedy and --undo")
    if any(deeds) and not ticket:
        raise click.UsageError("name the ticket")
    with opened(config, read_only=not any(deeds)) as place:
        budget = load_goodwill(place.settings.rules or shipped_rules())
        if not any(deeds) or ticket is None:
            _list(place, budget, ticket, month, as_csv=as_csv, as_json=as_json)
            return
        reference = ticket_named(place.store, ticket).row.reference
        if undo:
            _take_back(place, reference)
        elif give is not None:
            _give(place, reference, give, budget, told)
        else:
            _put_right(place, reference, remedy.strip(), told)


def _give(
    place: Opened,
    reference: str,
    give: tuple[str, str],
    budget: Budget | None,
    told: dict[str, str | bool | None],
) -> None:
    """Write a gift down. Raises: NotPossible where it needs somebody's leave."""
    if budget is None:
        raise click.UsageError(f"nothing may be given: there is no rules/{GOODWILL_FILE}")
    if place.desk is None:
        raise click.UsageError("the roster has faults, and says who may give: see 'triage check'")
    kind, reason = str(told["kind"]).strip(), str(told["reason"]).strip()
    if not kind or not reason:
        raise click.UsageError("say what is given with --kind, and why with --reason")
    if budget.kinds and kind not in budget.kinds:
        raise click.UsageError(f"there is no kind '{kind}': {near(kind, budget.kinds)}")
    try:
        amount = minor(give[0], budget.digits)
    except ValueError as exc:
        raise click.UsageError(str(exc)) from exc
    gift = Gift(
        kind=kind,
        amount=amount,
        currency=give[1].strip().upper(),
        reason=reason,
        person=_agent(place, str(told["by"])),
        approved_by=str(told["approved_by"]).strip(),
    )
    roster = place.desk.roster
    first, end = month_of(place.zone, place.now.astimezone(place.zone).date())
    number = place.store.give(
        reference, gift, first, place.now, lambda spent: refused(budget, gift, spent, roster)
    )
    left = written(budget.left(place.store.spent(first, end, budget.currency)), budget)
    say(f"{reference}: gift {number}, {written(amount, budget)} {kind}; {left} left this month")


def _put_right(
    place: Opened, reference: str, remedy: str, told: dict[str, str | bool | None]
) -> None:
    kept = told["kept_word"]
    place.store.add_remedy(
        reference,
        Remedy(
            at=place.now,
            person=place.person,
            happened=str(told["happened"]).strip(),
            kept_word=None if kept is None else kept == "yes",
            asked_for=str(told["asked_for"]).strip(),
            decided=remedy,
            decided_by=_agent(place, str(told["by"])),
            final=not told["not_final"],
        ),
    )
    say(f"{reference}: the remedy is written down")


def _take_back(place: Opened, reference: str) -> None:
    taken = place.store.take_gift_back(reference, place.person, place.now)
    if taken is None:
        say(f"{reference}: nothing was given")
        return
    say(f"{reference}: gift {taken.number} is taken back, {worth(taken)} {taken.gift.kind}")


def _agent(place: Opened, typed: str) -> str:
    """Return the agent who gives or decides: the one named, else whoever types."""
    name = typed.strip() or place.person
    agents = [] if place.desk is None else [agent.id for agent in place.desk.roster.agents]
    if agents and name not in agents:
        who = f"there is no agent '{name}'" if typed else f"{name} is no agent: say --by whom"
        raise click.UsageError(f"{who}; {near(name, agents)}")
    return name


def _list(
    place: Opened,
    budget: Budget | None,
    ticket: str | None,
    month: date | None,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show the gifts of a month, or those of one ticket."""
    first, end = month_of(place.zone, month or place.now.astimezone(place.zone).date())
    gifts = place.store.given(first, end)
    if ticket:
        reference = ticket_named(place.store, ticket).row.reference
        gifts = place.store.in_the_round(reference).given
    spent = place.store.spent(first, end, budget.currency) if budget else 0
    page = ledger.Page(first.astimezone(place.zone), gifts, budget, spent, bool(ticket))
    if as_csv:
        ledger.print_csv(page, place.zone)
    elif as_json:
        ledger.print_as_json(page, place.zone)
    else:
        ledger.draw(page, place.look)
