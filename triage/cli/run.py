"""`triage run`: the daemon, and a word with the one that runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click

from triage.cli.logs import log_to_stderr
from triage.cli.opening import settings_file, with_config
from triage.cli.output import Progress, progress
from triage.cli.owner import check_access, drop_to_owner
from triage.cli.reload import ask_to_reload
from triage.config.load import Policy, load_policy
from triage.config.toml import load_settings
from triage.daemon import Daemon, Parts
from triage.errors import TriageError
from triage.model.cache import cache_folder
from triage.model.predict import Model
from triage.training import open_model, retaught


@click.command()
@click.option("--reload", is_flag=True, help="Ask the running daemon to read its files again.")
@with_config
def run(*, reload: bool, config: Path | None) -> None:
    """Run the daemon until it is told to stop (SIGTERM, Ctrl-C).

    --reload signals the running daemon, waits for its verdict, and exits 1 if the files have
    faults and the old set goes on.
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
        daemon = Daemon(
            Parts(
                load=partial(load_policy, path), open_model=_made, retaught=_retaught, progress=on
            )
        )
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
    await serve(stop)


def _made(policy: Policy, on: Progress) -> Model:
    model = policy.settings.model
    return open_model(policy.teaching, model.encoder, cache_folder(), model.accuracy_when_sure, on)


def _retaught(model: Model, policy: Policy) -> Model:
    sure = policy.settings.model.accuracy_when_sure
    return retaught(model, policy.teaching, cache_folder(), sure, lambda *_: None)


def _first(several: BaseExceptionGroup[TriageError]) -> TriageError:
    first = several.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
