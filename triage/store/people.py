"""What people say of a ticket: answered elsewhere, judged wrong, closed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.core.ticket import Event, Priority, Status, TicketId, after
from triage.errors import NoSuchTicket
from triage.store.clocks import cancel_pending, forget_timers, order, stop_clock
from triage.store.connection import stamp
from triage.store.noting import note
from triage.store.protocol import Closing, Correction


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


def answered(db: sqlite3.Connection, reference: str, at: datetime, by: str, how: str) -> None:
    """Mark a ticket as answered by a human elsewhere."""
    stop_clock(db, TicketId(find(db, reference)["id"]), at, by=by, how=how)


def correct(
    db: sqlite3.Connection,
    reference: str,
    correction: Correction,
    boosts: Mapping[Priority, int],
    by: str,
    now: datetime,
) -> None:
    """Set right what was judged wrong, and keep before and after as a label."""
    row = find(db, reference)
    before = _judged(db, row)
    now_judged = dict(before)
    if correction.queue is not None:
        now_judged["queue"] = correction.queue
    if correction.priority is not None:
        now_judged["priority"] = str(correction.priority)
        now_judged["boost"] = (
            before["boost"] - boosts[Priority(before["priority"])] + boosts[correction.priority]
        )
    if correction.kind is not None:
        now_judged["kind"] = correction.kind
    flags = [name for name in before["flags"] if correction.signals.get(name, True)]
    flags += [name for name, yes in correction.signals.items() if yes and name not in flags]
    now_judged["flags"] = flags
    _judge(db, row, now_judged)
    db.execute(
        "INSERT INTO correction (ticket, at, person, before, after) VALUES (?, ?, ?, ?, ?)",
        (row["id"], stamp(now), by, json.dumps(before), json.dumps(now_judged)),
    )
    changed = {key: value for key, value in now_judged.items() if value != before[key]}
    note(db, TicketId(row["id"]), now, "corrected", {"by": by, **changed})


def undo_correction(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> bool:
    """Take the last correction back; False if there is none."""
    row = find(db, reference)
    last = db.execute(
        "SELECT id, before FROM correction WHERE ticket = ? AND undone IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    if last is None:
        return False
    before = json.loads(last["before"])
    _judge(db, row, before)
    db.execute("UPDATE correction SET undone = ? WHERE id = ?", (stamp(now), last["id"]))
    note(db, TicketId(row["id"]), now, "correction_undone", {"by": by})
    return True


def _judged(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    first = db.execute(
        "SELECT kind FROM message WHERE ticket = ? ORDER BY arrived, id LIMIT 1", (row["id"],)
    ).fetchone()
    return {
        "queue": row["queue"],
        "priority": row["priority"],
        "boost": row["boost"],
        "flags": json.loads(row["flags"]),
        "kind": first["kind"] if first else "human",
    }


def _judge(db: sqlite3.Connection, row: sqlite3.Row, judged: dict[str, Any]) -> None:
    db.execute(
        "UPDATE ticket SET queue = ?, priority = ?, boost = ?, flags = ? WHERE id = ?",
        (
            judged["queue"],
            judged["priority"],
            judged["boost"],
            json.dumps(judged["flags"]),
            row["id"],
        ),
    )
    db.execute(
        "UPDATE message SET kind = ? WHERE id ="
        " (SELECT id FROM message WHERE ticket = ? ORDER BY arrived, id LIMIT 1)",
        (judged["kind"], row["id"]),
    )
    order(db, TicketId(row["id"]))


def close_ticket(
    db: sqlite3.Connection, reference: str, closing: Closing, by: str, now: datetime
) -> None:
    """Close a ticket: the clock ends unanswered, and an acknowledgement under way is cancelled."""
    row = find(db, reference)
    ticket = TicketId(row["id"])
    db.execute(
        "UPDATE ticket SET status = ?, done_at = ?, waiting_since = NULL, answer_by = NULL,"
        " warn_at = NULL, place = NULL, revision = revision + 1 WHERE id = ?",
        (after(Status(row["status"]), Event.CLOSED), stamp(now), ticket),
    )
    forget_timers(db, ticket)
    cancel_pending(db, ticket, "closed", stamp(now))
    detail = {"by": by, "reason": closing.reason, "referral": closing.referral}
    note(db, ticket, now, "closed", {**detail, "cause": closing.cause})
