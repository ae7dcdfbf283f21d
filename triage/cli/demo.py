"""`triage demo`: a whole desk at work, on this machine alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import click

from triage.cli.logs import log_to_stderr
from triage.cli.moments import Length
from triage.cli.output import progress
from triage.demo.play import play


@click.command()
@click.option("--for", "length", type=Length(), help="End by itself: 60s, 5m; default: Ctrl-C.")
def demo(length: timedelta | None) -> None:
    """Watch a whole desk at work: real servers on loopback, made-up mail, nothing leaves.

    Mails arrive every few seconds; each step is printed as it happens, with its time. At the end
    stands what was acknowledged, what was not, and why.
    """
    log_to_stderr("error")
    with progress() as on:
        asyncio.run(play(length, _tell, on))


_COLOURS = {
    "mail": "cyan",
    "ticket": "blue",
    "ack": "green",
    "answer": "green",
    "no ack": "yellow",
    "filed": "magenta",
    "warning": "yellow",
    "breach": "red",
    "alarm": "red",
}


def _tell(when: str, what: str, text: str) -> None:
    """Print one step: its time, one word in its colour, and the rest."""
    if not (when or what or text):
        click.echo()
    elif what == "sum":
        click.secho(text, bold=True)
    elif not when and not what:
        click.echo(f"  {text}")
    else:
        word = click.style(f"{what:<8}", fg=_COLOURS.get(what), bold=bool(what))
        click.echo(f"{when:<8}  {word}  {text}")
