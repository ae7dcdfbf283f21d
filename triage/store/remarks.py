"""Notes on a ticket that stay inside."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.core.ticket import TicketId
from triage.errors import NotPossible
from triage.store.connection import instant, stamp
from triage.store.family import family, living
from triage.store.noting import note

MOST = 20_000
"""Characters of one remark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A note on a ticket that stays inside."""

    number: int
    at: datetime
    person: str
    text: str


class Remarks(Protocol):
    """The part of `Store` that keeps notes."""

    def remark(self, reference: str, text: str, person: str, now: datetime) -> Remark:
        """Keep a note on a ticket that stays inside. Raises: NoSuchTicket, NotPossible (empty)."""

    def remarks(self, reference: str) -> tuple[Remark, ...]:
        """List the notes on a ticket, oldest first. Raises: NoSuchTicket."""


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
