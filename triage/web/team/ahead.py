"""What will be late within the hour, what one more agent helps, and how good yesterday's word was.

The queue is run forward in memory; with thousands of tickets that takes a second or two of one
core: it is done once a minute, in a reader's thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from random import Random

from triage.core.hours import first_instant
from triage.core.misses import Facts, Live, Outlook, look_ahead
from triage.core.switches import Switches
from triage.report.words import percent
from triage.store.promises import Foreseen
from triage.store.protocol import Store
from triage.web.names import Names
from triage.web.render import Reader
from triage.web.routes import Visit
from triage.web.sheets import Cell, Column, Sheet, drawn, moment, number, ticket
from triage.web.team.plots import outlooks

RUNS = 200
"""Fewer than the watch makes: a page need not be so exact, and is asked for more often."""

MOST_NAMED = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is expected, without and with one more agent, and what was foreseen before.

    `waits` is what waits, by its reference. `measured`: the pace of answers is known, and not
    assumed.
    """

    waits: Mapping[str, Live]
    alone: Outlook
    helped: Outlook
    measured: bool
    yesterday: tuple[Foreseen, ...]


def forecast(visit: Visit, db: Store) -> Forecast:
    """Look ahead. Chance is seeded by the minute: who looks in it sees the same."""
    roster, now = visit.office.policy().roster, visit.now
    load, zone = db.load(now), roster.hours.zone
    facts = Facts(
        live=db.live(), load=load, roster=Switches(db.switches(now)).over(roster), now=now
    )
    seed = int(now.timestamp()) // 60
    today = now.astimezone(zone).date()
    since, until = (first_instant(zone, day, time()) for day in (today - _DAY, today))
    return Forecast(
        waits={one.reference: one for one in facts.live},
        alone=look_ahead(facts, Random(seed).random, runs=RUNS),  # noqa: S311 - chance, no secret
        helped=look_ahead(facts, Random(seed).random, more=1, runs=RUNS),  # noqa: S311
        measured=not load.thin,
        yesterday=db.foreseen(since, until),
    )


def said_of(read: Reader, found: Forecast) -> tuple[str, ...]:
    """Say in sentences what is expected, and how good yesterday's forecasts were."""
    lines = [
        read.say(
            "By %(time)s expect %(mean)s late (%(low)s to %(high)s);"
            " with one more agent now: %(more)s (%(least)s to %(most)s).",
            time=read.time(found.alone.until),
            mean=f"{found.alone.mean:.0f}",
            low=found.alone.low,
            high=found.alone.high,
            more=f"{found.helped.mean:.0f}",
            least=found.helped.low,
            most=found.helped.high,
        )
    ]
    if not found.measured:
        lines.append(
            read.say("Too few answers in 28 days: their pace is assumed, and not measured.")
        )
    if found.yesterday:
        lines.append(
            read.say(
                "Yesterday %(mean)s were expected and %(came)s came late;"
                " %(right)s of %(all)s forecasts held.",
                mean=f"{sum(one.mean for one in found.yesterday):.0f}",
                came=sum(one.came for one in found.yesterday),
                right=sum(one.right for one in found.yesterday),
                all=len(found.yesterday),
            )
        )
    return tuple(lines)


def misses(read: Reader, found: Forecast, names: Names) -> Sheet:
    """Return what will likely be late, the likeliest first."""
    return Sheet(
        name="misses",
        title=read.say("Likely to be late"),
        columns=(
            Column("ticket", read.say("Ticket")),
            Column("queue", read.say("Queue")),
            Column("due", read.say("Deadline"), "time"),
            Column("probability", read.say("Probability"), "number"),
        ),
        rows=tuple(
            (
                ticket(reference),
                Cell(text=names.queue(found.waits[reference].queue)),
                moment(read, found.waits[reference].due),
                Cell(text=percent(chance), value=chance),
            )
            for reference, chance in found.alone.late[:MOST_NAMED]
        ),
        empty=read.say("Nothing is likely to be late by then."),
    )


def scored(read: Reader, found: Forecast) -> Sheet:
    """Return yesterday's forecasts beside what came of them."""
    title = read.say("Yesterday's forecasts, and what came")
    plot = outlooks(read, title, found.yesterday)
    return Sheet(
        name="forecasts",
        title=title,
        svg=drawn("") if plot is None else plot,
        columns=(
            Column("at", read.say("At"), "time"),
            Column("until", read.say("Up to")),
            Column("expected", read.say("Expected"), "number"),
            Column("low", read.say("At least"), "number"),
            Column("high", read.say("At most"), "number"),
            Column("came", read.say("Came late"), "number"),
            Column("held", read.say("Held")),
        ),
        rows=tuple(
            (
                moment(read, one.at),
                moment(read, one.until),
                Cell(text=f"{one.mean:.1f}", value=one.mean),
                number(one.low),
                number(one.high),
                number(one.came),
                Cell(text=read.say("yes") if one.right else read.say("no"), value=one.right),
            )
            for one in found.yesterday
        ),
        empty=read.say("Yesterday there was no forecast."),
    )
