"""What was touched last: tickets that changed since a number, as they are now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import timedelta

from triage.store import waves
from triage.store.connection import instant
from triage.store.live import KEPT, Touched
from triage.store.reading import ticket_rows


def version(db: sqlite3.Connection) -> int:
    """Return a number that changes with what others write."""
    (number,) = db.execute("PRAGMA data_version").fetchone()
    return int(number)


def last_changed(db: sqlite3.Connection, before: timedelta) -> int:
    """Return the number of the last touch so long ago."""
    row = db.execute(
        "SELECT number FROM touched WHERE ?1 = 0 OR at < unixepoch() - ?1"
        " ORDER BY number DESC LIMIT 1",
        (int(before.total_seconds()),),
    ).fetchone()
    if row is None:
        row = db.execute("SELECT coalesce(min(number) - 1, 0) FROM touched").fetchone()
    return int(row[0])


def changed(
    db: sqlite3.Connection, after: int, through: int, most: int
) -> tuple[Touched, ...] | None:
    """Return what was touched after a number, up to another."""
    if not _kept(db, after, through):
        return None
    places = db.execute(
        "SELECT ticket, queue, guess, wave FROM touched WHERE number > ? AND number <= ?"
        " GROUP BY ticket, queue, guess, wave LIMIT ?",
        (after, through, 4 * most + 1),
    ).fetchall()
    was: dict[int, set[tuple[str, str]]] = {}
    for row in places:
        was.setdefault(row["ticket"], set()).add((row["queue"], row["guess"]))
    if len(was) > most or len(places) > 4 * most:  # beyond that they were not looked at
        return None
    rows = {row["wave"] for row in places if row["wave"] is not None}
    for ticket in _beside(db, was, rows):
        was.setdefault(ticket, set())
    return tuple(_now(db, was))


def _kept(db: sqlite3.Connection, after: int, through: int) -> bool:
    """Say whether all is still there that was touched after a number."""
    if after > through:  # of another store, or of one that was restored since
        return False
    row = db.execute(
        "SELECT number, at >= unixepoch() - ? AS fresh FROM touched WHERE number > ?"
        " ORDER BY number LIMIT 1",
        (int(KEPT.total_seconds()), after),
    ).fetchone()
    return row is None or (row["number"] == after + 1 and bool(row["fresh"]))


def _beside(db: sqlite3.Connection, tickets: Iterable[int], rows: set[int]) -> list[int]:
    """Return what changes with tickets: what they were merged into, and the row that they are in.

    The row of a wave is shown as its first ticket, with how many are like it.
    """
    named = json.dumps(sorted(tickets))
    found = db.execute(
        "WITH RECURSIVE up (id, next) AS (SELECT id, merged_into FROM ticket"
        " WHERE id IN (SELECT value FROM json_each(?)) UNION SELECT t.id, t.merged_into"
        " FROM ticket t JOIN up ON t.id = up.next) SELECT id FROM up",
        (named,),
    ).fetchall()
    now_in = db.execute(
        "SELECT DISTINCT wave FROM ticket WHERE id IN (SELECT value FROM json_each(?))"
        " AND wave IS NOT NULL",
        (named,),
    )
    rows |= {wave for (wave,) in now_in}
    return [*(row["id"] for row in found), *waves.leads(db, rows)]


def _now(db: sqlite3.Connection, was: dict[int, set[tuple[str, str]]]) -> Iterable[Touched]:
    found = db.execute(
        "SELECT t.*, a.person AS answered_by, a.at AS answered_at FROM ticket t"
        " LEFT JOIN answer a ON a.id = (SELECT id FROM answer WHERE ticket = t.id"
        " AND undone IS NULL AND probable = 0 ORDER BY at DESC LIMIT 1)"
        " WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id",
        (json.dumps(sorted(was)),),
    ).fetchall()
    for row, shown in zip(found, ticket_rows(db, found), strict=True):
        by = row["answered_by"]
        yield Touched(
            row=shown,
            was=frozenset(was[row["id"]]),
            answered=None if by is None else (by, instant(row["answered_at"])),
        )
