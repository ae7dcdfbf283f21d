"""Tickets put off by hand, and requesters who are asked later whether all is well.

A snooze takes a ticket out of sight, not out of time: its clock, its warnings and its place stay.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from triage.core.ticket import UNANSWERED, Event, Status, TicketId, after
from triage.core.timer import CHECK_BACK, WAKE
from triage.errors import NotPossible
from triage.store.connection import stamp
from triage.store.family import living
from triage.store.noting import note
from triage.store.timers import set_timer


def snooze(db: sqlite3.Connection, reference: str, until: datetime, by: str, now: datetime) -> None:
    """Put an open ticket off; a snoozed one gets another end."""
    row = living(db, reference)
    if row["status"] not in UNANSWERED:
        raise NotPossible(
            "%(ticket)s waits for no answer: there is nothing to put off", ticket=row["reference"]
        )
    if until <= now:
        raise NotPossible(
            "%(ticket)s cannot be put off until a moment that has passed", ticket=row["reference"]
        )
    db.execute(
        "UPDATE ticket SET status = ?, snoozed_until = ?, revision = revision + 1 WHERE id = ?",
        (after(Status(row["status"]), Event.SNOOZED), stamp(until), row["id"]),
    )
    set_timer(db, row["id"], WAKE, until)
    detail = {"by": by, "until": until.isoformat(), "until_stamp": stamp(until)}
    note(db, TicketId(row["id"]), now, "snoozed", detail)


def wake(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Let a snoozed ticket be open again, by the clock that ran on; another one stays as it is."""
    db.execute("DELETE FROM timer WHERE ticket = ? AND name = ?", (ticket, WAKE))
    db.execute(
        "UPDATE ticket SET status = 'open', snoozed_until = NULL, revision = revision + 1"
        " WHERE id = ? AND status = 'snoozed'",
        (ticket,),
    )


def check_back(
    db: sqlite3.Connection, row: sqlite3.Row, at: datetime, by: str, now: datetime
) -> None:
    """Keep when the requester of an answered ticket is asked whether all is well: once."""
    ticket = TicketId(row["id"])
    if row["status"] in UNANSWERED:
        raise NotPossible(
            "%(ticket)s has no answer yet: nobody can be asked whether all is well",
            ticket=row["reference"],
        )
    if at <= now:
        raise NotPossible("%(ticket)s: that moment has passed", ticket=row["reference"])
    if asked_before(db, ticket):
        raise NotPossible("%(ticket)s: its requester was asked before", ticket=row["reference"])
    set_timer(db, ticket, CHECK_BACK, at)
    db.execute("UPDATE ticket SET check_back = ? WHERE id = ?", (stamp(at), ticket))
    note(db, ticket, now, "check_back_set", {"by": by, "at": at.isoformat()})


def asked_before(db: sqlite3.Connection, ticket: TicketId) -> bool:
    """Say whether a check-back has left for a ticket, or is on its way."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE ticket = ? AND sort = 'check_back' AND state <> 'cancelled'",
        (ticket,),
    ).fetchone()
    return row is not None
