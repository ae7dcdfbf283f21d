"""The turns of requesters: who waited since when, and what came of it."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.core.answering import Does
from triage.core.ticket import UNSURE
from triage.store.clocks import spans_read
from triage.store.connection import instant, maybe, stamp
from triage.store.reporting import Turn

QUEUE = f"iif(t.queue = '{UNSURE}', t.guess, t.queue)"
"""Where a ticket stands, or would if the model were sure."""

OF_QUEUE = f" AND (?3 IS NULL OR {QUEUE} = ?3)"
"""Leaves out what is not of the queue asked for, the third parameter; NULL: of all."""

_WAITS = "t.status IN ('open', 'snoozed') AND c.cycle = t.cycle AND c.answered IS NULL"
_READ = (
    f"SELECT t.reference, {QUEUE} AS queue, c.queue AS counted_in, c.start, c.deadline, c.spans,"
    f" c.danger, c.answered, c.result, {_WAITS} AS waits, t.done_at, a.does, a.person"
)
_FIRST_ANSWER = (
    " LEFT JOIN answer a ON a.id = (SELECT id FROM answer WHERE ticket = c.ticket"
    " AND cycle = c.cycle AND undone IS NULL AND probable = 0 ORDER BY at, id LIMIT 1)"
)


def turns(
    db: sqlite3.Connection, since: datetime, until: datetime, queue: str | None
) -> tuple[Turn, ...]:
    """Return the turns that began in a time, and before them those that wait since before it."""
    # CROSS JOIN and + hold SQLite to what is small: else it would walk along all that ever began.
    times = (stamp(since), stamp(until), queue)
    waiting = " UNION ALL ".join(
        f"{_READ} FROM ticket t CROSS JOIN clock c ON c.ticket = t.id AND c.cycle = t.cycle"
        f"{_FIRST_ANSWER} WHERE t.status = '{status}' AND c.answered IS NULL AND +c.start < ?1"
        f"{OF_QUEUE} AND ?2 > 0"
        for status in ("open", "snoozed")
    )
    began = (
        f"{_READ} FROM clock c CROSS JOIN ticket t ON t.id = c.ticket{_FIRST_ANSWER}"
        f" WHERE c.start >= ?1 AND c.start < ?2{OF_QUEUE}"
    )
    rows = [
        *db.execute(f"{waiting} ORDER BY start", times),
        *db.execute(f"{began} ORDER BY c.start", times),
    ]
    return tuple(map(_turn, rows))


def _turn(row: sqlite3.Row) -> Turn:
    over = row["answered"] is None and not row["waits"]
    return Turn(
        reference=row["reference"],
        queue=row["queue"],
        counted_in=row["counted_in"] or row["queue"],
        start=instant(row["start"]),
        deadline=maybe(row["deadline"]),
        spans=spans_read(row["spans"]),
        danger=bool(row["danger"]),
        answered=maybe(row["answered"]),
        ended=maybe(row["done_at"]) if over else None,
        breached=row["result"] == "breached",
        waits=bool(row["waits"]),
        does=Does(row["does"] or Does.ANSWERS),
        person=row["person"] or "",
    )
