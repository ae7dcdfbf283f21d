"""What the page lists: tickets in each of its views, and how many wait in each queue.

Every list is read by an index and ends after as many rows as are shown, however old the store is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from triage.core.ticket import UNSURE
from triage.errors import NoSuchTicket
from triage.store import junk, waves
from triage.store.connection import stamp
from triage.store.family import living
from triage.store.lists import QueueCount, View
from triage.store.reading import queue as in_order
from triage.store.reading import ticket_row
from triage.store.views import TicketRow


def rail(db: sqlite3.Connection, now: datetime) -> tuple[QueueCount, ...]:
    """Count what waits in each queue."""
    counts: dict[str, list[int]] = {}
    for row in db.execute(
        "SELECT queue, guess, count(*) AS waiting, sum(coalesce(answer_by < ?, 0)) AS late"
        " FROM ticket WHERE status = 'open' GROUP BY queue, guess",
        (stamp(now),),
    ):
        for name in {row["queue"], row["guess"] if row["queue"] == UNSURE else row["queue"]}:
            count = counts.setdefault(name, [0, 0])
            count[0] += row["waiting"]
            count[1] += row["late"]
    return tuple(
        QueueCount(queue=name, waiting=waiting, late=late)
        for name, (waiting, late) in sorted(counts.items())
    )


_ENDS = {
    View.OWED: (
        "JOIN owed w ON w.ticket = t.id AND w.state = 'open' WHERE t.status <> 'merged'",
        "w.due",
    ),
    View.SNOOZED: ("WHERE t.status <> 'open' AND t.status = 'snoozed'", "t.snoozed_until"),
    View.DONE: (
        "WHERE t.status IN ('waiting', 'done') AND coalesce(t.done_at, t.answered) >= :since",
        "coalesce(t.done_at, t.answered) DESC",
    ),
    View.ALL: ("WHERE t.status <> 'merged'", "t.opened DESC"),
}


def listed(
    db: sqlite3.Connection, view: View, queues: Collection[str], since: datetime, limit: int
) -> tuple[TicketRow, ...]:
    """List a view."""
    if view in {View.NEXT, View.WAITING}:
        return _waiting(db, queues, limit)
    where, order = _ENDS[view]
    if queues:
        where += (
            " AND (t.queue IN (SELECT value FROM json_each(:queues)) OR (t.queue = 'unsure'"
            " AND t.guess IN (SELECT value FROM json_each(:queues))))"
        )
    rows = db.execute(
        f"SELECT t.* FROM ticket t {where} ORDER BY {order} LIMIT :limit",
        {"since": stamp(since), "queues": json.dumps(sorted(queues)), "limit": limit},
    ).fetchall()
    replies = junk.replies(db)
    return tuple(ticket_row(row, waves.alike(db, row), replies.get(row["id"], 0)) for row in rows)


def _waiting(db: sqlite3.Connection, queues: Collection[str], limit: int) -> tuple[TicketRow, ...]:
    if not queues:
        return in_order(db, None, limit)
    found = {row.id: row for name in sorted(queues) for row in in_order(db, name, limit)}
    rows = sorted(found.values(), key=lambda row: (row.place is None, row.place or row.opened))
    return tuple(rows[:limit])


def placed(db: sqlite3.Connection, reference: str) -> tuple[str, str] | None:
    """Return where a ticket lies."""
    try:
        row = living(db, reference)
    except NoSuchTicket:
        return None
    return row["queue"], row["guess"]
