"""What a report counts besides answers: each by the index of its own time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from triage.core.acknowledge import Reason as Acks
from triage.core.outgoing import Sort
from triage.core.ticket import Kind
from triage.store.connection import instant, maybe, stamp
from triage.store.places import OUR_ANSWER
from triage.store.reporting import About, Acknowledged, Caused, Told, Withheld
from triage.store.turns import OF_QUEUE, QUEUE

_NONE_DUE = (Acks.IN_THREAD, OUR_ANSWER)
"""Why mail is not acknowledged of which none is due: one a thread, and none for our own."""


def told(
    db: sqlite3.Connection, since: datetime, until: datetime, queue: str | None
) -> tuple[Told, ...]:
    """Return the times that requesters were told and that came in a time, in order."""
    rows = db.execute(
        "SELECT p.*, t.reference FROM promise p JOIN ticket t ON t.id = p.ticket"
        f" WHERE p.promised_at >= ?1 AND p.promised_at < ?2 AND p.told IS NOT NULL{OF_QUEUE}"
        " ORDER BY p.promised_at, p.id",
        (stamp(since), stamp(until), queue),
    )
    return tuple(
        Told(
            reference=row["reference"],
            delay=row["sort"] == Sort.DELAY,
            promised_at=instant(row["promised_at"]),
            expected_at=maybe(row["expected_at"]),
            answered=maybe(row["answered"]),
            outcome=row["outcome"],
            why=row["why"],
        )
        for row in rows
    )


def caused(
    db: sqlite3.Connection, since: datetime, until: datetime, queue: str | None
) -> tuple[Caused, ...]:
    """Count the tickets that were opened in a time by what brought them about, most mail first."""
    rows = db.execute(
        "SELECT t.cause, count(*) AS tickets, sum(t.messages) AS mails FROM ticket t"
        f" WHERE t.opened >= ?1 AND t.opened < ?2 AND t.status <> 'merged'{OF_QUEUE}"
        " GROUP BY +t.cause ORDER BY mails DESC, tickets DESC, t.cause",
        (stamp(since), stamp(until), queue),
    )
    return tuple(Caused(row["cause"], row["tickets"], row["mails"]) for row in rows)


def withheld(
    db: sqlite3.Connection, since: datetime, until: datetime, queue: str | None
) -> tuple[Withheld, ...]:
    """Count the mails that arrived in a time and were not to be acknowledged, by why not."""
    rows = db.execute(
        "SELECT m.kind, m.acknowledge_reason AS reason, count(*) AS mails FROM message m"
        " LEFT JOIN ticket t ON t.id = m.ticket"
        " WHERE m.kind IN (SELECT value FROM json_each(?4)) AND m.state = 'routed'"
        " AND m.role = 'inbox' AND m.junk = 0 AND m.arrived >= ?1 AND m.arrived < ?2"
        " AND m.acknowledge = 0 AND m.acknowledge_reason NOT IN (SELECT value FROM json_each(?5))"
        f"{OF_QUEUE} GROUP BY m.kind, m.acknowledge_reason ORDER BY mails DESC, reason",
        (stamp(since), stamp(until), queue, json.dumps(list(Kind)), json.dumps(_NONE_DUE)),
    )
    return tuple(Withheld(row["kind"], row["reason"], row["mails"]) for row in rows)


def acknowledged(
    db: sqlite3.Connection, since: datetime, until: datetime, queue: str | None
) -> tuple[Acknowledged, ...]:
    """Count the acknowledgements that were made in a time by what became of them."""
    rows = db.execute(
        "SELECT o.state, iif(o.state = 'sent', '', o.reason) AS why, count(*) AS mails"
        " FROM outbox o LEFT JOIN ticket t ON t.id = o.ticket"
        f" WHERE o.sort = 'ack' AND o.created >= ?1 AND o.created < ?2{OF_QUEUE}"
        " GROUP BY 1, 2 ORDER BY mails DESC, 1, 2",
        (stamp(since), stamp(until), queue),
    )
    return tuple(Acknowledged(row["state"], row["why"], row["mails"]) for row in rows)


def about(db: sqlite3.Connection, references: Iterable[str]) -> Mapping[str, About]:
    """Return whose these tickets are."""
    rows = db.execute(
        f"SELECT t.reference, {QUEUE} AS queue, t.requester_name FROM json_each(?) j"
        " JOIN ticket t ON t.reference = j.value",
        (json.dumps(sorted(set(references))),),
    )
    return {row["reference"]: About(row["queue"], row["requester_name"]) for row in rows}
