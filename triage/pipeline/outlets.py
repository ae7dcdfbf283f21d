"""Every way out of the outbox: the relay, a second one for alerts alone, and other services.

Each goes on by itself: whatever one of them waits for, it holds up none of the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.config.settings import RelaySettings, Settings
from triage.core.outgoing import MAILS, Readiness, Sort
from triage.outbox.relay import Relay
from triage.pipeline.hooks import Hooks
from triage.pipeline.instore import Clock, StoreThread
from triage.pipeline.send import Send
from triage.store.protocol import Recheck, Store


@dataclass(frozen=True, slots=True)
class _Bells:
    """Wakes whoever waits for mail."""

    each: tuple[asyncio.Event, ...]

    def set(self) -> None:
        """Say that there is something to send."""
        for bell in self.each:
            bell.set()


class Outlets:
    """The stages that let mail and alerts leave, as one."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        relays: Callable[[RelaySettings | None], list[Relay]],
        prepare: Callable[[Recheck], Readiness],
        settings: Callable[[], Settings],
        clock: Clock,
    ) -> None:
        """Open the ways that the settings name now; services are looked up again for each alert."""
        own, second = settings().relay, settings().alerts.relay
        mails = tuple(sort for sort in MAILS if second is None or sort is not Sort.ALERT)
        self._send = Send(store, in_store, relays(own), prepare, clock, sorts=mails)
        self._alerts: Send | None = None
        if second is not None:
            alone = (Sort.ALERT,)
            self._alerts = Send(store, in_store, relays(second), prepare, clock, sorts=alone)
        self._hooks = Hooks(store, in_store, settings, prepare, clock)
        self._sends = (self._send, *((self._alerts,) if self._alerts else ()))
        self.queued = _Bells((*(send.queued for send in self._sends), self._hooks.queued))

    async def run(self, stop: asyncio.Event) -> None:
        """Let leave whatever is due, until `stop`."""
        async with asyncio.TaskGroup() as ways:
            for send in self._sends:
                ways.create_task(send.run(stop))
            ways.create_task(self._hooks.run(stop))

    @property
    def beat(self) -> datetime:
        """Return the instant at which the slowest way should have moved on, or now."""
        beats: list[datetime] = [self._hooks.beat, *(send.beat for send in self._sends)]
        return min(beats)

    @property
    def paused(self) -> str:
        """Why nothing leaves by a relay, or ""."""
        alerts = self._alerts.paused if self._alerts else ""
        return self._send.paused or (f"alerts: {alerts}" if alerts else "")

    @property
    def paused_senders(self) -> Mapping[str, str]:
        """Which mailboxes the relay does not let us send from, and its words."""
        return self._send.paused_senders

    @property
    def last_sent(self) -> datetime | None:
        """When mail last left by the desk's own relay."""
        return self._send.last_sent

    def resume(self) -> None:
        """Try every way again at once."""
        for send in self._sends:
            send.resume()
        self._hooks.queued.set()
