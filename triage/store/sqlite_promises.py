"""The store on SQLite: the load of the desk, and what was promised."""

from __future__ import annotations

from datetime import datetime

from triage.core.load import Load
from triage.store import forecasting, promising
from triage.store.promises import PromiseScores
from triage.store.sqlite_by_hand import SqliteByHand


class SqlitePromises(SqliteByHand):
    """`Promises` in one SQLite file. See `store/promises.py` for what each method promises."""

    def load(self, now: datetime) -> Load:
        return forecasting.load(self._db, now)

    def settle_promises(self, now: datetime) -> int:
        with self._writing() as db:
            return promising.settle_passed(db, now)

    def promise_scores(self, since: datetime, until: datetime) -> PromiseScores:
        return promising.scores(self._db, since, until)
