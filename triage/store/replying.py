"""The part of the store by which our own people write: replies, and drafts of them.

A reply lies in the outbox from the press of the key on, its bytes and its envelope frozen, and
leaves when its undo window is over. Nothing automatic holds it back, and nothing ends it: it is
sent, or somebody is told that it was not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from triage.core.message import Address
from triage.core.outgoing import State
from triage.core.reply import (
    After,
    Correspondence,
    Enclosed,
    Form,
    Placed,
    Refused,
    Reply,
    Writer,
    Written,
)
from triage.core.ticket import MessageId, OutboxId
from triage.store.lingering import Lingering
from triage.store.remarks import Remarks
from triage.store.sides import SideThreads


class DraftSort(StrEnum):
    """What a draft is of: a mail of one of the forms, or a remark that stays inside."""

    REPLY = "reply"
    NOTE = "note"
    FORWARD = "forward"
    THIRD_PARTY = "third_party"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of a draft, or of a reply; `number` names it within that, from 1."""

    number: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody has begun to write: whatever the form has as `fields`, and its files.

    `seen` is the number of the last thing that they saw happen to the ticket.
    """

    account: str
    sort: DraftSort
    fields: Mapping[str, object]
    at: datetime
    seen: int
    enclosed: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """A mail of ours on a ticket, as it is shown: where it stands, and what was in it.

    `mail` is its number in the outbox. `side` is 0 for what goes to the requester. `refused` are
    recipients who did not get it though others did. `ended` is when it was accepted, or failed.
    `message` is what it is among the ticket's messages, once it was accepted.
    """

    mail: OutboxId
    reference: str
    form: Form
    person: str
    agent: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    enclosed: tuple[Attached, ...]
    after: After
    at: datetime
    leaves_at: datetime
    state: State
    reason: str
    attempts: int
    ended: datetime | None
    side: int
    batch: str
    refused: tuple[Refused, ...]
    message: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened to a ticket and that whoever writes has not seen.

    `name` is that of the event, `by` who did it, or "" for the requester.
    """

    at: datetime
    name: str
    by: str


class Replying(Lingering, Remarks, SideThreads, Protocol):
    """What is asked and told of what our own people write."""

    def correspondence(
        self,
        reference: str,
        *,
        passes: MessageId | None = None,
        side: int = 0,
        raw: bool = False,
    ) -> Correspondence:
        """Return all of a ticket that a mail of ours on it is made from.

        `raw`: with the bytes of the mail that is passed on, `passes` or else the requester's
        newest. `side`: to go on with that conversation. Raises: NoSuchTicket, also where that
        mail, or conversation, is not one of the ticket.
        """

    def put_reply(
        self,
        reference: str,
        written: Written,
        by: Writer,
        seen: int,
        now: datetime,
        leaves_at: datetime,
        *,
        anyway: bool = False,
        batch: str = "",
    ) -> OutboxId:
        """Put a mail of ours into the outbox, from which it leaves at `leaves_at`.

        Its draft is dropped. A second press with the same key changes nothing, and returns what
        the first one put there. What it brings about waits until a relay has accepted it; until
        then an acknowledgement and a word of a delay wait, too. `batch` ties several that were
        sent off together.
        Raises: NoSuchTicket, Overtaken if something happened since `seen` that somebody who
        answers must know and not `anyway`, NotPossible (the key was taken back, or is another's;
        an update is owed and the ticket was to be done).
        """

    def put_replies(
        self,
        written: Sequence[tuple[str, Written]],
        by: Writer,
        seen: Mapping[str, int],
        now: datetime,
        leaves_at: datetime,
        batch: str,
    ) -> tuple[Placed, ...]:
        """Put one mail each on several tickets; what was overtaken is left out, and said."""

    def put_new(
        self,
        reference: str,
        written: Written,
        by: Writer,
        queue: str,
        language: str | None,
        now: datetime,
        leaves_at: datetime,
    ) -> OutboxId:
        """Make a ticket of which we are the first writer, and put its mail into the outbox.

        `reference` is from `new_reference`, of the same key. No clock runs until the requester
        answers. A second press with the same key changes nothing. Raises: NotPossible.
        """

    def new_reference(self, key: str) -> str:
        """Return the reference that a new mail of this key gets; always the same one."""

    def sent_off(self, account: str, key: str) -> OutboxId | None:
        """Return the mail that a press of an account with `key` has sent off; None: there is none.

        What was called back was not.
        """

    def call_back(self, mail: OutboxId, person: str, now: datetime) -> Reply | None:
        """Call a mail back that has not begun to leave, or that failed, and return it.

        It is that person's draft again. None: it has left, may have, or was taken back before.
        Raises: NoSuchTicket if there is no such mail.
        """

    def call_back_batch(self, batch: str, person: str, now: datetime) -> int:
        """Call all mails of a batch back that have not begun to leave; return how many."""

    def send_again(self, mail: OutboxId, person: str, now: datetime) -> None:
        """Send a mail of unknown fate, or one that failed, once more: a person has said so.

        The same mail under the same Message-ID: a program that has it shows it once.
        Raises: NoSuchTicket, NotPossible where it waits, leaves, or was accepted.
        """

    def did_arrive(self, mail: OutboxId, person: str, now: datetime) -> None:
        """Say that a mail of unknown fate did arrive: it counts as sent when it began to leave.

        Raises: NoSuchTicket, NotPossible where its fate is known.
        """

    def refused(self, mail: OutboxId, recipients: Sequence[Refused]) -> None:
        """Keep which recipients the relay did not take, of a mail that leaves for the others."""

    def reply(self, mail: OutboxId) -> ReplyView:
        """Return a mail of ours. Raises: NoSuchTicket."""

    def replies(self, reference: str) -> tuple[ReplyView, ...]:
        """List what was written on a ticket, oldest first, but for what was taken back.

        Raises: NoSuchTicket.
        """

    def happened_since(self, reference: str, seen: int, person: str) -> tuple[Happened, ...]:
        """List what somebody who answers must know and has not seen.

        Of their own deeds only another answer. Raises: NoSuchTicket.
        """

    # --- drafts ---------------------------------------------------------------------------------

    def save_draft(
        self,
        account: str,
        reference: str,
        sort: DraftSort,
        fields: Mapping[str, object],
        seen: int,
        now: datetime,
        key: str = "",
    ) -> OutboxId | None:
        """Keep what an account has begun to write; `reference` "" for a new mail.

        What a press with `key` has sent off is no draft any more, however late it is saved: then
        nothing is kept, and that mail is returned. Raises: NoSuchTicket.
        """

    def draft_of(self, account: str, reference: str, sort: DraftSort) -> Draft | None:
        """Return what an account has begun to write. Raises: NoSuchTicket."""

    def drafts_of(self, account: str, reference: str) -> tuple[Draft, ...]:
        """List everything that an account has begun to write on a ticket. Raises: NoSuchTicket."""

    def drop_draft(self, account: str, reference: str, sort: DraftSort) -> bool:
        """Drop a draft with its files; False: there was none. Raises: NoSuchTicket."""

    def attach(
        self,
        account: str,
        reference: str,
        sort: DraftSort,
        enclosed: Enclosed,
        now: datetime,
        *,
        most: int,
    ) -> Attached:
        """Add a file to a draft, which is made where there is none.

        `most` are the bytes that all files of a draft may have together.
        Raises: NoSuchTicket, NotPossible where they have more.
        """

    def detach(self, account: str, reference: str, sort: DraftSort, number: int) -> bool:
        """Take a file from a draft; False: there is none of that number. Raises: NoSuchTicket."""

    def files_of_draft(self, account: str, reference: str, sort: DraftSort) -> tuple[Enclosed, ...]:
        """Return the files of a draft in order. Raises: NoSuchTicket."""
