"""The audit as it is read: by whom, what, about what, and page by page."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.store.accounts import Audited
from triage.store.connection import instant, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAsked:
    """What of the audit is asked for; "" and None: whatever it is.

    `before` is the number from below which it goes on; 0: from the newest on.
    """

    person: str = ""
    action: str = ""
    about: str = ""
    since: datetime | None = None
    before: int = 0
    limit: int = 100


class Auditing(Protocol):
    """The part of `Store` that reads the audit."""

    def audit_of(self, asked: AuditAsked) -> tuple[tuple[int, Audited], ...]:
        """Return what was done, newest first, each with its number."""

    def audited_actions(self) -> tuple[str, ...]:
        """Return every action there is in the audit, by name."""


def audit_of(db: sqlite3.Connection, asked: AuditAsked) -> tuple[tuple[int, Audited], ...]:
    """Return what was done, newest first."""
    where, values = ["id < ?"], list[str | int]([asked.before or 2**62])
    for column, value in (
        ("person", asked.person),
        ("action", asked.action),
        ("about", asked.about),
    ):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    if asked.since is not None:
        where.append("at >= ?")
        values.append(stamp(asked.since))
    rows = db.execute(
        f"SELECT * FROM audit WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?",
        (*values, asked.limit),
    )
    return tuple(
        (
            row["id"],
            Audited(
                at=instant(row["at"]),
                person=row["person"],
                action=row["action"],
                about=row["about"],
                detail=json.loads(row["detail"]),
                address=row["address"],
            ),
        )
        for row in rows
    )


def audited_actions(db: sqlite3.Connection) -> tuple[str, ...]:
    """Return every action there is: it hops along the index from one to the next."""
    rows = db.execute(
        "WITH RECURSIVE each (action) AS (SELECT min(action) FROM audit UNION ALL"
        " SELECT (SELECT min(a.action) FROM audit a WHERE a.action > each.action) FROM each"
        " WHERE each.action IS NOT NULL) SELECT action FROM each WHERE action IS NOT NULL"
    )
    return tuple(action for (action,) in rows)
