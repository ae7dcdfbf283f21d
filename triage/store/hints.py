"""Hints that a ticket was answered where nobody looks: they stop no clock, and are shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from triage.core.answer import OUTSIDE
from triage.core.arrival import Folder
from triage.core.ticket import TicketId, handle
from triage.store.connection import stamp
from triage.store.noting import note

MARKED = "marked_answered"
"""The badge, and the event, of a ticket whose mail bears a client's mark: is it answered?"""

HINTS = frozenset({MARKED, OUTSIDE})

PATIENCE = timedelta(minutes=5)
"""How long alarms wait after a mark for the answer that it may be of."""

_CALLS = ("warning", "escalation", "delay")
"""Timers that call people. A breach is written down at its own moment, whatever is hinted."""


def bear(db: sqlite3.Connection, ticket: TicketId, badge: str) -> None:
    """Give a ticket a badge, if it has it not."""
    have = _badges(db, ticket)
    if badge not in have:
        _keep(db, ticket, [*have, badge])


def cease(db: sqlite3.Connection, ticket: TicketId, badges: Collection[str]) -> None:
    """Take badges from a ticket."""
    have = _badges(db, ticket)
    left = [name for name in have if name not in badges]
    if left != have:
        _keep(db, ticket, left)


def _badges(db: sqlite3.Connection, ticket: TicketId) -> list[str]:
    (have,) = db.execute("SELECT badges FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return list(json.loads(have))


def _keep(db: sqlite3.Connection, ticket: TicketId, badges: list[str]) -> None:
    db.execute(
        "UPDATE ticket SET badges = ?, revision = revision + 1 WHERE id = ?",
        (json.dumps(badges), ticket),
    )


def waiting(db: sqlite3.Connection, folder: Folder, limit: int) -> frozenset[int]:
    """Return where mails that wait for an answer lie in a folder, the newest first.

    A mark on a mail of an earlier turn is of the answer that ended it.
    """
    rows = db.execute(
        "SELECT s.uid FROM ticket t JOIN message m ON m.ticket = t.id"
        " AND m.arrived >= t.waiting_since JOIN seen s ON s.message = m.id AND s.gone = 0"
        " JOIN folder f ON f.id = s.folder AND f.uidvalidity = s.uidvalidity"
        " WHERE t.status = 'open' AND f.mailbox = ? AND f.path = ? AND m.role = 'inbox'"
        " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.ticket = t.id AND e.name = ?"
        " AND e.detail ->> '$.mail' = 'M-' || m.id) ORDER BY m.arrived DESC LIMIT ?",
        (folder.mailbox, folder.path, MARKED, limit),
    )
    return frozenset(uid for (uid,) in rows)


def hinted(db: sqlite3.Connection, folder: Folder, marks: Mapping[int, str], now: datetime) -> int:
    """Note what marks mails bear, and let alarms wait; return how many were news."""
    waits = waiting(db, folder, -1) & set(marks)
    for uid in sorted(waits):
        row = db.execute(
            "SELECT m.id, m.ticket FROM seen s JOIN folder f ON f.id = s.folder"
            " AND f.uidvalidity = s.uidvalidity JOIN message m ON m.id = s.message"
            " WHERE f.mailbox = ? AND f.path = ? AND s.uid = ?",
            (folder.mailbox, folder.path, uid),
        ).fetchone()
        ticket = TicketId(row["ticket"])
        bear(db, ticket, MARKED)
        note(db, ticket, now, MARKED, {"mark": marks[uid], "mail": handle(row["id"])})
        db.execute(
            "UPDATE timer SET at = ?1 WHERE ticket = ?2 AND at < ?1"
            " AND name IN (SELECT value FROM json_each(?3))",
            (stamp(now + PATIENCE), ticket, json.dumps(_CALLS)),
        )
    return len(waits)
