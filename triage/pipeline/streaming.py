"""What happens, told to another program: fed into the outbox, written, and posted.

Events leave one after the other. One that nobody takes is tried again for a week; meanwhile those
after it wait in the journal, where nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.config.secrets import read_secret
from triage.config.settings import EventsSettings
from triage.core.outgoing import Cancel, Expire, Outgoing, Readiness, Send
from triage.core.streamed import KEPT, RECIPIENT, Wanted
from triage.outbox.eventhook import EventHook
from triage.pipeline.instore import Clock, StoreThread
from triage.store.protocol import Recheck, Store

LONGEST_WAIT = timedelta(minutes=10)
"""The longest pause before an event that nobody took is posted again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Puts the next event into the outbox, where the settings name somebody who is told."""

    store: Store
    in_store: StoreThread
    settings: Callable[[], EventsSettings]
    clock: Clock

    async def __call__(self) -> None:
        """Feed the outbox with at most one event."""
        settings = self.settings()
        if not settings.webhook:
            return
        wanted = Wanted(queues=frozenset(settings.queues), content=settings.content)
        while await self.in_store(self.store.behind):
            if await self.in_store(self.store.feed, wanted, self.clock()):
                return


def is_event(mail: Outgoing) -> bool:
    """Say whether a row of the outbox is an event, and no alert."""
    return mail.recipient == RECIPIENT


def event(recheck: Recheck, policy: Policy, now: datetime) -> Readiness:
    """Write an event as it is posted, or say why it is not told any more."""
    mail, settings = recheck.mail, policy.settings
    if not settings.events.webhook:
        return Cancel("no_longer_wanted")
    if now - datetime.fromisoformat(str(mail.facts["at"])) > KEPT:
        return Expire("too_late")
    facts = mail.facts
    data: dict[str, object] = {"sequence": facts["sequence"], "event": facts["event"]}
    ticket = facts.get("ticket")
    if isinstance(ticket, dict):
        data["ticket"] = ticket
        if link := settings.link(str(ticket["reference"])):
            data["url"] = link
    data["what"] = facts["what"]
    if settings.events.content and "content" in facts:
        data["content"] = facts["content"]
    said = {"type": facts["type"], "timestamp": facts["at"], "data": data}
    payload = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return Send(payload=payload, envelope_from="")


def post_event(mail: Outgoing, settings: EventsSettings, now: datetime) -> str:
    """Post one event; blocks. Raises: TemporaryError, ConfigError."""
    key = read_secret(settings.webhook_secret, "[events] webhook_secret")
    return EventHook(settings.webhook, key).post(mail.payload or b"", mail.message_id, now)
