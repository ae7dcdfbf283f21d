"""A store of any age ends as one that is made today."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from triage.store.sqlite import open_store

FIRST = ("m001_tables", "m002_applied", "m003_growth")
TABLES = Path(__file__).with_name("schema_003.sql")
"""The tables as the first three migrations made them, before anybody thought of junk."""


def made_by_the_first_three(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(TABLES.read_text())
        db.execute(
            "CREATE TABLE _sqlite_migrations"
            " (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
        )
        db.executemany(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('triage', ?, '2026-11-01')",
            [(name,) for name in FIRST],
        )
        db.execute("INSERT INTO folder VALUES (1, 'support', 'INBOX', 'inbox', 7, 0)")
        db.commit()


def shape(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {name: " ".join(sql.split()) for name, sql in rows if "sqlite_" not in name}


def test_a_store_made_by_the_first_migrations_ends_as_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    made_by_the_first_three(old)
    open_store(old).close()
    open_store(new).close()
    assert shape(old) == shape(new)
    with closing(sqlite3.connect(old)) as db:
        assert db.execute("SELECT role, junk FROM folder").fetchall() == [("inbox", 0)]
