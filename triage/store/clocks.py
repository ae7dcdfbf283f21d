"""The clocks of a ticket, the timers that watch them, and its place in the queue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from triage.core.answer import DATE_TRUSTED
from triage.core.disposition import Clocked
from triage.core.hours import Span
from triage.core.outgoing import Sort, State
from triage.core.ticket import Event, Status, TicketId, after
from triage.store import promising
from triage.store.connection import stamp
from triage.store.notices import expect_delay_again
from triage.store.noting import note
from triage.store.timers import set_unless_past


def start_clock(db: sqlite3.Connection, ticket: TicketId, clock: Clocked, boost: int) -> None:
    """Start the ticket's next cycle, with the timers that watch it."""
    (cycle,) = db.execute(
        "UPDATE ticket SET cycle = cycle + 1 WHERE id = ? RETURNING cycle", (ticket,)
    ).fetchone()
    deadline = None if clock.deadline is None else stamp(clock.deadline)
    warn = None if clock.warn_at is None else stamp(clock.warn_at)
    db.execute(
        "INSERT INTO clock (ticket, cycle, start, deadline, warn_at, spans, why, queue, priority,"
        " danger) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ticket,
            cycle,
            stamp(clock.start),
            deadline,
            warn,
            spans_kept(clock.spans),
            clock.why,
            clock.queue,
            clock.priority,
            clock.danger,
        ),
    )
    place = None if deadline is None else deadline - boost * 60_000_000
    db.execute(
        "UPDATE ticket SET answer_by = ?, warn_at = ?, place = ? WHERE id = ?",
        (deadline, warn, place, ticket),
    )
    set_unless_past(db, ticket, moments(warn, deadline))


def spans_kept(spans: Iterable[Span]) -> str:
    """Write counted spans as they are kept."""
    return json.dumps([[span.start.isoformat(), span.end.isoformat()] for span in spans])


def spans_read(kept: str) -> tuple[Span, ...]:
    """Read what `spans_kept` wrote."""
    return tuple(
        Span(datetime.fromisoformat(start), datetime.fromisoformat(end))
        for start, end in json.loads(kept)
    )


def end_resolution(db: sqlite3.Connection, ticket: TicketId, at: int) -> None:
    """Let the clock of being done with a ticket rest at `at`; at its deadline that is in time."""
    db.execute(
        "UPDATE resolution SET ended = ?1, result = iif(?1 <= deadline, 'met', 'breached')"
        " WHERE ticket = ?2 AND ended IS NULL",
        (at, ticket),
    )


def moments(warn: int | None, deadline: int | None) -> Iterator[tuple[str, int | None]]:
    """Yield the timers of an answer; half-way between warning and deadline it is escalated."""
    between = None if warn is None or deadline is None else (warn + deadline) // 2
    yield from (("warning", warn), ("escalation", between), ("breach", deadline))


def order(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Give the ticket the place that its deadline and boost say."""
    db.execute(
        "UPDATE ticket SET place = answer_by - boost * 60000000, revision = revision + 1"
        " WHERE id = ?",
        (ticket,),
    )


def set_deadline(
    db: sqlite3.Connection, ticket: TicketId, deadline: int | None, warn: int | None
) -> None:
    """Give the ticket another deadline, and its place by that; its boost stays.

    So does its revision: nobody did a thing that another one's deed would overlook.
    """
    db.execute(
        "UPDATE ticket SET place = ?1 - boost * 60000000, answer_by = ?1, warn_at = ?2"
        " WHERE id = ?3",
        (deadline, warn, ticket),
    )


def hasten_clock(db: sqlite3.Connection, ticket: TicketId, clock: Clocked, boost: int) -> None:
    """Give the cycle that runs a sooner deadline, with its own arithmetic and timers."""
    db.execute(
        "DELETE FROM clock WHERE ticket = ? AND cycle = (SELECT cycle FROM ticket WHERE id = ?)",
        (ticket, ticket),
    )
    db.execute("UPDATE ticket SET cycle = cycle - 1 WHERE id = ?", (ticket,))
    start_clock(db, ticket, clock, boost)


def stop_clock(
    db: sqlite3.Connection, ticket: TicketId, at: datetime, *, by: str, how: str
) -> None:
    """Record a human's answer: the clock stops, a pending acknowledgement is cancelled.

    An answer at the deadline itself is in time. A ticket that waits for none keeps its state.
    One sent before the mail that reopened the ticket does not answer that mail: it is noted.
    """
    row = db.execute(
        "SELECT t.status, t.cycle, t.answer_by, t.first_result, c.start FROM ticket t"
        " LEFT JOIN clock c ON c.ticket = t.id AND c.cycle = t.cycle WHERE t.id = ?",
        (ticket,),
    ).fetchone()
    when = stamp(at)
    if row["cycle"] > 1 and row["start"] is not None and when < row["start"]:
        note(db, ticket, at, "answered_earlier", {"by": by, "how": how})
        return
    deadline = row["answer_by"]
    result = "met" if deadline is None or when <= deadline else "breached"
    stopped = db.execute(
        "UPDATE clock SET answered = ?, result = ? WHERE ticket = ? AND cycle = ?"
        " AND answered IS NULL",
        (when, result, ticket, row["cycle"]),
    )
    first = result if stopped.rowcount and row["cycle"] == 1 else row["first_result"]
    db.execute(
        "UPDATE ticket SET status = ?, answered = ?, waiting_since = NULL, first_result = ?,"
        " answer_by = NULL, warn_at = NULL, place = NULL, snoozed_until = NULL,"
        " revision = revision + 1 WHERE id = ?",
        (after(Status(row["status"]), Event.ANSWERED), when, first, ticket),
    )
    forget_timers(db, ticket, keep="check_back", missed_before=when)
    end_resolution(db, ticket, when)
    promising.answered(db, ticket, when)
    cancel_pending(db, ticket, "answered", when)
    note(db, ticket, at, "answered", {"by": by, "how": how, "result": result})


def resume_clock(db: sqlite3.Connection, ticket: TicketId, sent: int) -> bool:
    """Let the last clock run on: the answer that our server kept at `sent` did not arrive.

    False where the ticket rests on another answer, or waits already; then nothing changes. A
    deadline that passed meanwhile is a breach at its own moment.
    """
    row = db.execute(
        "SELECT c.*, t.boost FROM ticket t JOIN clock c ON c.ticket = t.id AND c.cycle = t.cycle"
        " WHERE t.id = ?1 AND t.status IN ('waiting', 'snoozed', 'done')"
        " AND c.answered IS NOT NULL AND (c.cycle = 1 OR c.start <= ?2) AND t.answered <= ?3",
        (ticket, sent, sent + DATE_TRUSTED // timedelta(microseconds=1)),
    ).fetchone()
    if row is None:
        return False
    told = db.execute(
        "SELECT 1 FROM event WHERE ticket = ? AND name = 'breach' AND at = ?",
        (ticket, row["deadline"]),
    ).fetchone()
    db.execute(
        "UPDATE clock SET answered = NULL, result = ? WHERE ticket = ? AND cycle = ?",
        ("breached" if told else "", ticket, row["cycle"]),
    )
    promising.answer_undone(db, ticket, row["cycle"])
    db.execute(
        "UPDATE ticket SET status = 'open', answered = NULL, done_at = NULL, waiting_since = ?,"
        " answer_by = ?, warn_at = ?, first_result = iif(cycle = 1, '', first_result)"
        " WHERE id = ?",
        (row["start"], row["deadline"], row["warn_at"], ticket),
    )
    order(db, ticket)
    set_unless_past(db, ticket, moments(row["warn_at"], row["deadline"]))
    expect_delay_again(db, ticket)
    return True


def forget_timers(
    db: sqlite3.Connection, ticket: TicketId, *, keep: str = "", missed_before: int = 0
) -> None:
    """Let the watch forget a ticket that no longer waits, but for one thing that is to `keep`.

    An update that is owed stays owed, however the ticket stands. A deadline that passed before
    the answer at `missed_before` is still written down: nothing watched at its moment.
    """
    db.execute(
        "DELETE FROM timer WHERE ticket = ?1 AND name <> ?2"
        " AND NOT (name = 'breach' AND at < ?3)"
        " AND (name NOT IN ('update_warning', 'update_breach')"
        " OR NOT EXISTS (SELECT 1 FROM owed WHERE ticket = ?1 AND state = 'open'))",
        (ticket, keep, missed_before),
    )


def cancel_pending(db: sqlite3.Connection, ticket: TicketId, reason: str, when: int) -> None:
    """Cancel an acknowledgement, or word of a delay, that has not begun to leave."""
    db.execute(
        "UPDATE outbox SET state = 'cancelled', reason = ?, ended = ?"
        " WHERE ticket = ? AND sort = 'delay' AND state IN ('pending', 'claimed')",
        (reason, when, ticket),
    )
    cancelled = db.execute(
        "UPDATE outbox SET state = ?, reason = ?, ended = ?"
        " WHERE ticket = ? AND sort = ? AND state IN (?, ?)",
        (
            State.CANCELLED,
            reason,
            when,
            ticket,
            Sort.ACKNOWLEDGEMENT,
            State.PENDING,
            State.CLAIMED,
        ),
    )
    if cancelled.rowcount:
        db.execute("UPDATE ticket SET acknowledgement = ? WHERE id = ?", (reason, ticket))
