"""Clocks that run, counted anew: deadline, arithmetic, place in the queue, and timers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from triage.core.disposition import Clocked
from triage.core.hours import Span
from triage.core.outgoing import Sort, State
from triage.core.ticket import Priority, TicketId
from triage.store.clocks import moments, set_deadline, spans_kept
from triage.store.connection import instant, maybe, stamp
from triage.store.noting import note
from triage.store.recounting import Anew, Count, Running, Touched

RECOUNTED = "recounted"
"""The event of a deadline that moved."""


def touched(db: sqlite3.Connection, since: int | None) -> Touched:
    """Return the tickets to which something happened after the event `since`; None: all open."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
    if since is None:
        rows = db.execute(
            "SELECT id FROM ticket WHERE status = 'open'"
            " UNION ALL SELECT id FROM ticket WHERE status = 'snoozed'"
        )
    else:
        rows = db.execute(
            "SELECT DISTINCT ticket FROM event WHERE id > ? AND ticket IS NOT NULL AND name <> ?",
            (since, RECOUNTED),
        )
    return Touched(tuple(TicketId(ticket) for (ticket,) in rows), last)


def recount(
    db: sqlite3.Connection, tickets: Sequence[TicketId], count: Count, now: datetime
) -> int:
    """Count the clocks of these tickets anew; return for how many something changed."""
    _end_with_ticket(db, tickets)
    changed = 0
    for row, running in _running(db, tickets):
        anew = count(running)
        moved = _count_answer(db, row, anew.clock, now)
        begun = _count_resolution(db, row, anew, now)
        changed += moved or begun
    return changed


def _running(
    db: sqlite3.Connection, tickets: Sequence[TicketId]
) -> Iterator[tuple[sqlite3.Row, Running]]:
    rows = db.execute(
        "SELECT t.id, t.queue AS own_queue, t.priority AS own_priority, t.cycle AS present, c.*,"
        " r.deadline AS done_by, r.warn_at AS done_warn_at, r.spans AS done_spans,"
        " r.why AS done_why, r.ended AS done_ended, r.result AS done_result"
        " FROM ticket t JOIN clock c ON c.ticket = t.id AND c.cycle <= t.cycle"
        " LEFT JOIN resolution r ON r.ticket = t.id"
        " WHERE t.id IN (SELECT value FROM json_each(?)) AND t.status IN ('open', 'snoozed')"
        " ORDER BY t.id, c.cycle",
        (json.dumps(tickets),),
    ).fetchall()
    for _, of_one in groupby(rows, key=lambda row: row["id"]):
        *before, row = of_one
        if row["cycle"] != row["present"] or row["answered"] is not None:
            continue
        ended = ((instant(one["start"]), maybe(one["answered"])) for one in before)
        yield (
            row,
            Running(
                ticket=TicketId(row["id"]),
                start=instant(row["start"]),
                queue=row["queue"] or row["own_queue"],
                priority=Priority(row["priority"]),
                danger=bool(row["danger"]),
                own_queue=row["own_queue"],
                own_priority=Priority(row["own_priority"]),
                turns=tuple(Span(start, end) for start, end in ended if end is not None),
            ),
        )


def _count_answer(db: sqlite3.Connection, row: sqlite3.Row, clock: Clocked, now: datetime) -> bool:
    """Give the clock of an answer its new arithmetic; False: it is what it was."""
    ticket = TicketId(row["id"])
    deadline, warn = _stamps(clock)
    spans = spans_kept(clock.spans)
    if (deadline, warn, spans, clock.why) == (
        row["deadline"],
        row["warn_at"],
        row["spans"],
        row["why"],
    ):
        return False
    broken = row["result"] == "breached" and deadline is not None and deadline < stamp(now)
    db.execute(
        "UPDATE clock SET deadline = ?, warn_at = ?, spans = ?, why = ?, result = ?"
        " WHERE ticket = ? AND cycle = ?",
        (deadline, warn, spans, clock.why, "breached" if broken else "", ticket, row["cycle"]),
    )
    set_deadline(db, ticket, deadline, warn)
    for name, at in moments(warn, deadline):
        _set_timer(db, ticket, name, at, row["start"], now)
    if row["result"] == "breached" and not broken:
        db.execute(
            "DELETE FROM breach WHERE ticket = ? AND cycle = ? AND clock IN ('first', 'next')",
            (ticket, row["cycle"]),
        )
    if deadline != row["deadline"]:
        _note_move(db, ticket, row["deadline"], clock.deadline, now)
    return True


def _note_move(
    db: sqlite3.Connection, ticket: TicketId, was: int | None, due: datetime | None, now: datetime
) -> None:
    """Note that a deadline moved; an acknowledgement that waits names a time of its own making."""
    before = maybe(was)
    detail = {
        "was": None if before is None else before.isoformat(),
        "due": None if due is None else due.isoformat(),
    }
    note(db, ticket, now, RECOUNTED, detail)
    db.execute(
        "UPDATE outbox SET promised_at = NULL WHERE ticket = ? AND sort = ? AND state = ?",
        (ticket, Sort.ACKNOWLEDGEMENT, State.PENDING),
    )


def _count_resolution(db: sqlite3.Connection, row: sqlite3.Row, anew: Anew, now: datetime) -> bool:
    """Begin, go on with, or give up the clock of being done with a ticket."""
    ticket, clock = TicketId(row["id"]), anew.resolution
    rested = row["done_ended"] is not None
    if rested and row["done_result"] == "breached":
        return False  # a result that it has had
    if clock is None or clock.deadline is None:
        for name in ("resolution_warning", "resolution_breach"):
            db.execute("DELETE FROM timer WHERE ticket = ? AND name = ?", (ticket, name))
        return db.execute("DELETE FROM resolution WHERE ticket = ?", (ticket,)).rowcount > 0
    deadline, warn = _stamps(clock)
    spans = spans_kept(clock.spans)
    before = row["done_by"], row["done_warn_at"], row["done_spans"], row["done_why"]
    if (deadline, warn, spans, clock.why) == before and not rested:
        return False
    broken = row["done_result"] == "breached" and clock.deadline < now
    db.execute(
        "INSERT INTO resolution (ticket, start, deadline, warn_at, spans, why, result)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET start = excluded.start,"
        " deadline = excluded.deadline, warn_at = excluded.warn_at, spans = excluded.spans,"
        " why = excluded.why, result = excluded.result, ended = NULL",
        (
            ticket,
            stamp(clock.start),
            deadline,
            warn,
            spans,
            clock.why,
            "breached" if broken else "",
        ),
    )
    for name, at in (("resolution_warning", warn), ("resolution_breach", deadline)):
        _set_timer(db, ticket, name, at, stamp(clock.start), now)
    if row["done_result"] == "breached" and not broken:
        db.execute("DELETE FROM breach WHERE ticket = ? AND clock = 'resolution'", (ticket,))
    return True


def _set_timer(
    db: sqlite3.Connection, ticket: TicketId, name: str, at: int | None, since: int, now: datetime
) -> None:
    """Have the watch act at a moment of a clock that runs `since`, or not at all.

    Not again at one at which it has acted, nor at one that has passed if it acted for this clock:
    nobody hears twice that an answer is late because it should have come even sooner.
    """
    db.execute("DELETE FROM timer WHERE ticket = ? AND name = ?", (ticket, name))
    if at is None:
        return
    acted = db.execute(
        "SELECT max(at = ?1), max(at >= ?2) FROM event WHERE ticket = ?3 AND name = ?4",
        (at, since, ticket, name),
    ).fetchone()
    there, lately = bool(acted[0]), bool(acted[1])
    if not there and (at > stamp(now) or not lately):
        db.execute("INSERT INTO timer (ticket, name, at) VALUES (?, ?, ?)", (ticket, name, at))


def _end_with_ticket(db: sqlite3.Connection, tickets: Sequence[TicketId]) -> None:
    """End the clock of being done with what is done; a merged ticket has none of its own."""
    given = json.dumps(tickets)
    db.execute(
        "UPDATE resolution SET ended = t.done_at,"
        " result = iif(t.done_at <= deadline, 'met', 'breached') FROM ticket t"
        " WHERE t.id = resolution.ticket AND ended IS NULL AND t.status = 'done'"
        " AND t.done_at IS NOT NULL AND t.id IN (SELECT value FROM json_each(?))",
        (given,),
    )
    db.execute(
        "DELETE FROM resolution WHERE ended IS NULL AND ticket IN (SELECT id FROM ticket"
        " WHERE status = 'merged' AND id IN (SELECT value FROM json_each(?)))",
        (given,),
    )


def _stamps(clock: Clocked) -> tuple[int | None, int | None]:
    deadline = None if clock.deadline is None else stamp(clock.deadline)
    return deadline, None if clock.warn_at is None else stamp(clock.warn_at)
