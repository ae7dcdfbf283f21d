"""The moments at which the watch acts: an index in order of time, so the heap survives a crash."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime

from triage.core.breach import Because, Reason
from triage.core.outgoing import Sort
from triage.core.ticket import Priority, TicketId
from triage.core.timer import BREACHES, CHECK_BACK, DELAY, WAKE, Acts, Timer
from triage.store import breaches, waves
from triage.store.alerting import post
from triage.store.connection import instant, stamp
from triage.store.notices import addressee, withheld, write_to
from triage.store.noting import note
from triage.store.snoozing import asked_before, wake

AT_ONCE = 100
"""Moments that one transaction deals with: nobody else can write meanwhile."""

_TO_REQUESTERS = {DELAY: Sort.DELAY, CHECK_BACK: Sort.CHECK_BACK}


def next_timer(db: sqlite3.Connection) -> datetime | None:
    """Return when the watch must act next."""
    (at,) = db.execute("SELECT min(at) FROM timer").fetchone()
    return None if at is None else instant(at)


def fire(db: sqlite3.Connection, now: datetime, act: Callable[[Timer], Acts]) -> tuple[Timer, ...]:
    """Fire what is due, each once, at most `AT_ONCE`; event, mails and removal go together.

    A deadline is broken only after it: a breach at `now` itself waits for the next moment.
    What stands in one row because it is all alike is told of together.
    """
    rows = db.execute(
        "SELECT r.name, r.at AS due, t.*, c.start AS clock_start, c.spans,"
        " o.id AS owed, o.at AS owed_since, o.due AS owed_due, o.why AS owed_why,"
        " z.start AS resolve_since, z.deadline AS resolve_by, z.spans AS resolve_spans,"
        " (SELECT at FROM claim WHERE ticket = t.id AND at >= c.start) AS claimed"
        " FROM timer r JOIN ticket t ON t.id = r.ticket"
        " LEFT JOIN clock c ON c.ticket = t.id AND c.cycle = t.cycle"
        " LEFT JOIN owed o ON o.ticket = t.id AND o.state = 'open'"
        " LEFT JOIN resolution z ON z.ticket = t.id"
        " WHERE r.at <= ?1 AND (r.at < ?1"
        " OR r.name NOT IN (SELECT value FROM json_each(?3))) ORDER BY r.at LIMIT ?2",
        (stamp(now), AT_ONCE, json.dumps(sorted(BREACHES))),
    ).fetchall()
    fired, counted, arrivals = [], dict[str, int](), breaches.Arrivals(db)
    for row in rows:
        timer = _timer(db, row, now, counted, arrivals)
        acts = act(timer)
        if acts.again is not None:
            db.execute(
                "UPDATE timer SET at = ? WHERE ticket = ? AND name = ?",
                (stamp(acts.again), timer.ticket, timer.name),
            )
            continue
        db.execute("DELETE FROM timer WHERE ticket = ? AND name = ?", (timer.ticket, timer.name))
        _carry_out(db, row, timer, acts, now)
        db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (timer.ticket,))
        fired.append(timer)
    return tuple(fired)


def _timer(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    now: datetime,
    counted: dict[str, int],
    arrivals: breaches.Arrivals,
) -> Timer:
    ticket, name = TicketId(row["id"]), row["name"]
    alone = row["wave"] is None or name not in {"warning", "escalation", "breach"}
    once = "" if alone else waves.told(db, row, name, now)
    if once and once not in counted:
        counted[once] = waves.waiting(db, row)
    guarded = {"update": row["owed_due"], "resolution": row["resolve_by"]}
    deadline = guarded.get(name.partition("_")[0], row["answer_by"])
    answer_by = instant(row["due"] if deadline is None else deadline)
    return Timer(
        ticket=ticket,
        reference=row["reference"],
        name=name,
        at=instant(row["due"]),
        owner=row["owner"],
        queue=row["queue"],
        priority=Priority(row["priority"]),
        subject=row["subject"],
        requester_name=row["requester_name"],
        answer_by=answer_by,
        mailbox=row["mailbox"],
        flags=tuple(json.loads(row["flags"])),
        alike=counted.get(once, 1),
        once=once,
        about=(row["owed_why"] or "") if name.startswith("update_") else "",
        claimed=row["claimed"] is not None,
        missed=breaches.missed(db, row, answer_by, arrivals) if name in BREACHES else None,
        addressee=addressee(db, ticket, now) if name in _TO_REQUESTERS else None,
    )


def _carry_out(
    db: sqlite3.Connection, row: sqlite3.Row, timer: Timer, acts: Acts, now: datetime
) -> None:
    """Write down what a timer did, and put what it causes into the outbox."""
    detail: dict[str, object] = {"noticed": now.isoformat()}
    if timer.name in BREACHES:
        because = acts.because or Because(Reason.NOT_ANSWERED)
        breaches.record(db, timer, row["cycle"], because, now)
        _broken(db, row, timer)
        detail |= {"reason": because.reason, **because.detail}
    sort = _TO_REQUESTERS.get(timer.name)
    reason = acts.withheld
    if sort is Sort.CHECK_BACK and asked_before(db, timer.ticket):
        reason = "asked_before"
    if timer.name == WAKE:
        wake(db, timer.ticket)
        note(db, timer.ticket, timer.at, "woken", detail)
    elif sort is not None and reason:
        withheld(db, timer.ticket, sort, reason, timer.at, now)
    else:
        note(db, timer.ticket, timer.at, timer.name, detail)
    for mail in acts.mails:
        if mail.sort is sort:
            if not reason:
                write_to(db, mail, timer.ticket, now)
        else:
            post(db, mail, None if mail.purpose.startswith("alarm:") else timer.ticket, now)


def _broken(db: sqlite3.Connection, row: sqlite3.Row, timer: Timer) -> None:
    """Let the clock that a deadline belongs to be broken, unless it was stopped."""
    match timer.name:
        case "update_breach":
            db.execute(
                "UPDATE owed SET state = 'breached' WHERE id = ? AND state = 'open'", (row["owed"],)
            )
        case "resolution_breach":
            db.execute(
                "UPDATE resolution SET result = 'breached' WHERE ticket = ? AND ended IS NULL",
                (timer.ticket,),
            )
        case _:
            db.execute(
                "UPDATE clock SET result = 'breached' WHERE ticket = ? AND cycle = ?"
                " AND answered IS NULL",
                (timer.ticket, row["cycle"]),
            )
