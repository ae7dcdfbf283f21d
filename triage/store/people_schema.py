"""The tables of who does what: pauses as switches, who is told of what, and who took what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.clocks_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m021_people(db: Database) -> None:
    """Make the pause that was a setting a switch, and keep who is told of what.

    `telling` holds each ticket whose owner has not been told of it yet, from `due` on; `told` how
    many tickets an agent was told of when, for a day. `claim` says who took a ticket by hand last.
    """
    for statement in (
        "INSERT INTO switch (name, about, said, since, at, person)"
        " SELECT 'pause', 'all', json_object('text', value), unixepoch() * 1000000,"
        " unixepoch() * 1000000, 'triage' FROM setting WHERE name = 'paused'",
        "DELETE FROM setting WHERE name = 'paused'",
        "CREATE INDEX switch_closed ON switch (ended) WHERE name = 'closed'",
        "CREATE TABLE telling ("
        " ticket INTEGER PRIMARY KEY REFERENCES ticket (id),"
        " owner TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL,"
        " why TEXT NOT NULL CHECK (why IN ('new', 'reowned', 'handed_over', 'written'))) STRICT",
        "CREATE INDEX telling_in_order ON telling (due)",
        "CREATE TABLE told ("
        " id INTEGER PRIMARY KEY, agent TEXT NOT NULL, at INTEGER NOT NULL,"
        " tickets INTEGER NOT NULL CHECK (tickets > 0)) STRICT",
        "CREATE INDEX told_lately ON told (agent, at)",
        "CREATE TABLE claim ("
        " ticket INTEGER PRIMARY KEY REFERENCES ticket (id),"
        " agent TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
    ):
        db.conn.execute(statement)
