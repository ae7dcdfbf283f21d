"""What a deed may change of a ticket: kept as it was, and put back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from triage.core.ticket import TicketId

_CHANGED = (
    "status",
    "owner",
    "owner_why",
    "snoozed_until",
    "done_at",
    "waiting_since",
    "answer_by",
    "warn_at",
    "place",
    "acknowledgement",
    "cause",
    "check_back",
)
STANDING = (
    "status",
    "owner",
    "queue",
    "priority",
    "flags",
    "snoozed_until",
    "done_at",
    "answered",
    "merged_into",
    "messages",
    "cycle",
)
"""By what it is seen that something has happened to a ticket since a deed."""

_BESIDE = {"claim": ("agent", "at"), "telling": ("owner", "since", "due", "why")}
"""Tables that have one row of a ticket, or none."""


def state(db: sqlite3.Connection, ticket: int) -> dict[str, Any]:
    """Return all of a ticket that a deed may change, as JSON holds it."""
    columns = sorted({*_CHANGED, *STANDING})
    row = db.execute(f"SELECT {', '.join(columns)} FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return {
        "ticket": dict(row),
        "timers": _rows(db, "SELECT name, at FROM timer WHERE ticket = ?", ticket),
        "mails": {
            str(number): list(rest)
            for number, *rest in db.execute(
                "SELECT id, state, reason, ended FROM outbox WHERE ticket = ?", (ticket,)
            )
        },
        **{
            table: _rows(db, f"SELECT {', '.join(columns)} FROM {table} WHERE ticket = ?", ticket)
            for table, columns in _BESIDE.items()
        },
        "resolution": _rows(db, "SELECT ended, result FROM resolution WHERE ticket = ?", ticket),
    }


def _rows(db: sqlite3.Connection, sql: str, ticket: int) -> list[list[Any]]:
    return sorted((list(row) for row in db.execute(sql, (ticket,))), key=json.dumps)


def restore(
    db: sqlite3.Connection, ticket: TicketId, before: Mapping[str, Any], left: Mapping[str, Any]
) -> None:
    """Put back what a deed changed of a ticket, and nothing else.

    A timer that the deed stopped runs again, also where its moment has passed: nothing has acted
    on it. Mail that the deed cancelled goes on; its claim checks whether it is too late.
    """
    changed = [name for name in _CHANGED if before["ticket"][name] != left["ticket"][name]]
    sets = "".join(f"{name} = :{name}, " for name in changed)
    db.execute(
        f"UPDATE ticket SET {sets}revision = revision + 1 WHERE id = :id",
        {**before["ticket"], "id": ticket},
    )
    if "cause" in changed:
        db.execute(
            "UPDATE voice SET cause = ? WHERE ticket = ? AND cause = ?",
            (before["ticket"]["cause"], ticket, left["ticket"]["cause"]),
        )
    _timers(db, ticket, before["timers"], left["timers"])
    _mails(db, before["mails"], left["mails"])
    for table, columns in _BESIDE.items():
        if before[table] != left[table]:
            db.execute(f"DELETE FROM {table} WHERE ticket = ?", (ticket,))
            db.executemany(
                f"INSERT INTO {table} (ticket, {', '.join(columns)})"
                f" VALUES (?{', ?' * len(columns)})",
                [(ticket, *row) for row in before[table]],
            )
    for ended, result in before["resolution"]:
        db.execute(
            "UPDATE resolution SET ended = ?, result = ? WHERE ticket = ?", (ended, result, ticket)
        )


def _timers(
    db: sqlite3.Connection, ticket: TicketId, before: list[list[Any]], left: list[list[Any]]
) -> None:
    db.executemany(
        "DELETE FROM timer WHERE ticket = ? AND name = ? AND at = ?",
        [(ticket, *timer) for timer in left if timer not in before],
    )
    db.executemany(
        "INSERT INTO timer (ticket, name, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(ticket, *timer) for timer in before if timer not in left],
    )


def _mails(
    db: sqlite3.Connection, before: Mapping[str, list[Any]], left: Mapping[str, list[Any]]
) -> None:
    cancelled = [
        (int(number), reason)
        for number, (state_, reason, _ended) in left.items()
        if state_ == "cancelled" and before.get(number, [""])[0] in {"pending", "claimed"}
    ]
    db.executemany(
        "UPDATE outbox SET state = 'pending', reason = '', ended = NULL"
        " WHERE id = ? AND state = 'cancelled' AND reason = ?",
        cancelled,
    )
