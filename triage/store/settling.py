"""Carrying a decision out: the ticket, its clock, its timers and its mail in one transaction."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict

from triage.core.answer import OUTSIDE
from triage.core.disposition import (
    Acknowledgement,
    Answered,
    Disposition,
    Explained,
    Filed,
    Join,
    Junked,
    Mail,
    Open,
    Own,
)
from triage.core.known import Question
from triage.core.record import lasting
from triage.core.ticket import Event, Kind, Status, TicketId, after
from triage.store import accepted, answering, beside, junk, waves
from triage.store.clocks import hasten_clock, order, start_clock
from triage.store.connection import stamp
from triage.store.links import come_home
from triage.store.noting import (
    enqueue,
    learn_ids,
    note,
    passed_on,
    record_mail,
    take_part,
    unite,
)
from triage.store.places import keep_for_later
from triage.store.snoozing import wake
from triage.store.switches import pause_by_itself
from triage.store.telling import owner_to_be_told, to_be_told


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
            answering.take(db, question, decision)
        case Junked():
            junk.keep(db, question, decision)
        case Own():
            if accepted.is_kept(db, question.message) or accepted.seen(db, question):
                return  # the copy of a mail that lies on its ticket
            record_mail(db, question, decision.mail, None, decision.explained, "our_own_mail")
            keep_for_later(db, question)
            if decision.alarm:
                # Two daemons on one mailbox would acknowledge everybody twice: stop until a
                # human has looked.
                pause_by_itself(db, decision.alarm, question.now)
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
    db.execute("UPDATE message SET opens = 1 WHERE id = ?", (question.message,))
    # Where the acknowledgement goes and where replies are wanted, our answers are read too.
    acknowledged = new.acknowledgement.mail.recipient if new.acknowledgement.mail else ""
    for address in (new.requester, acknowledged, *new.also):
        take_part(db, ticket, address)
    passed_on(db, ticket, question.now, new.watcher)
    start_clock(db, ticket, new.clock, new.boost)
    _acknowledge(db, question, ticket, new.acknowledgement)
    to_be_told(db, ticket, new.owner, "new", question.now)
    waves.take_up(db, question, ticket)
    beside.settle(db, question, ticket, new)


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
    accepted.from_third_party(db, ticket, joined.side, question)
    note(db, ticket, question.now, "written", {"participant": joined.participant})
    waves.stand_alone(db, ticket)
    passed_on(db, ticket, question.now, joined.watcher)
    if joined.flags:
        unite(db, ticket, "flags", joined.flags)
    if badges := lasting(joined.explained.badges):
        unite(db, ticket, "badges", badges)
        if OUTSIDE in badges:
            note(db, ticket, question.now, OUTSIDE, {"message": question.message})
    if joined.priority is not None and joined.boost is not None:
        db.execute(
            "UPDATE ticket SET priority = ?, boost = ? WHERE id = ?",
            (joined.priority, joined.boost, ticket),
        )
        order(db, ticket)
    if joined.lift:
        db.execute("UPDATE ticket SET boost = boost + ? WHERE id = ?", (joined.lift, ticket))
        order(db, ticket)
    if joined.reopens:
        wake(db, ticket)
        (status,) = db.execute("SELECT status FROM ticket WHERE id = ?", (ticket,)).fetchone()
        db.execute(
            "UPDATE ticket SET status = ?, done_at = NULL WHERE id = ?",
            (after(Status(status), Event.WRITTEN), ticket),
        )
    (boost,) = db.execute("SELECT boost FROM ticket WHERE id = ?", (ticket,)).fetchone()
    if joined.owner:
        db.execute("UPDATE ticket SET owner = ? WHERE id = ?", (joined.owner, ticket))
        note(db, ticket, question.now, "reassigned", {"owner": joined.owner, "why": "danger"})
        to_be_told(db, ticket, joined.owner, "reowned", question.now)
    if joined.sooner is not None:
        hasten_clock(db, ticket, joined.sooner, boost)
    if joined.clock is not None:
        db.execute(
            "UPDATE ticket SET waiting_since = ?, answered = NULL WHERE id = ?",
            (stamp(joined.clock.start), ticket),
        )
        start_clock(db, ticket, joined.clock, boost)
        owner_to_be_told(db, ticket, "written", question.now)
    _acknowledge(db, question, ticket, joined.acknowledgement)
    beside.settle(db, question, ticket, joined)


def _file(db: sqlite3.Connection, question: Question, filed: Filed) -> None:
    reason = filed.acknowledgement.reason
    record_mail(db, question, filed.mail, filed.ticket, filed.explained, reason)
    if filed.ticket is None:
        detail = {"kind": filed.mail.kind, "message": question.message}
        note(db, None, question.now, "filed", detail)
        return
    come_home(db, question, filed.ticket)
    name = "bounced" if filed.mail.kind is Kind.BOUNCE else "automatic_mail"
    failed = [asdict(recipient) for recipient in filed.failed]
    note(db, filed.ticket, question.now, name, {"kind": filed.mail.kind, "failed": failed})
    db.execute(
        "UPDATE ticket SET messages = messages + 1, revision = revision + 1 WHERE id = ?",
        (filed.ticket,),
    )
    answering.bounced(db, question, filed)
    accepted.bounced(db, question, filed)


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
    record_mail(
        db,
        question,
        mail,
        ticket,
        explained,
        acknowledgement.reason,
        participant=participant,
        acknowledge=acknowledgement.acknowledge,
    )
    learn_ids(db, come_home(db, question, ticket), mail, ours=False)
    db.execute(
        "UPDATE ticket SET messages = messages + 1, revision = revision + 1 WHERE id = ?",
        (ticket,),
    )


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
