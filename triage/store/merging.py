"""Two tickets that are one: joined by a person, and taken apart again.

The merged ticket keeps its row, its names, its events and the results of its own clocks; its
messages and acknowledgement lie on the survivor, each message noting the ticket that it came to.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from triage.core.ticket import PRESSING, UNANSWERED, Event, Priority, Status, TicketId, after
from triage.errors import NotPossible
from triage.store import asking, drafts, merged_mail, voices
from triage.store.before import (
    Stood,
    count_messages,
    put_clock,
    standing,
    wait_again,
    waits_as,
    watch,
)
from triage.store.clocks import forget_timers, order
from triage.store.connection import stamp
from triage.store.family import family, find, living, name
from triage.store.noting import note

_LISTS = ("flags", "badges", "related")
_SINGLE = ("priority", "boost", "language", "owner", "owner_why")


def merge(
    db: sqlite3.Connection,
    reference: str,
    into: str,
    by: str,
    now: datetime,
    *,
    one_person: bool = False,
) -> None:
    """Let `reference` go into the ticket that stands for `into`. See `store/byhand.py`."""
    gone, stays = find(db, reference), living(db, into)
    _check(db, gone, stays, one_person=one_person)
    one, other = TicketId(gone["id"]), TicketId(stays["id"])
    before: dict[str, Any] = {"gone": standing(db, one), "stays": standing(db, other)}
    before["cancelled"] = merged_mail.one_acknowledgement(db, one, other, now)
    before["acknowledgements"] = merged_mail.move_acknowledgement(db, one, other)
    before["messages"] = merged_mail.move(db, one, other)
    drafts.follow(db, one, other)
    _unite(db, gone, stays)
    _one_clock(db, one, other, before)
    _leave(db, one, other, now)
    merged_mail.show_acknowledgement(db, other, stays["acknowledgement"])
    count_messages(db, one)
    count_messages(db, other)
    asking.recount(db, other, now)
    voices.follow(db, other, now, by)
    db.execute(
        "INSERT INTO change (name, ticket, other, at, person, before, left)"
        " VALUES ('merge', ?, ?, ?, ?, ?, ?)",
        (one, other, stamp(now), by, json.dumps(before), json.dumps(standing(db, other))),
    )
    note(db, one, now, "merged", {"by": by, "into": stays["reference"]})
    note(db, other, now, "merged", {"by": by, "from": gone["reference"]})


def _check(
    db: sqlite3.Connection, gone: sqlite3.Row, stays: sqlite3.Row, *, one_person: bool
) -> None:
    names = gone["reference"], stays["reference"]
    if gone["merged_into"] is not None:
        where = living(db, gone["reference"])["reference"]
        raise NotPossible(
            "%(ticket)s was merged into %(into)s already; merge that one",
            ticket=names[0],
            into=where,
        )
    if gone["id"] == stays["id"]:
        raise NotPossible("%(ticket)s cannot be merged into itself", ticket=names[0])
    if Status.MERGED in {gone["status"], stays["status"]}:
        which = names[gone["status"] != Status.MERGED]
        raise NotPossible(
            "%(ticket)s holds nothing any more: its mail was an answer of ours", ticket=which
        )
    if not one_person and (gone["requester"] != stays["requester"] or not gone["requester"]):
        raise NotPossible(
            "%(ticket)s and %(other)s are of two requesters, or of unknown ones: what one of them"
            " wrote would be answered to the other. Say that they are one person, or leave the"
            " tickets apart",
            ticket=names[0],
            other=names[1],
        )


def _unite(db: sqlite3.Connection, gone: sqlite3.Row, stays: sqlite3.Row) -> None:
    """Give the survivor the more pressing priority, the greater boost, and what both show."""
    pressing = min((Priority(row["priority"]) for row in (stays, gone)), key=PRESSING.__getitem__)
    united = {
        field: list(dict.fromkeys([*json.loads(stays[field]), *json.loads(gone[field])]))
        for field in _LISTS
    }
    names = {gone["reference"], stays["reference"]}
    united["related"] = [name for name in united["related"] if name not in names]
    owned = stays if stays["owner"] else gone
    db.execute(
        "UPDATE ticket SET priority = ?, boost = ?, language = coalesce(language, ?), owner = ?,"
        " owner_why = ?, flags = ?, badges = ?, related = ?, wave = NULL WHERE id = ?",
        (
            pressing,
            max(gone["boost"], stays["boost"]),
            gone["language"],
            owned["owner"],
            owned["owner_why"],
            *(json.dumps(united[field]) for field in _LISTS),
            stays["id"],
        ),
    )


def _one_clock(db: sqlite3.Connection, one: TicketId, other: TicketId, before: Stood) -> None:
    """Leave the earlier of the clocks that run, so that no promise gets longer.

    What sleeps wakes where it goes into a ticket that does not: else nobody would look at it.
    """
    gone, stays = before["gone"], before["stays"]
    runs, waits = gone["status"] in UNANSWERED, stays["status"] in UNANSWERED
    if not runs and not waits:
        done = {gone["status"], stays["status"]} == {Status.DONE}
        db.execute(
            "UPDATE ticket SET status = ?, done_at = ?, answered = ? WHERE id = ?",
            (
                Status.DONE if done else Status.WAITING,
                max(gone["done_at"], stays["done_at"]) if done else None,
                max((at for at in (gone["answered"], stays["answered"]) if at), default=None),
                other,
            ),
        )
    elif runs and not waits:
        _take_clock(db, other, stays["cycle"] + 1, gone, (one, other))
        db.execute(
            "UPDATE ticket SET status = 'open', answered = NULL, done_at = NULL WHERE id = ?",
            (other,),
        )
    elif runs:
        if _sooner(gone["answer_by"], stays["answer_by"]):
            _take_clock(db, other, max(stays["cycle"], 1), gone, (one, other))
        asleep = {gone["status"], stays["status"]} == {Status.SNOOZED}
        since, told = (
            min((row[name] for row in (gone, stays) if row[name] is not None), default=None)
            for name in ("waiting_since", "promised_at")
        )
        db.execute(
            "UPDATE ticket SET status = ?, waiting_since = ?, promised_at = ? WHERE id = ?",
            (Status.SNOOZED if asleep else Status.OPEN, since, told, other),
        )
    order(db, other)


def _sooner(gone: int | None, stays: int | None) -> bool:
    return gone is not None and (stays is None or gone < stays)


def _take_clock(
    db: sqlite3.Connection, ticket: TicketId, cycle: int, stood: Stood, both: tuple[int, int]
) -> None:
    """Let a ticket wait as another one did, in the cycle of that number."""
    if stood["clock"] is not None:
        put_clock(db, ticket, cycle, stood["clock"], both)
        db.execute("UPDATE ticket SET cycle = ? WHERE id = ?", (cycle, ticket))
    db.execute(
        "UPDATE ticket SET waiting_since = ?, answer_by = ?, warn_at = ?, place = NULL,"
        " promised_at = coalesce(?, promised_at) WHERE id = ?",
        (
            stood["waiting_since"],
            stood["answer_by"],
            stood["warn_at"],
            stood["promised_at"],
            ticket,
        ),
    )
    watch(db, ticket, stood["timers"], both)


def _leave(db: sqlite3.Connection, one: TicketId, other: TicketId, now: datetime) -> None:
    """Let the merged ticket wait no more; a result that its clocks have had stays as it is."""
    forget_timers(db, one)
    db.execute(
        "DELETE FROM clock WHERE ticket = ? AND answered IS NULL AND result = ''"
        " AND cycle = (SELECT cycle FROM ticket WHERE id = ? AND status IN ('open', 'snoozed'))",
        (one, one),
    )
    (status,) = db.execute("SELECT status FROM ticket WHERE id = ?", (one,)).fetchone()
    db.execute(
        "UPDATE ticket SET status = ?, merged_into = ?, done_at = ?, waiting_since = NULL,"
        " answer_by = NULL, warn_at = NULL, place = NULL, acknowledgement = 'merged' WHERE id = ?",
        (after(Status(status), Event.MERGED), other, stamp(now), one),
    )


def undo_merge(db: sqlite3.Connection, reference: str, by: str, now: datetime) -> None:
    """Take the merge of `reference` back. See `store/byhand.py`."""
    gone = find(db, reference)
    change = db.execute(
        "SELECT * FROM change WHERE ticket = ? AND name = 'merge' AND undone IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (gone["id"],),
    ).fetchone()
    if change is None or gone["merged_into"] is None:
        raise NotPossible("%(ticket)s was not merged into another ticket", ticket=gone["reference"])
    one, other = TicketId(gone["id"]), TicketId(change["other"])
    before, left = json.loads(change["before"]), json.loads(change["left"])
    _check_undo(db, change, left)
    back = merged_mail.going_back(db, one, other)
    db.execute("UPDATE ticket SET merged_into = NULL WHERE id = ?", (one,))
    merged_mail.move_back(db, one, back, before["acknowledgements"])
    merged_mail.revive(db, before["cancelled"], (*family(db, one), other), change["at"])
    present = standing(db, other)
    _part_fields(db, other, before["stays"], left, present)
    _part_clocks(db, one, other, before, present)
    for ticket, stood in ((one, before["gone"]), (other, before["stays"])):
        merged_mail.show_acknowledgement(db, ticket, stood["acknowledgement"])
        merged_mail.show_promise(db, ticket, stood["promised_at"])
        count_messages(db, ticket)
        asking.recount(db, ticket, now)
        voices.follow(db, ticket, now, by)
    db.execute("UPDATE change SET undone = ? WHERE id = ?", (stamp(now), change["id"]))
    note(db, one, now, "merge_undone", {"by": by, "from": name(db, other)})
    note(db, other, now, "merge_undone", {"by": by, "of": gone["reference"]})


def _check_undo(db: sqlite3.Connection, change: sqlite3.Row, left: Stood) -> None:
    other = TicketId(change["other"])
    stays = name(db, other)
    later = db.execute(
        "SELECT t.reference FROM change c JOIN ticket t ON t.id = c.ticket"
        " WHERE c.undone IS NULL AND c.id > ?1 AND (c.other = ?2 OR c.ticket = ?2)"
        " ORDER BY c.id DESC LIMIT 1",
        (change["id"], other),
    ).fetchone()
    if later is not None:
        raise NotPossible(
            "%(ticket)s was merged or split off since: take that back first",
            ticket=later["reference"],
        )
    if not waits_as(db, other, left):
        raise NotPossible(
            "%(ticket)s was answered, closed, woken or hastened since, and nobody can tell for"
            " whose mail: split off what belongs elsewhere",
            ticket=stays,
        )


def _part_fields(
    db: sqlite3.Connection, ticket: TicketId, before: Stood, left: Stood, present: Stood
) -> None:
    """Give the survivor back what the merge changed of it; what people changed since stays."""
    fields = [field for field in _SINGLE if present[field] == left[field] != before[field]]
    parted: dict[str, Any] = {field: before[field] for field in fields}
    for field in _LISTS:
        had, have = json.loads(before[field]), json.loads(left[field])
        since = [one for one in json.loads(present[field]) if one not in have]
        kept = [one for one in had if one in json.loads(present[field]) or one not in have]
        parted[field] = json.dumps([*kept, *(one for one in since if one not in kept)])
    columns = ", ".join(f"{field} = ?" for field in parted)
    db.execute(f"UPDATE ticket SET {columns} WHERE id = ?", (*parted.values(), ticket))


def _part_clocks(
    db: sqlite3.Connection, one: TicketId, other: TicketId, before: Stood, present: Stood
) -> None:
    """Let both wait as they did; where mail came since that wants an answer, by the one clock."""
    for ticket, stood in ((one, before["gone"]), (other, before["stays"])):
        came = merged_mail.wants_answer(db, ticket, before["messages"])
        if stood["status"] == Status.OPEN or not came:
            wait_again(db, ticket, stood, (one, other))
        elif ticket == one:
            db.execute(
                "UPDATE ticket SET status = 'open', answered = NULL, done_at = NULL WHERE id = ?",
                (one,),
            )
            _take_clock(db, one, stood["cycle"] + 1, present, (one, other))
        order(db, ticket)
