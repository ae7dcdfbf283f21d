"""What is written down beside tickets: events, mail to be sent, and what a mail said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from triage.core.disposition import Enqueue, Explained, Mail
from triage.core.known import Question
from triage.core.outgoing import Sort
from triage.core.ticket import MessageId, TicketId
from triage.store import promising
from triage.store.again import wake_those_that_cite
from triage.store.connection import stamp

FORWARDED = "forwarded"
"""The event of a mail that a colleague passed on."""


_CALLED = {Sort.ACKNOWLEDGEMENT: "acknowledgement"}


def called(sort: Sort) -> str:
    """Return what events call mail of a sort, where they do not call it by the sort itself."""
    return _CALLED.get(sort, sort)


def note(
    db: sqlite3.Connection,
    ticket: TicketId | None,
    at: datetime,
    name: str,
    detail: Mapping[str, object],
) -> None:
    """Write one event down."""
    db.execute(
        "INSERT INTO event (ticket, at, name, detail) VALUES (?, ?, ?, ?)",
        (ticket, stamp(at), name, json.dumps(detail)),
    )


def unite(db: sqlite3.Connection, ticket: int, column: str, more: Iterable[str]) -> None:
    """Add to a ticket's `flags`, `badges` or `related` what is not among them."""
    (have,) = db.execute(f"SELECT {column} FROM ticket WHERE id = ?", (ticket,)).fetchone()
    united = list(dict.fromkeys([*json.loads(have), *more]))
    db.execute(f"UPDATE ticket SET {column} = ? WHERE id = ?", (json.dumps(united), ticket))


def enqueue(
    db: sqlite3.Connection,
    mail: Enqueue,
    ticket: TicketId | None,
    now: datetime,
    message: MessageId | None = None,
) -> bool:
    """Put one mail into the outbox; False where its purpose has been served before."""
    at = stamp(now)
    leaves = at if mail.not_before is None else max(at, stamp(mail.not_before))
    cursor = db.execute(
        "INSERT INTO outbox (purpose, sort, ticket, message, mailbox, recipient, domain,"
        " message_id, facts, created, next_at, promised_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (purpose) DO NOTHING",
        (
            mail.purpose,
            mail.sort,
            ticket,
            message,
            mail.mailbox,
            mail.recipient,
            mail.recipient.rpartition("@")[2],
            mail.message_id,
            json.dumps(mail.facts),
            at,
            leaves,
            None if mail.promised_at is None else stamp(mail.promised_at),
        ),
    )
    if cursor.rowcount != 1:
        return False
    if ticket is not None and mail.told is not None:
        promising.decide(db, ticket, mail.sort, mail.told, now)
    return True


def record_mail(
    db: sqlite3.Connection,
    question: Question,
    mail: Mail,
    ticket: TicketId | None,
    explained: Explained,
    reason: str,
    *,
    participant: bool = True,
    acknowledge: bool = False,
) -> None:
    """Keep what a mail said, and what was made of it; it is routed from now on."""
    db.execute(
        "UPDATE message SET state = 'routed', ticket = ?, participant = ?, kind = ?, doubtful = ?,"
        " kind_why = ?, trust = ?, trust_why = ?, language = ?, subject = ?, sender = ?,"
        " sender_name = ?, message_id = ?, loose_subject = ?, body_digest = ?, attachments = ?,"
        " file_names = ?, acknowledge = ?, acknowledge_reason = ? WHERE id = ?",
        (
            ticket,
            participant,
            mail.kind,
            mail.doubtful,
            mail.kind_why,
            mail.trust,
            mail.trust_why,
            mail.language,
            mail.subject,
            mail.sender,
            mail.sender_name,
            mail.message_id,
            mail.loose_subject,
            mail.body_digest,
            mail.attachments,
            "\n".join(mail.files),
            acknowledge,
            reason,
            question.message,
        ),
    )
    db.execute(
        "INSERT INTO reading (message, text, explained, said) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (message) DO UPDATE SET text = excluded.text,"
        " explained = excluded.explained, said = excluded.said",
        (question.message, mail.text, json.dumps(asdict(explained)), json.dumps(mail.said)),
    )


def learn_ids(db: sqlite3.Connection, ticket: TicketId, mail: Mail, *, ours: bool) -> None:
    """Learn the Message-ID by which later mail may name this ticket, and earlier mail did."""
    if not mail.message_id:
        return
    learned = db.execute(
        "INSERT INTO known_id VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ours = excluded.ours"
        " WHERE excluded.ours > ours",
        (mail.message_id, ticket, ours),
    )
    if learned.rowcount:
        wake_those_that_cite(db, mail.message_id)


def take_part(db: sqlite3.Connection, ticket: TicketId, address: str) -> None:
    """Make `address` a participant of the ticket."""
    if address:
        db.execute(
            "INSERT INTO participant VALUES (?, ?) ON CONFLICT DO NOTHING", (ticket, address)
        )


def passed_on(db: sqlite3.Connection, ticket: TicketId, at: datetime, watcher: str) -> None:
    """Note which colleague passed a mail of the ticket on: they watch it, and take no part."""
    if watcher:
        note(db, ticket, at, FORWARDED, {"by": watcher})


def watchers(db: sqlite3.Connection, ticket: int) -> frozenset[str]:
    """Return the colleagues who passed mail of the ticket on."""
    rows = db.execute(
        "SELECT detail ->> '$.by' FROM event WHERE ticket = ? AND name = ?", (ticket, FORWARDED)
    )
    return frozenset(str(by) for (by,) in rows)
