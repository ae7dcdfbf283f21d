"""The tables of the hour in the round: what tickets are about, and how they are found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.people_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]

LEAVING = (
    "(instr(flags, '\"churn_risk\"') > 0 OR instr(flags, '\"quiet-trouble\"') > 0"
    " OR (instr(flags, '\"repeat_contact\"') > 0 AND instr(flags, '\"complaint\"') = 0))"
)
"""Which tickets are of people who may leave: a query has to say so in the same words."""


@migrations()
def m026_what_tickets_are_about(db: Database) -> None:
    """Find tickets by the order that they name, by their cause, and by who may leave.

    A row of `matter` is a thing that a message is about: a fact's name and its bare value.
    """
    for statement in (
        "CREATE TABLE matter ("
        " message INTEGER NOT NULL REFERENCES message (id), key TEXT NOT NULL,"
        " PRIMARY KEY (message, key)) STRICT, WITHOUT ROWID",
        "CREATE INDEX matter_by_key ON matter (key, message)",
        "CREATE INDEX ticket_closed_for ON ticket (queue, done_at) WHERE cause <> ''",
        f"CREATE INDEX ticket_leaving ON ticket (opened) WHERE {LEAVING}",
        f"CREATE INDEX ticket_leaving_open ON ticket (opened) WHERE status = 'open' AND {LEAVING}",
        "CREATE INDEX voice_open ON voice (at) WHERE closed IS NULL",
        "CREATE INDEX goodwill_of_ticket ON goodwill (ticket, at)",
    ):
        db.conn.execute(statement)
