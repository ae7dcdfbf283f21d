"""The single thread that writes to the store, and how stages wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeAlias, TypeVar

import structlog

from triage.errors import StoreBusy

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

PAUSE = timedelta(seconds=1)
"""How long a store that is busy is left alone."""

Clock: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant; the one clock of a running daemon."""
    return datetime.now(UTC)


class StoreThread:
    """One thread for every write: what two stages ask for happens one after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "store")

    async def __call__(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `method` on the store's thread and wait without holding up the loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: method(*args, **kwargs))

    def wait(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `method` on the store's thread; for other threads, never for the loop's own."""
        return self._thread.submit(method, *args, **kwargs).result()

    async def in_the_end(
        self, stop: asyncio.Event, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `method` however long the store is busy. Raises: StoreBusy, from `stop` on."""
        while True:
            try:
                return await self(method, *args, **kwargs)
            except StoreBusy as exc:
                if stop.is_set():
                    raise
                log.warning("store_put_off", error=str(exc))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE.total_seconds())

    async def for_sure(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `method` however long the store is busy, stopped or not: else it would be lost."""
        return await self.in_the_end(asyncio.Event(), method, *args, **kwargs)

    def close(self) -> None:
        """Finish what was asked for, and end the thread."""
        self._thread.shutdown(wait=True)


async def ticks(
    every: timedelta, stop: asyncio.Event, wake: asyncio.Event | None = None
) -> AsyncIterator[None]:
    """Yield at once, then after each pause of `every` or when woken, until `stop` is set."""
    while not stop.is_set():
        if wake is not None:
            wake.clear()
        yield
        waits = [asyncio.ensure_future(stop.wait())]
        if wake is not None:
            waits.append(asyncio.ensure_future(wake.wait()))
        try:
            await asyncio.wait(
                waits, timeout=every.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()
