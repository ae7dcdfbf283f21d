"""`triage model history` and `rollback`: which heads judged, how good they were, and going back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.cli.moments import clock
from triage.cli.opening import Opened, opened, with_config, with_json
from triage.cli.output import hint, print_json, say, stdout
from triage.report.tickets import when
from triage.store.learning import Outcome, Taught

_STYLES = {Outcome.LIVE: "green", Outcome.WAITING: "yellow", Outcome.ROLLED_BACK: "dim"}
_MEASURES = ("accuracy", "log_loss", "calibration_error")


@click.command()
@click.option("--limit", default=20, type=click.IntRange(1), metavar="N", help="At most so many.")
@with_json
@with_config
def history(limit: int, *, as_json: bool, config: Path | None) -> None:
    """List the heads that prompts and corrections taught, the newest first.

    Of those that are live the newest one judges. Others wait because they did worse on mails that
    neither had seen, or were taken back.

    \b
    --json prints
      {"now", "heads": [{"number", "at", "heads", "labels", "outcome": "live"|"waiting"|
        "rolled_back", "why", "judges", "figures": {name: {"mails", "before": {"accuracy",
        "log_loss", "calibration_error"}, "after": {…}}}}]}
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    with opened(config, read_only=True) as place:
        rows = place.store.taught(limit)
        judging = _judging(place)
        if as_json:
            heads = [{**shape_of(row, place.zone), "judges": row.number == judging} for row in rows]
            print_json({"now": when(place.now, place.zone), "heads": heads})
        elif rows:
            _draw(stdout(), rows, judging, place)
        else:
            say("nothing was learnt yet: the model judges by what the prompts teach alone")


@click.command()
@click.argument("number", required=False, type=click.IntRange(1), metavar="[NUMBER]")
@with_config
def rollback(number: int | None, *, config: Path | None) -> None:
    """Let earlier heads judge again: those of NUMBER, or the ones before those that judge now.

    A running daemon takes them over by itself. What was learnt since is not taught again before
    somebody corrects something new; a wrong correction is taken back by `correct TICKET --undo`.
    """
    with opened(config, read_only=False) as place:
        taken = place.store.roll_back(number or 0, place.person, place.now)
        judging = _judging(place)
    numbers = ", ".join(str(one.number) for one in reversed(taken))
    say(f"heads {judging} judge again; taken back: {numbers}")
    say("what was learnt since is not taught again before there is a new correction")
    hint("triage model history")


def _judging(place: Opened) -> int:
    live = place.store.standing(place.now, "").live
    return live.number if live else 0


def shape_of(row: Taught, zone: tzinfo) -> dict[str, object]:
    """Return one set of heads in the shape that scripts read."""
    return {
        "number": row.number,
        "at": when(row.at, zone),
        "heads": row.heads,
        "labels": row.labels,
        "outcome": str(row.outcome),
        "why": row.why,
        "figures": dict(row.figures),
    }


def draw_figures(console: Console, row: Taught) -> None:
    """Draw how good heads were before and after, on mails that neither had seen."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("mails not seen before")
    for title in ("mails", "right", "log loss", "calibration"):
        table.add_column(title, justify="right")
    for name, figures in row.figures.items():
        if not isinstance(figures, Mapping):
            continue
        pairs = (f"{figures['before'][one]:.3f} → {figures['after'][one]:.3f}" for one in _MEASURES)
        table.add_row(name, f"{figures['mails']:,}", *pairs)
    console.print(table)


def _draw(console: Console, rows: tuple[Taught, ...], judging: int, place: Opened) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("heads", justify="right")
    table.add_column("taught")
    table.add_column("labels", justify="right")
    table.add_column("queue right")
    table.add_column("")
    table.add_column("why", overflow="fold")
    for row in rows:
        said = "judges" if row.number == judging else str(row.outcome).replace("_", " ")
        table.add_row(
            str(row.number),
            clock(row.at, place.now, place.zone),
            f"{row.labels:,}",
            _change(row),
            Text(said, _STYLES[row.outcome]),
            row.why,
        )
    console.print(table)


def _change(row: Taught) -> str:
    """Say in a few characters what became of the accuracy of queues."""
    for name in ("queue, earlier corrections", "queue, new corrections", "queue, examples"):
        figures = row.figures.get(name)
        if isinstance(figures, Mapping):
            of = name.removeprefix("queue, ")
            before, after = figures["before"]["accuracy"], figures["after"]["accuracy"]
            return f"{before:.3f} → {after:.3f} ({of})"
    return ""
