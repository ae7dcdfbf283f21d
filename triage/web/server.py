"""The web server, in the daemon's own loop: it starts and ends with it, and handles no signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.types import ASGIApp

from triage.config.settings import WebSettings
from triage.errors import PageUnavailable

log = structlog.get_logger()

_GRACE = 5
"""Seconds that requests under way have to end."""

_MOST = 512
"""Connections at once: each page that stands open has one, and whoever sends slowly has theirs."""

_HEAD = 32 * 1024
"""Bytes of a request's head."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon."""
        yield


class PageServer:
    """Serves an application until it is told to stop."""

    def __init__(
        self, app: ASGIApp, settings: WebSettings, listening: socket.socket | None = None
    ) -> None:
        """Serve where the settings say, or on a socket that listens already: it is closed, too."""
        self._settings = settings
        self._listening = listening
        self._server = _Server(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                lifespan="off",
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE,
                timeout_keep_alive=65,
                limit_concurrency=_MOST,
                h11_max_incomplete_event_size=_HEAD,
                http="h11",
                ws="none",
            )
        )
        self.ready = asyncio.Event()

    @property
    def port(self) -> int:
        """The port it listens on."""
        sockets = [each for server in self._server.servers for each in server.sockets]
        return int(sockets[0].getsockname()[1])

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`. Raises: PageUnavailable: the port is taken."""
        serving = asyncio.ensure_future(self._serve())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not self._server.started and not serving.done():
                await asyncio.wait({serving}, timeout=0.02)
            if self._server.started:
                log.info("page_ready", url=self._settings.address)
                self.ready.set()
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            self._server.should_exit = True
        await serving

    async def _serve(self) -> None:
        place = f"{self._settings.host}:{self._settings.port}"
        try:
            await self._server.serve(None if self._listening is None else [self._listening])
        except SystemExit as exc:  # what uvicorn does where it cannot listen
            raise PageUnavailable(f"[web] {place}: nothing can listen there; is it taken?") from exc
