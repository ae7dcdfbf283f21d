"""How a ticket stood before people joined or parted it, so that it can stand so again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from triage.core.ticket import TICKETED, TicketId
from triage.store.clocks import forget_timers, order
from triage.store.places import OUR_ANSWER

Stood = dict[str, Any]
"""The columns of a ticket, with its present clock under `clock` and its timers under `timers`."""

FIELDS = (
    "status",
    "priority",
    "boost",
    "language",
    "owner",
    "owner_why",
    "flags",
    "badges",
    "related",
    "waiting_since",
    "answer_by",
    "warn_at",
    "promised_at",
    "answered",
    "done_at",
    "acknowledgement",
    "cycle",
)
_NOT_KEPT_ONCE = (("queue", ""), ("priority", "normal"), ("danger", 0))
"""What a clock that was written down long ago does not say: the ticket's own queue counts then."""
WAITS = ("status", "waiting_since", "answer_by", "warn_at", "answered", "done_at", "cycle")
"""What says how a ticket waits: only an answer, an end or a mail that wakes changes any of it."""


def standing(db: sqlite3.Connection, ticket: TicketId) -> Stood:
    """Return how a ticket stands now."""
    row = db.execute("SELECT * FROM ticket WHERE id = ?", (ticket,)).fetchone()
    clock = db.execute(
        "SELECT * FROM clock WHERE ticket = ? AND cycle = ?", (ticket, row["cycle"])
    ).fetchone()
    timers = db.execute("SELECT name, at FROM timer WHERE ticket = ? ORDER BY name", (ticket,))
    return {
        **{name: row[name] for name in FIELDS},
        "clock": None if clock is None else dict(clock),
        "timers": [list(timer) for timer in timers],
    }


def waits_as(db: sqlite3.Connection, ticket: TicketId, stood: Mapping[str, Any]) -> bool:
    """Say whether nobody answered, ended, woke or hastened a ticket since it stood so."""
    now = standing(db, ticket)
    return all(now[name] == stood[name] for name in WAITS)


def wait_again(
    db: sqlite3.Connection, ticket: TicketId, stood: Mapping[str, Any], among: Sequence[int]
) -> None:
    """Let a ticket wait as it did, with its clock and its timers.

    A moment that came meanwhile for one of `among` has come for this one, too.
    """
    db.execute("DELETE FROM clock WHERE ticket = ? AND cycle >= ?", (ticket, stood["cycle"] or 1))
    columns = ", ".join(f"{name} = ?" for name in WAITS)
    db.execute(
        f"UPDATE ticket SET {columns}, place = NULL WHERE id = ?",
        (*(stood[name] for name in WAITS), ticket),
    )
    if stood["clock"] is not None:
        put_clock(db, ticket, stood["cycle"], stood["clock"], among)
    order(db, ticket)
    watch(db, ticket, stood["timers"], among)


def put_clock(
    db: sqlite3.Connection,
    ticket: TicketId,
    cycle: int,
    clock: Mapping[str, Any],
    among: Sequence[int],
) -> None:
    """Give a ticket a clock that is known; a deadline that has passed for `among` is broken."""
    broken = clock["answered"] is None and _came(db, among, "breach", clock["deadline"])
    db.execute(
        "INSERT INTO clock (ticket, cycle, start, deadline, warn_at, answered, result, spans, why,"
        " queue, priority, danger) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET start = excluded.start, deadline = excluded.deadline,"
        " warn_at = excluded.warn_at, answered = excluded.answered, result = excluded.result,"
        " spans = excluded.spans, why = excluded.why, queue = excluded.queue,"
        " priority = excluded.priority, danger = excluded.danger",
        (
            ticket,
            cycle,
            clock["start"],
            clock["deadline"],
            clock["warn_at"],
            clock["answered"],
            "breached" if broken else clock["result"],
            clock["spans"],
            clock["why"],
            *(clock.get(name, usual) for name, usual in _NOT_KEPT_ONCE),
        ),
    )


def watch(
    db: sqlite3.Connection,
    ticket: TicketId,
    timers: Sequence[Sequence[Any]],
    among: Sequence[int],
) -> None:
    """Have the watch act at these moments alone, but not where it has acted for one of `among`."""
    forget_timers(db, ticket)
    for name, at in timers:
        if at is not None and not _came(db, among, name, at):
            db.execute(
                "INSERT INTO timer VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (ticket, name, at)
            )


def _came(db: sqlite3.Connection, among: Sequence[int], name: str, at: int | None) -> bool:
    row = db.execute(
        "SELECT 1 FROM event WHERE ticket IN (SELECT value FROM json_each(?)) AND name = ?"
        " AND at = ? LIMIT 1",
        (json.dumps(list(among)), name, at),
    ).fetchone()
    return row is not None


def count_messages(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Count a ticket's messages anew: all but our own answers."""
    db.execute(
        "UPDATE ticket SET revision = revision + 1, messages = (SELECT count(*) FROM message"
        " WHERE ticket = ?1 AND acknowledge_reason <> ?2) WHERE id = ?1",
        (ticket, OUR_ANSWER),
    )


def people_wrote(
    db: sqlite3.Connection, ticket: TicketId, but: Sequence[int] = ()
) -> tuple[int, ...]:
    """Return the messages on a ticket that want an answer, but for some, oldest first."""
    rows = db.execute(
        "SELECT id FROM message WHERE ticket = ? AND acknowledge_reason <> ?"
        " AND kind IN (SELECT value FROM json_each(?))"
        " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY arrived, id",
        (ticket, OUR_ANSWER, json.dumps(sorted(TICKETED)), json.dumps(list(but))),
    )
    return tuple(number for (number,) in rows)
