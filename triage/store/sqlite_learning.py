"""The store on SQLite: what is learnt from corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from triage.core.overruled import Placed
from triage.store import labelling, teaching
from triage.store.learning import KeptLabel, Outcome, Packed, Standing, Taught
from triage.store.sqlite_by_hand import SqliteByHand


class SqliteLearning(SqliteByHand):
    """`Learning` in one SQLite file. See `store/learning.py` for what each method promises."""

    def standing(self, before: datetime, encoder: str) -> Standing:
        return teaching.standing(self._db, before, encoder)

    def ripen(self, before: datetime, now: datetime) -> tuple[KeptLabel, ...]:
        with self._writing() as db:
            return labelling.ripen(db, before, now)

    def unread(self, encoder: str, limit: int) -> tuple[KeptLabel, ...]:
        return labelling.unread(self._db, encoder, limit)

    def keep_vectors(self, encoder: str, vectors: Mapping[int, Packed]) -> None:
        with self._writing() as db:
            labelling.keep_vectors(db, encoder, vectors)

    def labels(self, encoder: str, through: int) -> tuple[KeptLabel, ...]:
        return labelling.labels(self._db, encoder, through)

    def taught(self, limit: int) -> tuple[Taught, ...]:
        return teaching.taught(self._db, limit)

    def keep_taught(self, taught: Taught) -> Taught:
        with self._writing() as db:
            return teaching.keep_taught(db, taught)

    def roll_back(self, number: int, by: str, now: datetime) -> tuple[Taught, ...]:
        with self._writing() as db:
            return teaching.roll_back(db, number, by, now)

    def approve_heads(self, number: int, by: str, now: datetime) -> Taught:
        with self._writing() as db:
            return teaching.settle_heads(db, number, Outcome.LIVE, by, now)

    def reject_heads(self, number: int, by: str, now: datetime) -> Taught:
        with self._writing() as db:
            return teaching.settle_heads(db, number, Outcome.ROLLED_BACK, by, now)

    def placed_by_model(self, since: datetime) -> tuple[Placed, ...]:
        return labelling.placed_by_model(self._db, since)
