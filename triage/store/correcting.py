"""What people set right of a ticket: queue, priority, signals, and what its first mail is at all.

Before and after are kept as a label, and by what is kept a correction is taken back whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.core.judgement import SAFETY
from triage.core.outgoing import Sort, State
from triage.core.ticket import TICKETED, Event, Kind, MessageId, Priority, Status, TicketId, after
from triage.core.worded import worded
from triage.store import voices
from triage.store.byhand import Correction
from triage.store.clocks import cancel_pending, forget_timers, order
from triage.store.connection import stamp
from triage.store.family import living
from triage.store.noting import note


def correct(
    db: sqlite3.Connection,
    reference: str,
    correction: Correction,
    boosts: Mapping[Priority, int],
    by: str,
    now: datetime,
) -> None:
    """Set right what was judged wrong, and keep before and after as a label.

    Queue and priority move the ticket's place, and its clock is of them from now on, or of danger:
    how long that is, and in which hours, is counted by `recount`. A kind that is no human's cancels
    an acknowledgement that waits; one that makes no ticket takes the ticket out of the queue.
    """
    row = living(db, reference)
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
        now_judged |= {"kind": correction.kind, "kind_why": worded("%(person)s says so", person=by)}
    flags = [name for name in before["flags"] if correction.signals.get(name, True)]
    flags += [name for name, yes in correction.signals.items() if yes and name not in flags]
    now_judged["flags"] = flags
    waited = _judge(db, row, before["kind"], now_judged, now)
    voices.follow(db, TicketId(row["id"]), now, by)
    db.execute(
        "INSERT INTO correction (ticket, at, person, before, after) VALUES (?, ?, ?, ?, ?)",
        (
            row["id"],
            stamp(now),
            by,
            json.dumps({**before, "waited": waited}),
            json.dumps(now_judged),
        ),
    )
    changed = {
        key: value
        for key, value in now_judged.items()
        if value != before[key] and key != "kind_why"
    }
    note(db, TicketId(row["id"]), now, "corrected", {"by": by, **changed})


def undo_correction(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> bool:
    """Take the last correction back, with what it did to the clock; False if there is none."""
    row = living(db, reference)
    last = db.execute(
        "SELECT id, before FROM correction WHERE ticket = ? AND undone IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    if last is None:
        return False
    before = json.loads(last["before"])
    waited = _judge(db, row, _judged(db, row)["kind"], before, now)
    voices.follow(db, TicketId(row["id"]), now, by)
    db.execute(
        "UPDATE correction SET undone = ?, before = ? WHERE id = ?",
        (stamp(now), json.dumps({**before, "waited": waited or before["waited"]}), last["id"]),
    )
    note(db, TicketId(row["id"]), now, "correction_undone", {"by": by})
    return True


def unsay(
    db: sqlite3.Connection, reference: str, kind: Kind, why: str, by: str, now: datetime
) -> None:
    """Let a ticket's mail be again what it was before somebody said otherwise, and why it was.

    That is no label, and nothing to take back: only how the ticket waited is kept.
    """
    row = living(db, reference)
    before = _judged(db, row)
    judged = {**before, "kind": kind, "kind_why": why}
    waited = _judge(db, row, before["kind"], judged, now)
    kept = json.dumps({**before, "waited": waited}), json.dumps(judged)
    db.execute(
        "INSERT INTO correction (ticket, at, person, before, after, undone)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (row["id"], stamp(now), by, *kept, stamp(now)),
    )
    note(db, TicketId(row["id"]), now, "correction_undone", {"by": by, "kind": kind})


def judged_message(db: sqlite3.Connection, ticket: TicketId) -> sqlite3.Row | None:
    """Return the message by which a ticket is judged: the one that opened it, else its first."""
    row: sqlite3.Row | None = db.execute(
        "SELECT id, kind, kind_why FROM message WHERE ticket = ?"
        " ORDER BY opens DESC, home IS NOT NULL, kind NOT IN ('human', 'phishing', 'unreadable'),"
        " arrived, id LIMIT 1",
        (ticket,),
    ).fetchone()
    return row


def _judged(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    first = judged_message(db, TicketId(row["id"]))
    return {
        "queue": row["queue"],
        "priority": row["priority"],
        "boost": row["boost"],
        "flags": json.loads(row["flags"]),
        "kind": first["kind"] if first else "human",
        "kind_why": first["kind_why"] if first else "",
    }


def _judge(
    db: sqlite3.Connection, row: sqlite3.Row, kind: str, judged: dict[str, Any], now: datetime
) -> dict[str, Any] | None:
    """Write a judgement in place of the one before; return how the ticket waited, if no longer."""
    ticket = TicketId(row["id"])
    db.execute(
        "UPDATE ticket SET queue = ?, priority = ?, boost = ?, flags = ? WHERE id = ?",
        (
            judged["queue"],
            judged["priority"],
            judged["boost"],
            json.dumps(judged["flags"]),
            ticket,
        ),
    )
    _retarget(db, row, judged)
    first = judged_message(db, ticket)
    if first is not None and first["kind"] != judged["kind"]:
        db.execute(
            "UPDATE message SET kind = ?1, kind_said = ?1, kind_why = ?2 WHERE id = ?3",
            (judged["kind"], judged.get("kind_why", ""), MessageId(first["id"])),
        )
    order(db, ticket)
    return _change_kind(db, row, kind, judged["kind"], now)


def _retarget(db: sqlite3.Connection, row: sqlite3.Row, judged: Mapping[str, Any]) -> None:
    """Have the clock that runs count for what was set right; the rest of it stays."""
    before = SAFETY in json.loads(row["flags"])
    danger = SAFETY in judged["flags"]
    db.execute(
        "UPDATE clock SET queue = iif(?1, ?2, queue), priority = iif(?3, ?4, priority),"
        " danger = iif(?5, ?6, danger)"
        " WHERE ticket = ?7 AND cycle = ?8 AND answered IS NULL",
        (
            judged["queue"] != row["queue"],
            judged["queue"],
            judged["priority"] != row["priority"],
            judged["priority"],
            danger != before,
            danger,
            row["id"],
            row["cycle"],
        ),
    )


def _change_kind(
    db: sqlite3.Connection, row: sqlite3.Row, was: str, becomes: str, now: datetime
) -> dict[str, Any] | None:
    ticket = TicketId(row["id"])
    if was == becomes:
        return None
    if becomes == Kind.HUMAN:
        _revive_acknowledgement(db, ticket, was)
    else:
        cancel_pending(db, ticket, becomes, stamp(now))
    if becomes in TICKETED:
        if was not in TICKETED:
            _wait_again(db, row)
        return None
    if row["status"] in {Status.DONE, Status.MERGED}:
        return None
    return _take_out(db, row, now)


def _revive_acknowledgement(db: sqlite3.Connection, ticket: TicketId, reason: str) -> None:
    """Let go on what only the wrong kind had stopped; its claim checks whether it is too late."""
    revived = db.execute(
        "UPDATE outbox SET state = ?, reason = '', ended = NULL"
        " WHERE ticket = ? AND sort = ? AND state = ? AND reason = ?",
        (State.PENDING, ticket, Sort.ACKNOWLEDGEMENT, State.CANCELLED, reason),
    )
    if revived.rowcount:
        db.execute("UPDATE ticket SET acknowledgement = 'pending' WHERE id = ?", (ticket,))


def _take_out(db: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> dict[str, Any]:
    """Take a ticket that is none out of the queue; return all that it needs to come back."""
    ticket = TicketId(row["id"])
    timers = db.execute("SELECT name, at FROM timer WHERE ticket = ?", (ticket,)).fetchall()
    waited = {name: row[name] for name in ("status", "answer_by", "warn_at", "waiting_since")}
    db.execute(
        "UPDATE ticket SET status = ?, done_at = ?, waiting_since = NULL, answer_by = NULL,"
        " warn_at = NULL, place = NULL WHERE id = ?",
        (after(Status(row["status"]), Event.CLOSED), stamp(now), ticket),
    )
    forget_timers(db, ticket)
    return {**waited, "until": stamp(now), "timers": [tuple(timer) for timer in timers]}


def _wait_again(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Put a ticket back as it waited, unless it has gone on by itself since."""
    ticket = TicketId(row["id"])
    kept = db.execute(
        "SELECT before ->> '$.waited' FROM correction WHERE ticket = ?"
        " AND before ->> '$.waited.until' = ? ORDER BY id DESC LIMIT 1",
        (ticket, row["done_at"]),
    ).fetchone()
    if kept is None or row["status"] != Status.DONE:
        return
    waited = json.loads(kept[0])
    db.execute(
        "UPDATE ticket SET status = ?, done_at = NULL, waiting_since = ?, answer_by = ?,"
        " warn_at = ? WHERE id = ?",
        (
            waited["status"],
            waited["waiting_since"],
            waited["answer_by"],
            waited["warn_at"],
            ticket,
        ),
    )
    order(db, ticket)
    db.executemany(
        "INSERT INTO timer VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(ticket, name, at) for name, at in waited["timers"]],
    )
