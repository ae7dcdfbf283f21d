"""The store on SQLite: sets of rules and prompts, and mail to rehearse them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from triage.core.ticket import MessageId
from triage.store import applied, past
from triage.store.sqlite_learning import SqliteLearning
from triage.store.versions import AppliedSet, Audit, Draft, Past, SetRight

_NOBODY = Audit()


class SqliteVersions(SqliteLearning):
    """`Versions` in one SQLite file. See `store/versions.py` for what each method promises."""

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

    def past_mails(self, since: datetime, limit: int) -> tuple[MessageId, ...]:
        return past.past_mails(self._db, since, limit)

    def past(self, mails: Sequence[MessageId]) -> tuple[Past, ...]:
        return past.past(self._db, mails)

    def set_right(self, mails: Sequence[MessageId]) -> Mapping[MessageId, SetRight]:
        return past.set_right(self._db, mails)

    def between_answers(self, since: datetime, most: timedelta) -> tuple[timedelta, ...]:
        return past.between_answers(self._db, since, most)
