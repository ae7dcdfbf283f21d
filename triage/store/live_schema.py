"""The table of what was touched last, by which pages that stand open learn what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.stream_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]

_INTO = "INSERT INTO touched (ticket, queue, guess, wave, at)"
_NOW = "unixepoch() FROM ticket"
_KEPT = 20_000
"""Touches that are kept: whoever missed more than these looks at everything anew."""


def _trigger(name: str, of: str, columns: str, *tickets: str) -> str:
    """Return a trigger that writes down that tickets were touched by what stands beside them."""
    body = "; ".join(
        f"{_INTO} SELECT id, queue, guess, wave, {_NOW} WHERE id = {ticket}" for ticket in tickets
    )
    return f"CREATE TRIGGER touched_by_{name} AFTER {of} ON {columns} BEGIN {body}; END"


@migrations()
def m043_touched(db: Database) -> None:
    """Write every change of a ticket down, whatever makes it, with where it lay before.

    Not every change is an event, and not every one is made by the daemon: a trigger misses none.
    `at` is the machine's clock in seconds, for that alone is at hand in a trigger.
    """
    for statement in (
        "CREATE TABLE touched ("
        " number INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " queue TEXT NOT NULL, guess TEXT NOT NULL, wave INTEGER, at INTEGER NOT NULL) STRICT",
        "CREATE TRIGGER touched_kept_short AFTER INSERT ON touched BEGIN"
        f" DELETE FROM touched WHERE number <= new.number - {_KEPT}; END",
        "CREATE TRIGGER touched_by_ticket AFTER UPDATE ON ticket BEGIN"
        f" {_INTO} VALUES (old.id, old.queue, old.guess, old.wave, unixepoch()); END",
        _trigger("opening", "INSERT", "ticket", "new.id"),
        _trigger("message", "INSERT", "message", "new.ticket"),
        _trigger(
            "moved_message",
            "UPDATE OF ticket, kind, state, junk",
            "message",
            "old.ticket",
            "iif(new.ticket IS old.ticket, NULL, new.ticket)",
        ),
        _trigger("event", "INSERT", "event", "new.ticket"),
        _trigger("mail", "INSERT", "outbox", "new.ticket"),
        _trigger("mail_on_its_way", "UPDATE OF state", "outbox", "new.ticket"),
        _trigger("answer", "INSERT", "answer", "new.ticket"),
        _trigger("answer_undone", "UPDATE", "answer", "new.ticket"),
        _trigger("owed", "INSERT", "owed", "new.ticket"),
        _trigger("owed_met", "UPDATE", "owed", "new.ticket"),
        _trigger("remark", "INSERT", "remark", "new.ticket"),
    ):
        db.conn.execute(statement)


@migrations()
def m044_owed(db: Database) -> None:
    """Find what is owed still by when it is due, also where that is over."""
    db.conn.execute("CREATE INDEX owed_running ON owed (due) WHERE ended IS NULL")
