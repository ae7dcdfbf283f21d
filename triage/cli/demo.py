"""`triage demo`: a whole desk at work, on this machine alone."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import click

from triage.cli.logs import log_to_stderr
from triage.cli.moments import Length
from triage.cli.output import progress
from triage.config.settings import WebSettings
from triage.demo.play import Places, play


@click.command()
@click.option("--for", "length", type=Length(), help="End by itself: 60s, 5m; default: Ctrl-C.")
@click.option("--no-open", is_flag=True, help="Open no browser.")
@click.option(
    "--port",
    type=click.IntRange(1, 65000),
    default=WebSettings().port,
    show_default=True,
    help="Of the page; where it is taken, the next one that is free.",
)
def demo(length: timedelta | None, port: int, *, no_open: bool) -> None:
    """Watch a whole desk at work: real servers on loopback, made-up mail, nothing leaves.

    The agents' page opens, signed in, and a customer's mail beside it: write, and see who answers.
    Mails arrive every few seconds; each step is printed as it happens, with its time. At the end
    stands what was acknowledged, what was not, and why. Ctrl-C ends it and removes everything.

    Over SSH, and with --no-open, it prints what to open instead.
    """
    log_to_stderr("error")
    opens = not no_open and sys.stdout.isatty() and _has_browser(os.environ)
    show = partial(_show, opens=opens, environment=os.environ)
    with progress() as on:
        asyncio.run(play(length, port, _tell, on, show))


def _has_browser(environment: Mapping[str, str]) -> bool:
    """Say whether a browser with a window can be opened here: one in the terminal hides the rest.

    Over SSH a browser of the other machine is of no use to whoever sits at this one.
    """
    if environment.get("SSH_CONNECTION"):
        return False
    windows = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in {"darwin", "win32"} or any(environment.get(one) for one in windows)


def _show(places: Places, *, opens: bool, environment: Mapping[str, str]) -> None:
    """Open the two pages, or say how they are opened."""
    tunnel = _tunnel(places.ports, environment)
    if tunnel:
        _tell("", "ssh", f"on your own machine: {tunnel}")
    _tell("", "page", f"{places.login}  (signs you in, once)")
    _tell("", "inbox", f"{places.inbox}  (a customer's mail: write to the desk)")
    if opens:
        _open(places.inbox, places.login)


def _open(*addresses: str) -> None:
    """Open pages in a browser, the last one in front, without waiting for it."""

    def each() -> None:
        for address in addresses:
            webbrowser.open(address)

    threading.Thread(target=each, daemon=True).start()


def _tunnel(ports: tuple[int, int], environment: Mapping[str, str]) -> str:
    """Return the command that brings these ports to where somebody sits; "" if they sit here.

    Source: ssh(1), ENVIRONMENT: client address and port, then server address and port.
    """
    parts = environment.get("SSH_CONNECTION", "").split()
    if len(parts) != 4:
        return ""
    server, port = parts[2], parts[3]
    forwards = " ".join(f"-L {one}:127.0.0.1:{one}" for one in ports)
    other = "" if port == "22" else f" -p {port}"
    return f"ssh{other} {forwards} {getpass.getuser()}@{server}"


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
    "owed": "blue",
    "notice": "magenta",
    "page": "green",
    "inbox": "cyan",
    "ssh": "yellow",
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
    sys.stdout.flush()
