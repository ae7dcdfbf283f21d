"""The store on SQLite: what was touched last."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.store import pages, touched
from triage.store.live import Pile, Touched
from triage.store.sqlite_versions import SqliteVersions


class SqliteTouched(SqliteVersions):
    """`Live` in one SQLite file. See `store/live.py` for what each method promises."""

    def version(self) -> int:
        return touched.version(self._db)

    def last_changed(self, before: timedelta = timedelta()) -> int:
        return touched.last_changed(self._db, before)

    def changed(self, after: int, through: int, most: int) -> tuple[Touched, ...] | None:
        return touched.changed(self._db, after, through, most)

    def piles(self, now: datetime) -> tuple[Pile, ...]:
        return pages.piles(self._db, now)
