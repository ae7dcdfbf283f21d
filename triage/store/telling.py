"""Who has not been told yet of a ticket of theirs, and what became of telling them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from triage.core.hours import FAR
from triage.core.judgement import SAFETY
from triage.core.owned import AT_ANY_TIME, PASSED_ON, WITHIN, Telling, Untold
from triage.core.ticket import Priority, TicketId
from triage.store.connection import instant, maybe, stamp
from triage.store.noting import enqueue, note

AT_ONCE = 500
KEPT = timedelta(days=1)


def to_be_told(
    db: sqlite3.Connection, ticket: TicketId, owner: str, why: str, now: datetime
) -> None:
    """Have `owner` told of the ticket; whoever had it before and was not told never is."""
    if owner:
        db.execute(
            "INSERT INTO telling VALUES (?1, ?2, ?3, ?3, ?4) ON CONFLICT (ticket) DO UPDATE SET"
            " owner = excluded.owner, due = excluded.due,"
            " since = iif(owner = excluded.owner, since, excluded.since),"
            " why = iif(owner = excluded.owner AND NOT ?5, why, excluded.why)",
            (ticket, owner, stamp(now), why, why in AT_ANY_TIME),
        )


def owner_to_be_told(
    db: sqlite3.Connection, ticket: TicketId, why: str, now: datetime, otherwise: str = ""
) -> None:
    """Have whoever owns a ticket told of it; where nobody does, `otherwise`."""
    (owner,) = db.execute("SELECT owner FROM ticket WHERE id = ?", (ticket,)).fetchone()
    to_be_told(db, ticket, owner or otherwise, why, now)


def newly_owning(db: sqlite3.Connection, now: datetime) -> frozenset[str]:
    """Return whose owners must be told of something at `now`."""
    rows = db.execute("SELECT DISTINCT owner FROM telling WHERE due <= ?", (stamp(now),))
    return frozenset(owner for (owner,) in rows)


def next_telling(db: sqlite3.Connection) -> datetime | None:
    """Return when an owner must be told next."""
    (due,) = db.execute("SELECT min(due) FROM telling").fetchone()
    return None if due is None or due >= stamp(FAR) else instant(due)


def tell_owners(
    db: sqlite3.Connection,
    now: datetime,
    decide: Callable[[Sequence[Untold], int], Sequence[Telling]],
) -> int:
    """Have everybody told who is due, as `decide` says; returns of how many tickets."""
    db.execute(
        "DELETE FROM telling WHERE due <= ? AND NOT EXISTS (SELECT 1 FROM ticket t"
        " WHERE t.id = telling.ticket AND t.owner = telling.owner"
        " AND (t.status IN ('open', 'snoozed')"
        " OR (t.status = 'waiting' AND telling.why IN (SELECT value FROM json_each(?)))"
        " OR telling.why IN (SELECT value FROM json_each(?))))",
        (stamp(now), json.dumps(sorted(PASSED_ON)), json.dumps(sorted(AT_ANY_TIME))),
    )
    owners = [
        row[0]
        for row in db.execute(
            "SELECT DISTINCT owner FROM telling WHERE due <= ? ORDER BY owner", (stamp(now),)
        )
    ]
    told = 0
    for owner in owners:
        untold = _untold(db, owner)
        for telling in decide(untold, _lately(db, owner, now)):
            told += _carry_out(db, owner, telling, now)
    return told


def _untold(db: sqlite3.Connection, owner: str) -> list[Untold]:
    """Return everything that an owner has not been told of, also what was put off."""
    rows = db.execute(
        "SELECT g.ticket, g.owner, g.since, g.why, t.reference, t.mailbox, t.subject,"
        " t.requester_name, t.requester, t.queue, t.priority, t.answer_by, t.flags"
        " FROM telling g JOIN ticket t ON t.id = g.ticket"
        " WHERE g.owner = ? AND t.owner = g.owner ORDER BY g.since, g.ticket LIMIT ?",
        (owner, AT_ONCE),
    )
    return [
        Untold(
            ticket=TicketId(row["ticket"]),
            reference=row["reference"],
            owner=row["owner"],
            why=row["why"],
            since=instant(row["since"]),
            mailbox=row["mailbox"],
            subject=row["subject"],
            requester_name=row["requester_name"] or row["requester"],
            queue=row["queue"],
            priority=Priority(row["priority"]),
            answer_by=maybe(row["answer_by"]),
            danger=SAFETY in json.loads(row["flags"]),
        )
        for row in rows
    ]


def _lately(db: sqlite3.Connection, owner: str, now: datetime) -> int:
    (number,) = db.execute(
        "SELECT coalesce(sum(tickets), 0) FROM told WHERE agent = ? AND at > ?",
        (owner, stamp(now - WITHIN)),
    ).fetchone()
    return int(number)


def _carry_out(db: sqlite3.Connection, owner: str, telling: Telling, now: datetime) -> int:
    tickets = json.dumps(telling.tickets)
    if telling.until is not None:
        db.execute(
            "UPDATE telling SET due = ? WHERE ticket IN (SELECT value FROM json_each(?))",
            (stamp(telling.until), tickets),
        )
        return 0
    db.execute("DELETE FROM telling WHERE ticket IN (SELECT value FROM json_each(?))", (tickets,))
    how = "page" if telling.mail is None else "mail"
    for ticket in telling.tickets:
        note(db, ticket, now, "owner_told", {"owner": owner, "how": how})
    if telling.mail is not None:
        alone = telling.tickets[0] if len(telling.tickets) == 1 else None
        enqueue(db, telling.mail, alone, now)
        db.execute("DELETE FROM told WHERE at <= ?", (stamp(now - KEPT),))
        db.execute(
            "INSERT INTO told (agent, at, tickets) VALUES (?, ?, ?)",
            (owner, stamp(now), len(telling.tickets)),
        )
    return len(telling.tickets)


def loads(db: sqlite3.Connection) -> dict[str, int]:
    """Count the open tickets of everybody who has any."""
    rows = db.execute("SELECT owner, count(*) FROM ticket WHERE status = 'open' GROUP BY owner")
    return {str(owner): int(number) for owner, number in rows}
