"""What a requester wrote before, as far back as rules may ask."""

from __future__ import annotations

import sqlite3

from triage.core.history import LONGEST, MOST, History
from triage.core.known import Question
from triage.core.ticket import Status
from triage.store.connection import instant, maybe, stamp


def history(db: sqlite3.Connection, question: Question) -> History:
    """Look up what the requester wrote besides the message itself; what people write counts.

    Two walks along an index, at most `MOST` rows each: of somebody with more, the latest counts.
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
        "SELECT opened, status, (SELECT max(answered) FROM clock WHERE clock.ticket = ticket.id)"
        " AS answered FROM ticket WHERE requester = ? ORDER BY opened DESC LIMIT ?",
        (who, MOST),
    ).fetchall()
    answers = [row["answered"] for row in tickets if row["answered"] is not None]
    opened = [instant(row["opened"]) for row in tickets]
    return History(
        mails=tuple(instant(row["arrived"]) for row in mails),
        tickets=tuple(at for at in opened if at > since),
        waiting=sum(row["status"] == Status.OPEN for row in tickets),
        answered=maybe(max(answers, default=None)),
        known=bool(tickets),
    )
