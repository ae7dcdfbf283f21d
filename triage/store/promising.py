"""What requesters were told, and what became of it.

A row is written when a time is decided, and counts once its mail may have left (`told`). It is
kept by an answer at the promised time or before, and by nothing else: neither by closing the
ticket nor by an answer that came back. Where the time passes, a delay notice that the relay took
before it is told apart from silence, and silence says why.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from triage.core.notice import HELD_BACK, RELAY_DOWN
from triage.core.outgoing import Sort, State
from triage.core.promise import Told
from triage.core.ticket import OutboxId, TicketId
from triage.store.connection import instant, stamp
from triage.store.family import family, survivor
from triage.store.promises import Decided, PromiseScores

AT_ONCE = 500
FORGOTTEN = timedelta(days=2)
WITHHELD = "delay_withheld"
"""The event of a delay notice that did not leave; its `reason` says why."""

KEPT = "kept"
TOLD_BEFORE = "told_before"
NOT_TOLD = "not_told"


def decide(db: sqlite3.Connection, ticket: TicketId, sort: Sort, told: Told, now: datetime) -> None:
    """Write down a time that is to be told; one decided again, and not told yet, takes its place.

    Nothing changes what was told.
    """
    db.execute(
        "INSERT INTO promise (ticket, cycle, sort, at, owner, target_at, expected_at, promised_at,"
        " method, facts) SELECT id, cycle, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM ticket WHERE id = ?1"
        " ON CONFLICT (ticket, cycle, sort) DO UPDATE SET at = excluded.at,"
        " owner = excluded.owner, target_at = excluded.target_at,"
        " expected_at = excluded.expected_at, promised_at = excluded.promised_at,"
        " method = excluded.method, facts = excluded.facts WHERE told IS NULL",
        (
            ticket,
            sort,
            stamp(now),
            told.owner,
            stamp(told.target_at),
            None if told.expected_at is None else stamp(told.expected_at),
            stamp(told.at),
            told.method,
            json.dumps({**told.facts, "day": told.day}),
        ),
    )


def decide_again(db: sqlite3.Connection, mail: OutboxId, told: Told, now: datetime) -> None:
    """Write down the time that a mail tells after all."""
    row = db.execute(
        "SELECT t.id, o.sort FROM outbox o JOIN ticket t"
        " ON t.reference = substr(o.purpose, length(o.sort) + 2) WHERE o.id = ?",
        (mail,),
    ).fetchone()
    if row is not None:
        decide(db, TicketId(row["id"]), Sort(row["sort"]), told, now)


def leave(db: sqlite3.Connection, mail: OutboxId, now: datetime) -> None:
    """Say that the mail that tells a time begins to leave: from now on it counts."""
    db.execute(
        "UPDATE promise SET told = ? WHERE told IS NULL AND id = ?", (stamp(now), _of(db, mail))
    )


def stay(db: sqlite3.Connection, mail: OutboxId) -> None:
    """Say that a mail did not leave after all: nobody was told."""
    db.execute("UPDATE promise SET told = NULL WHERE outcome = '' AND id = ?", (_of(db, mail),))


def decided(db: sqlite3.Connection, mail: OutboxId) -> Decided | None:
    """Return the time that a mail tells, or is to tell."""
    row = db.execute(
        "SELECT *, facts ->> '$.day' AS day FROM promise WHERE id = ?", (_of(db, mail),)
    ).fetchone()
    if row is None:
        return None
    at, since = instant(row["promised_at"]), instant(row["at"])
    return Decided(at=at, day=bool(row["day"]), owner=row["owner"], decided=since)


def _of(db: sqlite3.Connection, mail: OutboxId) -> int | None:
    """Find what a mail promises: on the ticket that it was made for, wherever that went since."""
    row = db.execute(
        "SELECT p.id FROM outbox o JOIN ticket t"
        " ON t.reference = substr(o.purpose, length(o.sort) + 2)"
        " JOIN promise p ON p.ticket = t.id AND p.sort = o.sort"
        " WHERE o.id = ? ORDER BY p.cycle DESC LIMIT 1",
        (mail,),
    ).fetchone()
    return None if row is None else int(row["id"])


def answered(db: sqlite3.Connection, ticket: TicketId, when: int) -> None:
    """Settle what was promised on a ticket, or on those that became part of it, by an answer.

    Also what had passed before the answer was noticed: when it was sent decides.
    """
    rows = db.execute(
        "SELECT * FROM promise WHERE ticket IN (SELECT value FROM json_each(?))"
        " AND told IS NOT NULL AND answered IS NULL",
        (json.dumps(family(db, ticket)),),
    )
    for row in rows.fetchall():
        _settle(db, row, when)


def answer_undone(db: sqlite3.Connection, ticket: TicketId, cycle: int) -> None:
    """Take back that a ticket's clock was answered: its promise stands again, or is missed."""
    for one in family(db, ticket):
        same = "" if one != ticket else " AND cycle = ?2"
        db.execute(
            "UPDATE promise SET answered = NULL, outcome = '', why = ''"
            f" WHERE ticket = ?1{same} AND answered IS NOT NULL",
            (one, cycle)[: 1 + bool(same)],
        )


def settle_passed(db: sqlite3.Connection, now: datetime) -> int:
    """Settle what has passed without an answer, some at once; return how many those were.

    A promised time passes after itself: an answer at that instant keeps it.
    """
    rows = db.execute(
        "SELECT p.* FROM promise p WHERE p.outcome = '' AND p.promised_at < ?"
        " AND p.told IS NOT NULL ORDER BY p.promised_at LIMIT ?",
        (stamp(now), AT_ONCE),
    ).fetchall()
    for row in rows:
        _settle(db, row, _answer(db, row))
    # What was never told is no promise; a mail may wait for its relay for a while.
    db.execute(
        "DELETE FROM promise WHERE outcome = '' AND told IS NULL AND promised_at < ?",
        (stamp(now - FORGOTTEN),),
    )
    return len(rows)


def _answer(db: sqlite3.Connection, row: sqlite3.Row) -> int | None:
    """Return when the clock behind a promise was answered: that of what the ticket went into."""
    stands = survivor(db, row["ticket"])
    if stands == row["ticket"]:
        found = db.execute(
            "SELECT answered FROM clock WHERE ticket = ? AND cycle = ?", (stands, row["cycle"])
        ).fetchone()
    else:
        found = db.execute(
            "SELECT min(answered) FROM clock WHERE ticket = ? AND answered >= ?",
            (stands, row["at"]),
        ).fetchone()
    return None if found is None or found[0] is None else int(found[0])


def _settle(db: sqlite3.Connection, row: sqlite3.Row, when: int | None) -> None:
    outcome, why = KEPT, ""
    if when is None or when > row["promised_at"]:
        outcome, why = _missed(db, row)
    db.execute(
        "UPDATE promise SET answered = ?, outcome = ?, why = ? WHERE id = ?",
        (when, outcome, why, row["id"]),
    )


def _missed(db: sqlite3.Connection, row: sqlite3.Row) -> tuple[str, str]:
    """Say whether the requester heard of it before, and if not, why not."""
    notice = db.execute(
        "SELECT state, ended, reason FROM outbox WHERE ticket IN (?, ?) AND sort = 'delay'"
        " AND created >= ? AND ? = 'ack' ORDER BY id LIMIT 1",
        (row["ticket"], survivor(db, row["ticket"]), row["at"], row["sort"]),
    ).fetchone()
    if notice is not None and notice["state"] == "sent" and notice["ended"] < row["promised_at"]:
        return TOLD_BEFORE, ""
    withheld = db.execute(
        "SELECT detail ->> '$.reason' FROM event WHERE ticket = ? AND name = ? AND at >= ?"
        " ORDER BY id DESC LIMIT 1",
        (row["ticket"], WITHHELD, row["at"]),
    ).fetchone()
    if withheld is not None and withheld[0]:
        return NOT_TOLD, str(withheld[0])
    if row["sort"] == Sort.DELAY:
        return NOT_TOLD, "already_sent"
    if notice is not None:
        return NOT_TOLD, _of_notice(notice)
    (status,) = db.execute("SELECT status FROM ticket WHERE id = ?", (row["ticket"],)).fetchone()
    return NOT_TOLD, "closed" if status == "done" else ""


def _of_notice(notice: sqlite3.Row) -> str:
    """Say why a delay notice did not leave in time: nothing else holds it, so the relay did."""
    match State(notice["state"]):
        case State.CANCELLED | State.EXPIRED:
            return str(notice["reason"] or notice["state"])
        case State.PENDING | State.CLAIMED:
            return str(notice["reason"]) if notice["reason"] in HELD_BACK else RELAY_DOWN
        case State.SENT:
            return "too_late"
        case State.INFLIGHT:
            return str(State.UNKNOWN)
        case other:
            return str(other)


def scores(db: sqlite3.Connection, since: datetime, until: datetime) -> PromiseScores:
    """Count what became of the times told that lie from `since` up to, not including, `until`."""
    rows = db.execute(
        "SELECT sort, method, outcome, why, promised_at, expected_at, answered FROM promise"
        " WHERE promised_at >= ? AND promised_at < ? AND told IS NOT NULL",
        (stamp(since), stamp(until)),
    ).fetchall()
    first = [row for row in rows if row["sort"] != Sort.DELAY]
    delays = [row for row in rows if row["sort"] == Sort.DELAY]
    silent: dict[str, int] = {}
    methods: dict[str, tuple[int, int]] = {}
    for row in first:
        number, kept = methods.get(row["method"], (0, 0))
        methods[row["method"]] = (number + 1, kept + (row["outcome"] == KEPT))
        if row["outcome"] == NOT_TOLD:
            silent[row["why"]] = silent.get(row["why"], 0) + 1
    ended = [row for row in first if row["answered"] is not None]
    forecast = [row for row in first if row["expected_at"] is not None and row["outcome"]]
    slack = sum(row["promised_at"] - row["answered"] for row in ended)
    return PromiseScores(
        told=len(first),
        kept=sum(row["outcome"] == KEPT for row in first),
        told_before=sum(row["outcome"] == TOLD_BEFORE for row in first),
        not_told=silent,
        still_open=sum(row["outcome"] == "" for row in first),
        slack=timedelta(microseconds=slack // len(ended)) if ended else None,
        expected=len(forecast),
        before_expected=sum(
            row["answered"] is not None and row["answered"] <= row["expected_at"]
            for row in forecast
        ),
        methods=methods,
        delays=(len(delays), sum(row["outcome"] == KEPT for row in delays)),
    )
