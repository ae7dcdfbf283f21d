"""What a requester wrote before, as far back as rules may ask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.core.history import LONGEST, MOST, History
from triage.core.known import Question
from triage.core.ticket import Status
from triage.store.connection import instant, stamp


def history(db: sqlite3.Connection, question: Question) -> History:
    """Look up what the requester wrote besides the message itself; what people write counts.

    Walks along an index, at most `MOST` rows each: of somebody with more, the latest counts.
    """
    who = question.requester
    if not who:
        return History()
    since = question.now - LONGEST
    mails = db.execute(
        "SELECT arrived FROM message WHERE state = 'routed' AND sender = ? AND arrived > ?"
        " AND id <> ? AND kind = 'human' AND role = 'inbox' AND junk = 0"
        " ORDER BY arrived DESC LIMIT ?",
        (who, stamp(since), question.message, MOST),
    ).fetchall()
    tickets = db.execute(
        "SELECT id, opened, status FROM ticket WHERE requester = ? ORDER BY opened DESC LIMIT ?",
        (who, MOST),
    ).fetchall()
    answers = _answers(db, [row["id"] for row in tickets])
    opened = [instant(row["opened"]) for row in tickets]
    return History(
        mails=tuple(instant(row["arrived"]) for row in mails),
        tickets=tuple(at for at in opened if at > since),
        waiting=sum(row["status"] == Status.OPEN for row in tickets),
        answered=max(answers, default=None),
        known=bool(tickets),
        answers=tuple(at for at in answers if at > since),
    )


def _answers(db: sqlite3.Connection, tickets: Sequence[int]) -> tuple[datetime, ...]:
    """Return when these tickets were answered, the latest answers first."""
    rows = db.execute(
        "SELECT answered FROM clock WHERE ticket IN (SELECT value FROM json_each(?))"
        " AND answered IS NOT NULL ORDER BY answered DESC LIMIT ?",
        (json.dumps(list(tickets)), MOST),
    )
    return tuple(instant(at) for (at,) in rows)
