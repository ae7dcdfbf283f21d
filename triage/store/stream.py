"""What happened, told to another program: one event after the other, by the outbox.

The journal is what waits: only the next event stands in the outbox, and the one after it comes
when that one has ended. So they leave in their order, however often one is tried.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import datetime
from typing import Protocol

from triage.core.accounts import sees
from triage.core.disposition import Enqueue
from triage.core.outgoing import Sort, State
from triage.core.streamed import KEPT, RECIPIENT, TOLD, Wanted, details
from triage.core.ticket import OutboxId
from triage.store.connection import instant, maybe
from triage.store.family import name, survivor
from triage.store.noting import enqueue
from triage.store.setting import read_setting

_AT_ONCE = 1000
"""Events that are looked at in one transaction: nobody shall wait for the writer meanwhile."""

_UNDER_WAY = frozenset({State.PENDING, State.CLAIMED, State.INFLIGHT})
_WITH_TEXT = frozenset({"opened", "set_aside", "written"})


class Stream(Protocol):
    """The part of `Store` that tells another program what happens."""

    def behind(self) -> bool:
        """Say whether the journal has an event that was not looked at, and none is under way."""

    def feed(self, wanted: Wanted, now: datetime) -> bool:
        """Put the next event that is wanted into the outbox; False: there is none in what was seen.

        It looks at some of the journal only: `behind` says whether there is more of it.
        The first call only marks where to begin: what happened before it is not told. What is
        older than `KEPT` is passed over, and its number with it: whoever counts sees the gap.
        """


def behind(db: sqlite3.Connection) -> bool:
    """Say whether there is something to feed."""
    at = db.execute("SELECT event, mail FROM stream").fetchone()
    if at is None:
        return True
    if _under_way(db, at["mail"]):
        return False
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
    return bool(last != at["event"])


def feed(db: sqlite3.Connection, wanted: Wanted, now: datetime) -> bool:
    """Put the next event that is wanted into the outbox."""
    at = db.execute("SELECT * FROM stream").fetchone()
    if at is None:
        db.execute("INSERT INTO stream (one, event) SELECT 1, coalesce(max(id), 0) FROM event")
        return False
    if _under_way(db, at["mail"]):
        return False
    event, sequence = at["event"], at["sequence"]
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
    event = min(event, last)  # the store may have been put back to an earlier day
    mail, fed = at["mail"], False
    for row in _after(db, event):
        event = row["id"]
        if not _is_wanted(row, wanted):
            continue
        sequence += 1
        if instant(row["at"]) < now - KEPT:
            continue
        mail, fed = _put(db, row, sequence, wanted, now), True
        break
    db.execute("UPDATE stream SET event = ?, sequence = ?, mail = ?", (event, sequence, mail))
    if fed:
        _forget(db, at["mail"])
    return fed


def _under_way(db: sqlite3.Connection, mail: int | None) -> bool:
    row = db.execute("SELECT state FROM outbox WHERE id = ?", (mail,)).fetchone()
    return row is not None and row["state"] in _UNDER_WAY


def _after(db: sqlite3.Connection, event: int) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT e.id, e.at, e.name, e.detail, t.id AS ticket, t.queue, t.guess FROM event e"
        " LEFT JOIN ticket t ON t.id = e.ticket WHERE e.id > ? ORDER BY e.id LIMIT ?",
        (event, _AT_ONCE),
    ).fetchall()


def _is_wanted(row: sqlite3.Row, wanted: Wanted) -> bool:
    """Say whether an event is told; what is unsure belongs to its best guess too."""
    return row["name"] in TOLD and sees(wanted.queues, row["queue"], row["guess"])


def _put(
    db: sqlite3.Connection, row: sqlite3.Row, sequence: int, wanted: Wanted, now: datetime
) -> OutboxId:
    facts: dict[str, object] = {
        "id": _id(db, row),
        "type": TOLD[row["name"]],
        "at": instant(row["at"]).isoformat(),
        "sequence": sequence,
        "event": row["name"],
        "what": details(json.loads(row["detail"])),
    }
    if row["ticket"] is not None:
        ticket = db.execute("SELECT * FROM ticket WHERE id = ?", (row["ticket"],)).fetchone()
        facts["ticket"] = _ticket(db, ticket)
        if wanted.content:
            facts["content"] = _content(db, row, ticket)
    purpose = f"event:{sequence}"
    mail = Enqueue(
        purpose=purpose,
        sort=Sort.HOOK,
        recipient=RECIPIENT,
        message_id=str(facts["id"]),
        mailbox="",
        facts=facts,
    )
    enqueue(db, mail, None, now)
    (number,) = db.execute("SELECT id FROM outbox WHERE purpose = ?", (purpose,)).fetchone()
    return OutboxId(number)


def _id(db: sqlite3.Connection, row: sqlite3.Row) -> str:
    """Name an event by what it is: another one never bears its name, though its number is free."""
    instance = read_setting(db, "instance") or ""
    named = f"{instance} {row['id']} {row['at']} {row['name']}"
    return f"evt_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def _ticket(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    """Return how a ticket stands now: nothing of it is anybody's words."""
    answer_by, promised_at = maybe(row["answer_by"]), maybe(row["promised_at"])
    return {
        "reference": row["reference"],
        "status": row["status"],
        "queue": row["queue"],
        "guess": row["guess"],
        "priority": row["priority"],
        "signals": json.loads(row["flags"]),
        "owner": row["owner"],
        "language": row["language"],
        "opened": instant(row["opened"]).isoformat(),
        "answer_by": None if answer_by is None else answer_by.isoformat(),
        "promised_at": None if promised_at is None else promised_at.isoformat(),
        "merged_into": "" if row["merged_into"] is None else name(db, survivor(db, row["id"])),
        "revision": row["revision"],
    }


def _content(db: sqlite3.Connection, row: sqlite3.Row, ticket: sqlite3.Row) -> dict[str, object]:
    """Return who wrote and what, of the mail that an event tells of."""
    said: dict[str, object] = {
        "subject": ticket["subject"],
        "requester": ticket["requester"],
        "requester_name": ticket["requester_name"],
    }
    if row["name"] in _WITH_TEXT:
        mail = db.execute(
            "SELECT r.text FROM message m JOIN reading r ON r.message = m.id WHERE m.ticket = ?"
            " AND m.role = 'inbox' AND m.first_seen <= ? ORDER BY m.arrived DESC, m.id DESC"
            " LIMIT 1",
            (row["ticket"], row["at"]),
        ).fetchone()
        said["text"] = "" if mail is None else mail["text"]
    return said


def _forget(db: sqlite3.Connection, mail: int | None) -> None:
    """Let go of an event that was taken: the journal still has it, and there are many."""
    gone = "SELECT id FROM outbox WHERE id = ? AND state = 'sent'"
    db.execute(f"DELETE FROM payload WHERE mail IN ({gone})", (mail,))
    db.execute("DELETE FROM outbox WHERE id = ? AND state = 'sent'", (mail,))
