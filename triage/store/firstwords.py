"""A ticket of which we are the first writer: no clock runs until its requester answers."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime

from triage.core.reply import Writer, Written
from triage.core.ticket import OutboxId, TicketId
from triage.core.worded import worded
from triage.errors import NotPossible
from triage.store.connection import stamp
from triage.store.naming import free_reference
from triage.store.noting import note
from triage.store.replies import insert, pressed_before
from triage.store.replyviews import pressed

WE_WROTE = "we_wrote_first"
"""Why the requester of such a ticket is not acknowledged."""


def reference_of(db: sqlite3.Connection, key: str) -> str:
    """Return the reference of the ticket that a press with this key makes, or has made."""
    row = pressed(db, key)
    if row is not None:
        return str(row["reference"])
    return free_reference(db, hashlib.sha256(b"new\0" + key.encode()).digest())


def put(
    db: sqlite3.Connection,
    reference: str,
    written: Written,
    by: Writer,
    queue: str,
    language: str | None,
    now: datetime,
    leaves_at: datetime,
) -> OutboxId:
    """Make a ticket, and put its mail into the outbox."""
    before = pressed_before(db, written.key, by)
    if before is not None:
        return before
    if reference != reference_of(db, written.key):
        raise NotPossible("%(ticket)s is not the reference of that mail", ticket=reference)
    first = written.reply.to[0]
    made = db.execute(
        "INSERT INTO ticket (reference, status, mailbox, subject, requester, requester_name,"
        " language, queue, guess, priority, boost, owner, owner_why, gist, flags, badges, related,"
        " opened, acknowledgement) VALUES (?, 'waiting', ?, ?, ?, ?, ?, ?, ?, 'normal', 0, ?, ?,"
        " '', '[]', '[]', '[]', ?, ?)",
        (
            reference,
            written.mailbox,
            written.reply.subject,
            written.recipient,
            first.name,
            language,
            queue,
            queue,
            by.agent,
            worded("wrote first") if by.agent else "",
            stamp(now),
            WE_WROTE,
        ),
    )
    ticket = TicketId(made.lastrowid or 0)
    row = db.execute("SELECT * FROM ticket WHERE id = ?", (ticket,)).fetchone()
    note(db, ticket, now, "opened", {"queue": queue, "priority": "normal", "owner": by.agent})
    mail = insert(db, row, written, by, now, leaves_at)
    detail = {"by": by.person, "mail": mail, "leaves": leaves_at.isoformat()}
    note(db, ticket, now, "new_put", detail)
    return mail
