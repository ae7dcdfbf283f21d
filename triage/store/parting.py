"""Why tickets came about, and who may leave: what is read of closed tickets and of quiet signs."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from triage.core.causes import Like
from triage.core.ticket import Status, TicketId
from triage.store.connection import instant, stamp
from triage.store.correcting import judged_message
from triage.store.family import living
from triage.store.noting import note
from triage.store.round import GOODBYE, Leaving, Sign
from triage.store.round_schema import LEAVING


def set_cause(db: sqlite3.Connection, reference: str, cause: str, by: str, now: datetime) -> None:
    """Say what brought a ticket about; its complaint has the cause, too, unless it has one."""
    row = living(db, reference)
    keep_cause(db, TicketId(row["id"]), cause)
    note(db, TicketId(row["id"]), now, "cause", {"by": by, "cause": cause})


def keep_cause(db: sqlite3.Connection, ticket: TicketId, cause: str) -> None:
    """Keep the cause of a ticket, and of its complaint where that has none."""
    db.execute("UPDATE ticket SET cause = ?, revision = revision + 1 WHERE id = ?", (cause, ticket))
    db.execute("UPDATE voice SET cause = ? WHERE ticket = ? AND cause = ''", (cause, ticket))


def caused_like(
    db: sqlite3.Connection, queue: str, since: datetime, limit: int
) -> tuple[Like, ...]:
    """Return tickets of a queue closed since then with a cause, the latest first."""
    rows = db.execute(
        "SELECT id, cause FROM ticket WHERE queue = ? AND done_at >= ? AND cause <> ''"
        " ORDER BY done_at DESC LIMIT ?",
        (queue, stamp(since), limit),
    ).fetchall()
    return tuple(Like(row["cause"], _fired(db, TicketId(row["id"]))) for row in rows)


def _fired(db: sqlite3.Connection, ticket: TicketId) -> frozenset[str]:
    """Return the rules and signals of the mail by which a ticket is judged."""
    first = judged_message(db, ticket)
    row = (
        first
        and db.execute(
            "SELECT explained -> '$.rules' AS rules, explained -> '$.signals' AS signals"
            " FROM reading WHERE message = ?",
            (first["id"],),
        ).fetchone()
    )
    if not row:
        return frozenset()
    return frozenset([*json.loads(row["rules"] or "[]"), *json.loads(row["signals"] or "{}")])


def leaving(db: sqlite3.Connection, since: datetime, limit: int) -> tuple[Leaving, ...]:
    """Return who may leave: tickets that wait, and those that opened since, newest first."""
    rows = db.execute(
        f"SELECT * FROM ticket WHERE {LEAVING} AND opened >= ?1 AND status <> 'merged'"
        f" UNION SELECT * FROM ticket WHERE status = 'open' AND {LEAVING} AND opened < ?1"
        " ORDER BY opened DESC LIMIT ?2",
        (stamp(since), limit),
    )
    return tuple(_leaving(db, row) for row in rows.fetchall())


def _leaving(db: sqlite3.Connection, row: sqlite3.Row) -> Leaving:
    says_so = "churn_risk" in json.loads(row["flags"])
    return Leaving(
        reference=row["reference"],
        requester=row["requester"],
        requester_name=row["requester_name"],
        subject=row["subject"],
        owner=row["owner"],
        opened=instant(row["opened"]),
        status=Status(row["status"]),
        sign=Sign.SAYS_SO if says_so else Sign.QUIET_TROUBLE,
        sentence=_sentence(db, row["id"], says_so=says_so),
        outcome=_outcome(db, row["id"]) if row["status"] == Status.DONE else "",
    )


def _sentence(db: sqlite3.Connection, ticket: int, *, says_so: bool) -> str:
    signal = "churn_risk" if says_so else "repeat_contact"
    row = db.execute(
        f"SELECT r.explained ->> '$.signals.{signal}.sentence' AS sentence FROM message m"
        " JOIN reading r ON r.message = m.id WHERE m.ticket = ?"
        f" AND r.explained -> '$.signals.{signal}' IS NOT NULL ORDER BY m.arrived DESC LIMIT 1",
        (ticket,),
    ).fetchone()
    return "" if row is None else str(row["sentence"] or "")


def _outcome(db: sqlite3.Connection, ticket: int) -> str:
    row = db.execute(
        "SELECT detail FROM event WHERE ticket = ? AND name = 'closed' ORDER BY id DESC LIMIT 1",
        (ticket,),
    ).fetchone()
    said = json.loads(row["detail"]) if row is not None else {}
    if said.get("reason") == GOODBYE:
        return "goodbye"
    return "referred" if said.get("referral") else "closed"
