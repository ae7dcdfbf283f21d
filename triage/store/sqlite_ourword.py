"""The store on SQLite: what we answered, and what we owe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from triage.core.arrival import Folder
from triage.core.owed import Owes, Source
from triage.store import answering, hints, owing
from triage.store.ourword import AnswerView, OwedView
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteOurWord(SqliteByHand):
    """`OurWord` in one SQLite file. See `store/ourword.py` for what each method promises."""

    def answers(self, reference: str) -> tuple[AnswerView, ...]:
        return answering.of_ticket(self._db, reference)

    def owed_on(self, reference: str) -> tuple[OwedView, ...]:
        return owing.of_ticket(self._db, reference)

    def owed(self, limit: int) -> tuple[OwedView, ...]:
        return owing.everywhere(self._db, limit)

    def owe(self, reference: str, owes: Owes, by: str, now: datetime, source: Source) -> None:
        with self._writing() as db:
            owing.owe(db, reference, owes, by, now, source)

    def accept_owed(self, reference: str, by: str, now: datetime) -> OwedView:
        with self._writing() as db:
            return owing.accept(db, reference, by, now)

    def drop_owed(self, reference: str, by: str, now: datetime) -> OwedView:
        with self._writing() as db:
            return owing.drop(db, reference, by, now)

    def uids_waiting(self, folder: Folder, limit: int) -> frozenset[int]:
        return hints.waiting(self._db, folder, limit)

    def hinted(self, folder: Folder, marks: Mapping[int, str], now: datetime) -> int:
        with self._writing() as db:
            return hints.hinted(db, folder, marks, now)
