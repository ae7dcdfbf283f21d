"""The store on SQLite: clocks that are counted anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage.core.ticket import TicketId
from triage.store import recount
from triage.store.recounting import Count, Touched
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteRecounting(SqliteByHand):
    """`Recounting` in one SQLite file. See `store/recounting.py` for what each method promises."""

    def touched(self, since: int | None) -> Touched:
        return recount.touched(self._db, since)

    def recount(self, tickets: Sequence[TicketId], count: Count, now: datetime) -> int:
        with self._writing() as db:
            return recount.recount(db, tickets, count, now)
