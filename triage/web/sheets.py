"""Tables and plots of the page: what a view shows, and what is taken from it as CSV.

A plot is never alone: below it stands the table of what it draws. A cell has its words, and the
bare value behind them, which is what the CSV holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from markupsafe import Markup
from starlette.responses import Response

from triage.report.sheet import sheet as as_csv
from triage.report.words import DASH, percent
from triage.web.render import Reader

_MINUTE = timedelta(minutes=1)
_LONG = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the CSV, its title, and how it stands: "number", "words", "time"."""

    key: str
    title: str
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a small form: `kind` is hidden, select, text or check."""

    name: str
    label: str = ""
    kind: str = "hidden"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A small form in a cell: where it is sent to, what is asked, and the word on its button."""

    path: str
    fields: tuple[Field, ...]
    button: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: its words, the value behind them (None: the words), a path, or a form."""

    text: str = ""
    value: object = None
    href: str = ""
    form: Form | None = None


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table, with its drawing where there is one.

    A page shows `most` of the rows, the CSV all. `unfolded`: the table is shown beside the
    drawing at once, for it says what the drawing cannot.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    svg: Markup = field(default_factory=Markup)
    note: str = ""
    empty: str = ""
    unfolded: bool = False
    most: int = 30

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that a page shows."""
        return self.rows[: self.most]

    @property
    def more(self) -> int:
        """How many rows only the CSV holds."""
        return max(len(self.rows) - self.most, 0)


def drawn(svg: str) -> Markup:
    """Take a drawing of ours as it is: its words are escaped where it is drawn."""
    return Markup(svg)  # noqa: S704 - made by report/svg.py, which escapes every word


def csv_of(every: Iterable[Sheet], wanted: str | None, name: str) -> Response | None:
    """Return the table that is asked for as a file, whose name begins so; None: there is none."""
    one = next((one for one in every if one.name == wanted), None)
    if one is None:
        return None
    columns = [at for at, column in enumerate(one.columns) if column.key]
    rows = ([_bare(row[at]) for at in columns] for row in one.rows)
    return Response(
        as_csv([one.columns[at].key for at in columns], rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{one.name}.csv"'},
    )


def _bare(cell: Cell) -> object:
    return cell.text if cell.value is None else cell.value


def number(many: int) -> Cell:
    """Return a cell with a number."""
    return Cell(text=f"{many:,}", value=many)


def share(one: float | None) -> Cell:
    """Return a cell with a share of a whole."""
    return Cell(text=percent(one), value="" if one is None else one)


def span(read: Reader, length: timedelta | None) -> Cell:
    """Return a cell with a length of time: minutes in the CSV."""
    return Cell(text=lasted(read, length), value="" if length is None else length)


def lasted(read: Reader, length: timedelta | None) -> str:
    """Write a length of time, from two days on in days."""
    if length is None:
        return DASH
    if length < _MINUTE:
        return read.say("under 1 min")
    if length >= timedelta(hours=10) and length < _LONG:
        return read.say("%(hours)s h", hours=length // timedelta(hours=1))
    return read.span(length)


def moment(read: Reader, at: datetime | None) -> Cell:
    """Return a cell with an instant, as the reader's clock shows it."""
    if at is None:
        return Cell(text=DASH, value="")
    return Cell(text=read.time(at), value=at.astimezone(read.zone))


def ticket(reference: str) -> Cell:
    """Return a cell that leads to a ticket."""
    return Cell(text=reference, href=f"/ticket/{reference}") if reference else Cell(text=DASH)
