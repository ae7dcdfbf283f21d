"""The store on SQLite: sets of rules and prompts, and mail to rehearse them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from triage.core.ticket import MessageId
from triage.store import applied, ordering, past
from triage.store.sqlite_learning import SqliteLearning
from triage.store.verdicts import Order
from triage.store.versions import AppliedSet, Audit, Draft, Past, SetRight

_NOBODY = Audit()


class SqliteVersions(SqliteLearning):
    """`Versions` and `Orders` in one SQLite file: see `store/versions.py`, `store/verdicts.py`."""

    def apply_set(
        self, digest: str, files: Mapping[str, str], now: datetime, audit: Audit = _NOBODY
    ) -> bool:
        with self._writing() as db:
            return applied.apply_set(db, digest, files, now, audit)

    def applied_set(self, number: int | None = None) -> AppliedSet | None:
        return applied.applied_set(self._db, number)

    def applied_sets(self) -> tuple[AppliedSet, ...]:
        return applied.applied_sets(self._db)

    def keep_draft(self, draft: Draft | None) -> None:
        with self._writing() as db:
            applied.keep_draft(db, draft)

    def draft(self) -> Draft | None:
        return applied.draft(self._db)

    def put_order(self, order: Order) -> Order | None:
        with self._writing() as db:
            return ordering.put_order(db, order)

    def take_order(self, now: datetime) -> Order | None:
        with self._writing() as db:
            return ordering.take_order(db, now)

    def past_mails(self, since: datetime, limit: int) -> tuple[MessageId, ...]:
        return past.past_mails(self._db, since, limit)

    def past(self, mails: Sequence[MessageId]) -> tuple[Past, ...]:
        return past.past(self._db, mails)

    def set_right(self, mails: Sequence[MessageId]) -> Mapping[MessageId, SetRight]:
        return past.set_right(self._db, mails)

    def between_answers(self, since: datetime, most: timedelta) -> tuple[timedelta, ...]:
        return past.between_answers(self._db, since, most)
