"""Trouble of the service itself, told to whoever is on duty: at most once a day and trouble."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from triage.config.settings import MailboxSettings
from triage.core.alerts import OVERRULED, alarm_mails
from triage.core.terms import Terms
from triage.errors import AuthenticationRefused, TriageError
from triage.pipeline.instore import Clock, StoreThread
from triage.store.protocol import Store

log = structlog.get_logger()


class Alarms:
    """Writes alarms down, with the mails that tell of them."""

    def __init__(
        self,
        store: Store,
        in_store: StoreThread,
        terms: Callable[[], Terms],
        secret: bytes,
        clock: Clock,
        queued: Callable[[], None],
    ) -> None:
        """Write to `store`; call `queued` when there is a mail to send."""
        self._store = store
        self._in_store = in_store
        self._terms = terms
        self._secret = secret
        self._clock = clock
        self._queued = queued
        self._paused = ""

    def mailbox_refused(self, mailbox: MailboxSettings, exc: AuthenticationRefused) -> None:
        """Tell of a mailbox whose account is refused; called in the mailbox's own thread."""
        log.critical("mailbox_refused", mailbox=mailbox.name)
        self._in_store.wait(self._raise, "mailbox_refused", mailbox.name, str(exc))

    async def breaker_open(self, mailbox: str) -> None:
        """Tell that acknowledgements to unknown senders are held: something floods a mailbox."""
        log.critical("breaker_open", mailbox=mailbox)
        said = "acknowledgements to unknown senders are held; their tickets are in the queue"
        await self._in_store(self._raise, "breaker_open", mailbox, said)

    async def model_broken(self, why: str) -> None:
        """Tell that the model fails on any text: nothing is triaged until it works again."""
        said = f"{why}; mail is received and stored, and waits"
        await self._in_store(self._raise, "model_broken", "model", said)

    async def overruled(self, queue: str, said: str) -> None:
        """Tell that people keep moving mails out of a queue that the model puts them into."""
        await self._in_store(self._raise, OVERRULED, queue, said)

    async def outbox(self, paused: str) -> None:
        """Tell once that sending is paused, and forget it when it goes on."""
        if paused and not self._paused:
            await self._in_store(self._raise, "outbox_paused", "relay", paused)
        self._paused = paused

    def _raise(self, name: str, about: str, reason: str) -> None:
        now = self._clock()
        mails = alarm_mails(name, about, reason, self._terms(), self._secret, now)
        try:
            self._store.alarm(name, reason, mails, now)
        except TriageError as failed:
            log.warning("alarm_not_kept", alarm=name, error=str(failed))
        else:
            self._queued()
