"""What people say of a ticket: answered elsewhere, closed."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.core.ticket import Event, Status, TicketId, after
from triage.store import answering, owing, snoozing
from triage.store.byhand import Answering, Closing
from triage.store.clocks import cancel_pending, forget_timers
from triage.store.connection import stamp
from triage.store.family import living
from triage.store.noting import note
from triage.store.parting import keep_cause


def answered(
    db: sqlite3.Connection, reference: str, answer: Answering, by: str, now: datetime
) -> None:
    """Mark a ticket as answered by a human elsewhere: by whoever says so, or by an agent named."""
    ticket = TicketId(living(db, reference)["id"])
    answering.keep(db, ticket, answer.at, now, by=answer.agent or by, how=answer.how)
    if answer.agent and answer.agent != by:
        note(db, ticket, now, "answer_said", {"by": by, "agent": answer.agent})


def close_ticket(
    db: sqlite3.Connection, reference: str, closing: Closing, by: str, now: datetime
) -> None:
    """Close a ticket: the clock ends unanswered, and an acknowledgement under way is cancelled."""
    row = living(db, reference)
    ticket = TicketId(row["id"])
    owing.refuse_while_owed(db, ticket)
    db.execute(
        "UPDATE ticket SET status = ?, done_at = ?, waiting_since = NULL, answer_by = NULL,"
        " warn_at = NULL, place = NULL, revision = revision + 1 WHERE id = ?",
        (after(Status(row["status"]), Event.CLOSED), stamp(now), ticket),
    )
    forget_timers(db, ticket)
    cancel_pending(db, ticket, "closed", stamp(now))
    if closing.cause:
        keep_cause(db, ticket, closing.cause)
    detail = {"by": by, "reason": closing.reason, "referral": closing.referral}
    note(db, ticket, now, "closed", {**detail, "cause": closing.cause})
    if closing.check_back is not None:
        snoozing.check_back(db, row, closing.check_back, by, now)
