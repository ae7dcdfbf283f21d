"""Data on stdout, talk on stderr: colour and progress on a terminal only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[float, str], None]
"""Called with a fraction from 0 to 1 and a text for people."""

WIDE = 120
"""Columns of a table that goes into a file or a pipe."""


def say(text: str) -> None:
    """Talk: one line on stderr."""
    click.echo(text, err=True)


def hint(command: str) -> None:
    """Name the command that makes sense next; only to a person at a terminal."""
    if sys.stderr.isatty():
        say(f"next: {command}")


def print_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """Print one value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def stdout() -> Console:
    """Return the console that data is shown on: no colour unless it is a terminal."""
    from rich.console import Console  # noqa: PLC0415 - only where something is drawn

    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS") or WIDE)
    return Console(highlight=False, markup=False, emoji=False, width=width)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show on stderr how far something is, if it is a terminal; gone when it is done."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich import progress as bars  # noqa: PLC0415 - only where something is drawn
    from rich.console import Console  # noqa: PLC0415

    bar = bars.Progress(
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, text: bar.update(task, completed=fraction, description=text)


def _silent(fraction: float, text: str) -> None:
    """Show nothing: nobody watches."""
