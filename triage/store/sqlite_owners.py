"""The store on SQLite: whose a ticket is, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from triage.core.owned import Telling, Untold
from triage.core.owning import Owned
from triage.core.roster import Assignment
from triage.core.ticket import TicketId
from triage.store import owning, telling
from triage.store.owners import Reowned
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteOwners(SqliteByHand):
    """`Owners` in one SQLite file. See `store/owners.py` for what each method promises."""

    def owners(self, news: datetime | None = None) -> frozenset[str]:
        return owning.owners(self._db, news)

    def reown(
        self,
        gone: Collection[str],
        choose: Callable[[Owned, Mapping[str, int]], Assignment | None],
        now: datetime,
        *,
        after: TicketId,
        limit: int = 100,
    ) -> Reowned:
        with self._writing() as db:
            return owning.reown(db, gone, choose, now, after=after, limit=limit)

    def tell_owners(
        self, now: datetime, decide: Callable[[Sequence[Untold], int], Sequence[Telling]]
    ) -> int:
        with self._writing() as db:
            return telling.tell_owners(db, now, decide)

    def next_telling(self) -> datetime | None:
        return telling.next_telling(self._db)
