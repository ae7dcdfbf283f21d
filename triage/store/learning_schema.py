"""The tables of what people's corrections taught, as a migration of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.migrations import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m008_learning(db: Database) -> None:
    """Keep what was set right as labels with their vectors, and every set of heads they taught.

    A label comes of a `correction` or of what was `said` of a mail, once its undo has passed;
    `withdrawn` is when it was taken back after all. Its vectors are float16, of the `encoder`
    that is named; "" where nothing was read yet. A row of `taught` is one set of heads, from the
    labels up to the number `through`.
    """
    for statement in (
        "CREATE TABLE label ("
        " id INTEGER PRIMARY KEY,"
        " correction INTEGER UNIQUE REFERENCES correction (id),"
        " said INTEGER UNIQUE REFERENCES said (id),"
        " message INTEGER NOT NULL REFERENCES message (id),"
        " ticket INTEGER REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        " says TEXT NOT NULL CHECK (json_valid(says)),"
        " encoder TEXT NOT NULL DEFAULT '',"
        " whole BLOB, sentences BLOB, own BLOB,"
        " withdrawn INTEGER,"
        " CHECK ((correction IS NULL) <> (said IS NULL))) STRICT",
        "CREATE INDEX label_by_encoder ON label (encoder) WHERE withdrawn IS NULL",
        "CREATE INDEX correction_undone ON correction (undone) WHERE undone IS NOT NULL",
        "CREATE INDEX said_undone ON said (undone) WHERE undone IS NOT NULL",
        "CREATE INDEX ticket_opened ON ticket (opened)",
        "CREATE TABLE taught ("
        " number INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
        " heads TEXT NOT NULL, encoder TEXT NOT NULL, teaching TEXT NOT NULL,"
        " through INTEGER NOT NULL, labels INTEGER NOT NULL CHECK (labels >= 0),"
        " figures TEXT NOT NULL CHECK (json_valid(figures)),"
        " verdict TEXT NOT NULL CHECK (verdict IN ('live', 'waiting', 'rolled_back')),"
        " why TEXT NOT NULL) STRICT",
    ):
        db.conn.execute(statement)


@migrations()
def m009_labels_taken_back(db: Database) -> None:
    """Find labels that were taken back without reading past the vectors of all others."""
    db.conn.execute("CREATE INDEX label_withdrawn ON label (withdrawn) WHERE withdrawn IS NOT NULL")
