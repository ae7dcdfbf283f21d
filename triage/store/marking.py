"""What people say that a mail is: spam, automatic, or a human's after all.

One way for all of it. A mail by which a ticket is judged takes its ticket along; one that became
no ticket is filed as what it is said to be, or goes back to triage where it is said to want an
answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from triage.core.ticket import TICKETED, Kind, MessageId, Priority, TicketId, handle, read_handle
from triage.core.worded import worded
from triage.errors import NoSuchTicket, NotPossible
from triage.store import correcting
from triage.store.again import triage_again
from triage.store.byhand import Correction
from triage.store.connection import stamp
from triage.store.family import living, name
from triage.store.junk import leave
from triage.store.noting import note


def correct(
    db: sqlite3.Connection,
    what: str,
    correction: Correction,
    boosts: Mapping[Priority, int],
    by: str,
    now: datetime,
) -> None:
    """Set right what was judged wrong of a ticket, or of which kind a mail is."""
    message = read_handle(what)
    if message is None:
        correcting.correct(db, what, correction, boosts, by, now)
        return
    row = _find(db, message)
    if row["ticket"] is not None and _speaks(db, row):
        correcting.correct(db, name(db, row["ticket"]), correction, boosts, by, now)
        return
    if correction.kind is None or correction != Correction(kind=correction.kind):
        raise NotPossible(
            "%(mail)s is no ticket: only its kind can be set right", mail=handle(message)
        )
    _say(db, row, Kind(correction.kind), worded("%(person)s says so", person=by), by, now)
    db.execute(
        "INSERT INTO said (message, at, person, was, why, kind) VALUES (?, ?, ?, ?, ?, ?)",
        (message, stamp(now), by, row["kind"], row["kind_why"], correction.kind),
    )


def undo_correction(db: sqlite3.Connection, what: str, by: str, now: datetime) -> bool:
    """Take back what was said last of a ticket or a mail; False if nothing was."""
    message = read_handle(what)
    if message is None:
        if correcting.undo_correction(db, what, by, now):
            return True
        first = correcting.judged_message(db, TicketId(living(db, what)["id"]))
        return first is not None and _unsay(db, _find(db, MessageId(first["id"])), by, now)
    row = _find(db, message)
    if row["ticket"] is not None and _speaks(db, row):
        return undo_correction(db, name(db, row["ticket"]), by, now)
    return _unsay(db, row, by, now)


def _unsay(db: sqlite3.Connection, row: sqlite3.Row, by: str, now: datetime) -> bool:
    last = db.execute(
        "SELECT id, was, why FROM said WHERE message = ? AND undone IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    if last is None:
        return False
    db.execute("UPDATE said SET undone = ? WHERE id = ?", (stamp(now), last["id"]))
    if row["junk"]:  # what it was by itself, it is again: that alone lets nothing out of junk
        db.execute(
            "UPDATE message SET kind_said = NULL, kind = ?, kind_why = ? WHERE id = ?",
            (last["was"], last["why"], row["id"]),
        )
        return True
    if row["ticket"] is not None and _speaks(db, row):
        correcting.unsay(db, name(db, row["ticket"]), Kind(last["was"]), last["why"], by, now)
    else:
        _say(db, row, Kind(last["was"]), last["why"], by, now)
    return True


def _find(db: sqlite3.Connection, message: MessageId) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM message WHERE id = ?", (message,)
    ).fetchone()
    if row is None:
        raise NoSuchTicket(
            f"there is no mail {handle(message)}; 'triage queue spam' and 'triage queue automatic'"
            " list those that became no ticket"
        )
    return row


def _speaks(db: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """Say whether a ticket is judged by this message."""
    first = correcting.judged_message(db, TicketId(row["ticket"]))
    return first is not None and first["id"] == row["id"]


def _say(
    db: sqlite3.Connection, row: sqlite3.Row, kind: Kind, why: str, by: str, now: datetime
) -> None:
    message, was = MessageId(row["id"]), row["kind"]
    if row["role"] != "inbox":
        raise NotPossible("%(mail)s is our own mail: it has no other kind", mail=handle(message))
    if was is None:
        raise NotPossible("%(mail)s waits to be triaged: it has no kind yet", mail=handle(message))
    if row["ticket"] is not None and was in TICKETED and kind not in TICKETED:
        raise NotPossible(
            "%(mail)s is one mail among several of %(ticket)s: split it off first, or say so of the"
            " ticket",
            mail=handle(message),
            ticket=name(db, row["ticket"]),
        )
    db.execute("UPDATE message SET kind_said = ? WHERE id = ?", (kind, message))
    if row["state"] == "routed" and kind in TICKETED and (was not in TICKETED or row["junk"]):
        leave(db, message)
        triage_again(db, message)
    elif row["state"] == "routed":
        db.execute(
            "UPDATE message SET kind = ?, kind_why = ?, doubtful = 0, acknowledge_reason = ?"
            " WHERE id = ?",
            (kind, why, kind, message),
        )
    detail = {"by": by, "message": handle(message), "was": was, "kind": kind}
    note(db, row["ticket"], now, "kind_said", detail)
