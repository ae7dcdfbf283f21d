"""A row of tickets whose mails are all alike, dealt with in one go, piece by piece."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.errors import NotPossible
from triage.store import correcting, waves
from triage.store.byhand import Answering, Closing, Correcting, WaveDeed
from triage.store.family import living
from triage.store.people import answered, close_ticket

AT_ONCE = 200
"""Tickets that one transaction deals with: nobody else can write meanwhile."""


def deal(
    db: sqlite3.Connection, reference: str, deed: WaveDeed, by: str, now: datetime, most: int
) -> int:
    """Do `deed` to a piece of a ticket's row; return how many are left.

    The ticket itself comes last: until then its row is found by it, also after a crash.
    """
    row = _in_wave(db, reference)
    others = waves.others(db, row, most)
    for one in others:
        _do(db, one, deed, by, now)
    if len(others) < most:
        _do(db, row["reference"], deed, by, now)
        return 0
    return waves.alike(db, row)


def _in_wave(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
    row = living(db, reference)
    if row["wave"] is None:
        raise NotPossible(
            "%(ticket)s stands alone: no wave of mails is like it", ticket=row["reference"]
        )
    return row


def _do(db: sqlite3.Connection, reference: str, deed: WaveDeed, by: str, now: datetime) -> None:
    match deed:
        case Closing():
            close_ticket(db, reference, deed, by, now)
        case Answering():
            answered(db, reference, deed, by, now)
        case Correcting():
            correcting.correct(db, reference, deed.correction, deed.boosts, by, now)


def undo(db: sqlite3.Connection, reference: str, by: str, now: datetime, most: int) -> int:
    """Take back a piece of what a correction of a whole row did; return how many are left.

    Of the wave's tickets those whose last correction is the same, by the same person.
    """
    row = _in_wave(db, reference)
    last = db.execute(
        "SELECT person, after, json_remove(before, '$.waited') AS before FROM correction"
        " WHERE ticket = ? AND undone IS NULL ORDER BY id DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    if last is None:
        raise NotPossible(
            "%(ticket)s: there is no correction to take back", ticket=row["reference"]
        )
    others = _corrected_alike(db, row, last)
    for one in others[:most]:
        correcting.undo_correction(db, one, by, now)
    if len(others) < most:
        correcting.undo_correction(db, row["reference"], by, now)
        return 0
    return len(others) - most + 1


def _corrected_alike(db: sqlite3.Connection, row: sqlite3.Row, last: sqlite3.Row) -> Sequence[str]:
    found = db.execute(
        "SELECT t.reference FROM alike a JOIN ticket t ON t.id = a.ticket"
        " JOIN correction c ON c.id = (SELECT max(id) FROM correction"
        " WHERE ticket = t.id AND undone IS NULL)"
        " WHERE a.likeness = ? AND t.id <> ? AND c.person = ? AND c.after = ?"
        " AND json_remove(c.before, '$.waited') = ? ORDER BY t.id",
        (row["wave"], row["id"], last["person"], last["after"], last["before"]),
    )
    return [reference for (reference,) in found]
