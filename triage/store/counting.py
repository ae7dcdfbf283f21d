"""What was acknowledged lately, and what repeats: the counters that loops and floods run into.

Every counter is keyed by where mail really went: an acknowledgement may go to an address that
the requester named for replies, and the next mail may come from either.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from triage.core.known import Question
from triage.core.outgoing import State
from triage.core.wave import WAVE
from triage.store.connection import stamp

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AWAITING = timedelta(hours=4)
_AT_ONCE = timedelta(seconds=60)
_LEFT_OR_MAY = (State.PENDING, State.CLAIMED, State.INFLIGHT, State.SENT, State.UNKNOWN)
COUNTS = f"(state IN ({', '.join(repr(str(s)) for s in _LEFT_OR_MAY)}) OR reason = 'shadow')"
"""Which rows of the outbox count as acknowledged."""


def to_people(db: sqlite3.Connection, question: Question, span: timedelta) -> int:
    """Count acknowledgements to the requester, wherever they get their mail."""
    return _count(db, "recipient", _addresses(question), question.now - span)


def to_domains(db: sqlite3.Connection, question: Question, span: timedelta) -> int:
    """Count acknowledgements to the domain that wrote, and to the one that would be answered."""
    return _count(db, "domain", _domains(question), question.now - span)


def from_mailbox(db: sqlite3.Connection, question: Question, span: timedelta) -> int:
    """Count acknowledgements in the name of one mailbox."""
    return _count(db, "mailbox", (question.mailbox, question.mailbox), question.now - span)


def _addresses(question: Question) -> tuple[str, str]:
    return question.requester, question.recipient or question.requester


def _domains(question: Question) -> tuple[str, str]:
    return question.domain, question.recipient.rpartition("@")[2] or question.domain


def _count(
    db: sqlite3.Connection, column: str, values: tuple[str, str], since: datetime, more: str = ""
) -> int:
    (number,) = db.execute(
        f"SELECT count(*) FROM outbox WHERE sort = 'ack' AND {column} IN (?, ?) AND {column} <> ''"
        f" AND created > ? AND {COUNTS}{more}",
        (*values, stamp(since)),
    ).fetchone()
    return int(number)


def unverified(db: sqlite3.Connection, question: Question) -> int:
    """Count today's acknowledgements that rested on an unproven sender."""
    more = " AND json_extract(facts, '$.verified') = 0"
    return _count(db, "recipient", _addresses(question), question.now - DAY, more)


def usual_hour(db: sqlite3.Connection, mailbox: str, now: datetime) -> int:
    """Average the hours of the last 28 days in which anything was acknowledged."""
    hour = HOUR // timedelta(microseconds=1)
    (number, hours) = db.execute(
        "SELECT count(*), count(DISTINCT created / ?) FROM outbox"
        " WHERE sort = 'ack' AND mailbox = ? AND created BETWEEN ? AND ?",
        (hour, mailbox, stamp(now - 28 * DAY), stamp(now - HOUR)),
    ).fetchone()
    return round(number / hours) if hours else 0


def acked_at_once(db: sqlite3.Connection, question: Question) -> bool:
    """Say whether an acknowledgement left for the domain within 60 seconds before this message.

    Or may have left. One exactly 60 seconds earlier no longer counts, nor one that left after the
    message came: what waited while colleagues of the sender were acknowledged answers nothing. A
    server's own date is the second that had begun.
    """
    row = db.execute(
        "SELECT 1 FROM outbox o, message m WHERE m.id = ?3 AND o.sort = 'ack'"
        " AND o.state IN ('inflight', 'sent', 'unknown')"
        " AND o.domain IN (?1, ?2) AND o.domain <> '' AND o.ended > m.internal_date - ?4"
        " AND o.ended < min(m.first_seen, m.internal_date + 1000000) LIMIT 1",
        (*_domains(question), question.message, _AT_ONCE // timedelta(microseconds=1)),
    ).fetchone()
    return row is not None


def same_subject(db: sqlite3.Connection, question: Question) -> bool:
    """Say whether the requester wrote under this subject within a day.

    An empty subject says nothing: many mails have none.
    """
    if not question.requester or not question.loose_subject:
        return False
    keys = (question.requester, question.loose_subject)
    return _repeats(db, question, "sender = ? AND loose_subject = ?", keys, DAY)


def same_body(db: sqlite3.Connection, question: Question) -> bool:
    """Say whether these words came within an hour from the same sender, or in a stranger's wave.

    A few people may well write the same: a form was filled in, or something has failed. Whoever
    has a ticket already is no robot for joining in.
    """
    if not question.body_digest:
        return False
    since = stamp(question.now - HOUR)
    (alike, own) = db.execute(
        "SELECT count(*), coalesce(sum(sender = ?), 0) FROM (SELECT sender FROM message"
        " WHERE state = 'routed' AND body_digest = ? AND arrived > ? AND id <> ?"
        " AND role = 'inbox' AND junk = 0 LIMIT 100)",
        (question.requester, question.body_digest, since, question.message),
    ).fetchone()
    return bool(own) or (alike >= WAVE and not _known(db, question))


def _known(db: sqlite3.Connection, question: Question) -> bool:
    row = db.execute(
        "SELECT 1 FROM ticket WHERE requester = ? LIMIT 1", (question.requester,)
    ).fetchone()
    return row is not None


def _repeats(
    db: sqlite3.Connection,
    question: Question,
    where: str,
    values: tuple[object, ...],
    span: timedelta,
) -> bool:
    row = db.execute(
        f"SELECT 1 FROM message WHERE state = 'routed' AND {where} AND arrived > ?"
        " AND id <> ? AND role = 'inbox' AND junk = 0 LIMIT 1",
        (*values, stamp(question.now - span), question.message),
    ).fetchone()
    return row is not None


def served(db: sqlite3.Connection, question: Question) -> bool:
    """Say whether a ticket of this requester was ever acknowledged, or answered by a human."""
    if not question.requester:
        return False
    row = db.execute(
        "SELECT 1 FROM ticket WHERE requester = ? AND (acknowledgement IN ('sent', 'unknown')"
        " OR answered IS NOT NULL OR first_result <> '') LIMIT 1",
        (question.requester,),
    ).fetchone()
    return row is not None


def awaiting(db: sqlite3.Connection, question: Question) -> str:
    """Return the newest ticket of this person that is acknowledged and unanswered, or "".

    It is as old as the mail that is acknowledged, which may have come to a ticket merged into it.
    """
    addresses, since = _addresses(question), stamp(question.now - AWAITING)
    row = db.execute(
        "SELECT t.reference FROM ticket t JOIN outbox o ON o.ticket = t.id AND o.sort = 'ack'"
        " JOIN message m ON m.id = o.message"
        " WHERE t.id IN (SELECT id FROM ticket WHERE requester IN (?1, ?2) AND opened > ?3"
        " UNION SELECT ticket FROM outbox"
        " WHERE sort = 'ack' AND recipient IN (?1, ?2) AND created > ?3)"
        " AND t.requester <> '' AND t.status = 'open' AND m.arrived > ?3"
        f" AND {COUNTS.replace('state', 'o.state').replace('reason', 'o.reason')}"
        " ORDER BY t.opened DESC LIMIT 1",
        (*addresses, since),
    ).fetchone()
    return "" if row is None else str(row["reference"])
