"""The tables of the watch: how many alerts a person had of late, and what of a wave was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.round_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m024_watch(db: Database) -> None:
    """Count a person's alerts, find what is due of one sort, and let any stage of a wave be told.

    What would be an alert too many is kept cancelled, its reason the digest that lists it.
    """
    for statement in (
        "CREATE INDEX outbox_alerts ON outbox (recipient, next_at) WHERE sort = 'alert'",
        "CREATE INDEX outbox_due_of_sort ON outbox (sort, next_at) WHERE state = 'pending'",
        "CREATE INDEX outbox_digest ON outbox (reason) WHERE reason GLOB 'digest *'",
        "CREATE TABLE wave_told_of_more ("
        " id INTEGER PRIMARY KEY,"
        " wave INTEGER NOT NULL REFERENCES likeness (id),"
        " judged TEXT NOT NULL CHECK (json_valid(judged)),"
        " name TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
        "INSERT INTO wave_told_of_more SELECT id, wave, judged, name, at FROM wave_told",
        "DROP TABLE wave_told",
        "ALTER TABLE wave_told_of_more RENAME TO wave_told",
        "CREATE INDEX wave_told_in_time ON wave_told (wave, name, judged, at)",
    ):
        db.conn.execute(statement)


@migrations()
def m031_services(db: Database) -> None:
    """Count what a service was told of late, as a person's alerts are counted."""
    db.conn.execute("CREATE INDEX outbox_hooks ON outbox (recipient, next_at) WHERE sort = 'hook'")
