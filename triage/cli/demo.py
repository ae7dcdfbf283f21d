"""`triage demo`: a whole desk at work, on this machine alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib import import_module

import click

from triage.cli.moments import Length
from triage.cli.output import progress


@click.command()
@click.option("--for", "length", type=Length(), help="End by itself: 60s, 5m; default: Ctrl-C.")
def demo(length: timedelta | None) -> None:
    """Watch a whole desk at work: real servers on loopback, made-up mail, nothing leaves.

    Mails arrive every few seconds; each step is printed as it happens, with its time. At the end
    stands what was acknowledged, what was not, and why.
    """
    with progress() as on:
        # Only the demo imports the servers it brings along.
        asyncio.run(import_module("triage.demo.play").play(length, click.echo, on))
