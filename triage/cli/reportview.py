"""A report on a terminal: its figures first, then what is behind them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from triage.cli import plain
from triage.cli.layout import block, title
from triage.report import lists, plots, waitplots
from triage.report.figures import Desk, Figures
from triage.report.markup import Table
from triage.report.plots import DAYS, NOBODY
from triage.report.staffing import Cell, Staffing
from triage.report.summary import budget_line, forecast_line, tiles
from triage.report.words import DASH, number, time_of

_TONES = {"good": "green", "mid": "yellow", "bad": "red", "": ""}
_HEAT = ("dim", "", "", "yellow", "red", "bold red")
_MARGIN, _SQUARE = 6, 4
_NAMED = frozenset({"cause", "fix", "closed", "word kept", "they asked for", "by", "approved by"})
"""Columns whose cells say too little without their head."""


def draw(console: Console, found: Figures, desk: Desk) -> None:
    """Draw a report, the causes of mail first."""
    scope = "" if found.queue is None else f" · {found.queue}"
    when = time_of(found.since, found.until, found.zone)
    console.print(Text(f"{plain.line(desk.brand)}{scope} · {when} · {found.zone}", "bold"))
    for tile in tiles(found):
        head = Text.assemble((f"{tile.label}: ", "dim"), (tile.figure, f"bold {_TONES[tile.tone]}"))
        block(console, head.append(f" · {tile.more}", "dim"), "  ", 4)
    _causes(console, found, desk)
    title(console, "How long answers took")
    _table(console, waitplots.by_queue(found, desk).table)
    _table(console, lists.did(found))
    if found.oldest:
        title(console, "What has waited longest")
        _table(console, lists.oldest(found, desk))
    _promises(console, found)
    _staffing(console, found)
    _people(console, found, desk)
    title(console, "Not acknowledged")
    _table(console, lists.withheld(found))
    if found.agents is not None:
        title(console, "By person")
        _table(console, lists.agents(found, desk))


def _causes(console: Console, found: Figures, desk: Desk) -> None:
    plot = plots.causes(found, desk)
    title(console, "What brought most mail")
    if plot is None:
        console.print("  nobody has named a cause: 'triage close TICKET --cause C' does")
        return
    _table(console, plot.table)
    if plot.note:
        console.print(f"  {plot.note}", style="dim")


def _promises(console: Console, found: Figures) -> None:
    if (drawn := plots.promises(found)) is not None:
        title(console, drawn.title)
        _table(console, drawn.table)
        block(console, Text(forecast_line(found), "dim"), "  ")
    title(console, "Deadlines that were missed")
    reasons = plots.breaches(found)
    _table(console, lists.missed(found) if reasons is None else reasons.table)


def _staffing(console: Console, found: Figures) -> None:
    """Draw arrivals over capacity, an hour a column."""
    week, plot = found.staffing, plots.staffing(found)
    if plot is None:
        return
    title(console, plot.title)
    most = max((console.width - _MARGIN) // _SQUARE, 1)
    for first in range(week.shown.start, week.shown.stop, most):
        _week(console, week, range(first, min(first + most, week.shown.stop)))
    nobody = "A number with ! is of mails that came while nobody was there."
    block(console, Text(f"{plot.note} {nobody}", "dim"), "  ")


def _week(console: Console, week: Staffing, hours: range) -> None:
    head = "".join(f"{hour:02}".rjust(_SQUARE) for hour in hours)
    console.print(Text(" " * _MARGIN + head, "dim"), no_wrap=True)
    for day, name in enumerate(DAYS):
        line = Text(f"  {name}".ljust(_MARGIN))
        for hour in hours:
            words, step = _square(week.cell(day, hour))
            line.append(words.rjust(_SQUARE), _HEAT[step])
        line.rstrip()
        console.print(line, no_wrap=True, overflow="crop")


def _square(one: Cell | None) -> tuple[str, int]:
    square = plots.square(one)
    if square is None:
        return "·", 0
    return (f"{square.text}!" if square.step == NOBODY else square.text), square.step


def _people(console: Console, found: Figures, desk: Desk) -> None:
    for name, every in (("complaint", found.complaints), ("compliment", found.compliments)):
        if every:
            title(console, number(len(every), name))
            _table(console, lists.voices(found, desk, every, plain.line))
    if found.leaving:
        title(console, "Who may leave")
        _table(console, lists.leaving(found, desk, plain.line))
    title(console, "Put right and given")
    console.print(f"  {budget_line(found, desk)}")
    if found.gifts:
        _table(console, lists.gifts(found, desk))
    if found.remedies:
        _table(console, lists.remedies(found, desk))


def _table(console: Console, one: Table) -> None:
    """Draw rows as a table; rows that hold sentences one below the other."""
    if not one.rows:
        console.print(f"  {one.empty}")
    elif one.words:
        for row in one.rows:
            _sentences(console, one, row)
    else:
        console.print(_grid(one))
    if one.more:
        console.print(f"  and {one.more:,} more", style="dim")


def _grid(one: Table) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("")
    for at, name in enumerate(one.head):
        if at in one.numbers:
            grid.add_column(name, justify="right", no_wrap=True)
        else:
            grid.add_column(name)
    for row in one.rows:
        grid.add_row("", *(Text(plain.line(words)) for words in row))
    return grid


def _sentences(console: Console, one: Table, row: tuple[str, ...]) -> None:
    """Draw a row that holds sentences: what is short in a line, each sentence below it."""
    head = Text(plain.line(row[0]), "cyan")
    for at, words in enumerate(row[1:], 1):
        if at not in one.words and words != DASH:
            named = f"{one.head[at]} " if one.head[at] in _NAMED else ""
            head.append(f" · {named}{plain.line(words)}", "")
    block(console, head, "  ", 2)
    for at in sorted(one.words):
        if row[at] != DASH:
            block(console, Text(plain.line(row[at]), "dim"), "    ", 4)
