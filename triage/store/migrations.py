"""What became of the first tables: a change is a new migration, never an edited one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m002_applied(db: Database) -> None:
    """Make the table of the sets of rules and prompts that were in force."""
    db.conn.execute(
        "CREATE TABLE applied ("
        " number INTEGER PRIMARY KEY, at INTEGER NOT NULL, digest TEXT NOT NULL,"
        " files TEXT NOT NULL CHECK (json_valid(files))) STRICT"
    )


@migrations()
def m003_growth(db: Database) -> None:
    """Make the indexes by which listing and counting take no longer in an old store."""
    for statement in (
        "CREATE INDEX ticket_unsure ON ticket (guess, place, opened)"
        " WHERE status = 'open' AND queue = 'unsure'",
        "CREATE INDEX ticket_not_open ON ticket (status) WHERE status <> 'open'",
        "CREATE INDEX message_of_kind ON message (kind, arrived)"
        " WHERE state = 'routed' AND role = 'inbox'",
        "DROP INDEX message_filed",
        "CREATE INDEX outbox_ended ON outbox (state)"
        " WHERE state NOT IN ('pending', 'claimed', 'inflight')",
        "CREATE INDEX outbox_unknown ON outbox (ended) WHERE state = 'unknown'",
    ):
        db.conn.execute(statement)
