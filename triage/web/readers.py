"""Threads that read for pages, each with a connection of its own: no page waits for a writer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from triage.store.protocol import Store

T = TypeVar("T")

READERS = 2
"""How many there are where nobody says it."""


class Readers:
    """Threads with a store of their own to read from."""

    def __init__(self, open_store: Callable[[], Store], threads: int = READERS) -> None:
        self._local = threading.local()
        self._open = open_store
        self._opened: list[Store] = []
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(threads, "page")

    async def __call__(self, read: Callable[[Store], T]) -> T:
        """Return what `read` makes of the store, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: read(self._store())
        )

    def _store(self) -> Store:
        store: Store | None = getattr(self._local, "store", None)
        if store is None:
            store = self._local.store = self._open()
            with self._lock:
                self._opened.append(store)
        return store

    def close(self) -> None:
        """End the threads and close what they opened."""
        self._threads.shutdown(wait=True)
        for store in self._opened:
            with suppress(Exception):  # a connection that is broken is closed enough
                store.close()
