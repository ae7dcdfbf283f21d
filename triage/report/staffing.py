"""Arrivals against staffing: how much came in each hour of a week, and how much could be done.

What can be done in an hour is the time that agents are there, over the time that an answer takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from triage.core.desk import Roster
from triage.core.hours import Span
from triage.core.load import Pace
from triage.core.roster import attendance

STEP = timedelta(minutes=15)
"""No zone changes its hour but at a quarter."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One hour of a week, Monday 0, over all the weeks of a time.

    `came` turns began in it; `capacity` answers could be written in it. `hours` is how often it
    was there, in parts where the time begins or ends in it.
    """

    weekday: int
    hour: int
    came: int
    capacity: float
    hours: float

    @property
    def ratio(self) -> float | None:
        """What came over what could be done; None where nobody was there."""
        return self.came / self.capacity if self.capacity else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """A week of hours. `measured` says that the pace, minutes an answer, is no assumption.

    `together`: answers name nobody, so that the pace is that of the whole team.
    """

    cells: tuple[Cell, ...] = ()
    pace: float = 0.0
    measured: bool = False
    together: bool = False

    def cell(self, weekday: int, hour: int) -> Cell | None:
        """Return one hour of the week, if the time held it."""
        found = (one for one in self.cells if (one.weekday, one.hour) == (weekday, hour))
        return next(found, None)

    @property
    def shown(self) -> range:
        """The hours of a day from the first to the last with anybody there, or any mail."""
        busy = [one.hour for one in self.cells if one.came or one.capacity]
        return range(min(busy), max(busy) + 1) if busy else range(0)


def staffing(
    starts: Iterable[datetime],
    roster: Roster,
    pace: Pace,
    since: datetime,
    until: datetime,
    zone: tzinfo,
    *,
    measured: bool,
    together: bool,
) -> Staffing:
    """Compare what came from `since` up to `until` with what the people who were there can do."""
    came: dict[tuple[int, int], int] = {}
    for start in starts:
        if since <= start < until:
            came[_place(start, zone)] = came.get(_place(start, zone), 0) + 1
    there = _minutes(_worked(roster, since, until, together=together), zone)
    lasted = _minutes([Span(since, until)], zone)
    cells = (
        Cell(
            weekday=place[0],
            hour=place[1],
            came=came.get(place, 0),
            capacity=there.get(place, 0.0) / pace.mean,
            hours=minutes / 60,
        )
        for place, minutes in sorted(lasted.items())
    )
    return Staffing(cells=tuple(cells), pace=pace.mean, measured=measured, together=together)


def _worked(roster: Roster, since: datetime, until: datetime, *, together: bool) -> Iterator[Span]:
    """Yield when each agent was there; as a team, when anybody was."""
    spans = sorted(
        Span(span.start, min(span.end, until))
        for agent in roster.agents
        for span in _until(attendance(agent, roster, since), until)
    )
    if not together:
        yield from spans
        return
    held: Span | None = None
    for span in spans:
        if held is not None and span.start <= held.end:
            held = Span(held.start, max(held.end, span.end))
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def _until(spans: Iterator[Span], until: datetime) -> Iterator[Span]:
    for span in spans:
        if span.start >= until:
            return
        yield span


def _minutes(spans: Iterable[Span], zone: tzinfo) -> dict[tuple[int, int], float]:
    """Return how many minutes of these spans lie in each hour of a local week."""
    found: dict[tuple[int, int], float] = {}
    for span in spans:
        at = span.start
        while at < span.end:
            end = min(at - (at - _EPOCH) % STEP + STEP, span.end)
            place = _place(at, zone)
            found[place] = found.get(place, 0.0) + (end - at) / timedelta(minutes=1)
            at = end
    return found


def _place(at: datetime, zone: tzinfo) -> tuple[int, int]:
    local = at.astimezone(zone)
    return local.weekday(), local.hour
