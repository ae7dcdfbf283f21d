"""The store on SQLite: tickets found by their words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from triage.core.query import Sought
from triage.core.ticket import MessageId
from triage.store import searching
from triage.store.searched import Hits
from triage.store.sqlite_versions import SqliteVersions


class SqliteSearching(SqliteVersions):
    """`Searching` in one SQLite file. See `store/searched.py` for what each method promises."""

    def search(
        self,
        sought: Sought,
        queues: Collection[str],
        now: datetime,
        limit: int,
        below: MessageId | None = None,
    ) -> Hits:
        return searching.search(self._db, sought, queues, now, limit, below)

    def index_more(self, most: int) -> int:
        with self._writing() as db:
            return searching.index_more(db, most)
