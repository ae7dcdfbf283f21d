"""The drawings of the team's views, in the reader's words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from triage.core.arithmetic import DAYS
from triage.report import svg
from triage.report.figures import Figures
from triage.report.plots import NOBODY, step_of
from triage.report.response import Came, Response, Spread
from triage.report.staffing import Cell as Hour
from triage.report.staffing import Staffing
from triage.report.svg import Bar, Curve, Part, Square
from triage.report.waitplots import LONGEST, TICKS, across_of, clean_top
from triage.report.words import percent
from triage.store.promises import Foreseen
from triage.web.render import Reader, marked
from triage.web.sheets import drawn, lasted

_MINUTE = timedelta(minutes=1)
_LEGEND = (
    (0, marked("below 0.5")),
    (1, marked("0.5 to 0.8")),
    (2, marked("0.8 to 1")),
    (3, marked("1 to 1.25")),
    (4, marked("1.25 or more")),
    (NOBODY, marked("mails while nobody was there")),
)


def responses(read: Reader, title: str, every: Sequence[tuple[str, Response]]) -> Markup:
    """Draw the share in time of each of several, with how long the longest waited."""
    bars = [
        Bar(
            label=name,
            share=one.share or 0.0,
            text=read.say(
                "%(share)s of %(many)s · p99 %(span)s",
                share=percent(one.share),
                many=f"{one.decided:,}",
                span=lasted(read, one.business.p99),
            ),
            tells=read.say(
                "%(name)s: %(share)s of %(many)s in time, p99 %(span)s, oldest open %(oldest)s",
                name=name,
                share=percent(one.share),
                many=f"{one.decided:,}",
                span=lasted(read, one.business.p99),
                oldest=lasted(read, None if one.oldest is None else one.oldest.wall),
            ),
        )
        for name, one in every
    ]
    return drawn(svg.bars(title, bars))


def counted(title: str, every: Sequence[tuple[str, int]], tone: str = "bar") -> Markup:
    """Draw how many there are of each."""
    most = max((many for _, many in every), default=1)
    bars = [
        Bar(
            label=name,
            share=many / most,
            text=f"{many:,}",
            tells=f"{name}: {many:,}",
            tone=tone,
        )
        for name, many in every
    ]
    return drawn(svg.bars(title, bars))


def parted(title: str, every: Sequence[tuple[str, int, str]]) -> Markup:
    """Draw the parts of a whole: words, how many, and tone."""
    parts = [Part(label=words, many=many, tone=tone) for words, many, tone in every if many]
    return drawn(svg.shares(title, parts))


def waits(read: Reader, title: str, found: Figures) -> Markup:
    """Draw the share that was answered within each wait, in business time and on the wall."""
    spans = [one for one in found.waited if one.turn.answered or one.came is Came.LATE_OPEN]
    done = [one for one in spans if one.turn.answered]
    steps = [LONGEST ** (step / 120) for step in range(121)]
    series = []
    for label, lengths, spread, tone, dash in (
        (
            read.say("business time"),
            [one.business for one in done],
            found.response.business,
            "bar",
            "",
        ),
        (
            read.say("on the wall, nights counted"),
            [one.wall for one in done],
            found.response.wall,
            "none",
            "6 4",
        ),
    ):
        minutes = sorted(length / _MINUTE for length in lengths if length is not None)
        points = tuple((across_of(at), bisect_right(minutes, at) / len(spans)) for at in steps)
        marks = tuple(_marks(read, label, spread))
        series.append(Curve(label=label, points=points, marks=marks, tone=tone, dash=dash))
    across = [(across_of(minutes), words) for minutes, words in TICKS]
    up = [(part, f"{100 * part:.0f} %") for part in (0, 0.25, 0.5, 0.75, 1.0)]
    return drawn(svg.curves(title, series, across, up))


def _marks(read: Reader, label: str, spread: Spread) -> Iterator[tuple[float, float, str]]:
    for rank, wait in ((50, spread.p50), (90, spread.p90), (99, spread.p99)):
        if wait is not None:
            words = f"p{rank}: {lasted(read, wait)}, {label}"
            yield across_of(wait / _MINUTE), rank / 100, words


def days(read: Reader, title: str, found: Figures) -> Markup | None:
    """Draw how long answers took to the mail of each day; None for one day, or without any."""
    longest = [one.business.p90 for _, one in found.days if one.business.p90 is not None]
    if not longest or len(found.days) == 1:
        return None
    top, last = clean_top(max(longest)), len(found.days) - 1
    series = []
    for rank, tone, dash in ((50, "none", "6 4"), (90, "bar", "")):
        marks = tuple(
            (at / last, wait / top, f"{day:%d %b}: p{rank} {lasted(read, wait)}")
            for at, (day, one) in enumerate(found.days)
            if (wait := one.business.p50 if rank == 50 else one.business.p90) is not None
        )
        points = tuple((x, y) for x, y, _ in marks)
        series.append(Curve(label=f"p{rank}", points=points, marks=marks, tone=tone, dash=dash))
    every = max(1, -(-len(found.days) // 12))
    across = [
        (at / last, f"{day.day}.{day.month}.")
        for at, (day, _) in enumerate(found.days)
        if not at % every
    ]
    up = [(part, lasted(read, top * part) if part else "0") for part in (0, 0.5, 1.0)]
    return drawn(svg.curves(title, series, across, up))


def week(read: Reader, title: str, found: Staffing) -> Markup:
    """Draw arrivals over capacity for each hour of a week."""
    names = [read.say(day) for day in DAYS]
    squares = [
        [_square(read, names[day], found.cell(day, hour)) for hour in found.shown]
        for day in range(7)
    ]
    legend = [(step, read.say(words)) for step, words in _LEGEND]
    return drawn(svg.heatmap(title, names, [f"{at:02}" for at in found.shown], squares, legend))


def _square(read: Reader, day: str, one: Hour | None) -> Square | None:
    if one is None or not (one.came or one.capacity):
        return None
    when = f"{day} {one.hour:02}:00"
    if one.ratio is None:
        tells = read.say("%(when)s: %(many)s came, nobody there", when=when, many=one.came)
        return Square(step=NOBODY, text=f"{one.came}", tells=tells)
    tells = read.say(
        "%(when)s: %(came)s an hour came, %(capacity)s can be answered",
        when=when,
        came=f"{one.came / one.hours:.1f}",
        capacity=f"{one.capacity / one.hours:.1f}",
    )
    return Square(step=step_of(one.ratio), text=f"{one.ratio:.1f}", tells=tells)


def outlooks(read: Reader, title: str, every: Sequence[Foreseen]) -> Markup | None:
    """Draw what was foreseen for each hour, and what came; None for fewer than two."""
    if len(every) < 2:
        return None
    first, whole = every[0].at, (every[-1].at - every[0].at) / _MINUTE
    top = max(1, *(max(one.high, one.came) for one in every))

    def place(at: datetime) -> float:
        return (at - first) / _MINUTE / whole if whole else 0.0

    series = [
        Curve(
            label=label,
            points=tuple((place(one.at), number(one) / top) for one in every),
            marks=tuple(
                (place(one.at), number(one) / top, f"{read.time(one.at)}: {number(one):.0f}")
                for one in every
            ),
            tone=tone,
            dash=dash,
        )
        for label, number, tone, dash in (
            (read.say("foreseen"), lambda one: one.mean, "none", "6 4"),
            (read.say("came late"), lambda one: float(one.came), "bad", ""),
        )
    ]
    step = max(1, -(-len(every) // 10))
    across = [(place(one.at), f"{one.at.astimezone(read.zone):%H:%M}") for one in every[::step]]
    up = [(part, f"{top * part:.0f}") for part in (0, 0.5, 1.0)]
    return drawn(svg.curves(title, series, across, up))
