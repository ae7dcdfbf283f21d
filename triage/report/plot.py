"""What a plot of a report is: never a drawing alone."""

from __future__ import annotations

from dataclasses import dataclass

from triage.report.markup import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot: its title, the drawing, what it draws as a table, and what has to be known.

    `unfolded`: the table says more than the drawing, and is shown with it.
    """

    title: str
    svg: str
    table: Table
    note: str = ""
    unfolded: bool = False


def columns(first: int, end: int) -> frozenset[int]:
    """Return the numbers of columns from `first` up to, not including, `end`."""
    return frozenset(range(first, end))
