"""The store on SQLite: the load of the desk, and what was promised."""

from __future__ import annotations

from datetime import datetime

from triage.core.load import Load
from triage.core.misses import Live, Outlook
from triage.store import forecasting, foreseeing, promising
from triage.store.promises import Foreseen, PromiseScores
from triage.store.sqlite_by_hand import SqliteByHand


class SqlitePromises(SqliteByHand):
    """`Promises` in one SQLite file. See `store/promises.py` for what each method promises."""

    def load(self, now: datetime) -> Load:
        return forecasting.load(self._db, now)

    def settle_promises(self, now: datetime) -> int:
        with self._writing() as db:
            return promising.settle_passed(db, now)

    def score_day(self, since: datetime, until: datetime, now: datetime) -> PromiseScores | None:
        with self._writing() as db:
            return foreseeing.score_day(db, since, until, now)

    def live(self) -> tuple[Live, ...]:
        return foreseeing.live(self._db)

    def keep_foreseen(self, outlook: Outlook, now: datetime) -> None:
        with self._writing() as db:
            foreseeing.keep_foreseen(db, outlook, now)

    def foreseen(self, since: datetime, until: datetime) -> tuple[Foreseen, ...]:
        return foreseeing.foreseen(self._db, since, until)
