"""Conversations with third parties inside a ticket: begun by us, found by what a mail cites."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.core.ticket import MessageId, OutboxId, TicketId
from triage.store.connection import instant, stamp
from triage.store.family import family, living, survivor


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThread:
    """A conversation with a third party inside a ticket: whom it is with, and its mails.

    `messages` are those that came, `mails` those that left.
    """

    number: int
    at: datetime
    person: str
    addresses: tuple[str, ...]
    subject: str
    messages: tuple[MessageId, ...] = ()
    mails: tuple[OutboxId, ...] = ()


class SideThreads(Protocol):
    """The part of `Store` that knows conversations with third parties."""

    def side_threads(self, reference: str) -> tuple[SideThread, ...]:
        """List the conversations with third parties on a ticket. Raises: NoSuchTicket."""


def begin(
    db: sqlite3.Connection,
    ticket: TicketId,
    anchor: str,
    addresses: Iterable[str],
    subject: str,
    person: str,
    now: datetime,
) -> int:
    """Begin a conversation whose mails cite `anchor`; one of that name goes on."""
    row = db.execute("SELECT id FROM side WHERE anchor = ?", (anchor,)).fetchone()
    if row is not None:
        return int(row["id"])
    made = db.execute(
        "INSERT INTO side (ticket, anchor, at, person, subject, addresses)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (ticket, anchor, stamp(now), person, subject, json.dumps(list(addresses))),
    )
    return int(made.lastrowid or 0)


def cited(db: sqlite3.Connection, names: Iterable[str], ticket: int) -> int | None:
    """Return the conversation of a ticket that a mail cites, the nearest name first.

    By the anchor, by the name of a mail of ours in it, or of one that came.
    """
    for name in names:
        row = db.execute(
            "SELECT id, ticket FROM side WHERE anchor = ?1"
            " UNION ALL SELECT s.id, s.ticket FROM outbox o JOIN reply r ON r.mail = o.id"
            " JOIN side s ON s.id = r.side WHERE o.message_id = ?1"
            " UNION ALL SELECT s.id, s.ticket FROM known_id k JOIN side s ON s.ticket = k.ticket"
            " JOIN message m ON m.side = s.id WHERE k.message_id = ?1 AND m.message_id = ?1"
            " LIMIT 1",
            (name,),
        ).fetchone()
        if row is not None and survivor(db, row["ticket"]) == ticket:
            return int(row["id"])
    return None


def asked(db: sqlite3.Connection, tickets: Iterable[int]) -> frozenset[str]:
    """Return the addresses of the third parties who were asked on tickets."""
    rows = db.execute(
        "SELECT DISTINCT a.value FROM side, json_each(side.addresses) a"
        " WHERE side.ticket IN (SELECT value FROM json_each(?))",
        (json.dumps(list(tickets)),),
    )
    return frozenset(address for (address,) in rows)


def of_ticket(db: sqlite3.Connection, reference: str) -> tuple[SideThread, ...]:
    """List the conversations on a ticket, and on what was merged into it, oldest first."""
    rows = db.execute(
        "SELECT * FROM side WHERE ticket IN (SELECT value FROM json_each(?)) ORDER BY at, id",
        (json.dumps(family(db, living(db, reference)["id"])),),
    ).fetchall()
    return tuple(_shown(db, row) for row in rows)


def _shown(db: sqlite3.Connection, row: sqlite3.Row) -> SideThread:
    came = db.execute(
        "SELECT id FROM message WHERE side = ? AND role = 'inbox' ORDER BY arrived, id",
        (row["id"],),
    )
    left = db.execute(
        "SELECT r.mail FROM reply r JOIN outbox o ON o.id = r.mail WHERE r.side = ?"
        " AND o.state <> 'cancelled' ORDER BY r.mail",
        (row["id"],),
    )
    return SideThread(
        number=row["id"],
        at=instant(row["at"]),
        person=row["person"],
        addresses=tuple(json.loads(row["addresses"])),
        subject=row["subject"],
        messages=tuple(MessageId(number) for (number,) in came),
        mails=tuple(OutboxId(number) for (number,) in left),
    )
