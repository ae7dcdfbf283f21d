"""How many mails a minute leave, over all connections to one relay."""

from __future__ import annotations

import asyncio

_BURSTS = 5


class Rate:
    """A bucket that holds a fifth of a minute's mails, so a minute never sees many more.

    Limits of relays count over a sliding minute: 25 a minute and 5 at once stay within 30.
    """

    def __init__(self, per_minute: int) -> None:
        """Allow `per_minute` mails a minute; 0: as many as there are."""
        self._per_second = per_minute / 60
        self._most = max(1.0, per_minute / _BURSTS)
        self._left = self._most
        self._counted = 0.0

    async def take(self) -> None:
        """Wait until one more mail may leave. Whoever asks first goes first."""
        if not self._per_second:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._left = min(self._most, self._left + (now - self._counted) * self._per_second)
        self._counted = now
        self._left -= 1  # below zero: a debt that those who ask later wait for, too
        if self._left < 0:
            try:
                await asyncio.sleep(-self._left / self._per_second)
            except asyncio.CancelledError:
                self._left += 1
                raise
