"""`triage report`: how a time went, for people, for scripts, and as a page that can be printed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, print_json, say, stdout, write_file
from triage.cli.period import Ago, Point, period
from triage.config.desk import Desk as Files
from triage.config.faults import near
from triage.config.goodwill import load_goodwill
from triage.config.referrals import load_causes
from triage.config.shipped import shipped_rules
from triage.core.clocked import counting_with
from triage.core.hours import month_of
from triage.core.switches import Switches
from triage.report.figures import Desk, figures
from triage.store.reporting import Reported


@click.command()
@click.option(
    "--since",
    type=Point(),
    default=Ago(days=7),
    metavar="TIME",
    show_default="7d",
    help="Where it begins: 7d, 24h, 4w, or a day, 2026-11-01.",
)
@click.option(
    "--until",
    type=Point(),
    metavar="TIME",
    help="Where it ends; a day is in it. Default: now.",
)
@click.option("--queue", metavar="QUEUE", help="Of one queue alone.")
@click.option("--agents", is_flag=True, help="With figures of each person.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page, for a screen or for paper.",
)
@with_json
@with_config
def report(
    since: Ago | date,
    until: Ago | date | None,
    queue: str | None,
    html: Path | None,
    *,
    agents: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    """Tell how a time went: answers, times that were named, causes, staffing, and people.

    Counted are turns of requesters that began in the time, and those that wait since before it.
    What is late and still waits is a miss. Times are business time, and beside it time on the
    wall. Figures of each person are left out unless --agents asks for them.

    --html writes one file that loads nothing; requesters stand in it by their initials.

    \b
    --json prints one object; waits are in minutes:
      {"since", "until", "now", "queue", "response": R, "queues": [{"queue", …R}], "days": [{"day",
        …R}], "oldest": [{"ticket", "queue", "since", "deadline", "business", "wall", "late"}],
        "causes": [{"cause", "title", "tickets", "mails"}], "promises": {"told", "kept", "share",
        "told_before", "not_told": {reason: number}, "still_open", "broken": [{"ticket",
        "promised_at", "answered", "why"}], "delays": {"told", "kept"}, "expected",
        "before_expected", "outlooks": {"number", "right", "late_foreseen", "late_came"}},
        "breaches": [{"ticket", "clock", "deadline", "reason", "detail", "by"}],
        "breach_reasons": {reason: number}, "staffing": {"minutes_an_answer", "measured",
        "together", "hours": [{"weekday", "hour", "hours", "arrivals", "capacity", "ratio"}]},
        "complaints": [{"ticket", "requester_name", "at", "sentence", "owner", "cause", "fix",
        "closed"}], "compliments": […], "leaving": [{"ticket", "requester_name", "opened", "sign",
        "sentence", "owner", "status", "outcome"}], "goodwill": {"currency", "budget", "spent",
        "gifts": […]}, "remedies": […], "acknowledgements": {"sent", "not_sent": [{"state",
        "reason", "mails"}], "withheld": [{"kind", "reason", "mails"}]}, "agents": null or
        [{"agent", …R, "complaints", "compliments", "gifts"}]}
    where R is:
      {"turns", "answered", "decided", "in_time", "share", "on_wall", "share_on_wall", "late_open",
        "waits", "closed", "does": {"answers", "asks", "promises"}, "business": {"p50", "p90",
        "p99"}, "wall": {…}, "oldest_open"}
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if as_json and html is not None:
        raise click.UsageError("give one of --json and --html")
    with opened(config, read_only=True) as at:
        if at.desk is None:
            raise click.ClickException("no report while the rules have faults: no hours are known")
        if queue is not None and queue not in at.desk.queues:
            raise click.UsageError(f"there is no queue '{queue}'; {near(queue, at.desk.queues)}")
        first, end = period(since, until, at.now, at.zone)
        read = at.store.reported(first, end, at.now, queue)
        desk = _desk(at, at.desk, read)
        found = figures(read, desk, at.now, agents=agents)
    if html is not None:
        from triage.report.page import page  # noqa: PLC0415 - only what is shown is imported

        write_file(html, page(found, desk))
        say(f"note: {html} shows requesters by their initials; open it, or print it")
    elif as_json:
        from triage.report.shape import shape  # noqa: PLC0415 - as above

        print_json(shape(found, desk))
    else:
        from triage.cli.reportview import draw  # noqa: PLC0415 - as above

        draw(stdout(), found, desk)
        hint("triage report --html report.html")


def _desk(at: Opened, files: Files, read: Reported) -> Desk:
    """Return what the files say, and the month's budget as it stands where the report ends."""
    rules = at.settings.rules or shipped_rules()
    budget = load_goodwill(rules)
    switches = Switches(read.switches)
    month = month_of(at.zone, (read.until - timedelta.resolution).astimezone(at.zone).date())
    return Desk(
        counting=counting_with(files.service, files.queues, files.roster.hours, switches),
        roster=files.roster,
        zone=at.zone,
        brand=at.settings.brand,
        agents={agent.id: agent.first_name for agent in files.roster.agents},
        queues={name: one.title for name, one in files.queues.items()},
        causes={name: one.title for name, one in load_causes(rules).items()},
        budget=budget,
        spent=0 if budget is None else at.store.spent(*month, budget.currency),
    )
