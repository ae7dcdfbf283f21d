"""Alerts to people and services: no more in an hour than can be read, the rest in one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

from triage.core.alerts import DIGEST, MOST_AN_HOUR
from triage.core.disposition import Enqueue
from triage.core.outgoing import Outgoing, Sort, State
from triage.core.ticket import UNANSWERED, TicketId
from triage.store.connection import instant, stamp
from triage.store.noting import enqueue

GATHERED = timedelta(minutes=5)
"""How long a mail that lists what was too much waits for more of it, and again for an hour."""

_HOUR = timedelta(hours=1)


def post(db: sqlite3.Connection, mail: Enqueue, ticket: TicketId | None, now: datetime) -> None:
    """Put an alert into the outbox, or, where the person or service had enough, on their list.

    What is pressing always comes by itself, and so does trouble of the service. What waits for
    somebody's next shift counts in the hour in which it comes.
    """
    when = max(now, mail.not_before or now)
    if (
        mail.sort not in {Sort.ALERT, Sort.HOOK}
        or ticket is None
        or mail.facts.get("pressing")
        or _lately(db, mail, when) < MOST_AN_HOUR
    ):
        enqueue(db, mail, ticket, now)
        return
    if enqueue(db, mail, ticket, now):
        db.execute(
            "UPDATE outbox SET state = ?, reason = ?, ended = ? WHERE purpose = ?",
            (State.CANCELLED, _list_of(db, mail, when, now), stamp(now), mail.purpose),
        )


def _lately(db: sqlite3.Connection, mail: Enqueue, when: datetime) -> int:
    (number,) = db.execute(
        f"SELECT count(*) FROM outbox WHERE sort = '{mail.sort}' AND recipient = ?"
        " AND next_at > ? AND next_at <= ? AND state <> 'cancelled'"
        " AND purpose NOT GLOB 'owned:*'",
        (mail.recipient, stamp(when - _HOUR), stamp(when)),
    ).fetchone()
    return int(number)


def _list_of(db: sqlite3.Connection, mail: Enqueue, when: datetime, now: datetime) -> str:
    """Return the name of the digest that lists `mail`: the one that waits, else a new one."""
    last = db.execute(
        f"SELECT purpose, state, next_at FROM outbox WHERE sort = '{mail.sort}' AND recipient = ?"
        " AND purpose GLOB 'digest:*' ORDER BY next_at DESC LIMIT 1",
        (mail.recipient,),
    ).fetchone()
    if last is not None and last["state"] == State.PENDING and last["next_at"] >= stamp(when):
        return _reason(last["purpose"])
    at = when + GATHERED
    if last is not None:
        at = max(at, instant(last["next_at"]) + _HOUR)
    agent = str(mail.facts.get("agent", ""))
    whose = agent if mail.sort is Sort.ALERT else f"{mail.sort}:{mail.recipient}"
    purpose = f"{DIGEST}:{whose}:{at.isoformat()}"
    enqueue(
        db,
        replace(
            mail,
            purpose=purpose,
            message_id=f"{DIGEST}.{mail.message_id}",
            facts={"name": DIGEST, "agent": agent, "since": at.isoformat()},
            not_before=at,
        ),
        None,
        now,
    )
    return _reason(purpose)


def _reason(purpose: str) -> str:
    return f"digest {purpose.removeprefix(f'{DIGEST}:')}"


def stands(db: sqlite3.Connection, mail: Outgoing, status: str | None) -> bool:
    """Say whether what an alert tells of is still to be done."""
    if mail.ticket is None or status is None:
        return True
    match str(mail.facts.get("name", "")).partition("_")[0]:
        case "update":
            query = "SELECT 1 FROM owed WHERE ticket = ? AND state <> 'proposed' AND ended IS NULL"
        case "resolution":
            query = "SELECT 1 FROM resolution WHERE ticket = ? AND ended IS NULL"
        case _:
            return status in UNANSWERED
    return db.execute(query, (mail.ticket,)).fetchone() is not None


def listed(db: sqlite3.Connection, mail: Outgoing) -> tuple[tuple[str, str], ...]:
    """Return what a digest lists and still waits: references, and the kinds of their alerts."""
    if mail.facts.get("name") != DIGEST:
        return ()
    rows = db.execute(
        "SELECT DISTINCT t.reference, o.facts ->> '$.name' AS kind FROM outbox o"
        " JOIN ticket t ON t.id = o.ticket WHERE o.reason = ? AND o.reason GLOB 'digest *'"
        " AND t.status <> 'done' AND (t.status IN ('open', 'snoozed')"
        " OR o.facts ->> '$.name' GLOB 'update_*' OR o.facts ->> '$.name' GLOB 'resolution_*')"
        " ORDER BY o.id",
        (_reason(mail.purpose),),
    )
    return tuple((row["reference"], row["kind"]) for row in rows)
