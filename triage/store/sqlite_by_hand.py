"""The store on SQLite: its file, and what people do to tickets and mails by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from triage.core.disposition import Clocked
from triage.core.ticket import MessageId, Priority
from triage.store import (
    connection,
    dealing,
    marking,
    merging,
    people,
    splitting,
    waves,
)
from triage.store.byhand import Answering, Closing, Correction, WaveDeed

if TYPE_CHECKING:
    import sqlite3


class SqliteByHand:
    """`ByHand` in one SQLite file. See `store/byhand.py` for what each method promises."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or make the file. Raises: StoreTooNew, StoreBusy."""
        self._database = connection.connect_to_read(path) if read_only else connection.connect(path)

    @property
    def _db(self) -> sqlite3.Connection:
        return self._database.conn

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with connection.writing(self._database) as db:
            yield db

    def answered(
        self,
        reference: str,
        at: datetime,
        by: str,
        how: str,
        *,
        agent: str = "",
        now: datetime | None = None,
    ) -> None:
        answer = Answering(at=at, how=how, agent=agent)
        with self._writing() as db:
            people.answered(db, reference, answer, by, now or at)

    def correct(
        self,
        what: str,
        correction: Correction,
        boosts: Mapping[Priority, int],
        by: str,
        now: datetime,
    ) -> None:
        with self._writing() as db:
            marking.correct(db, what, correction, boosts, by, now)

    def undo_correction(self, what: str, by: str, now: datetime) -> bool:
        with self._writing() as db:
            return marking.undo_correction(db, what, by, now)

    def merge(
        self, reference: str, into: str, by: str, now: datetime, *, one_person: bool = False
    ) -> None:
        with self._writing() as db:
            merging.merge(db, reference, into, by, now, one_person=one_person)

    def undo_merge(self, reference: str, by: str, now: datetime) -> None:
        with self._writing() as db:
            merging.undo_merge(db, reference, by, now)

    def split(
        self, message: MessageId, clock: Clocked, by: str, now: datetime, *, owner: str = ""
    ) -> str:
        with self._writing() as db:
            return splitting.split(db, message, clock, by, now, owner=owner)

    def undo_split(self, reference: str, by: str, now: datetime) -> None:
        with self._writing() as db:
            splitting.undo_split(db, reference, by, now)

    def to_wave(
        self, reference: str, deed: WaveDeed, by: str, now: datetime, most: int = dealing.AT_ONCE
    ) -> int:
        with self._writing() as db:
            return dealing.deal(db, reference, deed, by, now, most)

    def in_one_row(self, reference: str, most: int) -> tuple[str, ...]:
        return waves.in_one_row(self._db, reference, most)

    def undo_wave(self, reference: str, by: str, now: datetime, most: int = dealing.AT_ONCE) -> int:
        with self._writing() as db:
            return dealing.undo(db, reference, by, now, most)

    def close_ticket(self, reference: str, closing: Closing, by: str, now: datetime) -> None:
        with self._writing() as db:
            people.close_ticket(db, reference, closing, by, now)
