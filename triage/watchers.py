"""The threads that watch folders: one for every mailbox and each part that a folder plays in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from triage.config.load import Policy
from triage.config.settings import MailboxSettings
from triage.core.arrival import Folder, Role
from triage.errors import AuthenticationRefused
from triage.notify import extend_timeout, sd_notify
from triage.parts import Parts, password_of
from triage.pipeline.instore import StoreThread
from triage.pipeline.receive import Watched, Watcher
from triage.store.protocol import Store

START = timedelta(seconds=60)
"""How much longer the service manager waits for a start that still moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Makes the threads of one daemon; `arrived` is set in its loop, `refused` called in them."""

    parts: Parts
    store: Store
    in_store: StoreThread
    loop: asyncio.AbstractEventLoop
    arrived: asyncio.Event
    refused: Callable[[MailboxSettings, AuthenticationRefused], None]
    ready: asyncio.Event

    def watchers(self, policy: Policy) -> list[Watcher]:
        """Make a thread for each folder that is watched; none is started."""
        return [
            self.parts.make_watcher(self._watched(mailbox, role))
            for mailbox in policy.settings.mailboxes
            for role in Role
            if role is not Role.JUNK or mailbox.junk is not False
        ]

    def _watched(self, mailbox: MailboxSettings, role: Role) -> Watched:
        return Watched(
            mailbox=mailbox,
            role=role,
            password=partial(password_of, mailbox),
            store=self.store,
            in_store=self.in_store,
            clock=self.parts.clock,
            arrived=self._arrived,
            refused=partial(self.refused, mailbox),
            progress=self._baseline,
        )

    def _arrived(self) -> None:
        self.loop.call_soon_threadsafe(self.arrived.set)

    def _baseline(self, folder: Folder, done: int, total: int) -> None:
        """Show how far the baseline of a large folder is; called in its mailbox's thread."""
        if total and not self.ready.is_set():
            sd_notify(extend_timeout(START))
            self.parts.progress(done / total, f"baseline of {folder.mailbox}, {done} of {total}")
