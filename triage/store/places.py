"""Mail of ours that lies in more than one folder: which of them says what it is.

A copy in Sent proves that we wrote it; a copy in the inbox of another mailbox of ours makes it
mail to that one. The copies come in any order, and before or after the mail that they answer.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.core.arrival import Folder, Role
from triage.core.known import Question
from triage.core.ticket import Event, Status, TicketId, after
from triage.store.again import triage_again
from triage.store.clocks import cancel_pending, forget_timers
from triage.store.connection import stamp
from triage.store.junk import leave, moved_back
from triage.store.noting import note
from triage.store.roles import role_of

OUR_ANSWER = "our_own_answer"
"""Why a human's answer is not acknowledged; by it, such a message is known."""

MOST_CITED = 50


def take_place(
    db: sqlite3.Connection, message: int, folder: Folder, internal_date: datetime, now: datetime
) -> None:
    """Judge a message anew by one more place where it lies, where that place says more.

    What lies in Sent is ours, whoever it looked like in the inbox. A message that opened a ticket
    keeps it, but for one that cites another ticket: that looked like a stranger's, and answers.
    What we wrote to another mailbox of ours is mail to that one. What lies in junk, too, is what
    its other place says; see `store/junk.py`.
    """
    row = db.execute("SELECT * FROM message WHERE id = ?", (message,)).fetchone()
    role = role_of(row)
    if folder.role is Role.INBOX and role is Role.INBOX and row["ticket"] is not None:
        moved_back(db, row["ticket"])
    if folder.role is role or folder.role is Role.JUNK:
        return
    if role is Role.JUNK:
        leave(db, message)
        anew = True
    elif folder.role is Role.SENT:
        anew = row["acknowledge_reason"] != OUR_ANSWER and (
            not row["opens"] or _dissolve(db, row, now)
        )
    else:
        judged_ours = row["state"] == "routed" and row["ticket"] is None
        anew = judged_ours and folder.mailbox != row["mailbox"]
    if anew:
        _lies(db, message, folder.mailbox, folder.role, stamp(internal_date))


def _dissolve(db: sqlite3.Connection, message: sqlite3.Row, now: datetime) -> bool:
    """Take a ticket away that only our own answer to another one made; False: it is a real one."""
    row = db.execute(
        "SELECT id, status FROM ticket WHERE id = ? AND status = 'open' AND messages = 1"
        " AND related <> '[]' AND acknowledgement NOT IN ('sent', 'unknown')",
        (message["ticket"],),
    ).fetchone()
    if row is None or message["again"]:
        return False
    ticket = TicketId(row["id"])
    db.execute(
        "UPDATE ticket SET status = ?, done_at = ?, waiting_since = NULL, answer_by = NULL,"
        " warn_at = NULL, place = NULL WHERE id = ?",
        (after(Status(row["status"]), Event.MERGED), stamp(now), ticket),
    )
    db.execute("DELETE FROM known_id WHERE ticket = ?", (ticket,))
    forget_timers(db, ticket)
    cancel_pending(db, ticket, OUR_ANSWER, stamp(now))
    note(db, ticket, now, "merged", {"reason": "seen_in_sent"})
    return True


def _lies(db: sqlite3.Connection, message: int, mailbox: str, role: Role, date: int) -> None:
    triage_again(db, message)
    db.execute(
        "UPDATE message SET mailbox = ?1, role = ?2, internal_date = ?3,"
        " arrived = min(?3, first_seen) WHERE id = ?4",
        (mailbox, role, date, message),
    )


def keep_for_later(db: sqlite3.Connection, question: Question) -> None:
    """Remember what mail of ours from Sent cites: it may answer a mail that is still to come.

    Mail that lies in the inbox of another mailbox of ours, too, is judged as mail to that one.
    """
    row = db.execute(
        "SELECT mailbox, role FROM message WHERE id = ?", (question.message,)
    ).fetchone()
    if row["role"] != Role.SENT:
        return
    place = db.execute(
        "SELECT f.mailbox, s.internal_date FROM seen s JOIN folder f ON f.id = s.folder"
        " WHERE s.message = ? AND f.role = ? AND f.junk = 0 AND f.mailbox <> ?"
        " ORDER BY s.internal_date LIMIT 1",
        (question.message, Role.INBOX, row["mailbox"]),
    ).fetchone()
    if place is not None:
        _lies(db, question.message, place["mailbox"], Role.INBOX, place["internal_date"])
        return
    cited = [name for name in question.message_ids if name != question.own_message_id]
    db.executemany(
        "INSERT INTO cited VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(name, question.message) for name in cited[:MOST_CITED]],
    )
