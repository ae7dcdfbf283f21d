"""Answers of humans of ours: what each does, what it ends, and what is taken back by a bounce."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from triage.core.answering import Does
from triage.core.disposition import Answered, Filed
from triage.core.known import Question
from triage.core.ticket import Kind, TicketId
from triage.store import asking, owing
from triage.store.clocks import resume_clock, stop_clock
from triage.store.connection import instant, stamp
from triage.store.family import family, living
from triage.store.hints import HINTS, bear, cease
from triage.store.links import come_home
from triage.store.noting import learn_ids, note, record_mail
from triage.store.ourword import AnswerView
from triage.store.places import OUR_ANSWER

PROBABLY = "probably_answered"
"""The badge of a ticket that a mail of ours may answer: only its subject says so."""


def take(db: sqlite3.Connection, question: Question, answer: Answered) -> None:
    """Take an answer that was seen in Sent, or in the inbox: it stops the clock, if it is sure."""
    record_mail(db, question, answer.mail, answer.ticket, answer.explained, OUR_ANSWER)
    keep(
        db,
        answer.ticket,
        answer.at,
        question.now,
        by=answer.by,
        how="mail",
        does=answer.does,
        probable=answer.probable,
        message=question.message,
    )
    if answer.owes is not None and not answer.probable:
        owing.propose(db, answer.ticket, question.message, answer.owes, answer.by, answer.at)
    home = come_home(db, question, answer.ticket)
    learn_ids(db, home, answer.mail, ours=True)


def keep(
    db: sqlite3.Connection,
    ticket: TicketId,
    at: datetime,
    noticed: datetime,
    *,
    by: str,
    how: str,
    does: Does = Does.ANSWERS,
    probable: bool = False,
    message: int | None = None,
) -> None:
    """Keep one answer. One that is sure stops the clock, and ends what was owed before it.

    A mail that is judged once more is kept once.
    """
    if message is not None:
        db.execute("DELETE FROM answer WHERE ticket = ? AND message = ?", (ticket, message))
    db.execute(
        "INSERT INTO answer (ticket, cycle, message, at, noticed, person, how, does, probable)"
        " VALUES (?1, coalesce((SELECT max(cycle) FROM clock WHERE ticket = ?1 AND start <= ?3),"
        " (SELECT max(cycle, 1) FROM ticket WHERE id = ?1)), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (ticket, message, stamp(at), stamp(noticed), by, how, does, probable),
    )
    asking.recount(db, ticket, noticed)
    if probable:
        bear(db, ticket, PROBABLY)
        note(db, ticket, at, "probably_answered", {"by": by})
        return
    stop_clock(db, ticket, at, by=by, how=how)
    owing.answered(db, ticket, at)
    cease(db, ticket, {PROBABLY, *HINTS})


def bounced(db: sqlite3.Connection, question: Question, filed: Filed) -> None:
    """Take back the human's answers that a report says did not reach the requester.

    A report on our acknowledgement, on a question to a third party, or on somebody in Cc, takes
    nothing back. The clock runs on where the ticket rests on no other answer; what the answer
    ended is owed again.
    """
    if filed.mail.kind is not Kind.BOUNCE or filed.ticket is None:
        return
    failed = {recipient.recipient.casefold() for recipient in filed.failed}
    if failed and failed.isdisjoint(_people(db, filed.ticket)):
        return
    sent = db.execute(
        "SELECT m.id, m.internal_date, o.recipient FROM message m"
        " LEFT JOIN reply r ON r.message = m.id LEFT JOIN outbox o ON o.id = r.mail"
        " WHERE m.acknowledge_reason = ? AND m.ticket = ? AND m.side IS NULL"
        " AND m.message_id IN (SELECT value FROM json_each(?)) ORDER BY m.internal_date",
        (OUR_ANSWER, filed.ticket, json.dumps(question.message_ids)),
    ).fetchall()
    for message in sent:
        # Of a mail of the page it is known whom it answers: who was in copy takes part, too.
        if not failed or message["recipient"] is None or message["recipient"] in failed:
            _undo(db, filed, message, question.now)


def _people(db: sqlite3.Connection, ticket: TicketId) -> frozenset[str]:
    rows = db.execute(
        "SELECT address FROM participant WHERE ticket IN (SELECT value FROM json_each(?))",
        (json.dumps(family(db, ticket)),),
    )
    return frozenset(address for (address,) in rows)


def _undo(db: sqlite3.Connection, filed: Filed, message: sqlite3.Row, now: datetime) -> None:
    ticket = TicketId(filed.ticket or 0)
    for (at,) in db.execute(
        "UPDATE answer SET undone = ?, undone_why = 'bounced' WHERE message = ?"
        " AND ticket IN (SELECT value FROM json_each(?)) AND undone IS NULL RETURNING at",
        (stamp(now), message["id"], json.dumps(family(db, ticket))),
    ).fetchall():
        owing.not_arrived(db, ticket, message["id"], at)
    asking.recount(db, ticket, now)
    if _rests_on_another(db, ticket):
        return
    if resume_clock(db, ticket, message["internal_date"]):
        failed = [
            {"recipient": one.recipient, "status": one.status, "reason": one.reason}
            for one in filed.failed
        ]
        note(db, ticket, now, "answer_bounced", {"failed": failed})


def _rests_on_another(db: sqlite3.Connection, ticket: TicketId) -> bool:
    """Let a ticket rest on the first answer of its cycle that is left; False: there is none."""
    row = db.execute(
        "SELECT min(a.at) AS first, max(a.at) AS last, t.cycle, t.answer_by IS NULL AS rests"
        " FROM ticket t JOIN answer a ON a.ticket = t.id AND a.cycle = max(t.cycle, 1)"
        " WHERE t.id = ? AND a.undone IS NULL AND a.probable = 0",
        (ticket,),
    ).fetchone()
    if row["first"] is None:
        return False
    db.execute(
        "UPDATE clock SET answered = ?1, result = iif(deadline IS NULL OR ?1 <= deadline, 'met',"
        " 'breached') WHERE ticket = ?2 AND cycle = ?3 AND answered IS NOT NULL",
        (row["first"], ticket, row["cycle"]),
    )
    db.execute(
        "UPDATE ticket SET answered = ?, first_result = coalesce((SELECT result FROM clock"
        " WHERE ticket = ticket.id AND cycle = 1), first_result) WHERE id = ?"
        " AND answered IS NOT NULL",
        (row["last"], ticket),
    )
    return True


def of_ticket(db: sqlite3.Connection, reference: str) -> tuple[AnswerView, ...]:
    """List the answers to a ticket and to what was merged into it, oldest first."""
    ticket = TicketId(living(db, reference)["id"])
    rows = db.execute(
        "SELECT * FROM answer WHERE ticket IN (SELECT value FROM json_each(?)) ORDER BY at, id",
        (json.dumps(family(db, ticket)),),
    )
    return tuple(
        AnswerView(
            at=instant(row["at"]),
            noticed=instant(row["noticed"]),
            person=row["person"],
            how=row["how"],
            does=Does(row["does"]),
            probable=bool(row["probable"]),
            undone_why=row["undone_why"],
        )
        for row in rows
    )
