"""Notes on a ticket that stay inside."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from triage.core.ticket import TicketId
from triage.errors import NotPossible
from triage.store.connection import instant, stamp
from triage.store.family import family, living
from triage.store.noting import note
from triage.store.replying import Remark

MOST = 20_000
"""Characters of one remark."""


def remark(db: sqlite3.Connection, reference: str, text: str, person: str, now: datetime) -> Remark:
    """Keep a remark."""
    said = text.strip()[:MOST]
    if not said:
        raise NotPossible("there is nothing in it")
    ticket = TicketId(living(db, reference)["id"])
    made = db.execute(
        "INSERT INTO remark (ticket, at, person, text) VALUES (?, ?, ?, ?)",
        (ticket, stamp(now), person, said),
    )
    db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (ticket,))
    note(db, ticket, now, "remarked", {"by": person, "remark": made.lastrowid})
    return Remark(number=made.lastrowid or 0, at=now, person=person, text=said)


def remarks(db: sqlite3.Connection, reference: str) -> tuple[Remark, ...]:
    """List the remarks on a ticket, and on what was merged into it, oldest first."""
    rows = db.execute(
        "SELECT id, at, person, text FROM remark WHERE ticket IN (SELECT value FROM json_each(?))"
        " ORDER BY at, id",
        (json.dumps(family(db, living(db, reference)["id"])),),
    )
    return tuple(
        Remark(number=row["id"], at=instant(row["at"]), person=row["person"], text=row["text"])
        for row in rows
    )
