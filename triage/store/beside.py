"""Tickets beside a message: the requester's own that wait, and others about the same thing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.core.disposition import Join, Open
from triage.core.identity import loose_subject
from triage.core.known import Question
from triage.core.matter import Beside
from triage.core.ticket import Kind, Status, TicketId
from triage.core.together import SAME_ORDER
from triage.store import merging, voices, waves
from triage.store.connection import instant
from triage.store.family import find, living
from triage.store.noting import note, unite

MOST_BESIDE = 20
MOST_ELSEWHERE = 5
_LATEST = 50
"""Tickets of one requester that are looked through, the latest: who has more is no customer."""
TRIAGE = "triage"
"""Who joins tickets where no person does."""


def beside(db: sqlite3.Connection, question: Question) -> tuple[Beside, ...]:
    """Return the requester's tickets that wait, the newest first."""
    if not question.requester:
        return ()
    rows = db.execute(
        "SELECT * FROM (SELECT * FROM ticket WHERE requester = ? ORDER BY opened DESC LIMIT ?)"
        " WHERE status IN ('open', 'snoozed') LIMIT ?",
        (question.requester, _LATEST, MOST_BESIDE),
    )
    return tuple(_beside(db, row) for row in rows.fetchall())


def elsewhere(db: sqlite3.Connection, question: Question) -> tuple[Beside, ...]:
    """Return tickets of other addresses that name the same thing, the newest first."""
    found: dict[int, sqlite3.Row] = {}
    for key in sorted(question.matters):
        rows = db.execute(
            "SELECT t.* FROM matter x JOIN message m ON m.id = x.message"
            " JOIN ticket t ON t.id = m.ticket WHERE x.key = ? AND m.participant = 1"
            " AND t.requester <> ? AND t.status <> 'merged' ORDER BY x.message DESC LIMIT ?",
            (key, question.requester, MOST_ELSEWHERE),
        )
        found |= {row["id"]: row for row in rows.fetchall()}
    newest = sorted(found.values(), key=lambda row: int(row["opened"]), reverse=True)
    return tuple(_beside(db, row) for row in newest[:MOST_ELSEWHERE])


def _beside(db: sqlite3.Connection, row: sqlite3.Row) -> Beside:
    keys = db.execute(
        "SELECT DISTINCT key FROM matter WHERE message IN"
        " (SELECT id FROM message WHERE ticket = ?)",
        (row["id"],),
    )
    return Beside(
        reference=row["reference"],
        requester=row["requester"],
        owner=row["owner"],
        status=Status(row["status"]),
        opened=instant(row["opened"]),
        subject=loose_subject(row["subject"]),
        matters=frozenset(str(key) for (key,) in keys),
    )


def settle(
    db: sqlite3.Connection, question: Question, ticket: TicketId, decided: Open | Join
) -> None:
    """Carry out what a message means beside its own ticket: links, voices, one of several."""
    participant = isinstance(decided, Open) or decided.participant
    if participant and decided.mail.kind is Kind.HUMAN:
        db.executemany(
            "INSERT INTO matter VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(question.message, key) for key in sorted(question.matters)],
        )
    link(db, ticket, decided.elsewhere, question.now)
    voices.follow(db, ticket, question.now)
    if decided.together:
        bring_together(db, ticket, decided.together, question.now)


def link(db: sqlite3.Connection, ticket: TicketId, others: Sequence[str], now: datetime) -> None:
    """Link a ticket with those of other addresses about the same thing, both ways, once."""
    (own, related) = db.execute(
        "SELECT reference, related FROM ticket WHERE id = ?", (ticket,)
    ).fetchone()
    for name in others:
        other = living(db, name)
        if other["id"] == ticket:
            continue
        if other["reference"] not in json.loads(related):
            note(db, ticket, now, "linked", {"to": other["reference"], "why": SAME_ORDER})
        for one, to in ((ticket, other["reference"]), (other["id"], own)):
            unite(db, one, "related", (to,))
            unite(db, one, "badges", (SAME_ORDER,))


def bring_together(
    db: sqlite3.Connection, ticket: TicketId, others: Sequence[str], now: datetime
) -> TicketId:
    """Make a ticket and the others one: the oldest stands for all, and each can be taken back."""
    rows = [db.execute("SELECT * FROM ticket WHERE id = ?", (ticket,)).fetchone()]
    rows += [find(db, name) for name in others]
    waiting = {row["id"]: row for row in rows if row["merged_into"] is None}
    oldest, *younger = sorted(waiting.values(), key=lambda row: (row["opened"], row["id"]))
    for row in younger:
        waves.stand_alone(db, TicketId(row["id"]))
        merging.merge(db, row["reference"], oldest["reference"], TRIAGE, now)
    return TicketId(oldest["id"])
