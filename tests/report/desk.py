"""A desk, and turns on it, that tests reckon by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.core.answering import Does
from triage.core.clocked import Counting
from triage.core.desk import Agent, Hours, Queue, Roster, Service, Window
from triage.core.hours import Span, add
from triage.report.figures import Desk, Figures, figures
from triage.store.reporting import Reported, Turn

LONDON = ZoneInfo("Europe/London")
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
HOURS = Hours(zone=LONDON, windows=tuple(Window(day, time(9), time(17)) for day in range(5)))
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
"""Midnight of a Monday; London leaves winter time on the Sunday after it."""


def agent(name: str, *, hours: Hours = HOURS) -> Agent:
    return Agent(
        id=name.lower(),
        name=f"{name} Lund",
        mail=f"{name.lower()}@northwind.example",
        speaks=("en",),
        hours=hours,
    )


def desk(*agents: Agent) -> Desk:
    return Desk(
        counting=Counting(
            service=Service(default="orders"),
            queues={name: Queue(name=name, title=name.title()) for name in ("orders", "returns")},
            hours=HOURS,
        ),
        roster=Roster(hours=HOURS, agents=agents),
        zone=LONDON,
        brand="Northwind Home",
        agents={one.id: one.first_name for one in agents},
        queues={"orders": "Orders", "returns": "Returns"},
    )


def turn(
    start: datetime,
    answered: datetime | None = None,
    *,
    number: int = 1,
    queue: str = "orders",
    target: timedelta | None = HOUR,
    waits: bool | None = None,
    ended: datetime | None = None,
    does: Does = Does.ANSWERS,
    person: str = "maria",
    danger: bool = False,
) -> Turn:
    """Return a turn with the clock that the desk's hours give it."""
    counted = None if target is None else add(HOURS, start, target)
    spans: tuple[Span, ...] = () if counted is None else counted.spans
    return Turn(
        reference=f"T-{number:07}",
        queue=queue,
        counted_in=queue,
        start=start,
        deadline=None if counted is None else counted.deadline,
        spans=spans,
        danger=danger,
        answered=answered,
        ended=ended,
        waits=answered is None and ended is None if waits is None else waits,
        does=does,
        person=person,
    )


def report(
    turns: Iterable[Turn] = (),
    of: Desk | None = None,
    *,
    since: datetime = MONDAY,
    until: datetime = MONDAY + 7 * DAY,
    now: datetime | None = None,
    agents: bool = False,
) -> Figures:
    found = Reported(since=since, until=until, queue=None, turns=tuple(turns))
    return figures(found, of or desk(agent("Maria")), now or until, agents=agents)
