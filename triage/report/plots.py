"""The plots of a report, each with the table of what it draws: for a page, or for paper."""

from __future__ import annotations

from triage.report import svg
from triage.report.figures import Desk, Figures
from triage.report.markup import Table
from triage.report.plot import Plot, columns
from triage.report.staffing import Cell
from triage.report.svg import Bar, Part, Square
from triage.report.words import DASH, number, reason

MOST_CAUSES = 12
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STEPS = ((0.5, 0), (0.8, 1), (1.0, 2), (1.25, 3))
"""Ratios below which an hour is of a step; from the last one on it is of step 4."""

NOBODY = 5
_LEGEND = (
    (0, "below 0.5"),
    (1, "0.5 to 0.8"),
    (2, "0.8 to 1"),
    (3, "1 to 1.25"),
    (4, "1.25 or more"),
    (NOBODY, "mails while nobody was there"),
)


def causes(found: Figures, desk: Desk) -> Plot | None:
    """Draw what brought most mail; None where nobody has said so of any ticket."""
    named = [one for one in found.causes if one.cause]
    if not named:
        return None
    most = max(one.mails for one in named)
    title = "What brought most mail"
    every = [
        Bar(
            label=desk.causes.get(one.cause, reason(one.cause)),
            share=one.mails / most,
            text=number(one.mails, "mail"),
            tells=f"{desk.causes.get(one.cause, one.cause)}: {number(one.mails, 'mail')}"
            f" on {number(one.tickets, 'ticket')}",
        )
        for one in named[:MOST_CAUSES]
    ]
    rows = [
        (desk.causes.get(one.cause, reason(one.cause)), f"{one.mails:,}", f"{one.tickets:,}")
        for one in named
    ]
    unsaid = sum(one.mails for one in found.causes if not one.cause)
    return Plot(
        title=title,
        svg=svg.bars(title, every),
        table=Table(head=("cause", "mails", "tickets"), rows=tuple(rows), numbers=columns(1, 3)),
        note=f"For {number(unsaid, 'mail')} more nobody has named a cause." if unsaid else "",
    )


def breaches(found: Figures) -> Plot | None:
    """Draw why deadlines were missed; None where none was."""
    if not found.reasons:
        return None
    title = "Why deadlines were missed"
    all_of = len(found.breaches)
    every = [
        Bar(
            label=reason(name),
            share=many / found.reasons[0][1],
            text=f"{many:,} of {all_of:,}",
            tells=f"{reason(name)}: {many:,} of {all_of:,}",
            tone="bad",
        )
        for name, many in found.reasons
    ]
    rows = tuple((reason(name), f"{many:,}") for name, many in found.reasons)
    head = ("reason", "deadlines")
    return Plot(
        title=title,
        svg=svg.bars(title, every),
        table=Table(head=head, rows=rows, numbers=columns(1, 2)),
    )


def promises(found: Figures) -> Plot | None:
    """Draw what became of the times that requesters were told; None where none was told."""
    one = found.kept
    if not one.told:
        return None
    title = "Times that requesters were told"
    parts = [
        Part(label="kept", many=one.kept, tone="good"),
        Part(label="missed, and told so before", many=one.told_before, tone="mid"),
        Part(label="missed without a word", many=sum(one.not_told.values()), tone="bad"),
        Part(label="not decided yet", many=one.open, tone="none"),
    ]
    rows = [(part.label, f"{part.many:,}") for part in parts]
    rows += [(f"no word because: {reason(why)}", f"{many:,}") for why, many in one.not_told.items()]
    rows.append(("times of delay notices, kept of told", f"{one.delays[1]:,} of {one.delays[0]:,}"))
    return Plot(
        title=title,
        svg=svg.shares(title, [part for part in parts if part.many or part.tone == "good"]),
        table=Table(head=("what became of it", "times"), rows=tuple(rows), numbers=columns(1, 2)),
    )


def staffing(found: Figures) -> Plot | None:
    """Draw arrivals over capacity for each hour of a week; None where there was neither."""
    week = found.staffing
    hours = week.shown
    if not hours:
        return None
    title = "Arrivals against staffing"
    squares = [[square(week.cell(day, hour)) for hour in hours] for day in range(7)]
    drawn = svg.heatmap(title, DAYS, [f"{hour:02}" for hour in hours], squares, _LEGEND)
    rows = tuple(
        (f"{DAYS[one.weekday]} {one.hour:02}:00", *_in_figures(one))
        for one in week.cells
        if one.came or one.capacity
    )
    who = "the team writes an answer" if week.together else "one agent takes"
    known = "measured over 28 days" if week.measured else "assumed: too few answers to measure"
    every = " every" if week.together else ""
    note = f"Mail that asks for an answer over the answers that can be written: {who}{every}"
    return Plot(
        title=title,
        svg=drawn,
        table=Table(
            head=("hour", "arrivals", "capacity", "arrivals / capacity"),
            rows=rows,
            numbers=columns(1, 4),
        ),
        note=f"{note} {week.pace:.1f} min ({known}). Above 1 a backlog grows.",
    )


def _in_figures(one: Cell) -> tuple[str, str, str]:
    ratio = DASH if one.ratio is None else f"{one.ratio:.2f}"
    return f"{one.came / one.hours:.1f} an hour", f"{one.capacity / one.hours:.1f} an hour", ratio


def square(one: Cell | None) -> Square | None:
    """Return how one hour of a week is shown; None where nothing came and nobody was there."""
    if one is None or not (one.came or one.capacity):
        return None
    came, capacity, ratio = _in_figures(one)
    when = f"{DAYS[one.weekday]} {one.hour:02}:00"
    if one.ratio is None:
        tells = f"{when}: {number(one.came, 'mail')}, nobody there"
        return Square(step=NOBODY, text=f"{one.came}", tells=tells)
    step = step_of(one.ratio)
    tells = f"{when}: {came} came, {capacity} can be answered: {ratio}"
    return Square(step=step, text=f"{one.ratio:.1f}", tells=tells)


def step_of(ratio: float) -> int:
    """Return how full an hour is, from 0 to 4."""
    return next((step for below, step in STEPS if ratio < below), 4)
