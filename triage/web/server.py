"""The web server, in the daemon's own loop: it starts and ends with it, and handles no signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from triage.config.settings import WebSettings
from triage.errors import PageUnavailable

log = structlog.get_logger()

_GRACE = 5
"""Seconds that requests under way have to end."""

_MOST = 512
"""Connections at once: each page that stands open has one, and whoever sends slowly has theirs."""

_HEAD = 32 * 1024
"""Bytes of a request's head."""

PATIENCE = 20.0
"""Seconds in which a request's head has to have come: else a few hundred half ones shut the door.

A body has its own (`web/body.py`).
"""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon."""
        yield


class _Connection(H11Protocol):
    """One connection; it is closed where nobody asks for anything on it."""

    patience = PATIENCE
    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._idle():
            self._wait()
        else:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _idle(self) -> bool:
        """Say whether no request is under way; a part of its head is none."""
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        """Wait from the first byte on: one that comes now and then does not prolong it."""
        if self._waits is None:
            self._waits = self.loop.call_later(self.patience, self._give_up)

    def _stop(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self) -> None:
        self._waits = None
        if self._idle():
            self.transport.close()


class PageServer:
    """Serves an application until it is told to stop."""

    def __init__(
        self,
        app: ASGIApp,
        settings: WebSettings,
        listening: socket.socket | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Serve where the settings say, or on a socket that listens already: it is closed, too.

        `patience` is with heads, in seconds.
        """

        class Connection(_Connection):
            pass

        Connection.patience = patience
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
                http=Connection,
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
