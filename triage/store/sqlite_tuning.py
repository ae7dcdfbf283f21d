"""The store on SQLite: how rules and model did."""

from __future__ import annotations

from datetime import datetime

from triage.store import tuned
from triage.store.sqlite_by_hand import SqliteByHand
from triage.store.tuning import LabelCount, Moved, RuleHits


class SqliteTuning(SqliteByHand):
    """`Tuning` in one SQLite file. See `store/tuning.py` for what each method promises."""

    def rule_hits(self, since: datetime) -> tuple[RuleHits, ...]:
        return tuned.rule_hits(self._db, since)

    def label_counts(self, since: datetime) -> tuple[LabelCount, ...]:
        return tuned.label_counts(self._db, since)

    def moved_by_people(self, since: datetime) -> tuple[Moved, ...]:
        return tuned.moved_by_people(self._db, since)
