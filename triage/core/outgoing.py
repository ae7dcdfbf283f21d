"""The life of one outgoing mail: its states, its purpose, and when it is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from triage.core.promise import Told
from triage.core.ticket import OutboxId, TicketId


class State(StrEnum):
    """Where an outgoing mail stands.

    `INFLIGHT` is on disk before DATA begins and never returns to `PENDING` without a definite
    4xx, but for alerts to our own staff. `UNKNOWN`: it may have left; shown, never resent.
    Source: RFC 1047; RFC 5321 section 6.1.
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    INFLIGHT = "inflight"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Sort(StrEnum):
    """What an outgoing mail is for.

    Notes to requesters: `DELAY` says that a promise will be missed, `CHECK_BACK` asks whether all
    is well. `REPLY` is an agent's own. `HOOK` goes to another service, which its recipient names:
    `webhook`, `services`.
    """

    ACKNOWLEDGEMENT = "ack"
    DELAY = "delay"
    CHECK_BACK = "check_back"
    REPLY = "reply"
    ALERT = "alert"
    HOOK = "hook"


MAILS = tuple(sort for sort in Sort if sort is not Sort.HOOK)
"""What leaves by a relay."""


LADDER = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 30, 60))
"""Pauses after a 4xx, before jitter; the last one repeats."""


def retry_at(attempts: int, now: datetime, jitter: float) -> datetime:
    """Say when a mail is tried again after its `attempts`-th failure (from 1).

    `jitter` is between -1 and 1 and moves the pause by up to a fifth.
    Source: RFC 5321 section 4.5.4.1.
    """
    pause = LADDER[min(attempts, len(LADDER)) - 1]
    return now + pause * (1 + 0.2 * jitter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One row of the outbox.

    `purpose` is unique (`ack:T-…`, `alert:T-…:kind:deadline`): a second row for the same purpose
    cannot exist. `mailbox` names whose address it comes from. `message_id` (without brackets) is
    constant over all tries. `facts` is what the words are made from. `payload` are the rendered
    bytes: None until it is claimed; `envelope_from` is set with them ("": the null sender).
    """

    id: OutboxId
    purpose: str
    sort: Sort
    ticket: TicketId | None
    mailbox: str
    recipient: str
    message_id: str
    facts: Mapping[str, object] = field(default_factory=dict)
    state: State = State.PENDING
    attempts: int = 0
    created: datetime
    next_at: datetime
    promised_at: datetime | None = None
    envelope_from: str = ""
    reason: str = ""
    payload: bytes | None = None

    @property
    def also(self) -> tuple[str, ...]:
        """Who gets the mail beside its recipient, in the same transaction."""
        others = self.facts.get("also")
        return tuple(map(str, others)) if isinstance(others, list) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Go on: these bytes are sent. `envelope_from` is "" for the null sender.

    `promised_at` is the time the words name, if they name one; `owner` is who signs.
    `told` is what that time rests on, where it is another one than was decided.
    """

    payload: bytes
    envelope_from: str
    promised_at: datetime | None = None
    owner: str = ""
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Do not send it, ever; `reason` is snake_case and shown on the ticket.

    `payload` is kept to be shown, where it was rendered (shadow mode).
    """

    reason: str
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Expire:
    """It would come too late to be of use."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: look again at `until`."""

    until: datetime
    reason: str


Readiness = Send | Cancel | Expire | Wait
