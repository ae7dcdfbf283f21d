"""Remedies and gifts: each written down once, and never changed but by being taken back."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.core.goodwill import Gift
from triage.core.ticket import TicketId
from triage.errors import NotPossible
from triage.store.connection import instant, maybe, stamp
from triage.store.family import living, name
from triage.store.noting import note
from triage.store.round import Given, Judge, Remedy


def add_remedy(db: sqlite3.Connection, reference: str, remedy: Remedy) -> None:
    """Write down what was done about the problem of a ticket."""
    ticket = TicketId(living(db, reference)["id"])
    db.execute(
        "INSERT INTO remedy (ticket, at, person, happened, kept_word, asked_for, decided,"
        " decided_by, final) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ticket,
            stamp(remedy.at),
            remedy.person,
            remedy.happened,
            remedy.kept_word,
            remedy.asked_for,
            remedy.decided,
            remedy.decided_by,
            remedy.final,
        ),
    )
    detail = {"by": remedy.person, "decided_by": remedy.decided_by, "final": remedy.final}
    note(db, ticket, remedy.at, "remedy", detail)


def remedies_of(db: sqlite3.Connection, ticket: TicketId) -> tuple[Remedy, ...]:
    """Return what was done about the problem of one ticket, in order."""
    rows = db.execute("SELECT * FROM remedy WHERE ticket = ? ORDER BY id", (ticket,))
    return tuple(map(_remedy, rows))


def remedies(
    db: sqlite3.Connection, since: datetime, until: datetime
) -> tuple[tuple[str, Remedy], ...]:
    """Return the remedies of a time, each with its ticket, in order."""
    rows = db.execute(
        "SELECT r.*, t.reference FROM remedy r JOIN ticket t ON t.id = r.ticket"
        " WHERE r.at >= ? AND r.at < ? ORDER BY r.at, r.id",
        (stamp(since), stamp(until)),
    )
    return tuple((str(row["reference"]), _remedy(row)) for row in rows)


def _remedy(row: sqlite3.Row) -> Remedy:
    return Remedy(
        at=instant(row["at"]),
        person=row["person"],
        happened=row["happened"],
        kept_word=None if row["kept_word"] is None else bool(row["kept_word"]),
        asked_for=row["asked_for"],
        decided=row["decided"],
        decided_by=row["decided_by"],
        final=bool(row["final"]),
    )


def give(
    db: sqlite3.Connection,
    reference: str,
    gift: Gift,
    month: datetime,
    now: datetime,
    refused: Judge,
) -> int:
    """Write a gift down, unless the month's budget or the giver's limit forbids it."""
    ticket = TicketId(living(db, reference)["id"])
    if why := refused(spent(db, month, None, gift.currency)):
        raise NotPossible(why)
    cursor = db.execute(
        "INSERT INTO goodwill (ticket, at, person, kind, amount, currency, reason, approved_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ticket,
            stamp(now),
            gift.person,
            gift.kind,
            gift.amount,
            gift.currency,
            gift.reason,
            gift.approved_by,
        ),
    )
    number = int(cursor.lastrowid or 0)
    detail = {"by": gift.person, "kind": gift.kind, "approved_by": gift.approved_by}
    note(db, ticket, now, "goodwill", {**detail, "number": number})
    return number


def take_back(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> Given | None:
    """Take the last gift of a ticket back: its row stays, and costs nothing any more."""
    row = living(db, reference)
    last = db.execute(
        "SELECT max(id) AS id FROM goodwill WHERE ticket = ? AND undone IS NULL", (row["id"],)
    ).fetchone()
    if last["id"] is None:
        return None
    db.execute("UPDATE goodwill SET undone = ? WHERE id = ?", (stamp(now), last["id"]))
    note(db, TicketId(row["id"]), now, "goodwill_undone", {"by": by, "number": last["id"]})
    taken = db.execute("SELECT * FROM goodwill WHERE id = ?", (last["id"],)).fetchone()
    return _given(db, taken)


def given_of(db: sqlite3.Connection, ticket: TicketId) -> tuple[Given, ...]:
    """Return what was given on one ticket, in order."""
    rows = db.execute("SELECT * FROM goodwill WHERE ticket = ? ORDER BY id", (ticket,))
    return tuple(_given(db, row) for row in rows.fetchall())


def given(db: sqlite3.Connection, since: datetime, until: datetime) -> tuple[Given, ...]:
    """Return what was given in a time, also what was taken back, in order."""
    rows = db.execute(
        "SELECT * FROM goodwill WHERE at >= ? AND at < ? ORDER BY at, id",
        (stamp(since), stamp(until)),
    )
    return tuple(_given(db, row) for row in rows.fetchall())


def spent(db: sqlite3.Connection, since: datetime, until: datetime | None, currency: str) -> int:
    """Return what was given in one currency and not taken back; `until` None: to this day."""
    (amount,) = db.execute(
        "SELECT coalesce(sum(amount), 0) FROM goodwill WHERE at >= ?1 AND (?2 IS NULL OR at < ?2)"
        " AND undone IS NULL AND currency = ?3",
        (stamp(since), None if until is None else stamp(until), currency),
    ).fetchone()
    return int(amount)


def _given(db: sqlite3.Connection, row: sqlite3.Row) -> Given:
    return Given(
        number=row["id"],
        reference="" if row["ticket"] is None else name(db, row["ticket"]),
        at=instant(row["at"]),
        gift=Gift(
            kind=row["kind"],
            amount=row["amount"],
            currency=row["currency"],
            reason=row["reason"],
            person=row["person"],
            approved_by=row["approved_by"],
        ),
        undone=maybe(row["undone"]),
    )
