"""The moments at which the watch acts: an index in order of time, so the heap survives a crash."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from triage.core.disposition import Enqueue
from triage.core.ticket import TicketId
from triage.core.timer import Timer
from triage.store import waves
from triage.store.connection import instant, stamp
from triage.store.noting import enqueue, note


def next_timer(db: sqlite3.Connection) -> datetime | None:
    """Return when the watch must act next."""
    (at,) = db.execute("SELECT min(at) FROM timer").fetchone()
    return None if at is None else instant(at)


def fire(
    db: sqlite3.Connection, now: datetime, alert: Callable[[Timer], Sequence[Enqueue]]
) -> tuple[Timer, ...]:
    """Fire every timer that is due, each once; event, alerts and removal go together.

    A deadline is broken only after it: the breach at `now` itself waits for the next moment.
    What stands in one row because it is all alike is told of together.
    """
    rows = db.execute(
        "SELECT r.name, r.at, t.id, t.reference, t.owner, t.queue, t.subject, t.requester_name,"
        " t.answer_by, t.mailbox, t.cycle, t.flags, t.status, t.wave, t.guess, t.priority"
        " FROM timer r JOIN ticket t ON t.id = r.ticket"
        " WHERE r.at <= ?1 AND (r.at < ?1 OR r.name = 'warning') ORDER BY r.at LIMIT 500",
        (stamp(now),),
    ).fetchall()
    fired = []
    counted: dict[str, int] = {}
    for row in rows:
        once = "" if row["wave"] is None else waves.told(db, row, row["name"], now)
        if once and once not in counted:
            counted[once] = waves.waiting(db, row)
        timer = Timer(
            ticket=TicketId(row["id"]),
            reference=row["reference"],
            name=row["name"],
            at=instant(row["at"]),
            owner=row["owner"],
            queue=row["queue"],
            subject=row["subject"],
            requester_name=row["requester_name"],
            answer_by=instant(row["answer_by"]),
            mailbox=row["mailbox"],
            flags=tuple(json.loads(row["flags"])),
            alike=counted.get(once, 1),
            once=once,
        )
        db.execute("DELETE FROM timer WHERE ticket = ? AND name = ?", (timer.ticket, timer.name))
        if timer.name == "breach":
            db.execute(
                "UPDATE clock SET result = 'breached' WHERE ticket = ? AND cycle = ?"
                " AND answered IS NULL",
                (timer.ticket, row["cycle"]),
            )
        note(db, timer.ticket, timer.at, timer.name, {"noticed": now.isoformat()})
        db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (timer.ticket,))
        for mail in alert(timer):
            enqueue(db, mail, timer.ticket, now)
        fired.append(timer)
    return tuple(fired)
