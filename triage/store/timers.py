"""When the watch acts on a ticket."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from triage.store.connection import stamp


def set_timer(db: sqlite3.Connection, ticket: int, name: str, at: datetime) -> None:
    """Have the watch act at `at`, in place of when it was to."""
    db.execute(
        "INSERT INTO timer (ticket, name, at) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET at = excluded.at",
        (ticket, name, stamp(at)),
    )


def set_unless_past(
    db: sqlite3.Connection, ticket: int, moments: Iterable[tuple[str, int | None]]
) -> None:
    """Have the watch act at these moments; one at which it has acted before stays past."""
    for name, at in moments:
        db.execute(
            "INSERT INTO timer (ticket, name, at) SELECT ?1, ?2, ?3 WHERE ?3 IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM event WHERE ticket = ?1 AND name = ?2 AND at = ?3)"
            " ON CONFLICT DO UPDATE SET at = excluded.at",
            (ticket, name, at),
        )
