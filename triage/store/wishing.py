"""What requesters asked of us once and for all, by their address."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.core.wish import Wish
from triage.store.connection import stamp
from triage.store.noting import note


def keep_wish(db: sqlite3.Connection, wish: Wish, by: str, now: datetime) -> None:
    """Keep what a requester asked of us, in place of what was kept; empty: forget it."""
    address = wish.address.casefold()
    if wish.empty:
        db.execute("DELETE FROM wish WHERE address = ?", (address,))
    else:
        db.execute(
            "INSERT INTO wish (address, name, language, contact, words, automatic, at, person)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (address) DO UPDATE SET name = excluded.name,"
            " language = excluded.language, contact = excluded.contact, words = excluded.words,"
            " automatic = excluded.automatic, at = excluded.at, person = excluded.person",
            (
                address,
                wish.name,
                wish.language,
                wish.contact,
                wish.words,
                wish.automatic,
                stamp(now),
                by,
            ),
        )
    note(db, None, now, "wish", {"by": by, "automatic": wish.automatic, "kept": not wish.empty})


def wish(db: sqlite3.Connection, address: str) -> Wish | None:
    """Return what one requester asked of us."""
    row = db.execute("SELECT * FROM wish WHERE address = ?", (address.casefold(),)).fetchone()
    return None if row is None else _wish(row)


def wishes(db: sqlite3.Connection, limit: int) -> tuple[Wish, ...]:
    """Return what requesters asked of us, by address."""
    return tuple(map(_wish, db.execute("SELECT * FROM wish ORDER BY address LIMIT ?", (limit,))))


def _wish(row: sqlite3.Row) -> Wish:
    return Wish(
        address=row["address"],
        name=row["name"],
        language=row["language"],
        contact=row["contact"],
        words=row["words"],
        automatic=bool(row["automatic"]),
    )
