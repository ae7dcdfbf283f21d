"""What the page lists: tickets in each of its views, and how many wait in each queue.

Every list is read by an index and ends after as many rows as are shown, however old the store is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from triage.core.ticket import UNSURE, Priority, TicketId
from triage.errors import NoSuchTicket
from triage.store import owing, waves
from triage.store.connection import maybe, stamp
from triage.store.family import living
from triage.store.lists import QueueCount, View
from triage.store.live import Pile
from triage.store.reading import in_their_order, ticket_rows
from triage.store.reading import queue as in_order
from triage.store.views import InTurn, TicketRow


def rail(db: sqlite3.Connection, now: datetime) -> tuple[QueueCount, ...]:
    """Count what waits in each queue."""
    counts: dict[str, list[int]] = {}
    for pile in piles(db, now):
        for name in {pile.queue, pile.guess if pile.queue == UNSURE else pile.queue}:
            count = counts.setdefault(name, [0, 0])
            count[0] += pile.waiting
            count[1] += pile.late
    return tuple(
        QueueCount(queue=name, waiting=waiting, late=late)
        for name, (waiting, late) in sorted(counts.items())
    )


def piles(db: sqlite3.Connection, now: datetime) -> tuple[Pile, ...]:
    """Count what waits, and what of it is late."""
    rows = db.execute(
        "SELECT queue, iif(queue = ?, guess, '') AS guess, count(*) AS waiting,"
        " sum(coalesce(answer_by < ?, 0)) AS late FROM ticket WHERE status = 'open'"
        " GROUP BY 1, 2",
        (UNSURE, stamp(now)),
    )
    return tuple(
        Pile(queue=row["queue"], guess=row["guess"], waiting=row["waiting"], late=row["late"])
        for row in rows
    )


_ENDS = {
    View.OWED: (
        f"JOIN ({owing.RUNNING}) w ON w.ticket = t.id WHERE t.status <> 'merged'",
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
    return ticket_rows(db, rows)


def _waiting(db: sqlite3.Connection, queues: Collection[str], limit: int) -> tuple[TicketRow, ...]:
    if not queues:
        return in_order(db, None, limit)
    found = {row.id: row for name in sorted(queues) for row in in_order(db, name, limit)}
    rows = sorted(
        found.values(), key=lambda row: (row.place is None, row.place or row.opened, row.opened)
    )
    return tuple(rows[:limit])


def in_turn(db: sqlite3.Connection) -> tuple[InTurn, ...]:
    """Return all that waits, in the order of `reading.queue`."""
    alone = db.execute(
        "SELECT id, reference, revision, owner, queue, guess, priority, answer_by, warn_at, place,"
        " opened, 1 AS alike FROM ticket WHERE status = 'open' AND wave IS NULL"
    )
    found = [*alone, *waves.rows(db, None)]
    found.sort(key=in_their_order)
    return tuple(
        InTurn(
            id=TicketId(row["id"]),
            reference=row["reference"],
            revision=row["revision"],
            owner=row["owner"],
            queue=row["queue"],
            guess=row["guess"],
            priority=Priority(row["priority"]),
            answer_by=maybe(row["answer_by"]),
            warn_at=maybe(row["warn_at"]),
            alike=row["alike"],
        )
        for row in found
    )


def rows(db: sqlite3.Connection, tickets: Sequence[int]) -> tuple[TicketRow, ...]:
    """Return the rows of tickets, in the order in which they are asked for."""
    found = db.execute(
        "SELECT t.* FROM json_each(?) wanted JOIN ticket t ON t.id = wanted.value"
        " ORDER BY wanted.key",
        (json.dumps(list(tickets)),),
    ).fetchall()
    return ticket_rows(db, found)


def placed(db: sqlite3.Connection, reference: str) -> tuple[str, str] | None:
    """Return where a ticket lies."""
    try:
        row = living(db, reference)
    except NoSuchTicket:
        return None
    return row["queue"], row["guess"]
