"""The store on SQLite: what the page lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from triage.core.ticket import TicketId
from triage.store import pages
from triage.store.lists import QueueCount, View
from triage.store.sqlite_touched import SqliteTouched
from triage.store.views import InTurn, TicketRow


class SqlitePages(SqliteTouched):
    """`Pages` in one SQLite file. See `store/pages.py` for what each method promises."""

    def rail(self, now: datetime) -> tuple[QueueCount, ...]:
        return pages.rail(self._db, now)

    def listed(
        self, view: View, queues: Collection[str], since: datetime, limit: int
    ) -> tuple[TicketRow, ...]:
        return pages.listed(self._db, view, queues, since, limit)

    def in_turn(self) -> tuple[InTurn, ...]:
        return pages.in_turn(self._db)

    def rows(self, tickets: Sequence[TicketId]) -> tuple[TicketRow, ...]:
        return pages.rows(self._db, tickets)

    def placed(self, reference: str) -> tuple[str, str] | None:
        return pages.placed(self._db, reference)
