"""What holds for the hour, as the store has it: looked at every second, whoever changed it.

A command is another process: its change counts here within a second, with or without a signal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from triage.core.switches import Paused, Switch, Switches, SwitchName
from triage.errors import TemporaryError
from triage.pipeline.instore import Clock, StoreThread, ticks
from triage.store.protocol import Store

log = structlog.get_logger()

TICK = timedelta(seconds=0.5)


class Hour:
    """The switches in force; `changed` is called after they are others than before."""

    def __init__(
        self, store: Store, in_store: StoreThread, clock: Clock, changed: Callable[[], None]
    ) -> None:
        """Read them from `store`."""
        self._store = store
        self._in_store = in_store
        self._clock = clock
        self._changed = changed
        self.switches: tuple[Switch, ...] = ()
        self.beat = clock()

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the switches until `stop`."""
        async for _ in ticks(TICK, stop):
            try:
                await self.read()
            except TemporaryError as exc:
                log.warning("switches_put_off", error=str(exc))
            self.beat = self._clock()

    async def read(self) -> None:
        """Read the switches. Raises: StoreBusy."""
        found = await self._in_store(self._store.switches, self._clock())
        if found != self.switches:
            self.switches = found
            log.info("switches_changed", switches=len(found))
            self._changed()

    def in_words(self) -> dict[str, str]:
        """Say what holds now, for the status line."""
        now, every = self._clock(), Switches(self.switches)
        paused = [
            " ".join(filter(None, (what, why.said and f"({why.said})")))
            for what in Paused
            for why in every.on(now, SwitchName.PAUSE)
            if why.about == what
        ]
        return {
            "PAUSED": ", ".join(paused),
            "CLOSED": "the desk" if every.on(now, SwitchName.CLOSED) else "",
            "AWAY": ", ".join(one.about for one in every.on(now, SwitchName.AWAY)),
        }
