"""What is slow to read: kept for a minute, and read one at a time, so that no page waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

FRESH = timedelta(minutes=1)
MOST_KEPT = 4
"""Readings that are kept at most: one of four weeks of a busy desk is some 20 MB."""


class Slow:
    """Keeps what was read, by what was asked for.

    Two people who ask for the same wait for one reading; there is never more than one at a time,
    so that it takes one of the page's reader threads at most.
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}
        self._one = asyncio.Lock()

    async def __call__(self, key: Hashable, now: datetime, read: Callable[[], Awaitable[T]]) -> T:
        """Return what `read` returns, or returned less than a minute before `now`."""
        async with self._one:
            every = self._kept
            kept = every.get(key)
            if kept is not None and timedelta() <= now - kept[0] < FRESH:
                found: T = kept[1]
                return found
            every.pop(key, None)
            found = await read()
            while len(every) >= MOST_KEPT:
                del every[next(iter(every))]
            every[key] = now, found
            return found

    def forget(self) -> None:
        """Read all of it anew, what is being read as well: somebody changed what it tells."""
        self._kept = {}
