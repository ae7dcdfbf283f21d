"""What is shown: queues in their order, one ticket with everything, and the journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from triage.core.ticket import UNSURE, MessageId, Priority, Status, TicketId, handle
from triage.errors import NoSuchTicket
from triage.store import junk, owing, waves
from triage.store.clocks import spans_read
from triage.store.connection import instant, maybe
from triage.store.family import family, find, name, survivor
from triage.store.roles import role_of
from triage.store.sending import of_ticket
from triage.store.views import (
    Burden,
    ClockView,
    Counts,
    EventView,
    Filed,
    JournalEntry,
    MailView,
    MessageView,
    TicketRow,
    TicketView,
)


def queue(db: sqlite3.Connection, name: str | None, limit: int) -> tuple[TicketRow, ...]:
    """List open tickets in the order in which they must be answered, those without clock last.

    The queue `unsure` is a badge more than a pen: its tickets are listed under their best guess.
    Tickets that are all alike stand in one row, in the place of the first of them.
    """
    rows = sorted([*_alone(db, name, limit), *waves.rows(db, name)], key=in_their_order)
    replies = junk.replies(db)
    return tuple(_row(row, row["alike"], replies.get(row["id"], 0)) for row in rows[:limit])


def in_their_order(row: sqlite3.Row) -> tuple[bool, int, int]:
    """Return by what rows of tickets are sorted: those without a clock come last."""
    return row["place"] is None, row["place"] or 0, row["opened"]


def _alone(db: sqlite3.Connection, name: str | None, limit: int) -> list[sqlite3.Row]:
    """Return the first rows of the tickets that belong to no wave."""
    parts = [""] if name is None else [" AND queue = :name"]
    if name not in {None, UNSURE}:
        parts.append(" AND queue = 'unsure' AND guess = :name")
    return [
        row
        for part in parts
        for row in db.execute(
            f"SELECT *, 1 AS alike FROM ticket WHERE status = 'open' AND wave IS NULL{part}"
            " ORDER BY place NULLS LAST, opened LIMIT :limit",
            {"name": name, "limit": limit},
        )
    ]


def ticket_rows(db: sqlite3.Connection, found: Sequence[sqlite3.Row]) -> tuple[TicketRow, ...]:
    """Make the values of tickets, each shown in a row of its own."""
    replies = junk.replies(db) if found else {}
    owed = owing.due_on(db, [row["id"] for row in found])
    made = (_row(row, waves.alike(db, row), replies.get(row["id"], 0)) for row in found)
    return tuple(replace(row, owed_by=owed.get(row.id)) for row in made)


def _row(row: sqlite3.Row, alike: int, in_junk: int) -> TicketRow:
    """Make the value of one ticket's row, in which so many stand that are alike."""
    return TicketRow(
        id=TicketId(row["id"]),
        reference=row["reference"],
        subject=row["subject"],
        requester=row["requester"],
        requester_name=row["requester_name"],
        queue=row["queue"],
        guess=row["guess"],
        priority=Priority(row["priority"]),
        boost=row["boost"],
        status=Status(row["status"]),
        owner=row["owner"],
        language=row["language"],
        gist=row["gist"],
        flags=tuple(json.loads(row["flags"])),
        badges=tuple(json.loads(row["badges"])),
        opened=instant(row["opened"]),
        waiting_since=maybe(row["waiting_since"]),
        answer_by=maybe(row["answer_by"]),
        warn_at=maybe(row["warn_at"]),
        promised_at=maybe(row["promised_at"]),
        place=maybe(row["place"]),
        acknowledgement=row["acknowledgement"],
        messages=row["messages"],
        revision=row["revision"],
        alike=alike,
        in_junk=in_junk,
        snoozed_until=maybe(row["snoozed_until"]),
    )


def ticket(db: sqlite3.Connection, reference: str) -> TicketView:
    """Return everything about one ticket."""
    row = find(db, reference)
    number = TicketId(row["id"])
    became_one = family(db, number)
    events = db.execute(
        "SELECT at, name, detail FROM event WHERE ticket IN (SELECT value FROM json_each(?))"
        " ORDER BY at, id",
        (json.dumps(became_one),),
    )
    return TicketView(
        row=ticket_rows(db, [row])[0],
        owner_why=row["owner_why"],
        related=tuple(json.loads(row["related"])),
        messages=_messages(db, number),
        events=tuple(
            EventView(at=instant(e["at"]), name=e["name"], detail=json.loads(e["detail"]))
            for e in events
        ),
        clocks=_clocks(db, number),
        resolution=_resolution(db, number),
        outgoing=tuple(mail for one in became_one for mail in of_ticket(db, one)),
        merged_into="" if row["merged_into"] is None else name(db, survivor(db, number)),
        merged=tuple(name(db, one) for one in became_one[1:]),
    )


def mail(db: sqlite3.Connection, message: MessageId) -> MailView:
    """Return one mail by itself. Raises: NoSuchTicket."""
    row = db.execute(
        "SELECT m.*, r.text, r.explained FROM message m LEFT JOIN reading r ON r.message = m.id"
        " WHERE m.id = ?",
        (message,),
    ).fetchone()
    if row is None:
        raise NoSuchTicket(f"there is no mail {handle(message)}; 'triage queue spam' lists mails")
    return MailView(
        message=_message(row),
        reference="" if row["ticket"] is None else name(db, row["ticket"]),
        language=row["language"],
        waits=row["state"] == "stored" and not row["junk"],
    )


def _messages(db: sqlite3.Connection, ticket: TicketId) -> tuple[MessageView, ...]:
    rows = db.execute(
        "SELECT m.*, r.text, r.explained FROM message m LEFT JOIN reading r ON r.message = m.id"
        " WHERE ticket = ? ORDER BY arrived, m.id",
        (ticket,),
    )
    return tuple(_message(row) for row in rows)


def _message(row: sqlite3.Row) -> MessageView:
    return MessageView(
        id=MessageId(row["id"]),
        role=role_of(row),
        kind=row["kind"] or "",
        sender=row["sender"],
        sender_name=row["sender_name"],
        subject=row["subject"],
        text=row["text"] or "",
        arrived=instant(row["arrived"]),
        trust=row["trust"],
        trust_why=row["trust_why"],
        kind_why=row["kind_why"],
        participant=bool(row["participant"]),
        attachments=row["attachments"],
        explained=json.loads(row["explained"] or "{}"),
        acknowledge=bool(row["acknowledge"]),
        acknowledge_reason=row["acknowledge_reason"],
    )


def _clocks(db: sqlite3.Connection, ticket: TicketId) -> tuple[ClockView, ...]:
    rows = db.execute("SELECT * FROM clock WHERE ticket = ? ORDER BY cycle", (ticket,))
    return tuple(
        ClockView(
            cycle=row["cycle"],
            start=instant(row["start"]),
            deadline=maybe(row["deadline"]),
            answered=maybe(row["answered"]),
            result=row["result"],
            spans=spans_read(row["spans"]),
            why=row["why"],
        )
        for row in rows
    )


def _resolution(db: sqlite3.Connection, ticket: TicketId) -> ClockView | None:
    row = db.execute("SELECT * FROM resolution WHERE ticket = ?", (ticket,)).fetchone()
    if row is None:
        return None
    return ClockView(
        cycle=0,
        start=instant(row["start"]),
        deadline=instant(row["deadline"]),
        answered=maybe(row["ended"]),
        result=row["result"],
        spans=spans_read(row["spans"]),
        why=row["why"],
    )


def filed(db: sqlite3.Connection, kinds: tuple[str, ...], limit: int) -> tuple[Filed, ...]:
    """List mail that became no ticket of its own, newest first."""
    rows = [
        row
        for kind in kinds
        for row in db.execute(
            "SELECT m.id, kind, kind_why, sender, sender_name, m.subject, arrived, reference"
            " FROM message m"
            " LEFT JOIN ticket t ON t.id = m.ticket"
            " WHERE state = 'routed' AND role = 'inbox' AND junk = 0 AND kind = ?"
            " ORDER BY arrived DESC LIMIT ?",
            (kind, limit),
        )
    ]
    rows.sort(key=lambda row: int(row["arrived"]), reverse=True)
    return tuple(
        Filed(
            id=MessageId(row["id"]),
            kind=row["kind"],
            why=row["kind_why"],
            sender=row["sender"],
            sender_name=row["sender_name"],
            subject=row["subject"],
            arrived=instant(row["arrived"]),
            reference=row["reference"] or "",
        )
        for row in rows[:limit]
    )


def journal(db: sqlite3.Connection, after: int, limit: int) -> tuple[JournalEntry, ...]:
    """List events in the order in which they were written, from the one after `after` on."""
    rows = db.execute(
        "SELECT e.id, e.at, e.name, e.detail, t.reference FROM event e"
        " LEFT JOIN ticket t ON t.id = e.ticket WHERE e.id > ? ORDER BY e.id LIMIT ?",
        (after, limit),
    )
    return tuple(
        JournalEntry(
            number=row["id"],
            at=instant(row["at"]),
            name=row["name"],
            reference=row["reference"] or "",
            detail=json.loads(row["detail"]),
        )
        for row in rows
    )


def counts(db: sqlite3.Connection) -> Counts:
    """Count what lies where."""
    # Each part from an index of its own: reading every row would take as long as the store is old.
    (all_,) = db.execute("SELECT count(*) FROM message").fetchone()
    (stored,) = db.execute(
        "SELECT (SELECT count(*) FROM message WHERE state = 'stored' AND junk = 0)"
        " + (SELECT count(*) FROM message WHERE state = 'stored' AND junk = 1)"
    ).fetchone()
    messages = {"stored": stored, "routed": all_ - stored}
    tickets = db.execute(
        "SELECT status, count(*) FROM ticket WHERE status = 'open' GROUP BY status UNION ALL"
        " SELECT status, count(*) FROM ticket WHERE status <> 'open' GROUP BY status"
    )
    outgoing = db.execute(
        "SELECT state, count(*) FROM outbox WHERE state = 'pending' GROUP BY state UNION ALL"
        " SELECT state, count(*) FROM outbox WHERE state IN ('claimed', 'inflight')"
        " GROUP BY state UNION ALL SELECT state, count(*) FROM outbox"
        " WHERE state NOT IN ('pending', 'claimed', 'inflight') GROUP BY state"
    )
    return Counts(
        messages={state: number for state, number in messages.items() if number},
        tickets=dict(tickets.fetchall()),
        outgoing=dict(outgoing.fetchall()),
    )


def burden(db: sqlite3.Connection) -> Burden:
    """Count what people have to look at: it takes as long as there is of that, and no longer."""
    (waiting,) = db.execute("SELECT count(*) FROM ticket WHERE status = 'open'").fetchone()
    (unknown,) = db.execute("SELECT count(*) FROM outbox WHERE state = 'unknown'").fetchone()
    return Burden(waiting=waiting, unknown=unknown, in_junk=junk.like_customers(db))


def raw(db: sqlite3.Connection, message: MessageId) -> bytes:
    """Return the bytes of one message as the server kept them."""
    row = db.execute("SELECT bytes FROM raw WHERE message = ?", (message,)).fetchone()
    if row is None:
        raise LookupError(f"there is no message {message}")
    return bytes(row["bytes"])
