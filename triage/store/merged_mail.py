"""The messages of tickets that are merged or parted, and the one acknowledgement that they get."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.core.outgoing import State
from triage.core.ticket import TicketId
from triage.errors import NotPossible
from triage.store.before import people_wrote
from triage.store.connection import stamp
from triage.store.family import family, name

MERGED = "merged"
"""Why an acknowledgement is not sent: that of the other ticket stands for both."""

_LEFT = "(state IN ('inflight', 'sent', 'unknown') OR reason = 'shadow')"
_WAITS = "state IN ('pending', 'claimed')"


def one_acknowledgement(
    db: sqlite3.Connection, gone: TicketId, stays: TicketId, now: datetime
) -> list[int]:
    """Leave at most one acknowledgement for both tickets; return which were cancelled.

    One that left, or may have left, serves for both. Else one that waits goes on: that of the
    younger mail, which is the last to be too late. The requester is acknowledged once, not never.
    """
    (left,) = db.execute(
        f"SELECT count(*) FROM outbox WHERE sort = 'ack' AND ticket IN (?, ?) AND {_LEFT}",
        (gone, stays),
    ).fetchone()
    waiting = [
        int(row["id"])
        for row in db.execute(
            "SELECT o.id FROM outbox o LEFT JOIN message m ON m.id = o.message"
            " WHERE o.sort = 'ack' AND o.ticket IN (?, ?) AND o.state IN ('pending', 'claimed')"
            " ORDER BY m.arrived DESC, o.id",
            (gone, stays),
        )
    ]
    cancelled = waiting if left else waiting[1:]
    db.executemany(
        "UPDATE outbox SET state = ?, reason = ?, ended = ? WHERE id = ?",
        [(State.CANCELLED, MERGED, stamp(now), mail) for mail in cancelled],
    )
    return cancelled


def revive(
    db: sqlite3.Connection, cancelled: Sequence[int], tickets: Sequence[int], since: int
) -> None:
    """Let go on what the merge cancelled, unless the requester was acknowledged since, by either.

    Its claim checks whether it is too late, or answered.
    """
    row = db.execute(
        "SELECT 1 FROM outbox WHERE sort = 'ack' AND ticket IN (SELECT value FROM json_each(?))"
        f" AND {_LEFT} AND ended >= ? LIMIT 1",
        (json.dumps(list(tickets)), since),
    ).fetchone()
    if row is None:
        db.executemany(
            "UPDATE outbox SET state = 'pending', reason = '', ended = NULL"
            " WHERE id = ? AND state = 'cancelled' AND reason = ?",
            [(mail, MERGED) for mail in cancelled],
        )


def show_acknowledgement(db: sqlite3.Connection, ticket: TicketId, otherwise: str) -> None:
    """Show on a ticket what became of its acknowledgement; `otherwise` where it has none."""
    row = db.execute(
        "SELECT state, reason FROM outbox WHERE ticket = ? AND sort = 'ack'"
        f" ORDER BY {_LEFT} DESC, {_WAITS} DESC, id DESC LIMIT 1",
        (ticket,),
    ).fetchone()
    shown = otherwise
    if row is not None:
        state = State(row["state"])
        told = {State.CANCELLED: row["reason"], State.EXPIRED: row["reason"]}
        under_way = state in {State.CLAIMED, State.INFLIGHT}
        shown = str(State.PENDING if under_way else told.get(state, state))
    db.execute("UPDATE ticket SET acknowledgement = ? WHERE id = ?", (shown, ticket))


def show_promise(db: sqlite3.Connection, ticket: TicketId, otherwise: int | None) -> None:
    """Show the time that a ticket's own acknowledgement told; `otherwise` where none was told."""
    row = db.execute(
        "SELECT promised_at FROM outbox WHERE ticket = ? AND sort = 'ack'"
        " AND state IN ('inflight', 'sent', 'unknown') AND promised_at IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        (ticket,),
    ).fetchone()
    told = otherwise if row is None else row["promised_at"]
    db.execute("UPDATE ticket SET promised_at = ? WHERE id = ?", (told, ticket))


def move_acknowledgement(db: sqlite3.Connection, gone: TicketId, stays: TicketId) -> list[int]:
    """Lay the acknowledgement of one ticket on another; return which mails of the outbox moved."""
    moved = db.execute(
        "UPDATE outbox SET ticket = ? WHERE ticket = ? AND sort = 'ack' RETURNING id", (stays, gone)
    )
    return [int(row["id"]) for row in moved.fetchall()]


def move(db: sqlite3.Connection, gone: TicketId, stays: TicketId) -> list[int]:
    """Lay the messages of one ticket on another; return those that lie there now.

    Each notes the ticket that it came to.
    """
    rows = db.execute("SELECT id FROM message WHERE ticket IN (?, ?)", (gone, stays))
    messages = [int(row["id"]) for row in rows]
    db.execute(
        "UPDATE message SET home = coalesce(home, ticket), ticket = ? WHERE ticket = ?",
        (stays, gone),
    )
    return messages


def going_back(db: sqlite3.Connection, gone: TicketId, stays: TicketId) -> list[int]:
    """Return what goes back to a merged ticket: what came to it, before the merge and since.

    Raises: NotPossible where one of the two tickets would be left without anybody's mail.
    """
    came = [
        int(row["id"])
        for row in db.execute(
            "SELECT id FROM message WHERE ticket = ? AND home IN (SELECT value FROM json_each(?))",
            (stays, json.dumps(family(db, gone))),
        )
    ]
    (lies,) = db.execute("SELECT count(*) FROM message WHERE ticket = ?", (stays,)).fetchone()
    if not came or len(came) == lies:
        raise NotPossible(
            "%(ticket)s or %(other)s would hold no mail any more",
            ticket=name(db, gone),
            other=name(db, stays),
        )
    return came


def move_back(
    db: sqlite3.Connection,
    gone: TicketId,
    messages: Sequence[int],
    acknowledgements: Sequence[int],
) -> None:
    """Lay messages on the ticket that they came to, with the acknowledgement that was its own."""
    db.execute(
        "UPDATE message SET ticket = ?1, home = nullif(home, ?1)"
        " WHERE id IN (SELECT value FROM json_each(?2))",
        (gone, json.dumps(list(messages))),
    )
    db.executemany(
        "UPDATE outbox SET ticket = ? WHERE id = ?", [(gone, mail) for mail in acknowledgements]
    )


def wants_answer(db: sqlite3.Connection, ticket: TicketId, known: Sequence[int]) -> bool:
    """Say whether a participant wrote to a ticket beside the messages that are known."""
    row = db.execute(
        "SELECT 1 FROM message WHERE ticket = ? AND participant = 1 AND trust <> 'fail'"
        " AND id IN (SELECT value FROM json_each(?)) LIMIT 1",
        (ticket, json.dumps(people_wrote(db, ticket, known))),
    ).fetchone()
    return row is not None
