"""`--wave`: what is done to one ticket is done to all that stand in one row with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from triage.cli.opening import Opened
from triage.cli.output import say
from triage.core.ticket import Status
from triage.store.byhand import WaveDeed

F = TypeVar("F", bound=Callable[..., Any])


def with_wave(command: F) -> F:
    """Give a command the option `--wave`."""
    return click.option(
        "--wave", is_flag=True, help="Do so to every ticket that stands in one row with it."
    )(command)


def to_wave(place: Opened, reference: str, deed: WaveDeed, done: str) -> None:
    """Do `deed` to a whole row, in pieces, and say to how many.

    Broken off, the same command goes on where it stopped. Raises: NotPossible.
    """
    row = place.store.ticket(reference).row
    others = row.alike - 1
    while place.store.to_wave(reference, deed, place.person, place.now):
        pass
    itself = 1 if others or row.status is Status.OPEN else 0
    say(f"{reference}: {done}, {_tickets(others + itself)} in all")


def undo_wave(place: Opened, reference: str) -> None:
    """Take the last correction of a whole row back. Raises: NotPossible."""
    while place.store.undo_wave(reference, place.person, place.now):
        pass
    row = place.store.ticket(reference).row
    say(f"{reference}: the last correction is taken back, {_tickets(row.alike)} in one row again")


def _tickets(number: int) -> str:
    return "1 ticket" if number == 1 else f"{number:,} tickets"
