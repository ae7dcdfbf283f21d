"""The indexes by which a report reads its own time, and nothing before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.watch_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m027_report(db: Database) -> None:
    """Find what began to wait, was to be acknowledged, or was put right, by its time."""
    for statement in (
        "CREATE INDEX clock_started ON clock (start)",
        "CREATE INDEX outbox_acknowledgements ON outbox (created) WHERE sort = 'ack'",
        "CREATE INDEX remedy_in_time ON remedy (at)",
    ):
        db.conn.execute(statement)
