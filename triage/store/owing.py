"""Updates that are owed: proposed by the words of an answer, opened by a person, ended by mail.

What is owed on a ticket that was merged is owed by the ticket that stands for it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.core.owed import OwedState, Owes, Source
from triage.core.ticket import MessageId, Status, TicketId
from triage.errors import NotPossible
from triage.store.connection import instant, maybe, stamp
from triage.store.family import family, living
from triage.store.noting import note
from triage.store.ourword import OwedView
from triage.store.timers import set_unless_past

RUNS = "(o.ended IS NULL AND o.state IN ('open', 'breached'))"
"""An update that is owed still: a deadline that was missed does not end it."""

RUNNING = (
    "SELECT (WITH RECURSIVE up (id, next) AS (SELECT id, merged_into FROM ticket"
    " WHERE id = o.ticket UNION SELECT t.id, t.merged_into FROM ticket t JOIN up ON t.id = up.next)"
    f" SELECT id FROM up WHERE next IS NULL) AS ticket, min(o.due) AS due FROM owed o WHERE {RUNS}"
    " GROUP BY 1"
)
"""Every ticket on which an update is owed, and when that is due."""

_SHOWN = (
    "SELECT o.*, t.reference, t.subject, t.requester, t.requester_name, t.owner, t.status"
    " FROM owed o JOIN ticket t ON t.id = o.ticket"
)


def propose(
    db: sqlite3.Connection,
    ticket: TicketId,
    message: MessageId,
    owes: Owes,
    by: str,
    at: datetime,
) -> None:
    """Keep what the words of an answer promise, until a person says whether it is owed.

    The newest answer's words count: what an earlier one proposed is dropped.
    """
    _drop_proposed(db, ticket, at)
    _insert(db, ticket, owes, by, at, Source.MAIL, OwedState.PROPOSED, message)
    note(db, ticket, at, "update_proposed", {"by": by, "due": owes.due.isoformat()})


def owe(
    db: sqlite3.Connection, reference: str, owes: Owes, by: str, now: datetime, source: Source
) -> None:
    """Put down that an update is owed."""
    ticket = _refuse_second(db, reference)
    _drop_proposed(db, ticket, now)
    _insert(db, ticket, owes, by, now, source, OwedState.OPEN, None)
    _opened(db, ticket, owes.due, by, now)


def accept(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> OwedView:
    """Open what is proposed."""
    ticket = _refuse_second(db, reference)
    row = _of(db, ticket, "o.state = 'proposed'")
    if row is None:
        raise NotPossible(
            "%(ticket)s: no answer's words propose an update; name one by --by", ticket=reference
        )
    db.execute("UPDATE owed SET state = 'open' WHERE id = ?", (row["id"],))
    _opened(db, TicketId(row["ticket"]), instant(row["due"]), by, now)
    return _view(_by_id(db, row["id"]))


def drop(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> OwedView:
    """Drop what is owed, or else what is proposed."""
    ticket = TicketId(living(db, reference)["id"])
    row = _of(db, ticket, RUNS) or _of(db, ticket, "o.state = 'proposed'")
    if row is None:
        raise NotPossible("%(ticket)s: no update is owed, and none is proposed", ticket=reference)
    db.execute("UPDATE owed SET state = 'dropped', ended = ? WHERE id = ?", (stamp(now), row["id"]))
    _forget_timers(db, TicketId(row["ticket"]))
    note(db, TicketId(row["ticket"]), now, "update_dropped", {"by": by, "was": row["state"]})
    _turned(db, ticket)
    return _view(_by_id(db, row["id"]))


def answered(db: sqlite3.Connection, ticket: TicketId, at: datetime) -> None:
    """End what was owed before this answer of a human: at the due time itself it is in time.

    What earlier words propose is done with, too.
    """
    when = stamp(at)
    for row in _rows(db, ticket, f"{RUNS} AND o.at < {when}"):
        state = OwedState.MET if when <= row["due"] else OwedState.BREACHED
        db.execute("UPDATE owed SET state = ?, ended = ? WHERE id = ?", (state, when, row["id"]))
        _forget_timers(db, TicketId(row["ticket"]))
        detail = {"result": state, "due": instant(row["due"]).isoformat()}
        note(db, TicketId(row["ticket"]), at, "update_written", detail)
    for row in _rows(db, ticket, f"o.state = 'proposed' AND o.at < {when}"):
        db.execute("UPDATE owed SET state = 'dropped', ended = ? WHERE id = ?", (when, row["id"]))


def due_on(db: sqlite3.Connection, tickets: Sequence[int]) -> dict[int, datetime]:
    """Return when an update is due on those tickets of these on which one is owed."""
    rows = db.execute(
        "WITH RECURSIVE down (root, id) AS (SELECT value, value FROM json_each(?)"
        " UNION SELECT down.root, t.id FROM ticket t JOIN down ON t.merged_into = down.id)"
        " SELECT root, min(o.due) FROM down JOIN owed o ON o.ticket = down.id"
        f" WHERE {RUNS} GROUP BY root",
        (json.dumps(list(tickets)),),
    )
    return {root: instant(due) for root, due in rows}


def not_arrived(db: sqlite3.Connection, ticket: TicketId, message: MessageId, at: int) -> None:
    """Take back what an answer ended that did not arrive, and what its words proposed.

    What a person opened of its words stays: they said that it is owed.
    """
    db.execute(
        "UPDATE owed SET state = 'dropped', ended = ? WHERE message = ? AND state = 'proposed'"
        " AND ticket IN (SELECT value FROM json_each(?))",
        (at, message, json.dumps(family(db, ticket))),
    )
    ended = f"o.state IN ('met', 'breached') AND o.ended = {at}"
    for row in _rows(db, ticket, ended):
        if _of(db, ticket, RUNS) is not None:
            return
        db.execute("UPDATE owed SET state = 'open', ended = NULL WHERE id = ?", (row["id"],))
        _set_timers(db, row)


def refuse_while_owed(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Raise NotPossible where an update is owed: only a mail, or a person's word, ends that."""
    row = _of(db, ticket, RUNS)
    if row is not None:
        raise NotPossible(
            "%(ticket)s: an update is owed; write it, or say 'triage owe %(ticket)s --dropped'",
            ticket=row["reference"],
        )


def of_ticket(db: sqlite3.Connection, reference: str) -> tuple[OwedView, ...]:
    """List what is and was owed on a ticket, oldest first."""
    ticket = TicketId(living(db, reference)["id"])
    return tuple(_view(row) for row in _rows(db, ticket, "1"))


def everywhere(db: sqlite3.Connection, limit: int) -> tuple[OwedView, ...]:
    """List what is owed or proposed, the soonest due first."""
    rows = db.execute(
        f"{_SHOWN} WHERE {RUNS} OR o.state = 'proposed' ORDER BY o.due, o.id LIMIT ?", (limit,)
    )
    return tuple(_view(row) for row in rows)


def _refuse_second(db: sqlite3.Connection, reference: str) -> TicketId:
    ticket = TicketId(living(db, reference)["id"])
    row = _of(db, ticket, RUNS)
    if row is not None:
        raise NotPossible(
            "%(ticket)s: an update is owed already; only a mail to the requester ends it, or"
            " --dropped",
            ticket=row["reference"],
        )
    return ticket


def _drop_proposed(db: sqlite3.Connection, ticket: TicketId, at: datetime) -> None:
    db.execute(
        "UPDATE owed SET state = 'dropped', ended = ? WHERE ticket = ? AND state = 'proposed'",
        (stamp(at), ticket),
    )


def _insert(
    db: sqlite3.Connection,
    ticket: TicketId,
    owes: Owes,
    by: str,
    at: datetime,
    source: Source,
    state: OwedState,
    message: MessageId | None,
) -> None:
    warn = None if owes.warn_at is None else stamp(owes.warn_at)
    db.execute(
        "INSERT INTO owed (ticket, at, person, due, warn_at, why, source, message, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (ticket, stamp(at), by, stamp(owes.due), warn, owes.why, source, message, state),
    )


def _opened(
    db: sqlite3.Connection, ticket: TicketId, due: datetime, by: str, now: datetime
) -> None:
    """Watch what is owed from now on. A ticket that was done, or rested, is with us again."""
    db.execute(
        "UPDATE ticket SET status = ?, done_at = NULL WHERE id = ? AND status IN (?, ?)",
        (Status.WAITING, ticket, Status.DONE, Status.SNOOZED),
    )
    row = _of(db, ticket, "o.state = 'open'")
    if row is not None:
        _set_timers(db, row)
    note(db, ticket, now, "update_owed", {"by": by, "due": due.isoformat()})
    _turned(db, ticket)


def _set_timers(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    moments = (("update_warning", row["warn_at"]), ("update_breach", row["due"]))
    set_unless_past(db, row["ticket"], moments)


def _forget_timers(db: sqlite3.Connection, ticket: TicketId) -> None:
    db.execute(
        "DELETE FROM timer WHERE ticket = ? AND name IN ('update_warning', 'update_breach')"
        " AND NOT EXISTS (SELECT 1 FROM owed WHERE ticket = timer.ticket AND state = 'open')",
        (ticket,),
    )


def _turned(db: sqlite3.Connection, ticket: TicketId) -> None:
    db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (ticket,))


def _rows(db: sqlite3.Connection, ticket: TicketId, where: str) -> list[sqlite3.Row]:
    return db.execute(
        f"{_SHOWN} WHERE o.ticket IN (SELECT value FROM json_each(?)) AND {where}"
        " ORDER BY o.at, o.id",
        (json.dumps(family(db, ticket)),),
    ).fetchall()


def _of(db: sqlite3.Connection, ticket: TicketId, where: str) -> sqlite3.Row | None:
    """Return the newest row of a ticket, or of what was merged into it, for which this holds."""
    return next(reversed(_rows(db, ticket, where)), None)


def _by_id(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    row: sqlite3.Row = db.execute(f"{_SHOWN} WHERE o.id = ?", (number,)).fetchone()
    return row


def _view(row: sqlite3.Row) -> OwedView:
    return OwedView(
        ticket=TicketId(row["ticket"]),
        reference=row["reference"],
        subject=row["subject"],
        requester=row["requester"],
        requester_name=row["requester_name"],
        owner=row["owner"],
        status=Status(row["status"]),
        since=instant(row["at"]),
        person=row["person"],
        due=instant(row["due"]),
        warn_at=maybe(row["warn_at"]),
        why=row["why"],
        source=Source(row["source"]),
        state=OwedState(row["state"]),
        ended=maybe(row["ended"]),
    )
