"""The store on SQLite: what our own people write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from triage.core.reply import Correspondence, Enclosed, Placed, Refused, Reply, Writer, Written
from triage.core.ticket import MessageId, OutboxId
from triage.store import (
    callback,
    correspondence,
    drafts,
    firstwords,
    lingering,
    remarks,
    replies,
    replyviews,
    sides,
)
from triage.store.remarks import Remark
from triage.store.replying import (
    Attached,
    Draft,
    DraftSort,
    Happened,
    ReplyView,
)
from triage.store.sides import SideThread
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteReplying(SqliteByHand):
    """`Replying` in one SQLite file. See `store/replying.py` for what each method promises."""

    def correspondence(
        self,
        reference: str,
        *,
        passes: MessageId | None = None,
        side: int = 0,
        raw: bool = False,
    ) -> Correspondence:
        return correspondence.correspondence(self._db, reference, passes, side, raw=raw)

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
        with self._writing() as db:
            return replies.put(
                db, reference, written, by, seen, now, leaves_at, anyway=anyway, batch=batch
            )

    def put_replies(
        self,
        written: Sequence[tuple[str, Written]],
        by: Writer,
        seen: Mapping[str, int],
        now: datetime,
        leaves_at: datetime,
        batch: str,
    ) -> tuple[Placed, ...]:
        with self._writing() as db:
            return replies.put_all(db, written, by, seen, now, leaves_at, batch)

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
        with self._writing() as db:
            return firstwords.put(db, reference, written, by, queue, language, now, leaves_at)

    def new_reference(self, key: str) -> str:
        return firstwords.reference_of(self._db, key)

    def sent_off(self, account: str, key: str) -> OutboxId | None:
        return replyviews.sent_off(self._db, account, key)

    def call_back(self, mail: OutboxId, person: str, now: datetime) -> Reply | None:
        with self._writing() as db:
            return callback.call_back(db, mail, person, now)

    def put_off(self, mail: OutboxId, person: str, until: datetime) -> bool:
        with self._writing() as db:
            return lingering.put_off(db, mail, person, until)

    def call_back_batch(self, batch: str, person: str, now: datetime) -> int:
        with self._writing() as db:
            return callback.call_back_batch(db, batch, person, now)

    def send_again(self, mail: OutboxId, person: str, now: datetime) -> None:
        with self._writing() as db:
            callback.send_again(db, mail, person, now)

    def did_arrive(self, mail: OutboxId, person: str, now: datetime) -> None:
        with self._writing() as db:
            callback.did_arrive(db, mail, person, now)

    def refused(self, mail: OutboxId, recipients: Sequence[Refused]) -> None:
        with self._writing() as db:
            callback.refused(db, mail, recipients)

    def reply(self, mail: OutboxId) -> ReplyView:
        return replyviews.view(self._db, mail)

    def replies(self, reference: str) -> tuple[ReplyView, ...]:
        return replyviews.of_ticket(self._db, reference)

    def side_threads(self, reference: str) -> tuple[SideThread, ...]:
        return sides.of_ticket(self._db, reference)

    def happened_since(self, reference: str, seen: int, person: str) -> tuple[Happened, ...]:
        return correspondence.happened_since(self._db, reference, seen, person)

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
        with self._writing() as db:
            sent = replyviews.sent_off(db, account, key)
            if sent is None:
                drafts.keep(db, account, reference, sort, fields, seen, now)
            return sent

    def draft_of(self, account: str, reference: str, sort: DraftSort) -> Draft | None:
        return drafts.draft(self._db, account, reference, sort)

    def drafts_of(self, account: str, reference: str) -> tuple[Draft, ...]:
        return drafts.of(self._db, account, reference)

    def drop_draft(self, account: str, reference: str, sort: DraftSort) -> bool:
        with self._writing() as db:
            return drafts.drop(db, account, reference, sort)

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
        with self._writing() as db:
            return drafts.attach(db, account, reference, sort, enclosed, now, most)

    def detach(self, account: str, reference: str, sort: DraftSort, number: int) -> bool:
        with self._writing() as db:
            return drafts.detach(db, account, reference, sort, number)

    def files_of_draft(self, account: str, reference: str, sort: DraftSort) -> tuple[Enclosed, ...]:
        return drafts.files(self._db, account, reference, sort)

    def remark(self, reference: str, text: str, person: str, now: datetime) -> Remark:
        with self._writing() as db:
            return remarks.remark(db, reference, text, person, now)

    def remarks(self, reference: str) -> tuple[Remark, ...]:
        return remarks.remarks(self._db, reference)
