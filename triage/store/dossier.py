"""What is read of a requester, and of the mails of one ticket, to answer the present one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage.core.ticket import MessageId, Status

if TYPE_CHECKING:
    from triage.store.round import Given, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Another ticket of the same requester. `first` is when its first answer came, None: never."""

    reference: str
    subject: str
    queue: str
    status: Status
    owner: str
    opened: datetime
    first: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is known of a requester, of the tickets that whoever asks may see, and of no others.

    `tickets` are the latest others, `more` counts those beyond; `mails` counts what they wrote.
    Both end at 1,000: of a program that writes all day nobody needs to know more.
    """

    tickets: tuple[Before, ...] = ()
    more: int = 0
    mails: int = 0
    since: datetime | None = None
    voices: tuple[Voice, ...] = ()
    given: tuple[Given, ...] = ()


class Dossiers(Protocol):
    """The part of `Store` that tells of requesters, and whose mail is whose."""

    def dossier(self, reference: str, queues: Collection[str], limit: int) -> Dossier:
        """Tell of the requester of a ticket, by tickets of `queues` alone (empty: of all).

        `unsure` counts as the queue of its best guess, too. Raises: NoSuchTicket.
        """

    def lies_on(self, message: MessageId, reference: str) -> bool:
        """Say whether a mail lies on a ticket, or on the one that stands for it."""

    def sizes(self, reference: str) -> Mapping[MessageId, int]:
        """Return how many bytes the mails of a ticket have. Raises: NoSuchTicket."""
