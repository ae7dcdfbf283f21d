"""The store on SQLite: what a report is made from."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from triage.store import (
    breaches,
    forecasting,
    foreseeing,
    gifts,
    parting,
    switches,
    tallies,
    turns,
    voices,
)
from triage.store.reporting import Reported
from triage.store.sqlite_by_hand import SqliteByHand

MOST_LEAVING = 500


class SqliteReporting(SqliteByHand):
    """`Reporting` in one SQLite file. See `store/reporting.py` for what each method promises."""

    def reported(
        self, since: datetime, until: datetime, now: datetime, queue: str | None = None
    ) -> Reported:
        self._db.execute("BEGIN")  # all is read as it stands now, whoever writes meanwhile
        try:
            return _of_queue(self._db, _read(self._db, since, until, now, queue))
        finally:
            self._db.execute("COMMIT")


def _read(
    db: sqlite3.Connection, since: datetime, until: datetime, now: datetime, queue: str | None
) -> Reported:
    leaving = parting.leaving(db, since, MOST_LEAVING)
    return Reported(
        since=since,
        until=until,
        queue=queue,
        turns=turns.turns(db, since, until, queue),
        breaches=breaches.between(db, since, until),
        told=tallies.told(db, since, until, queue),
        caused=tallies.caused(db, since, until, queue),
        withheld=tallies.withheld(db, since, until, queue),
        acknowledged=tallies.acknowledged(db, since, until, queue),
        voices=voices.between(db, since, until),
        gifts=gifts.given(db, since, until),
        remedies=gifts.remedies(db, since, until),
        leaving=tuple(one for one in leaving if one.opened < until),
        foreseen=foreseeing.foreseen(db, since, until),
        load=forecasting.load(db, now),
        switches=switches.between(db, since, until),
    )


def _of_queue(db: sqlite3.Connection, every: Reported) -> Reported:
    """Say whose the named tickets are, and leave out what is not of the queue asked for."""
    named = {one.reference for one in every.breaches} | {one.reference for one in every.voices}
    named |= {one.reference for one in every.leaving} | {one.reference for one in every.gifts}
    named |= {name for name, _ in every.remedies}
    about = tallies.about(db, named)
    if every.queue is None:
        return replace(every, about=about)
    about = {name: one for name, one in about.items() if one.queue == every.queue}
    return replace(
        every,
        about=about,
        breaches=tuple(one for one in every.breaches if one.reference in about),
        voices=tuple(one for one in every.voices if one.reference in about),
        leaving=tuple(one for one in every.leaving if one.reference in about),
        gifts=tuple(one for one in every.gifts if one.reference in about),
        remedies=tuple(one for one in every.remedies if one[0] in about),
    )
