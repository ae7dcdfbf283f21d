"""The part of the store that keeps our word: what we answered, and what we still owe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.core.answering import Does
from triage.core.arrival import Folder
from triage.core.owed import OwedState, Owes, Source
from triage.core.ticket import Status, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One answer of a human of ours, sent `at` and known of since `noticed`.

    `how` is "mail", "page", "phone", "chat" or "elsewhere". `probable`: it stopped nothing.
    `undone_why` says why it counts no more ("bounced"), "" where it does.
    """

    at: datetime
    noticed: datetime
    person: str
    how: str
    does: Does
    probable: bool
    undone_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedView:
    """One update that we owe, or owed, or that an answer's words propose.

    `since` is when it was promised, `ended` when it was kept, missed for good, or dropped.
    """

    ticket: TicketId
    reference: str
    subject: str
    requester: str
    requester_name: str
    owner: str
    status: Status
    since: datetime
    person: str
    due: datetime
    warn_at: datetime | None
    why: str
    source: Source
    state: OwedState
    ended: datetime | None


class OurWord(Protocol):
    """What is asked and told of answers and of owed updates."""

    def answers(self, reference: str) -> tuple[AnswerView, ...]:
        """List the answers to a ticket, oldest first. Raises: NoSuchTicket."""

    def owed_on(self, reference: str) -> tuple[OwedView, ...]:
        """List what is and was owed on a ticket, oldest first. Raises: NoSuchTicket."""

    def owed(self, limit: int) -> tuple[OwedView, ...]:
        """List what is owed or proposed over all tickets, the soonest due first."""

    def owe(self, reference: str, owes: Owes, by: str, now: datetime, source: Source) -> None:
        """Put down that an update is owed. The ticket is with us, and waits for its due time.

        A ticket that waits for an answer still does: this is none.
        Raises: NoSuchTicket, NotPossible where one is owed already.
        """

    def accept_owed(self, reference: str, by: str, now: datetime) -> OwedView:
        """Say that what the words of an answer propose is owed. Raises: NoSuchTicket, NotPossible.

        NotPossible where nothing is proposed, or another update is owed already.
        """

    def drop_owed(self, reference: str, by: str, now: datetime) -> OwedView:
        """Say that what is owed, or else proposed, is not. Raises: NoSuchTicket, NotPossible."""

    def uids_waiting(self, folder: Folder, limit: int) -> frozenset[int]:
        """Return where mails of tickets that wait for an answer lie in a folder, newest first.

        Those whose mail was marked as answered or forwarded already are left out.
        """

    def hinted(self, folder: Folder, marks: Mapping[int, str], now: datetime) -> int:
        """Note that mails bear a mark of a client: "answered" or "forwarded", by UID.

        It stops no clock: the ticket says so, and its next alarms wait five minutes for what the
        mark may be of. Returns how many were news.
        """
