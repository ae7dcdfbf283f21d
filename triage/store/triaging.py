"""What waits to be triaged, and what is known of its surroundings."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from triage.core.known import BREAKER_FLOOR, Known, Link, Question, Received, Surroundings
from triage.core.ticket import UNSURE, Kind, MessageId, Priority, Status, TicketId
from triage.core.worded import worded
from triage.store import beside, counting, forecasting, sides, telling, wishing
from triage.store.connection import instant, maybe, stamp
from triage.store.family import family
from triage.store.history import history
from triage.store.links import linked
from triage.store.naming import free_reference
from triage.store.notices import checked_back
from triage.store.noting import watchers
from triage.store.roles import role_of
from triage.store.setting import read_setting

MOST_ATTEMPTS = 3

_FAILED = worded("triage failed on it")


def begin_triage(
    db: sqlite3.Connection,
    now: datetime,
    fresh: timedelta,
    limit: int,
    resting: Collection[MessageId] = (),
) -> tuple[Received, ...]:
    """Hand out the next messages, the attempt already counted on disk.

    `fresh`: how long mail is young enough to be acknowledged; it comes before older mail.
    """
    rows = _stored(db, stamp(now - fresh), limit, resting)
    for row in rows:
        if row["attempts"] >= MOST_ATTEMPTS:
            set_aside(db, row["id"], "it was tried three times and stopped the daemon", now)
    rows = [row for row in rows if row["attempts"] < MOST_ATTEMPTS]
    # One that was tried before may be what stopped the process: it goes alone.
    untried = list(itertools.takewhile(lambda row: row["attempts"] == 0, rows))
    rows = untried or rows[:1]
    if not rows:
        return ()
    ids = [row["id"] for row in rows]
    marks = ", ".join("?" * len(ids))
    db.execute(f"UPDATE message SET attempts = attempts + 1 WHERE id IN ({marks})", ids)
    found = db.execute(
        "SELECT m.id, key, mailbox, role, junk, internal_date, first_seen, attempts, truncated,"
        " unreadable, kind_said, bytes FROM message m JOIN raw ON raw.message = m.id"
        f" WHERE m.id IN ({marks})",
        ids,
    )
    messages = (
        Received(
            id=MessageId(row["id"]),
            mailbox=row["mailbox"],
            role=role_of(row),
            raw=row["bytes"],
            key=row["key"],
            internal_date=instant(row["internal_date"]),
            first_seen=instant(row["first_seen"]),
            attempts=row["attempts"],
            truncated=bool(row["truncated"]),
            unreadable=row["unreadable"],
            kind_said=None if row["kind_said"] is None else Kind(row["kind_said"]),
        )
        for row in found
    )
    return tuple(sorted(messages, key=lambda message: ids.index(message.id)))


def _stored(
    db: sqlite3.Connection, fresh: int, limit: int, resting: Collection[MessageId]
) -> list[sqlite3.Row]:
    """Find what is not triaged yet: walks along an index each, however much lies there.

    First what is triaged again: an answer that was waited for stops an acknowledgement. Junk
    comes last: nobody waits for it.
    """
    found: list[sqlite3.Row] = []
    for where, since in (
        ("junk = 0 AND again = 1 AND arrived > ?", -1),
        ("junk = 0 AND again = 0 AND arrived >= ?", fresh),
        ("junk = 0 AND again = 0 AND arrived < ?", fresh),
        ("junk = 1 AND arrived > ?", -1),
    ):
        if len(found) < limit:
            found += db.execute(
                f"SELECT id, attempts FROM message WHERE state = 'stored' AND {where}"
                " AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY arrived LIMIT ?",
                (since, json.dumps(list(resting)), limit - len(found)),
            ).fetchall()
    return found


def put_back(db: sqlite3.Connection, messages: Sequence[MessageId]) -> None:
    """Return messages to triage, their attempt not counted."""
    db.executemany(
        "UPDATE message SET attempts = attempts - 1 WHERE id = ? AND attempts > 0",
        [(message,) for message in messages],
    )


def surroundings(db: sqlite3.Connection, question: Question) -> Surroundings:
    """Look up what is known around a message."""
    secret = bytes.fromhex(read_setting(db, "secret") or "")
    before = read_setting(db, "no_acknowledgement_before")
    mailbox_hour = counting.from_mailbox(db, question, counting.HOUR)
    return Surroundings(
        secret=secret,
        instance=read_setting(db, "instance") or "",
        reference=free_reference(db, question.key),
        threads=tuple(_known(db, ticket, link, question) for ticket, link in linked(db, question)),
        owner_before=_text(
            db,
            "SELECT owner FROM ticket WHERE requester = ? AND status <> 'merged'"
            " ORDER BY opened DESC LIMIT 1",
            question.requester,
        ),
        loads=telling.loads(db),
        known_requester=bool(
            _text(db, "SELECT id FROM ticket WHERE requester = ? LIMIT 1", question.requester)
        ),
        history=history(db, question),
        served=counting.served(db, question),
        awaiting=counting.awaiting(db, question),
        sender_hour=counting.to_people(db, question, counting.HOUR),
        sender_day=counting.to_people(db, question, counting.DAY),
        domain_hour=counting.to_domains(db, question, counting.HOUR),
        mailbox_hour=mailbox_hour,
        mailbox_usual_hour=counting.usual_hour(db, question.mailbox, question.now)
        if mailbox_hour >= BREAKER_FLOOR
        else 0,
        unverified_day=counting.unverified(db, question),
        acked_domain_minute=counting.acked_at_once(db, question),
        same_subject_day=counting.same_subject(db, question),
        same_body_hour=counting.same_body(db, question),
        sent_here=bool(
            _text(db, "SELECT id FROM outbox WHERE message_id = ?", question.own_message_id)
        ),
        acknowledged_here=bool(
            _text(
                db,
                "SELECT id FROM outbox WHERE purpose = 'ack:' || ?",
                question.acknowledgement_of,
            )
        ),
        no_acknowledgement_before=datetime.fromisoformat(before) if before else None,
        beside=beside.beside(db, question),
        elsewhere=beside.elsewhere(db, question),
        load=forecasting.load(db, question.now),
        wish=wishing.wish(db, question.requester) if question.requester else None,
        unheard=_unheard(db, question),
    )


def _unheard(db: sqlite3.Connection, question: Question) -> frozenset[str]:
    """Return the Message-IDs that a message cites and nothing here bears."""
    rows = db.execute(
        "SELECT value FROM json_each(?)"
        " WHERE NOT EXISTS (SELECT 1 FROM known_id WHERE message_id = json_each.value)"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE message_id = json_each.value)",
        (json.dumps(question.message_ids),),
    )
    return frozenset(name for (name,) in rows)


def _text(db: sqlite3.Connection, sql: str, value: str) -> str:
    row = db.execute(sql, (value,)).fetchone() if value else None
    return "" if row is None else str(row[0])


def _known(db: sqlite3.Connection, ticket: int, link: Link, question: Question) -> Known:
    row = db.execute("SELECT * FROM ticket WHERE id = ?", (ticket,)).fetchone()
    became_one = family(db, ticket)
    people = frozenset(
        address
        for one in became_one
        for (address,) in db.execute("SELECT address FROM participant WHERE ticket = ?", (one,))
    )
    acknowledged = db.execute(
        f"SELECT 1 FROM outbox WHERE ticket = ? AND sort = 'ack' AND {counting.COUNTS}",
        (ticket,),
    ).fetchone()
    return Known(
        id=TicketId(row["id"]),
        reference=row["reference"],
        link=link,
        status=Status(row["status"]),
        requester=row["requester"],
        participants=people,
        watchers=frozenset().union(*(watchers(db, one) for one in became_one)),
        owner=row["owner"],
        queue=row["queue"],
        priority=Priority(row["priority"]),
        subject=row["subject"],
        opened=instant(row["opened"]),
        answer_by=maybe(row["answer_by"]),
        acknowledged=acknowledged is not None,
        answered=maybe(row["answered"]),
        language=row["language"],
        done_at=maybe(row["done_at"]),
        checked_back=checked_back(db, ticket),
        side=sides.cited(db, question.message_ids, ticket) or 0,
        asked=sides.asked(db, became_one),
    )


def set_aside(
    db: sqlite3.Connection,
    message: MessageId,
    error: str,
    now: datetime,
    *,
    sender: str = "",
    sender_name: str = "",
    subject: str = "",
) -> None:
    """Make a message that cannot be triaged a visible ticket in `unsure`, without a clock."""
    row = db.execute("SELECT * FROM message WHERE id = ?", (message,)).fetchone()
    if row is None or row["state"] == "routed":
        return
    if row["junk"]:
        _leave_in_junk(db, message, error)
        return
    name = free_reference(db, row["key"])
    cursor = db.execute(
        "INSERT INTO ticket (reference, status, mailbox, subject, requester, requester_name,"
        " queue, guess, priority, boost, owner, owner_why, gist, flags, badges, related, opened,"
        " waiting_since, acknowledgement, messages) VALUES"
        " (?, 'open', ?, ?, ?, ?, ?, ?, 'normal', 0, '', '', '', '[]',"
        " '[\"unreadable\"]', '[]', ?, ?, 'unreadable', 1)",
        (
            name,
            row["mailbox"],
            subject or "(unreadable message)",
            sender,
            sender_name,
            UNSURE,
            UNSURE,
            row["arrived"],
            row["arrived"],
        ),
    )
    db.execute(
        "UPDATE message SET state = 'routed', kind = ?, kind_why = ?,"
        " ticket = ?, opens = 1, error = ?, acknowledge_reason = 'unreadable', subject = ?,"
        " sender = ?, sender_name = ? WHERE id = ?",
        (Kind.UNREADABLE, _FAILED, cursor.lastrowid, error, subject, sender, sender_name, message),
    )
    db.execute(
        "INSERT INTO reading (message, text, explained) VALUES (?, '', '{}')"
        " ON CONFLICT DO NOTHING",
        (message,),
    )
    db.execute(
        "INSERT INTO event (ticket, at, name, detail) VALUES (?, ?, 'set_aside', ?)",
        (cursor.lastrowid, stamp(now), json.dumps({"attempts": row["attempts"]})),
    )


def _leave_in_junk(db: sqlite3.Connection, message: MessageId, error: str) -> None:
    """Let junk that cannot be triaged lie: it is no ticket for that."""
    db.execute(
        "UPDATE message SET state = 'routed', kind = ?, kind_why = ?,"
        " error = ?, acknowledge_reason = 'in_junk' WHERE id = ?",
        (Kind.UNREADABLE, _FAILED, error, message),
    )
    db.execute(
        "INSERT INTO reading (message, text, explained) VALUES (?, '', '{}')"
        " ON CONFLICT DO NOTHING",
        (message,),
    )
