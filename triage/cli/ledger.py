"""The ledger of gifts: a month as a table, as CSV and as JSON, with what is left of the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

import click
from rich.text import Text

from triage.cli import plain
from triage.cli.layout import block
from triage.cli.moments import clock
from triage.cli.output import print_json, stdout
from triage.cli.standing import Look
from triage.core.goodwill import Budget, written
from triage.core.goodwill import plain as bare
from triage.report.gifts import COLUMNS, gift_shape, worth
from triage.report.sheet import sheet
from triage.store.round import Given


@dataclass(frozen=True, slots=True)
class Page:
    """One month of the ledger, or the gifts of `one` ticket; `first` is the month's first day."""

    first: datetime
    gifts: Sequence[Given]
    budget: Budget | None
    spent: int
    one: bool = False


class Month(click.ParamType[date]):
    """A calendar month: `2026-11`."""

    name = "month"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return its first day."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value).strip(), "%Y-%m").replace(tzinfo=UTC).date()
        except ValueError:
            self.fail(f"{value!r} is no month: write 2026-11", param, ctx)


def draw(page: Page, look: Look) -> None:
    """Draw the gifts, the oldest first, and what is left."""
    console = stdout()
    for given in page.gifts:
        gift = given.gift
        approved = f", approved by {plain.line(gift.approved_by)}" if gift.approved_by else ""
        head = Text.assemble(
            (f"{given.number:>4}  ", "dim"),
            (f"{given.reference}  ", "cyan"),
            (f"{worth(given)} {plain.line(gift.kind)}", "dim" if given.undone else "bold"),
            f" · {plain.line(gift.person)}{approved}",
            (f" · {clock(given.at, look.now, look.zone)}", "dim"),
            (" · taken back" if given.undone else "", "yellow"),
        )
        block(console, head)
        block(console, Text(plain.line(gift.reason), "dim"), " " * 17, 17)
    if not page.gifts:
        console.print("nothing was given" + ("" if page.one else f" in {page.first:%B %Y}"))
    if page.budget is None:
        console.print("there is no budget: rules/goodwill.yaml is not there")
    elif not page.one:
        budget = page.budget
        left, month = written(budget.left(page.spent), budget), written(budget.month, budget)
        console.print(f"{left} of {month} left in {page.first:%B %Y}")


def print_as_json(page: Page, zone: tzinfo) -> None:
    """Print the page as one object; amounts are texts with their decimal point."""
    budget = page.budget
    print_json(
        {
            "month": f"{page.first:%Y-%m}",
            "currency": budget.currency if budget else None,
            "budget": bare(budget.month, budget.digits) if budget else None,
            "spent": bare(page.spent, budget.digits) if budget else None,
            "left": bare(budget.left(page.spent), budget.digits) if budget else None,
            "gifts": [gift_shape(given, zone) for given in page.gifts],
        }
    )


def print_csv(page: Page, zone: tzinfo) -> None:
    """Print the gifts as CSV with a head; no cell begins as a formula of a spreadsheet does."""
    rows = (gift_shape(given, zone) for given in page.gifts)
    click.echo(sheet(COLUMNS, ([row[name] for name in COLUMNS] for row in rows)), nl=False)
