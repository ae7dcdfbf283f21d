"""What lies in junk: kept, looked through, and let out when somebody says so.

A message is in junk as long as no copy of it lies, or lay, in an inbox. What a person or the
server moves there takes its new place: out of junk it is triaged as if it had come by the inbox;
into junk, what has become a ticket stays one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from triage.core.disposition import Junked
from triage.core.known import Question
from triage.core.outgoing import Sort, State
from triage.core.ticket import MessageId, TicketId, handle
from triage.store.clocks import cancel_pending
from triage.store.connection import instant, stamp
from triage.store.family import name, survivor
from triage.store.noting import note, record_mail
from triage.store.views import InJunk

MOVED = "moved_to_junk"
"""Why an acknowledgement was cancelled; by it, it is revived."""

# CROSS JOIN begins with the few that lie there, whatever SQLite believes of a large store.
_LIES = (
    " m.junk = 1 AND m.kind_said IS NULL"
    " AND EXISTS (SELECT 1 FROM seen s JOIN folder f ON f.id = s.folder"
    " WHERE s.message = m.id AND s.gone = 0 AND f.junk = 1)"
)


def keep(db: sqlite3.Connection, question: Question, decision: Junked) -> None:
    """Keep what mail in junk says, and whether it looks like a customer's."""
    record_mail(db, question, decision.mail, None, decision.explained, "in_junk")
    if not decision.looks:
        return
    db.execute(
        "INSERT OR REPLACE INTO in_junk VALUES (?, ?, ?, ?)",
        (question.message, decision.looks, decision.why, decision.ticket),
    )
    detail = {"message": handle(question.message), "looks": decision.looks}
    note(db, decision.ticket, question.now, "lies_in_junk", detail)


def in_junk(db: sqlite3.Connection, limit: int) -> tuple[InJunk, ...]:
    """List what lies in junk and looks like a customer's, newest first.

    What somebody said to be spam, or let out, and what is no longer there, is left out.
    """
    rows = db.execute(
        "SELECT m.id, m.mailbox, m.sender, m.sender_name, m.subject, m.arrived, m.kind, j.looks,"
        f" j.why, j.ticket FROM in_junk j CROSS JOIN message m ON m.id = j.message WHERE{_LIES}"
        " ORDER BY m.arrived DESC, m.id DESC LIMIT ?",
        (limit,),
    )
    return tuple(
        InJunk(
            id=MessageId(row["id"]),
            mailbox=row["mailbox"],
            kind=row["kind"],
            sender=row["sender"],
            sender_name=row["sender_name"],
            subject=row["subject"],
            arrived=instant(row["arrived"]),
            looks=row["looks"],
            why=row["why"],
            reference="" if row["ticket"] is None else name(db, survivor(db, row["ticket"])),
        )
        for row in rows
    )


def like_customers(db: sqlite3.Connection) -> int:
    """Count what lies in junk and looks like a customer's."""
    (number,) = db.execute(
        f"SELECT count(*) FROM in_junk j CROSS JOIN message m ON m.id = j.message WHERE{_LIES}"
    ).fetchone()
    return int(number)


def replies(db: sqlite3.Connection) -> dict[int, int]:
    """Count the replies that lie in junk, by the ticket that each would join.

    Where that was merged, it is the one that it went into.
    """
    rows = db.execute(
        "SELECT j.ticket, count(*) FROM in_junk j CROSS JOIN message m ON m.id = j.message"
        f" WHERE j.ticket IS NOT NULL AND{_LIES} GROUP BY j.ticket"
    )
    found = Counter[int]()
    for ticket, number in rows.fetchall():
        found[survivor(db, ticket)] += number
    return dict(found)


def leave(db: sqlite3.Connection, message: int) -> None:
    """Forget that a message lay in junk."""
    db.execute("DELETE FROM in_junk WHERE message = ?", (message,))
    db.execute("UPDATE message SET junk = 0 WHERE id = ?", (message,))


def follow(db: sqlite3.Connection, messages: Collection[int], now: datetime) -> None:
    """See which of these were moved from an inbox to junk, and do what that asks for.

    Only what lay in an inbox, lies in none any more, and lies in junk. Untriaged, it is junk; a
    ticket stays, with a note, and an acknowledgement that has not begun to leave is cancelled.
    """
    for message in messages:
        row = db.execute(
            "SELECT state, again, ticket, opens, role, junk FROM message WHERE id = ?", (message,)
        ).fetchone()
        if row["role"] != "inbox" or row["junk"] or not _moved(db, message):
            continue
        if row["state"] == "stored" and not row["again"]:
            db.execute("UPDATE message SET junk = 1 WHERE id = ?", (message,))
        elif row["ticket"] is not None:
            note(db, row["ticket"], now, MOVED, {"message": handle(MessageId(message))})
            if row["opens"]:
                cancel_pending(db, row["ticket"], MOVED, stamp(now))


def _moved(db: sqlite3.Connection, message: int) -> bool:
    places = db.execute(
        "SELECT f.junk, s.gone FROM seen s JOIN folder f ON f.id = s.folder"
        " WHERE s.message = ? AND f.role = 'inbox'",
        (message,),
    ).fetchall()
    lay = any(not place["junk"] and place["gone"] for place in places)
    lies = any(not place["junk"] and not place["gone"] for place in places)
    return lay and not lies and any(place["junk"] and not place["gone"] for place in places)


def moved_back(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Let an acknowledgement go on that only a move to junk had stopped.

    Its claim checks whether it is too late.
    """
    revived = db.execute(
        "UPDATE outbox SET state = ?, reason = '', ended = NULL"
        " WHERE ticket = ? AND sort = ? AND state = ? AND reason = ?",
        (State.PENDING, ticket, Sort.ACKNOWLEDGEMENT, State.CANCELLED, MOVED),
    )
    if revived.rowcount:
        db.execute("UPDATE ticket SET acknowledgement = 'pending' WHERE id = ?", (ticket,))
