"""Data on stdout, talk on stderr: colour and progress on a terminal only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

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
    """Print one value as one line of JSON.

    In ASCII: there are line ends among the other characters, and terminals without them.
    """
    click.echo(json.dumps(value, allow_nan=False))


def write_file(path: Path, text: str) -> None:
    """Write what somebody asked to have in a file. Raises: ClickException where it cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        reason = (exc.strerror or type(exc).__name__).lower()
        raise click.ClickException(f"{path} cannot be written: {reason}") from exc


def stdout() -> Console:
    """Return the console that data is shown on: no colour unless it is a terminal."""
    from rich.console import Console  # noqa: PLC0415 - only where something is drawn

    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS") or WIDE)
    return Console(highlight=False, markup=False, emoji=False, width=width)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show on stderr how far something is, if it is a terminal; gone once it is done.

    The callback may be called from any thread. Nothing is shown before its first call.
    """
    if not sys.stderr.isatty():
        yield _silent
        return
    bar = _bar()
    task = bar.add_task("", total=1.0)

    def show(fraction: float, text: str) -> None:
        bar.update(task, completed=fraction, description=text)
        if fraction >= 1:
            bar.stop()
        elif not bar.live.is_started:
            bar.start()

    try:
        yield show
    finally:
        bar.stop()


def _bar() -> Bar:
    from rich import progress as bars  # noqa: PLC0415 - only where something is drawn
    from rich.console import Console  # noqa: PLC0415

    return bars.Progress(
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _silent(fraction: float, text: str) -> None:
    """Show nothing: nobody watches."""
