"""The store on SQLite: what was missed, and why."""

from __future__ import annotations

from datetime import datetime

from triage.core.breach import Reason
from triage.store import breaches
from triage.store.family import living
from triage.store.guarding import Breach, Guarded
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteGuarding(SqliteByHand):
    """`Guarding` in one SQLite file. See `store/guarding.py` for what each method promises."""

    def explain_breach(
        self,
        reference: str,
        reason: Reason,
        by: str,
        now: datetime,
        clock: Guarded | None = None,
        cycle: int | None = None,
    ) -> Breach:
        with self._writing() as db:
            return breaches.explain(db, reference, reason, by, now, clock, cycle)

    def breaches_of(self, reference: str) -> tuple[Breach, ...]:
        return breaches.of_ticket(self._db, living(self._db, reference)["id"])
