"""How long requesters waited, in business time and on the wall, and how often in time.

A turn counts where it began in the time of the report, and besides as long as it waits: what is
left lying is a miss in every report until somebody answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from math import ceil

from triage.core.answering import Does
from triage.core.clocked import Counting
from triage.core.hours import elapsed
from triage.store.reporting import Turn

_NOTHING = timedelta()


class Came(StrEnum):
    """What became of a turn."""

    IN_TIME = "in_time"
    LATE = "late"
    LATE_OPEN = "late_open"
    CLOSED_LATE = "closed_late"
    WAITS = "waits"
    CLOSED = "closed"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One turn with how long it took, or takes so far: in `business` time and on the `wall`.

    Both are None where the ticket was closed without an answer. `on_wall` says whether it was
    answered within its target by the clock on the wall, nights counted; None where `came` says
    neither of business time.
    """

    turn: Turn
    came: Came
    business: timedelta | None
    wall: timedelta | None
    on_wall: bool | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of waits, each one of them that was measured; None where nothing was."""

    p50: timedelta | None = None
    p90: timedelta | None = None
    p99: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How turns were answered.

    `decided` could be in time or not; `in_time` were, in business time, and `on_wall` by the clock
    on the wall. `late_open` are late and still wait, `waits` wait and are not due yet. `closed`
    were closed without an answer, in time. `does` counts what first answers did. Waits that last
    count in both spreads with their length so far, if they are late.
    """

    turns: int = 0
    answered: int = 0
    decided: int = 0
    in_time: int = 0
    on_wall: int = 0
    late_open: int = 0
    waits: int = 0
    closed: int = 0
    does: Mapping[Does, int]
    business: Spread
    wall: Spread
    oldest: Waited | None = None

    @property
    def share(self) -> float | None:
        """The share in time, in business time, of what could be; None where nothing could."""
        return self.in_time / self.decided if self.decided else None

    @property
    def share_on_wall(self) -> float | None:
        """The same by the clock on the wall."""
        return self.on_wall / self.decided if self.decided else None


def waited(turn: Turn, counting: Counting, now: datetime) -> Waited:
    """Say how long a turn took, or takes so far. An answer at the deadline itself is in time.

    Up to its deadline what its clock counted counts, whatever hours are in force since; beyond it
    those of today.
    """
    end = turn.answered or (now if turn.waits else None)
    came = _came(turn, now)
    if end is None:
        on_wall = False if came is Came.CLOSED_LATE else None
        return Waited(turn=turn, came=came, business=None, wall=None, on_wall=on_wall)
    wall = max(end - turn.start, _NOTHING)
    within = wall <= turn.target and turn.answered is not None
    return Waited(
        turn=turn,
        came=came,
        business=_business(turn, end, counting),
        wall=wall,
        on_wall=within if came in {Came.IN_TIME, Came.LATE, Came.LATE_OPEN} else None,
    )


def _came(turn: Turn, now: datetime) -> Came:
    due = turn.deadline
    if turn.answered is not None:
        if due is None:
            return Came.NO_TARGET
        return Came.IN_TIME if turn.answered <= due else Came.LATE
    if turn.waits:
        return Came.LATE_OPEN if due is not None and now > due else Came.WAITS
    late = turn.breached or (due is not None and turn.ended is not None and turn.ended > due)
    return Came.CLOSED_LATE if late else Came.CLOSED


def _business(turn: Turn, end: datetime, counting: Counting) -> timedelta:
    """Return the business time from the start of a turn to `end`."""
    hours = counting.queue(turn.counted_in).calendar(counting.hours)
    if turn.danger:
        hours = replace(hours, always=True)
    if turn.deadline is None or not turn.spans:
        return elapsed(hours, turn.start, end)
    counted = (min(span.end, end) - span.start for span in turn.spans if span.start < end)
    return sum(counted, _NOTHING) + elapsed(hours, turn.deadline, end)


def response(every: Sequence[Waited]) -> Response:
    """Sum turns up."""
    came = [one.came for one in every]
    measured = [one for one in every if one.turn.answered or one.came is Came.LATE_OPEN]
    open_ones = [one for one in every if one.turn.waits]
    answered = [one.turn.does for one in every if one.turn.answered]
    late = came.count(Came.LATE) + came.count(Came.LATE_OPEN) + came.count(Came.CLOSED_LATE)
    return Response(
        turns=len(every),
        answered=len(answered),
        decided=came.count(Came.IN_TIME) + late,
        in_time=came.count(Came.IN_TIME),
        on_wall=sum(one.on_wall is True for one in every),
        late_open=came.count(Came.LATE_OPEN),
        waits=came.count(Came.WAITS),
        closed=came.count(Came.CLOSED),
        does={does: answered.count(does) for does in Does},
        business=spread(one.business for one in measured if one.business is not None),
        wall=spread(one.wall for one in measured if one.wall is not None),
        oldest=min(open_ones, key=lambda one: one.turn.start, default=None),
    )


def spread(waits: Iterable[timedelta]) -> Spread:
    """Return the percentiles of waits, by the nearest rank: each is one that was measured."""
    ordered = sorted(waits)
    return Spread(percentile(ordered, 50), percentile(ordered, 90), percentile(ordered, 99))


def percentile(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """Return the least of `ordered` waits that this many per cent of them do not exceed."""
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1] if ordered else None


def by_queue(every: Iterable[Waited]) -> Iterator[tuple[str, Response]]:
    """Yield each queue with its turns summed up, the one with most turns first."""
    groups: dict[str, list[Waited]] = {}
    for one in every:
        groups.setdefault(one.turn.queue, []).append(one)
    for name in sorted(groups, key=lambda name: (-len(groups[name]), name)):
        yield name, response(groups[name])


def by_day(
    every: Iterable[Waited], since: datetime, until: datetime, zone: tzinfo
) -> Iterator[tuple[date, Response]]:
    """Yield each local day of a time with the turns that began on it, also a day without any."""
    groups: dict[date, list[Waited]] = {}
    for one in every:
        groups.setdefault(one.turn.start.astimezone(zone).date(), []).append(one)
    day = since.astimezone(zone).date()
    last = (until - timedelta.resolution).astimezone(zone).date()
    while day <= last:
        yield day, response(groups.get(day, []))
        day += timedelta(days=1)


def by_hour(every: Iterable[Waited], zone: tzinfo) -> Iterator[tuple[int, Response]]:
    """Yield each local hour of the day in which turns began, with those turns summed up."""
    groups: dict[int, list[Waited]] = {}
    for one in every:
        groups.setdefault(one.turn.start.astimezone(zone).hour, []).append(one)
    for hour in sorted(groups):
        yield hour, response(groups[hour])
