"""Deeds: done to one ticket or to many, each with what takes it back.

What a deed changes is kept as it was before and as the deed left it. It is taken back only where
the ticket still stands as it was left: what somebody did since is never undone unseen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from triage.core.accounts import sees
from triage.core.ticket import UNANSWERED, Status, TicketId
from triage.errors import NoSuchTicket, NotPossible
from triage.store import accounts, correcting, marking, owning, people, snoozing
from triage.store.accounts import Audited
from triage.store.byhand import Closing, Correcting
from triage.store.connection import instant, stamp
from triage.store.deeds import (
    KEPT,
    NOT_THEIRS,
    Asked,
    Deed,
    Doer,
    HandingOver,
    Outcome,
    PuttingOff,
    Refused,
    Taking,
)
from triage.store.family import living, name
from triage.store.noting import note
from triage.store.restoring import STANDING, restore, state
from triage.store.views import EventView

T = TypeVar("T")

TAKEN_BACK = "taken_back"
"""The event of a deed that was taken back."""


def do(
    db: sqlite3.Connection,
    asked: Sequence[Asked],
    deed: Deed,
    called: str,
    by: Doer,
    now: datetime,
) -> Outcome:
    """Do one thing to tickets."""
    db.execute("DELETE FROM deed WHERE at < ?", (stamp(now - KEPT),))
    first = 0

    def one(wanted: Asked) -> str:
        nonlocal first
        row = _theirs(db, wanted.reference, by)
        if row["revision"] != wanted.revision:
            raise _Changed(row["reference"], _last(db, row["id"]))
        before = state(db, row["id"])
        _carry_out(db, row["reference"], deed, by, now)
        kept = {**state(db, row["id"]), "correction": _correction(db, row["id"])}
        number = db.execute(
            "INSERT INTO deed (group_of, ticket, at, person, name, before, left)"
            " VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?)",
            (
                first,
                row["id"],
                stamp(now),
                by.person,
                called,
                json.dumps(before),
                json.dumps(kept),
            ),
        ).lastrowid
        first = first or int(number or 0)
        _audit(db, called, row["reference"], str(first), by, now)
        return str(row["reference"])

    done, refused = _each(db, [(wanted.reference, wanted) for wanted in asked], one)
    return Outcome(number=first if done else 0, done=done, refused=refused)


def take_back(db: sqlite3.Connection, number: int, by: Doer, now: datetime) -> Outcome:
    """Take a deed back."""
    rows = db.execute(
        "SELECT d.*, t.reference FROM deed d JOIN ticket t ON t.id = d.ticket"
        " WHERE (d.id = ?1 OR d.group_of = ?1) AND d.at >= ?2 ORDER BY d.id",
        (number, stamp(now - KEPT)),
    ).fetchall()
    rows = [
        one for one in rows if one["person"] == by.person or _sees(by, living(db, one["reference"]))
    ]
    if not rows:
        raise NoSuchTicket("there is nothing of that number to take back")

    def one(row: sqlite3.Row) -> str:
        if row["undone"] is not None:
            raise NotPossible("%(ticket)s: it was taken back already", ticket=row["reference"])
        _undo(db, row, by, now)
        db.execute("UPDATE deed SET undone = ? WHERE id = ?", (stamp(now), row["id"]))
        _audit(db, "undo", row["reference"], f"{row['name']} {number}", by, now)
        return str(row["reference"])

    done, refused = _each(db, [(str(row["reference"]), row) for row in rows], one)
    return Outcome(number=number if done else 0, done=done, refused=refused)


class _Changed(NotPossible):
    """A ticket is not as it was seen."""

    def __init__(self, reference: str, since: EventView | None) -> None:
        super().__init__("%(ticket)s has changed meanwhile", ticket=reference)
        self.since = since


def _each(
    db: sqlite3.Connection, many: Sequence[tuple[str, T]], one: Callable[[T], str]
) -> tuple[tuple[str, ...], tuple[Refused, ...]]:
    """Do `one` to each of many: where it cannot be done to one, nothing of that one is.

    Returned are the references of what it was done to, and what it was not done to.
    """
    done: list[str] = []
    refused: list[Refused] = []
    for called, each in many:
        db.execute("SAVEPOINT each")
        try:
            done.append(one(each))
        except (NotPossible, NoSuchTicket) as exc:
            db.execute("ROLLBACK TO each")
            refused.append(_refused(called, exc))
        db.execute("RELEASE each")
    return tuple(done), tuple(refused)


def _refused(reference: str, exc: NotPossible | NoSuchTicket) -> Refused:
    if isinstance(exc, NoSuchTicket):
        return Refused(reference=reference, why=NOT_THEIRS)
    since = exc.since if isinstance(exc, _Changed) else None
    return Refused(reference=reference, why=exc.text, values=exc.values, since=since)


def _theirs(db: sqlite3.Connection, reference: str, by: Doer) -> sqlite3.Row:
    """Return the ticket that stands for `reference`, if it is theirs to see."""
    row = living(db, reference)
    if not _sees(by, row):
        raise NoSuchTicket(f"there is no ticket {reference}")
    return row


def _sees(by: Doer, row: sqlite3.Row) -> bool:
    return sees(by.queues, row["queue"], row["guess"])


def _last(db: sqlite3.Connection, ticket: int) -> EventView | None:
    row = db.execute(
        "SELECT at, name, detail FROM event WHERE ticket = ? ORDER BY at DESC, id DESC LIMIT 1",
        (ticket,),
    ).fetchone()
    if row is None:
        return None
    return EventView(at=instant(row["at"]), name=row["name"], detail=json.loads(row["detail"]))


def _carry_out(db: sqlite3.Connection, reference: str, deed: Deed, by: Doer, now: datetime) -> None:
    match deed:
        case Taking():
            owning.claim_ticket(db, reference, deed.agent, now)
        case HandingOver():
            owning.hand_over(db, reference, deed.to, by.person, now)
        case PuttingOff():
            snoozing.snooze(db, reference, deed.until, by.person, now)
        case Correcting():
            marking.correct(db, reference, deed.correction, deed.boosts, by.person, now)
        case Closing():
            status = Status(living(db, reference)["status"])
            if status is Status.DONE:
                raise NotPossible("%(ticket)s is done already", ticket=reference)
            if status in UNANSWERED and not (deed.reason or deed.referral):
                raise NotPossible(
                    "%(ticket)s has no answer yet: give a reason, or mark it as answered",
                    ticket=reference,
                )
            people.close_ticket(db, reference, deed, by.person, now)


def _correction(db: sqlite3.Connection, ticket: int) -> int:
    """Return the number of the last correction of a ticket that stands; 0: there is none."""
    (number,) = db.execute(
        "SELECT coalesce(max(id), 0) FROM correction WHERE ticket = ? AND undone IS NULL",
        (ticket,),
    ).fetchone()
    return int(number)


def _undo(db: sqlite3.Connection, row: sqlite3.Row, by: Doer, now: datetime) -> None:
    ticket, left = TicketId(row["ticket"]), json.loads(row["left"])
    now_stands = state(db, ticket)["ticket"]
    if any(now_stands[column] != left["ticket"][column] for column in STANDING):
        raise _Changed(name(db, ticket), _last(db, ticket))
    if row["name"] == "correct":
        if _correction(db, ticket) != left["correction"]:
            raise NotPossible("%(ticket)s was corrected again since", ticket=name(db, ticket))
        correcting.undo_correction(db, name(db, ticket), by.person, now)
        return
    restore(db, ticket, json.loads(row["before"]), left)
    note(db, ticket, now, TAKEN_BACK, {"by": by.person, "what": row["name"]})


def _audit(
    db: sqlite3.Connection, action: str, about: str, number: str, by: Doer, now: datetime
) -> None:
    entry = Audited(
        at=now,
        person=by.person,
        action=action,
        about=about,
        detail={"deed": number},
        address=by.address,
    )
    accounts.audit(db, entry)
