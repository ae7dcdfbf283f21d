"""Messages that are triaged once more, because more is known now than when they were judged."""

from __future__ import annotations

import sqlite3


def triage_again(db: sqlite3.Connection, message: int) -> None:
    """Give a message back to triage, as if it had never been judged; it comes before all others."""
    db.execute(
        "UPDATE ticket SET messages = max(messages - 1, 0), revision = revision + 1"
        " WHERE id = (SELECT ticket FROM message WHERE id = ?)",
        (message,),
    )
    db.execute("DELETE FROM reading WHERE message = ?", (message,))
    db.execute("DELETE FROM cited WHERE message = ?", (message,))
    db.execute(
        "UPDATE message SET state = 'stored', attempts = 0, error = '', ticket = NULL, home = NULL,"
        " opens = 0, again = 1 WHERE id = ?",
        (message,),
    )


def wake_those_that_cite(db: sqlite3.Connection, message_id: str) -> None:
    """Triage again what cited a Message-ID before anybody knew whose it is."""
    rows = db.execute("SELECT message FROM cited WHERE message_id = ?", (message_id,)).fetchall()
    for (message,) in rows:
        triage_again(db, message)
