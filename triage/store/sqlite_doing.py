"""The store on SQLite: deeds of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage.store import doing
from triage.store.deeds import Asked, Deed, Doer, Outcome
from triage.store.sqlite_searching import SqliteSearching


class SqliteDoing(SqliteSearching):
    """`Doing` in one SQLite file. See `store/deeds.py` for what each method promises."""

    def do(self, asked: Sequence[Asked], deed: Deed, name: str, by: Doer, now: datetime) -> Outcome:
        with self._writing() as db:
            return doing.do(db, asked, deed, name, by, now)

    def take_back(self, number: int, by: Doer, now: datetime) -> Outcome:
        with self._writing() as db:
            return doing.take_back(db, number, by, now)
