"""What a clock was counted for, so that it can be counted anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.promises_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m020_clocks(db: Database) -> None:
    """Keep with each clock the queue and the priority whose target it has, and whether of danger.

    A ticket may be raised, merged or moved while its clock runs: its own are then others.
    """
    for statement in (
        "ALTER TABLE clock ADD COLUMN queue TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE clock ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal'",
        "ALTER TABLE clock ADD COLUMN danger INTEGER NOT NULL DEFAULT 0 CHECK (danger IN (0, 1))",
        "UPDATE clock SET queue = ticket.queue, priority = ticket.priority,"
        " danger = clock.why LIKE 'danger: %' FROM ticket WHERE ticket.id = clock.ticket",
        "CREATE INDEX ticket_snoozed ON ticket (snoozed_until) WHERE status = 'snoozed'",
    ):
        db.conn.execute(statement)
