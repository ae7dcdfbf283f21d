"""Tickets that became one: which of them stands for the others, and who belongs to it.

What was merged keeps its row and its names. It is found by them, and what is found is the ticket
that it went into, however many times that one was merged in its turn.
"""

from __future__ import annotations

import sqlite3

from triage.core.ticket import TicketId
from triage.errors import NoSuchTicket


def find(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
    """Return the row of a ticket, however its reference is typed. Raises: NoSuchTicket."""
    name = reference.strip().upper()
    name = name if name.startswith("T-") else f"T-{name}"
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM ticket WHERE reference = ?", (name,)
    ).fetchone()
    if row is None:
        raise NoSuchTicket(f"there is no ticket {name}; 'triage queue' lists those that wait")
    return row


def survivor(db: sqlite3.Connection, ticket: int) -> TicketId:
    """Return the ticket that stands for `ticket`: itself, where it was not merged."""
    (root,) = db.execute(
        "WITH RECURSIVE up (id, next) AS (SELECT id, merged_into FROM ticket WHERE id = ?"
        " UNION SELECT t.id, t.merged_into FROM ticket t JOIN up ON t.id = up.next)"
        " SELECT id FROM up WHERE next IS NULL",
        (ticket,),
    ).fetchone()
    return TicketId(root)


def family(db: sqlite3.Connection, ticket: int) -> tuple[TicketId, ...]:
    """Return `ticket` and whatever was merged into it, itself first."""
    rows = db.execute(
        "WITH RECURSIVE down (id) AS (VALUES (?)"
        " UNION SELECT t.id FROM ticket t JOIN down ON t.merged_into = down.id)"
        " SELECT id FROM down",
        (ticket,),
    )
    return tuple(TicketId(number) for (number,) in rows)


def living(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
    """Return the row of the ticket that stands for `reference`. Raises: NoSuchTicket."""
    row = find(db, reference)
    if row["merged_into"] is None:
        return row
    stands: sqlite3.Row = db.execute(
        "SELECT * FROM ticket WHERE id = ?", (survivor(db, row["id"]),)
    ).fetchone()
    return stands


def name(db: sqlite3.Connection, ticket: int) -> str:
    """Return the reference of a ticket."""
    (reference,) = db.execute("SELECT reference FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return str(reference)
