"""The page within the daemon: what it is made from, and the task that serves it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

from triage.config.load import Policy
from triage.core.terms import Terms
from triage.pipeline.instore import Clock, StoreThread
from triage.pipeline.read import Predictor
from triage.store.protocol import Store
from triage.store.sqlite import open_store
from triage.web.app import application
from triage.web.lists.indexing import index_old
from triage.web.live.hub import Hub
from triage.web.live.presence import Presence
from triage.web.office import Office
from triage.web.readers import Readers
from triage.web.routes import Route
from triage.web.server import PageServer
from triage.web.table import ROUTES
from triage.web.team.condition import Condition


async def serve_page(
    store: Store,
    in_store: StoreThread,
    path: Path,
    policy: Callable[[], Policy],
    terms: Callable[[], Terms],
    clock: Clock,
    condition: Callable[[], Condition],
    judge: Callable[[], Predictor | None],
    renew: Callable[[], None],
    presence: Presence,
    stop: asyncio.Event,
    more: tuple[Route, ...] = (),
    listening: socket.socket | None = None,
) -> None:
    """Serve the page until `stop`, where the settings have one. Raises: PageUnavailable.

    `more` are routes beside those of the table, `listening` is a socket in place of the settings'.
    """
    settings = policy().settings.web
    if settings is None:
        return
    opened = partial(open_store, path, read_only=True)
    readers, watcher = Readers(opened), Readers(opened, threads=1)
    hub = Hub(watcher, policy, presence, clock)
    office = Office(
        store=store,
        in_store=in_store,
        read=readers,
        settings=settings,
        policy=policy,
        terms=terms,
        clock=clock,
        hub=hub,
        presence=presence,
        condition=condition,
        judge=judge,
        renew=renew,
    )
    beside = {
        asyncio.ensure_future(hub.run(stop)),
        asyncio.ensure_future(index_old(store, in_store, stop)),
    }
    try:
        app = application(office, (*ROUTES, *more))
        await PageServer(app, settings, listening).run(stop)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
        watcher.close()
        readers.close()
