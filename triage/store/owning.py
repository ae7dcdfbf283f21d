"""Whose a ticket is: taken by hand, handed over, and given to others when its owner is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from triage.core.judgement import SAFETY
from triage.core.owning import Owned
from triage.core.roster import Assignment
from triage.core.ticket import Status, TicketId
from triage.core.worded import worded
from triage.errors import NotPossible
from triage.store.connection import instant, maybe, stamp
from triage.store.family import living
from triage.store.noting import note
from triage.store.owners import Reowned
from triage.store.telling import loads, newly_owning, to_be_told

LEASE = timedelta(minutes=3)
"""How long a claim by hand keeps others from claiming the same ticket."""

_OURS = (Status.OPEN, Status.WAITING, Status.SNOOZED)


def claim_ticket(db: sqlite3.Connection, reference: str, agent: str, now: datetime) -> None:
    """Make `agent` the owner, unless another one took it just now; again is nothing new."""
    row = living(db, reference)
    name, owner = row["reference"], row["owner"]
    if Status(row["status"]) not in _OURS:
        raise NotPossible("%(ticket)s is done or merged: there is nothing to take", ticket=name)
    claim = db.execute("SELECT agent, at FROM claim WHERE ticket = ?", (row["id"],)).fetchone()
    taken = claim is not None and claim["agent"] == owner
    if owner == agent and taken:
        return
    if taken and owner != agent and now - instant(claim["at"]) < LEASE:
        raise NotPossible(
            "%(owner)s took %(ticket)s at %(when)s: ask them, or wait three minutes",
            owner=owner,
            ticket=name,
            when=f"{instant(claim['at']):%H:%M:%S} UTC",
        )
    db.execute(
        "INSERT INTO claim VALUES (?, ?, ?)"
        " ON CONFLICT (ticket) DO UPDATE SET agent = excluded.agent, at = excluded.at",
        (row["id"], agent, stamp(now)),
    )
    note(db, TicketId(row["id"]), now, "claimed", {"by": agent, "from": owner})
    if owner != agent:
        _own(db, row["id"], agent, worded("took it"))
    db.execute("DELETE FROM telling WHERE ticket = ?", (row["id"],))


def hand_over(db: sqlite3.Connection, reference: str, to: str, by: str, now: datetime) -> None:
    """Make `to` the owner."""
    row = living(db, reference)
    if row["owner"] == to:
        return
    ticket, why = TicketId(row["id"]), worded("handed over by %(person)s", person=by)
    reassign(db, ticket, row["owner"], to, why, now)
    if Status(row["status"]) in _OURS and to != by:
        to_be_told(db, ticket, to, "handed_over", now)


def owners(db: sqlite3.Connection, news: datetime | None) -> frozenset[str]:
    """Return who owns any ticket that is not done, or who is to be told of one by `news`."""
    if news is not None:
        return newly_owning(db, news)
    rows = db.execute(
        "SELECT DISTINCT owner FROM ticket WHERE status = 'open'"
        " UNION SELECT owner FROM ticket"
        " WHERE status <> 'open' AND status IN ('waiting', 'snoozed')"  # along its index
    )
    return frozenset(owner for (owner,) in rows if owner)


def reown(
    db: sqlite3.Connection,
    gone: Collection[str],
    choose: Callable[[Owned, Mapping[str, int]], Assignment | None],
    now: datetime,
    *,
    after: TicketId,
    limit: int = 100,
) -> Reowned:
    """Give the next tickets of those who are gone to whoever is chosen."""
    rows = db.execute(
        "SELECT t.* FROM (SELECT id FROM ticket INDEXED BY ticket_of_owner"
        " WHERE status = 'open' AND id > ?1 AND owner IN (SELECT value FROM json_each(?2))"
        " UNION ALL SELECT id FROM ticket INDEXED BY ticket_not_open"
        " WHERE status <> 'open' AND status IN ('waiting', 'snoozed') AND id > ?1"
        " AND owner IN (SELECT value FROM json_each(?2)) ORDER BY id LIMIT ?3) theirs"
        " CROSS JOIN ticket t ON t.id = theirs.id ORDER BY t.id",
        (after, json.dumps(sorted(gone)), limit),
    ).fetchall()
    burden, moved = loads(db), 0
    for row in rows:
        ticket = _owned(row)
        chosen = choose(ticket, burden)
        if chosen is None or chosen.agent.id == ticket.owner:
            continue
        moved += 1
        why = worded(
            "in place of %(person)s, who is not there: %(why)s",
            person=ticket.owner,
            why=chosen.why,
        )
        reassign(db, ticket.id, ticket.owner, chosen.agent.id, why, now)
        to_be_told(db, ticket.id, chosen.agent.id, "reowned", now)
        if row["status"] == Status.OPEN:
            burden[ticket.owner] = burden.get(ticket.owner, 1) - 1
            burden[chosen.agent.id] = burden.get(chosen.agent.id, 0) + 1
    return Reowned(moved, rows[-1]["id"] if len(rows) == limit else None)


def _owned(row: sqlite3.Row) -> Owned:
    put_off = row["status"] == Status.SNOOZED and row["answered"] is None
    return Owned(
        id=TicketId(row["id"]),
        reference=row["reference"],
        owner=row["owner"],
        guess=row["guess"],
        language=row["language"],
        answer_by=maybe(row["answer_by"]),
        answered=row["status"] != Status.OPEN and not put_off,
        danger=SAFETY in json.loads(row["flags"]),
    )


def reassign(
    db: sqlite3.Connection, ticket: TicketId, before: str, owner: str, why: str, now: datetime
) -> None:
    """Make `owner` the owner in place of `before`; whoever had taken it by hand has it no more."""
    _own(db, ticket, owner, why)
    db.execute("DELETE FROM claim WHERE ticket = ?", (ticket,))
    note(db, ticket, now, "reassigned", {"from": before, "owner": owner, "why": why})


def _own(db: sqlite3.Connection, ticket: int, owner: str, why: str) -> None:
    """Change the name; what a requester has not begun to get is written anew in it."""
    db.execute(
        "UPDATE ticket SET owner = ?, owner_why = ?, revision = revision + 1 WHERE id = ?",
        (owner, why, ticket),
    )
    db.execute(
        "UPDATE outbox SET state = 'pending', reason = '' WHERE ticket = ? AND state = 'claimed'"
        " AND sort IN ('ack', 'delay', 'check_back')",
        (ticket,),
    )
