"""What the store knows of a requester besides the ticket that is open, and whose mail is whose."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping

from triage.core.accounts import sees
from triage.core.ticket import MessageId, Status
from triage.errors import NoSuchTicket
from triage.store import gifts, voices
from triage.store.connection import instant, maybe
from triage.store.dossier import Before, Dossier
from triage.store.family import living

_MOST = 1000


def dossier(db: sqlite3.Connection, reference: str, queues: Collection[str], limit: int) -> Dossier:
    """Tell of the requester of a ticket; walks along the index of their tickets."""
    row = living(db, reference)
    if not row["requester"]:
        return Dossier()
    rows = db.execute(
        "SELECT id, reference, subject, queue, guess, status, owner, opened,"
        " (SELECT answered FROM clock WHERE ticket = t.id AND cycle = 1) AS first"
        " FROM ticket t WHERE requester = ? AND merged_into IS NULL"
        " ORDER BY opened DESC LIMIT ?",
        (row["requester"], _MOST),
    ).fetchall()
    seen = [one for one in rows if sees(queues, one["queue"], one["guess"])]
    others = [one for one in seen if one["id"] != row["id"]]
    told = [one["id"] for one in seen[:limit]]
    return Dossier(
        tickets=tuple(map(_before, others[:limit])),
        more=max(0, len(others) - limit),
        mails=_mails(db, row["requester"], [one["id"] for one in seen]),
        since=min((instant(one["opened"]) for one in seen), default=None),
        voices=tuple(voice for one in told for voice in voices.of_ticket(db, one)),
        given=tuple(gift for one in told for gift in gifts.given_of(db, one) if not gift.undone),
    )


def _before(row: sqlite3.Row) -> Before:
    return Before(
        reference=row["reference"],
        subject=row["subject"],
        queue=row["queue"],
        status=Status(row["status"]),
        owner=row["owner"],
        opened=instant(row["opened"]),
        first=maybe(row["first"]),
    )


def _mails(db: sqlite3.Connection, sender: str, tickets: list[int]) -> int:
    # The + holds SQLite to the index of senders: humans wrote nearly all there is.
    (number,) = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM message WHERE state = 'routed' AND sender = ?"
        " AND +kind = 'human' AND role = 'inbox' AND junk = 0"
        " AND ticket IN (SELECT value FROM json_each(?)) LIMIT ?)",
        (sender, json.dumps(tickets), _MOST),
    ).fetchone()
    return int(number)


def lies_on(db: sqlite3.Connection, message: MessageId, reference: str) -> bool:
    """Say whether a mail lies on a ticket: what is not there is on none."""
    try:
        ticket = living(db, reference)["id"]
    except NoSuchTicket:
        return False
    row = db.execute(
        "SELECT 1 FROM message WHERE id = ? AND ticket = ?", (message, ticket)
    ).fetchone()
    return row is not None


def sizes(db: sqlite3.Connection, reference: str) -> Mapping[MessageId, int]:
    """Return how many bytes the mails of a ticket have."""
    rows = db.execute(
        "SELECT id, size FROM message WHERE ticket = ?", (living(db, reference)["id"],)
    )
    return {MessageId(row["id"]): int(row["size"]) for row in rows}
