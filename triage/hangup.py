"""SIGHUP as "read the files again"."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog

from triage.pipeline.instore import ticks

log = structlog.get_logger()

_LOOK = timedelta(minutes=1)


class Hangup:
    """Remembers that somebody hung up, until it is seen to."""

    def __init__(self) -> None:
        self._asked = False
        self._told = asyncio.Event()

    def install(self) -> None:
        """From now on SIGHUP ends nothing."""
        try:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.heard)
        except (ValueError, RuntimeError):
            log.debug("no_reload_by_signal")  # only the main thread may

    def heard(self) -> None:
        """Do what the signal does."""
        self._asked = True
        self._told.set()

    async def each(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Yield once whenever it happened, until `stop`; several at a time count as one."""
        async for _ in ticks(_LOOK, stop, self._told):
            if self._asked:
                self._asked = False
                yield
