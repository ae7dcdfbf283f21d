"""`triage queue --forecast`: what will be late within the hour, and what one more agent changes."""

from __future__ import annotations

from datetime import time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from triage.cli import plain
from triage.cli.moments import clock
from triage.cli.opening import Opened
from triage.cli.output import hint, print_json, say, stdout
from triage.core.hours import first_instant
from triage.core.load import ENOUGH, Load
from triage.core.misses import Facts, Outlook, look_ahead
from triage.core.switches import Switches
from triage.report.tickets import Json, when
from triage.store.promises import Foreseen

MOST_NAMED = 20
_DAY = timedelta(days=1)


def show_forecast(at: Opened, *, as_json: bool) -> None:
    """Show what is expected to become late, with and without one more agent from now on.

    It is the same for whoever looks at the same moment: chance is seeded by the instant.
    """
    if at.desk is None:
        say("triage: no forecast while the rules have faults: nobody's hours are known")
        return
    load = at.store.load(at.now)
    facts = Facts(
        live=at.store.live(),
        load=load,
        roster=Switches(at.store.switches(at.now)).over(at.desk.roster),
        now=at.now,
    )
    seed = at.now.timestamp()
    alone = look_ahead(facts, Random(seed).random)  # noqa: S311 - chance, not a secret
    helped = look_ahead(facts, Random(seed).random, more=1)  # noqa: S311
    before = _yesterday(at, at.desk.roster.hours.zone)
    if as_json:
        print_json(_shape(at, load, alone, helped, before))
    else:
        _tell(at, load, alone, helped, before)


def _yesterday(at: Opened, zone: ZoneInfo) -> tuple[Foreseen, ...]:
    """Return what was foreseen yesterday, with what came of it."""
    today = at.now.astimezone(zone).date()
    since, until = (first_instant(zone, day, time()) for day in (today - _DAY, today))
    return at.store.foreseen(since, until)


def _tell(
    at: Opened, load: Load, alone: Outlook, helped: Outlook, before: tuple[Foreseen, ...]
) -> None:
    by = clock(alone.until, at.now, at.zone)
    out = stdout()
    out.print(f"By {by} expect {_range(alone)} late; with one more agent now: {_range(helped)}.")
    for reference, share in alone.late[:MOST_NAMED]:
        row = at.store.ticket(reference).row
        line = f"{share:>5.0%}  {reference}  {row.queue}  {plain.line(row.subject)}"
        out.print(line, no_wrap=True, overflow="ellipsis", crop=True)
    if len(alone.late) > MOST_NAMED:
        out.print(f"       and {len(alone.late) - MOST_NAMED} more")
    if load.thin:
        say(f"Fewer than {ENOUGH} answers in 28 days: their pace is assumed, not measured.")
    if before:
        right = sum(one.right for one in before)
        came, mean = sum(one.came for one in before), sum(one.mean for one in before)
        say(
            f"Yesterday {mean:.0f} were expected and {came} came late;"
            f" {right} of {len(before)} forecasts held."
        )
    if alone.late:
        hint(f"triage show {alone.late[0][0]}")


def _range(outlook: Outlook) -> str:
    """Write how many are expected, and how many in eight runs of ten."""
    return f"{outlook.mean:.0f} ({outlook.low}\N{EN DASH}{outlook.high})"


def _shape(
    at: Opened, load: Load, alone: Outlook, helped: Outlook, before: tuple[Foreseen, ...]
) -> Json:
    return {
        "now": when(at.now, at.zone),
        "forecast": _outlook(at, alone),
        "with_one_more": _outlook(at, helped),
        "measured": not load.thin,
        "yesterday": [
            {
                "at": when(one.at, at.zone),
                "until": when(one.until, at.zone),
                "late": round(one.mean, 1),
                "low": one.low,
                "high": one.high,
                "came": one.came,
            }
            for one in before
        ],
    }


def _outlook(at: Opened, outlook: Outlook) -> Json:
    return {
        "until": when(outlook.until, at.zone),
        "late": round(outlook.mean, 1),
        "low": outlook.low,
        "high": outlook.high,
        "tickets": [
            {"reference": reference, "probability": round(share, 3)}
            for reference, share in outlook.late
        ],
    }
