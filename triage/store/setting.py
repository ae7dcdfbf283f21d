"""Short texts kept between runs: the secret, the switches of the hour, the last good set."""

from __future__ import annotations

import sqlite3


def read_setting(db: sqlite3.Connection, name: str) -> str | None:
    """Return what is kept under `name`, or None."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def keep_setting(db: sqlite3.Connection, name: str, value: str) -> None:
    """Keep `value` under `name`; an empty value forgets it."""
    if value:
        db.execute(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?2",
            (name, value),
        )
    else:
        db.execute("DELETE FROM setting WHERE name = ?", (name,))
