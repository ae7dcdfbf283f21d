"""One message that is a matter of its own: parted from its ticket by a person, and put back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.core.disposition import Clocked
from triage.core.ticket import Event, MessageId, Status, TicketId, after, handle
from triage.core.worded import worded
from triage.errors import NoSuchTicket, NotPossible
from triage.store.before import count_messages, people_wrote, standing, wait_again, waits_as
from triage.store.clocks import forget_timers, start_clock
from triage.store.connection import stamp
from triage.store.family import find, name
from triage.store.naming import free_reference
from triage.store.noting import note, take_part
from triage.store.telling import to_be_told

_IN_THREAD = "in_thread"


@dataclass(frozen=True, slots=True)
class _Parted:
    """A message, the ticket it lies on, and the ticket that it came to."""

    message: sqlite3.Row
    ticket: sqlite3.Row
    home: sqlite3.Row


def split(
    db: sqlite3.Connection,
    message: MessageId,
    clock: Clocked,
    by: str,
    now: datetime,
    *,
    owner: str = "",
) -> str:
    """Make a ticket of its own of one message. See `store/byhand.py`."""
    parted = _check(db, message)
    whole = TicketId(parted.ticket["id"])
    before: dict[str, Any] = {
        "whole": standing(db, whole),
        "message": {key: parted.message[key] for key in ("opens", "home", "participant")},
        "split": message,
    }
    reference = free_reference(db, parted.message["key"])
    part = _open(db, parted, reference, owner)
    _move(db, parted, part)
    start_clock(db, part, clock, parted.ticket["boost"])
    to_be_told(db, part, owner or parted.ticket["owner"], "new", now)
    _rest(db, parted, now)
    _relate(db, parted, reference)
    count_messages(db, part)
    count_messages(db, whole)
    left = {"whole": standing(db, whole), "part": standing(db, part)}
    db.execute(
        "INSERT INTO change (name, ticket, other, at, person, before, left)"
        " VALUES ('split', ?, ?, ?, ?, ?, ?)",
        (part, whole, stamp(now), by, json.dumps(before), json.dumps(left)),
    )
    detail = {"by": by, "message": handle(message)}
    note(db, part, now, "split", {**detail, "from": parted.ticket["reference"]})
    note(db, whole, now, "split", {**detail, "into": reference})
    return reference


def _check(db: sqlite3.Connection, message: MessageId) -> _Parted:
    row = db.execute("SELECT * FROM message WHERE id = ?", (message,)).fetchone()
    if row is None or row["ticket"] is None:
        raise NoSuchTicket(f"there is no message {handle(message)} on a ticket")
    ticket, home = (
        db.execute("SELECT * FROM ticket WHERE id = ?", (number,)).fetchone()
        for number in (row["ticket"], row["home"] or row["ticket"])
    )
    wrote = people_wrote(db, TicketId(row["ticket"]))
    if message not in wrote:
        raise NotPossible(
            "%(mail)s is no mail that waits for an answer: it stays with %(ticket)s",
            mail=handle(message),
            ticket=ticket["reference"],
        )
    if len(wrote) == 1:
        raise NotPossible(
            "%(mail)s is the last mail of %(ticket)s: a ticket is never empty",
            mail=handle(message),
            ticket=ticket["reference"],
        )
    return _Parted(row, ticket, home)


def _open(db: sqlite3.Connection, parted: _Parted, reference: str, owner: str) -> TicketId:
    message, whole = parted.message, parted.ticket
    # Who takes part is the requester of what they wrote to; anybody else asks for themselves.
    asks = parted.home if message["participant"] else message
    who = "requester" if message["participant"] else "sender"
    read = db.execute("SELECT explained FROM reading WHERE message = ?", (message["id"],))
    explained = json.loads(read.fetchone()["explained"])
    cursor = db.execute(
        "INSERT INTO ticket (reference, status, mailbox, subject, requester, requester_name,"
        " language, queue, guess, priority, boost, owner, owner_why, gist, flags, badges, related,"
        " opened, waiting_since, acknowledgement, split_from)"
        " VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)",
        (
            reference,
            message["mailbox"],
            message["subject"],
            asks[who],
            asks[f"{who}_name"],
            message["language"] or whole["language"],
            whole["queue"],
            whole["guess"],
            whole["priority"],
            whole["boost"],
            owner or whole["owner"],
            worded("named when it was split off") if owner else whole["owner_why"],
            json.dumps(list(explained.get("signals", {}))),
            json.dumps(explained.get("badges", [])),
            json.dumps([whole["reference"]]),
            message["arrived"],
            message["arrived"],
            _IN_THREAD,
            whole["id"],
        ),
    )
    return TicketId(cursor.lastrowid or 0)


def _move(db: sqlite3.Connection, parted: _Parted, part: TicketId) -> None:
    """Lay the message on its own ticket, with the names by which later mail cites it."""
    message, home = parted.message, parted.home["id"]
    db.execute(
        "UPDATE message SET ticket = ?, home = NULL, opens = 1, participant = 1 WHERE id = ?",
        (part, message["id"]),
    )
    db.execute(
        "UPDATE known_id SET ticket = ? WHERE message_id = ? AND ticket = ?",
        (part, message["message_id"], home),
    )
    take_part(db, part, message["sender"])
    if message["participant"]:
        take_part(db, part, parted.home["requester"])
        for (address,) in db.execute(
            "SELECT address FROM participant WHERE ticket = ?", (home,)
        ).fetchall():
            take_part(db, part, address)


def _rest(db: sqlite3.Connection, parted: _Parted, now: datetime) -> None:
    """Let a ticket wait no more that only the message which is gone had woken."""
    whole, ticket = parted.ticket, TicketId(parted.ticket["id"])
    woke = whole["cycle"] > 1 and whole["waiting_since"] == parted.message["arrived"]
    if whole["status"] != Status.OPEN or not woke:
        return
    others = db.execute(
        "SELECT 1 FROM message WHERE ticket = ? AND arrived >= ? AND participant = 1"
        " AND id IN (SELECT value FROM json_each(?)) LIMIT 1",
        (ticket, whole["waiting_since"], json.dumps(people_wrote(db, ticket))),
    ).fetchone()
    if others is not None:
        return
    cycle = (ticket, whole["cycle"])
    db.execute("DELETE FROM clock WHERE ticket = ? AND cycle = ?", cycle)
    (answered,) = db.execute(
        "SELECT max(answered) FROM clock WHERE ticket = ? AND cycle < ?", cycle
    ).fetchone()
    db.execute(
        "UPDATE ticket SET status = ?, cycle = cycle - 1, answered = ?, done_at = ?,"
        " waiting_since = NULL, answer_by = NULL, warn_at = NULL, place = NULL WHERE id = ?",
        (
            Status.DONE if answered is None else Status.WAITING,
            answered,
            stamp(now) if answered is None else None,
            ticket,
        ),
    )
    forget_timers(db, ticket)


def _relate(db: sqlite3.Connection, parted: _Parted, reference: str) -> None:
    related = [*json.loads(parted.ticket["related"]), reference]
    db.execute(
        "UPDATE ticket SET related = ? WHERE id = ?", (json.dumps(related), parted.ticket["id"])
    )


def undo_split(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> None:
    """Put back what was split off as `reference`. See `store/byhand.py`."""
    part = find(db, reference)
    change = db.execute(
        "SELECT * FROM change WHERE ticket = ? AND name = 'split' AND undone IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (part["id"],),
    ).fetchone()
    if change is None:
        raise NotPossible("%(ticket)s was not split off another ticket", ticket=part["reference"])
    one, whole = TicketId(part["id"]), TicketId(change["other"])
    before, left = json.loads(change["before"]), json.loads(change["left"])
    _check_undo(db, change, part, left)
    _put_back(db, one, whole, before)
    wait_again(db, whole, before["whole"], (one, whole))
    present = json.loads(standing(db, whole)["related"])
    related = [name for name in present if name != part["reference"]]
    forget_timers(db, one)
    db.execute("DELETE FROM clock WHERE ticket = ? AND answered IS NULL AND result = ''", (one,))
    db.execute("UPDATE ticket SET related = ? WHERE id = ?", (json.dumps(related), whole))
    db.execute(
        "UPDATE ticket SET status = ?, merged_into = ?, done_at = ?, waiting_since = NULL,"
        " answer_by = NULL, warn_at = NULL, place = NULL WHERE id = ?",
        (after(Status(part["status"]), Event.MERGED), whole, stamp(now), one),
    )
    count_messages(db, one)
    count_messages(db, whole)
    db.execute("UPDATE change SET undone = ? WHERE id = ?", (stamp(now), change["id"]))
    note(db, one, now, "split_undone", {"by": by, "into": name(db, whole)})
    note(db, whole, now, "split_undone", {"by": by, "from": part["reference"]})


def _check_undo(
    db: sqlite3.Connection, change: sqlite3.Row, part: sqlite3.Row, left: dict[str, Any]
) -> None:
    one, whole = TicketId(part["id"]), TicketId(change["other"])
    later = db.execute(
        "SELECT 1 FROM change WHERE undone IS NULL AND id > ?1"
        " AND (other IN (?2, ?3) OR ticket IN (?2, ?3)) LIMIT 1",
        (change["id"], one, whole),
    ).fetchone()
    if later is not None:
        raise NotPossible(
            "%(ticket)s or %(other)s was merged or split since: take that back first, or merge the"
            " two",
            ticket=part["reference"],
            other=name(db, whole),
        )
    if not waits_as(db, one, left["part"]) or not waits_as(db, whole, left["whole"]):
        raise NotPossible(
            "%(ticket)s or %(other)s was answered, closed, woken or hastened since: merge the two"
            " instead",
            ticket=part["reference"],
            other=name(db, whole),
        )
    came = set(people_wrote(db, one)) - {json.loads(change["before"])["split"]}
    if came and json.loads(change["before"])["whole"]["status"] != Status.OPEN:
        raise NotPossible(
            "%(ticket)s was written to since: merge the two instead", ticket=part["reference"]
        )


def _put_back(
    db: sqlite3.Connection, part: TicketId, whole: TicketId, before: dict[str, Any]
) -> None:
    """Lay the message where it lay; what came to its ticket since goes with it."""
    was, message = before["message"], before["split"]
    db.execute("UPDATE message SET ticket = ?, home = ? WHERE ticket = ?", (whole, part, part))
    db.execute(
        "UPDATE message SET home = ?, opens = ?, participant = ? WHERE id = ?",
        (was["home"], was["opens"], was["participant"], message),
    )
    db.execute(
        "UPDATE known_id SET ticket = ? WHERE ticket = ?"
        " AND message_id = (SELECT message_id FROM message WHERE id = ?)",
        (was["home"] or whole, part, message),
    )
