"""`triage run`: the daemon, and a word with the one that runs."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from triage.cli.account import check_access, drop_to_owner
from triage.cli.logs import log_to_stderr
from triage.cli.opening import settings_file, with_config
from triage.cli.output import progress
from triage.cli.reload import ask_to_reload
from triage.config.toml import load_settings
from triage.daemon import Daemon
from triage.errors import TriageError
from triage.parts import usual_parts


@click.command()
@click.option("--reload", is_flag=True, help="Ask the running daemon to read its files again.")
@with_config
def run(*, reload: bool, config: Path | None) -> None:
    """Run the daemon until it is told to stop (SIGTERM, Ctrl-C).

    Rules and prompts that were applied last are what runs. Files that differ are checked, tested
    and replayed over recent mail: what changes nothing, or queue and priority of at most 5 % of it,
    goes in force by itself; the rest waits for 'triage rules apply'.

    --reload signals the running daemon, waits for its verdict, and exits 1 if the files have
    faults, or wait, and the old set goes on.
    """
    path = settings_file(config)
    settings = load_settings(path)
    drop_to_owner(settings.store)
    check_access(settings.store, write=not reload)
    if reload:
        ask_to_reload(settings.store)
        return
    log_to_stderr()
    with progress() as on:
        daemon = Daemon(usual_parts(path, on))
        try:
            asyncio.run(_until_told(daemon.run))
        except* TriageError as several:
            # A daemon ends by its first error; the others came of its ending.
            raise _first(several) from several


async def _until_told(serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if sys.stderr.isatty():
        arguments = (sys.stderr.fileno(), lambda: loop.call_soon_threadsafe(stop.set))
        threading.Thread(target=_await_hangup, args=arguments, daemon=True).start()
    await serve(stop)


def _await_hangup(terminal: int, gone: Callable[[], object]) -> None:
    """Call `gone` when the terminal is closed: SIGHUP, which says so, is the daemon's "reload"."""
    closing = select.poll()
    closing.register(terminal, 0)  # POLLHUP is told of unasked
    closing.poll()
    gone()


def _first(several: BaseExceptionGroup[TriageError]) -> TriageError:
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
