"""Carrying a decision out: the ticket, its clock, its timers and its mail in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from triage.core.disposition import (
    Acknowledgement,
    Answered,
    Clocked,
    Disposition,
    Enqueue,
    Explained,
    Filed,
    Join,
    Mail,
    Open,
    Own,
)
from triage.core.known import Question
from triage.core.outgoing import Sort, State
from triage.core.ticket import Event, Kind, MessageId, Status, TicketId, after
from triage.store.connection import stamp
from triage.store.setting import keep_setting


def settle(db: sqlite3.Connection, question: Question, decision: Disposition) -> None:
    """Carry `decision` out for the message of `question`."""
    match decision:
        case Open():
            _open(db, question, decision)
        case Join():
            _join(db, question, decision)
        case Filed():
            _file(db, question, decision)
        case Answered():
            _record_mail(
                db, question, decision.mail, decision.ticket, decision.explained, "our_own_answer"
            )
            name = "probably_answered" if decision.probable else "answered"
            if not decision.probable:
                stop_clock(db, decision.ticket, decision.at, by=decision.by, how="mail")
            else:
                note(db, decision.ticket, decision.at, name, {"by": decision.by})
            _learn_ids(db, decision.ticket, decision.mail, ours=True)
        case Own():
            _record_mail(db, question, decision.mail, None, decision.explained, "our_own_mail")
            if decision.alarm:
                # Two daemons on one mailbox would acknowledge everybody twice: stop until a
                # human has looked.
                keep_setting(db, "paused", decision.alarm)
                note(db, None, question.now, "alarm", {"reason": decision.alarm})


def _open(db: sqlite3.Connection, question: Question, new: Open) -> None:
    arrived = new.clock.start
    cursor = db.execute(
        "INSERT INTO ticket (reference, status, mailbox, subject, requester, requester_name,"
        " language, queue, guess, priority, boost, owner, owner_why, gist, flags, badges, related,"
        " opened, waiting_since, acknowledgement)"
        " VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.reference,
            question.mailbox,
            new.mail.subject,
            new.requester,
            new.requester_name,
            new.mail.language,
            new.queue,
            new.guess,
            new.priority,
            new.boost,
            new.owner,
            new.owner_why,
            new.gist,
            json.dumps(new.flags),
            json.dumps(new.explained.badges),
            json.dumps(new.related),
            stamp(arrived),
            stamp(arrived),
            new.acknowledgement.reason,
        ),
    )
    ticket = TicketId(cursor.lastrowid or 0)
    note(
        db,
        ticket,
        question.now,
        "opened",
        {"queue": new.queue, "priority": new.priority, "owner": new.owner},
    )
    _add_message(db, question, ticket, new.mail, new.explained, new.acknowledgement)
    _take_part(db, ticket, new.requester)
    start_clock(db, ticket, new.clock, new.boost)
    _acknowledge(db, question, ticket, new.acknowledgement)


def _join(db: sqlite3.Connection, question: Question, joined: Join) -> None:
    ticket = joined.ticket
    _add_message(
        db,
        question,
        ticket,
        joined.mail,
        joined.explained,
        joined.acknowledgement,
        participant=joined.participant,
    )
    note(db, ticket, question.now, "written", {"participant": joined.participant})
    if joined.flags:
        _unite_flags(db, ticket, joined.flags)
    if joined.priority is not None and joined.boost is not None:
        db.execute(
            "UPDATE ticket SET priority = ?, boost = ? WHERE id = ?",
            (joined.priority, joined.boost, ticket),
        )
        order(db, ticket)
    if joined.reopens:
        (status,) = db.execute("SELECT status FROM ticket WHERE id = ?", (ticket,)).fetchone()
        db.execute(
            "UPDATE ticket SET status = ?, done_at = NULL WHERE id = ?",
            (after(Status(status), Event.WRITTEN), ticket),
        )
    if joined.clock is not None:
        (boost,) = db.execute("SELECT boost FROM ticket WHERE id = ?", (ticket,)).fetchone()
        db.execute(
            "UPDATE ticket SET waiting_since = ?, answered = NULL WHERE id = ?",
            (stamp(joined.clock.start), ticket),
        )
        start_clock(db, ticket, joined.clock, boost)
    _acknowledge(db, question, ticket, joined.acknowledgement)


def _file(db: sqlite3.Connection, question: Question, filed: Filed) -> None:
    reason = filed.acknowledgement.reason
    _record_mail(db, question, filed.mail, filed.ticket, filed.explained, reason)
    if filed.ticket is None:
        return
    name = "bounced" if filed.mail.kind is Kind.BOUNCE else "automatic_mail"
    failed = [asdict(recipient) for recipient in filed.failed]
    note(db, filed.ticket, question.now, name, {"kind": filed.mail.kind, "failed": failed})
    db.execute(
        "UPDATE ticket SET messages = messages + 1, revision = revision + 1 WHERE id = ?",
        (filed.ticket,),
    )


def _add_message(
    db: sqlite3.Connection,
    question: Question,
    ticket: TicketId,
    mail: Mail,
    explained: Explained,
    acknowledgement: Acknowledgement,
    *,
    participant: bool = True,
) -> None:
    _record_mail(
        db,
        question,
        mail,
        ticket,
        explained,
        acknowledgement.reason,
        participant=participant,
        acknowledge=acknowledgement.acknowledge,
    )
    _learn_ids(db, ticket, mail, ours=False)
    db.execute(
        "UPDATE ticket SET messages = messages + 1, revision = revision + 1 WHERE id = ?",
        (ticket,),
    )


def _record_mail(
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
    db.execute(
        "UPDATE message SET state = 'routed', ticket = ?, participant = ?, kind = ?, doubtful = ?,"
        " kind_why = ?, trust = ?, trust_why = ?, language = ?, subject = ?, sender = ?,"
        " sender_name = ?, message_id = ?, loose_subject = ?, body_digest = ?, attachments = ?,"
        " acknowledge = ?, acknowledge_reason = ? WHERE id = ?",
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
            acknowledge,
            reason,
            question.message,
        ),
    )
    db.execute(
        "INSERT INTO reading VALUES (?, ?, ?)",
        (question.message, mail.text, json.dumps(asdict(explained))),
    )


def _learn_ids(db: sqlite3.Connection, ticket: TicketId, mail: Mail, *, ours: bool) -> None:
    if mail.message_id:
        db.execute(
            "INSERT INTO known_id VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (mail.message_id, ticket, ours),
        )


def _take_part(db: sqlite3.Connection, ticket: TicketId, address: str) -> None:
    if address:
        db.execute(
            "INSERT INTO participant VALUES (?, ?) ON CONFLICT DO NOTHING", (ticket, address)
        )


def _unite_flags(db: sqlite3.Connection, ticket: TicketId, flags: tuple[str, ...]) -> None:
    (have,) = db.execute("SELECT flags FROM ticket WHERE id = ?", (ticket,)).fetchone()
    united = list(dict.fromkeys([*json.loads(have), *flags]))
    db.execute("UPDATE ticket SET flags = ? WHERE id = ?", (json.dumps(united), ticket))


def _acknowledge(
    db: sqlite3.Connection, question: Question, ticket: TicketId, decided: Acknowledgement
) -> None:
    if decided.mail is None:
        note(db, ticket, question.now, "acknowledgement_withheld", {"reason": decided.reason})
        return
    if enqueue(db, decided.mail, ticket, question.now, question.message):
        db.execute("UPDATE ticket SET acknowledgement = 'pending' WHERE id = ?", (ticket,))
        db.execute(
            "INSERT INTO known_id VALUES (?, ?, 1) ON CONFLICT DO NOTHING",
            (decided.mail.message_id, ticket),
        )


def enqueue(
    db: sqlite3.Connection,
    mail: Enqueue,
    ticket: TicketId | None,
    now: datetime,
    message: MessageId | None = None,
) -> bool:
    """Put one mail into the outbox; False where its purpose has been served before."""
    at = stamp(now)
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
            at,
            None if mail.promised_at is None else stamp(mail.promised_at),
        ),
    )
    return cursor.rowcount == 1


def start_clock(db: sqlite3.Connection, ticket: TicketId, clock: Clocked, boost: int) -> None:
    """Start the ticket's next cycle, with the timers that watch it."""
    (cycle,) = db.execute(
        "UPDATE ticket SET cycle = cycle + 1 WHERE id = ? RETURNING cycle", (ticket,)
    ).fetchone()
    deadline = None if clock.deadline is None else stamp(clock.deadline)
    warn = None if clock.warn_at is None else stamp(clock.warn_at)
    spans = [[span.start.isoformat(), span.end.isoformat()] for span in clock.spans]
    db.execute(
        "INSERT INTO clock (ticket, cycle, start, deadline, spans, why) VALUES (?, ?, ?, ?, ?, ?)",
        (ticket, cycle, stamp(clock.start), deadline, json.dumps(spans), clock.why),
    )
    place = None if deadline is None else deadline - boost * 60_000_000
    db.execute(
        "UPDATE ticket SET answer_by = ?, warn_at = ?, place = ? WHERE id = ?",
        (deadline, warn, place, ticket),
    )
    for name, at in (("warning", warn), ("breach", deadline)):
        if at is not None:
            db.execute(
                "INSERT INTO timer (ticket, name, at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET at = excluded.at",
                (ticket, name, at),
            )


def order(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Give the ticket the place that its deadline and boost say."""
    db.execute(
        "UPDATE ticket SET place = answer_by - boost * 60000000, revision = revision + 1"
        " WHERE id = ?",
        (ticket,),
    )


def stop_clock(
    db: sqlite3.Connection, ticket: TicketId, at: datetime, *, by: str, how: str
) -> None:
    """Record a human's answer: the clock stops, a pending acknowledgement is cancelled.

    An answer at the deadline itself is in time. A ticket that waits for none keeps its state.
    """
    row = db.execute(
        "SELECT status, cycle, answer_by, first_result FROM ticket WHERE id = ?", (ticket,)
    ).fetchone()
    when = stamp(at)
    deadline = row["answer_by"]
    result = "met" if deadline is None or when <= deadline else "breached"
    stopped = db.execute(
        "UPDATE clock SET answered = ?, result = ? WHERE ticket = ? AND cycle = ?"
        " AND answered IS NULL",
        (when, result, ticket, row["cycle"]),
    )
    first = result if stopped.rowcount and row["cycle"] == 1 else row["first_result"]
    db.execute(
        "UPDATE ticket SET status = ?, answered = ?, waiting_since = NULL, first_result = ?,"
        " answer_by = NULL, warn_at = NULL, place = NULL, revision = revision + 1 WHERE id = ?",
        (after(Status(row["status"]), Event.ANSWERED), when, first, ticket),
    )
    forget_timers(db, ticket)
    cancel_pending(db, ticket, "answered", when)
    note(db, ticket, at, "answered", {"by": by, "how": how, "result": result})


def forget_timers(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Let the watch forget a ticket that no longer waits."""
    db.execute("DELETE FROM timer WHERE ticket = ?", (ticket,))


def cancel_pending(db: sqlite3.Connection, ticket: TicketId, reason: str, when: int) -> None:
    """Cancel an acknowledgement that has not begun to leave."""
    cancelled = db.execute(
        "UPDATE outbox SET state = ?, reason = ?, ended = ?"
        " WHERE ticket = ? AND sort = ? AND state IN (?, ?)",
        (
            State.CANCELLED,
            reason,
            when,
            ticket,
            Sort.ACKNOWLEDGEMENT,
            State.PENDING,
            State.CLAIMED,
        ),
    )
    if cancelled.rowcount:
        db.execute("UPDATE ticket SET acknowledgement = ? WHERE id = ?", (reason, ticket))


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
