"""The plots of how long requesters waited: all together, by queue and by day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import log

from triage.report import svg
from triage.report.figures import Desk, Figures
from triage.report.markup import Table
from triage.report.plot import Plot, columns
from triage.report.response import Came, Response, Spread
from triage.report.svg import Bar, Curve
from triage.report.words import DASH, lasted, percent

LONGEST, SHORTEST = 24 * 60.0, 1.0
"""Minutes at the ends of a scale of waits."""

TICKS = (
    (1, "1 min"),
    (5, "5"),
    (15, "15"),
    (30, "30"),
    (60, "1 h"),
    (120, "2"),
    (240, "4"),
    (480, "8"),
    (1440, "24 h"),
)
"""Minutes that are marked on it."""

_MINUTE = timedelta(minutes=1)
_TWO_DAYS = timedelta(days=2)


def curve(found: Figures) -> Plot | None:
    """Draw the share that was answered within each wait, in business time and on the wall.

    None where nothing was answered, and nothing is late.
    """
    title = "Answered within so much time"
    spans = [one for one in found.waited if one.turn.answered or one.came is Came.LATE_OPEN]
    if not spans:
        return None
    done = [one for one in spans if one.turn.answered]
    series, steps = [], [LONGEST ** (step / 120) for step in range(121)]
    for label, waits, spread, tone, dash in (
        ("business time", [w.business for w in done], found.response.business, "bar", ""),
        ("on the wall, nights counted", [w.wall for w in done], found.response.wall, "none", "6 4"),
    ):
        minutes = sorted(wait / _MINUTE for wait in waits if wait is not None)
        points = tuple((across_of(at), bisect_right(minutes, at) / len(spans)) for at in steps)
        marks = tuple(_marks(label, spread))
        series.append(Curve(label=label, points=points, marks=marks, tone=tone, dash=dash))
    across = [(across_of(minutes), words) for minutes, words in TICKS]
    up = [(share, f"{100 * share:.0f} %") for share in (0, 0.25, 0.5, 0.75, 1.0)]
    rows = tuple(
        (name, *map(lasted, (one.p50, one.p90, one.p99)))
        for name, one in (
            ("business time", found.response.business),
            ("on the wall", found.response.wall),
        )
    )
    head = ("", "half within (p50)", "nine of ten (p90)", "99 of 100 (p99)")
    return Plot(
        title=title,
        svg=svg.curves(title, series, across, up),
        table=Table(head=head, rows=rows, numbers=columns(1, 4)),
        note="What is late and still waits counts with its time so far. Dots: p50, p90, p99.",
    )


def across_of(minutes: float) -> float:
    """Return where a wait stands: the scale is logarithmic, from a minute to a day."""
    return log(min(max(minutes, SHORTEST), LONGEST)) / log(LONGEST)


def _marks(label: str, spread: Spread) -> Iterator[tuple[float, float, str]]:
    for percentile, wait in ((50, spread.p50), (90, spread.p90), (99, spread.p99)):
        if wait is not None:
            x = across_of(wait / _MINUTE)
            yield x, percentile / 100, f"{percentile} % within {lasted(wait)}, {label}"


def by_queue(found: Figures, desk: Desk) -> Plot:
    """Draw each queue's share in time, with the wait of the longest and what still waits."""
    title = "In time by queue"
    every = [
        Bar(
            label=desk.queues.get(name, name),
            share=one.share or 0.0,
            text=f"{percent(one.share)} of {one.decided:,} · p99 {lasted(one.business.p99)}",
            tells=f"{desk.queues.get(name, name)}: {one.in_time:,} of {one.decided:,} in time;"
            f" p99 {lasted(one.business.p99)}; oldest open {_oldest(one)}",
        )
        for name, one in found.queues
    ]
    rows = [response_row(desk.queues.get(name, name), one) for name, one in found.queues]
    return Plot(
        title=title,
        svg=svg.bars(title, every),
        table=responses("queue", rows),
        unfolded=True,  # a share stands beside the longest wait, and what still waits
    )


def by_day(found: Figures) -> Plot | None:
    """Draw how long answers took to the mail of each day; None for one day, or without any."""
    title = "Waits by day, in business time"
    number_of = len(found.days) - 1
    waits = [one.business.p90 for _, one in found.days if one.business.p90 is not None]
    if not waits or len(found.days) == 1:
        return None
    top = clean_top(max(waits))
    series = []
    for percent_of, label, tone, dash in (
        (50, "half within (p50)", "none", "6 4"),
        (90, "nine of ten within (p90)", "bar", ""),
    ):
        marks = tuple(
            (at / number_of, wait / top, f"{_day(day)}: {label} {lasted(wait)}")
            for at, (day, one) in enumerate(found.days)
            if (wait := one.business.p50 if percent_of == 50 else one.business.p90) is not None
        )
        points = tuple((x, y) for x, y, _ in marks)
        series.append(Curve(label=label, points=points, marks=marks, tone=tone, dash=dash))
    every = max(1, -(-len(found.days) // 12))
    across = [
        (at / number_of, f"{day.day} {day:%b}")
        for at, (day, _) in enumerate(found.days)
        if not at % every
    ]
    up = [(share, lasted(top * share) if share else "0") for share in (0, 0.5, 1.0)]
    rows = [response_row(_day(day), one) for day, one in found.days]
    return Plot(
        title=title, svg=svg.curves(title, series, across, up), table=responses("day", rows)
    )


def clean_top(span: timedelta) -> timedelta:
    """Return the least clean span that holds this one."""
    tops = (timedelta(hours=hours) for hours in (1, 2, 4, 6, 8, 12, 16, 24))
    return next((top for top in tops if span <= top), -(-span // _TWO_DAYS) * _TWO_DAYS)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def response_row(name: str, one: Response) -> tuple[str, ...]:
    """Return a row of `responses`."""
    return (
        name,
        f"{one.turns:,}",
        percent(one.share),
        percent(one.share_on_wall),
        lasted(one.business.p50),
        lasted(one.business.p90),
        lasted(one.business.p99),
        f"{one.late_open:,}",
        _oldest(one),
    )


def responses(of: str, rows: Sequence[tuple[str, ...]]) -> Table:
    """Return the table in which no share stands without the longest wait and what still waits."""
    head = (of, "turns", "in time", "on the wall", "p50", "p90", "p99", "late, open", "oldest open")
    return Table(head=head, rows=tuple(rows), numbers=columns(1, 9), empty="No mail.")


def _oldest(one: Response) -> str:
    return DASH if one.oldest is None else lasted(one.oldest.wall)
