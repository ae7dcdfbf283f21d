"""The tables of what other programs are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.reply_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m042_stream(db: Database) -> None:
    """Keep how far the journal has been told, and find what one person did.

    `event` is the last one that was looked at, `sequence` the number that was given last, `mail`
    the row of the outbox that bears it.
    """
    for statement in (
        "CREATE TABLE stream ("
        " one INTEGER PRIMARY KEY CHECK (one = 1),"
        " event INTEGER NOT NULL CHECK (event >= 0),"
        " sequence INTEGER NOT NULL DEFAULT 0 CHECK (sequence >= 0), mail INTEGER) STRICT",
        "CREATE INDEX audit_of_person ON audit (person, id)",
        "CREATE INDEX audit_of_action ON audit (action, id)",
        "CREATE INDEX audit_of_about ON audit (about, id) WHERE about <> ''",
    ):
        db.conn.execute(statement)
