"""Deadlines that were missed: what is known of each, and why it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from triage.core.breach import Because, Missed, Reason
from triage.core.hours import Span
from triage.core.ticket import TicketId
from triage.core.timer import Timer
from triage.errors import NotPossible
from triage.store.clocks import spans_read
from triage.store.connection import instant, maybe, stamp
from triage.store.family import living
from triage.store.guarding import Breach, Guarded
from triage.store.noting import note

_CLOCKS: Mapping[str, Guarded] = {
    "update_breach": Guarded.UPDATE,
    "resolution_breach": Guarded.RESOLUTION,
}
_SHOWN = "SELECT b.*, t.reference FROM breach b JOIN ticket t ON t.id = b.ticket"
_STANDS = (
    "NOT EXISTS (SELECT 1 FROM clock c WHERE c.ticket = b.ticket AND c.cycle = b.cycle"
    " AND b.clock IN ('first', 'next') AND c.answered <= c.deadline)"
    " AND NOT EXISTS (SELECT 1 FROM owed o WHERE o.ticket = b.ticket AND b.clock = 'update'"
    " AND o.due = b.at AND o.state = 'met')"
)
"""A breach stands unless an answer that was seen later turns out to have been in time.

Its row stays: should that answer bounce, the deadline was missed after all.
"""
_HOUR = timedelta(hours=1)
_USUAL = timedelta(days=28)


@dataclass(slots=True)
class Arrivals:
    """How many tickets are opened in an hour, counted once for each hour that is asked for."""

    db: sqlite3.Connection
    _known: dict[int, tuple[int, float]] = field(default_factory=dict)

    def before(self, at: datetime) -> tuple[int, float]:
        """Return how many came in the hour before `at`, and how many usually do.

        Usually: in an hour in which any came, over the four weeks before that hour. Instants of
        one minute share their count.
        """
        minute = stamp(at) // 60_000_000 * 60_000_000
        if minute not in self._known:
            since = minute - _HOUR // timedelta(microseconds=1)
            (came,) = self.db.execute(
                "SELECT count(*) FROM ticket WHERE opened >= ? AND opened < ?", (since, minute)
            ).fetchone()
            number, hours = self.db.execute(
                "SELECT count(*), count(DISTINCT opened / 3600000000) FROM ticket"
                " WHERE opened >= ? AND opened < ?",
                (since - _USUAL // timedelta(microseconds=1), since),
            ).fetchone()
            self._known[minute] = (came, number / hours if hours else 0.0)
        return self._known[minute]


def missed(db: sqlite3.Connection, row: sqlite3.Row, deadline: datetime, by: Arrivals) -> Missed:
    """Gather what is known of a clock that ran to its deadline; `row` is the ticket's.

    An update is owed from when it was promised, and the whole matter has a clock of its own: what
    befell the mail that waits, or waited, for an answer is no reason there.
    """
    ticket, kind = row["id"], row["name"].partition("_")[0]
    since = row[{"update": "owed_since", "resolution": "resolve_since"}.get(kind, "clock_start")]
    since = row["opened"] if since is None else since
    start = instant(since)
    spans = spans_read(row["resolve_spans" if kind == "resolution" else "spans"] or "[]")
    (lag,) = db.execute(
        "SELECT max(first_seen - arrived) FROM message WHERE ticket = ? AND arrived = ?",
        (ticket, since),
    ).fetchone()
    (failed,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM event WHERE ticket = ?1 AND name = 'answer_bounced'"
        " AND at >= ?2) OR EXISTS (SELECT 1 FROM outbox WHERE ticket = ?1 AND sort = 'reply'"
        " AND state IN ('failed', 'unknown', 'expired') AND created >= ?2)",
        (ticket, since),
    ).fetchone()
    snoozed, moved = (
        db.execute(
            f"SELECT max({what}) FROM event WHERE ticket = ? AND name = ? AND at >= ?{more}",
            (ticket, name, since),
        ).fetchone()[0]
        for what, name, more in (
            ("detail ->> '$.until_stamp'", "snoozed", ""),
            ("at", "corrected", " AND detail ->> '$.queue' IS NOT NULL"),
        )
    )
    arrivals, usual = by.before(deadline)
    return Missed(
        start=start,
        deadline=deadline,
        spans=(Span(start, deadline),) if kind == "update" else spans,
        owner=row["owner"],
        queue=row["queue"],
        lag=timedelta(microseconds=lag or 0) if kind == "breach" else timedelta(),
        send_failed=bool(failed),
        snoozed_until=maybe(snoozed),
        moved=maybe(moved),
        claimed=maybe(row["claimed"]),
        arrivals=arrivals,
        usual=usual,
    )


def record(
    db: sqlite3.Connection, timer: Timer, cycle: int, because: Because, now: datetime
) -> Guarded:
    """Write a breach down at the deadline itself, and return which clock's it is."""
    clock = _CLOCKS.get(timer.name) or (Guarded.FIRST if cycle <= 1 else Guarded.NEXT)
    db.execute(
        "INSERT INTO breach (ticket, clock, cycle, at, noticed, reason, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            timer.ticket,
            clock,
            cycle,
            stamp(timer.answer_by),
            stamp(now),
            because.reason,
            json.dumps(because.detail),
        ),
    )
    return clock


def explain(
    db: sqlite3.Connection,
    reference: str,
    reason: Reason,
    by: str,
    now: datetime,
    clock: Guarded | None,
    cycle: int | None = None,
) -> Breach:
    """Write a person's reason in the place of the one found by itself, for the latest breach."""
    row = living(db, reference)
    found = db.execute(
        "SELECT * FROM breach b WHERE ticket = ?1 AND (?2 IS NULL OR clock = ?2)"
        f" AND (?3 IS NULL OR cycle = ?3) AND {_STANDS} ORDER BY at DESC LIMIT 1",
        (row["id"], clock, cycle),
    ).fetchone()
    if found is None:
        raise NotPossible("%(ticket)s: no deadline of it was missed", ticket=row["reference"])
    db.execute(
        "UPDATE breach SET reason = ?, person = ? WHERE ticket = ? AND clock = ? AND cycle = ?",
        (reason, by, row["id"], found["clock"], found["cycle"]),
    )
    detail = {"by": by, "clock": found["clock"], "from": found["reason"], "reason": reason}
    note(db, TicketId(row["id"]), now, "breach_explained", detail)
    (changed,) = of_ticket(db, row["id"], Guarded(found["clock"]), found["cycle"])
    return changed


def of_ticket(
    db: sqlite3.Connection, ticket: int, clock: Guarded | None = None, cycle: int | None = None
) -> tuple[Breach, ...]:
    """Return the breaches of a ticket that stand, or that of a clock and cycle, oldest first."""
    rows = db.execute(
        f"{_SHOWN} WHERE ticket = ?1 AND (?2 IS NULL OR clock = ?2)"
        f" AND (?3 IS NULL OR b.cycle = ?3) AND {_STANDS} ORDER BY at",
        (ticket, clock, cycle),
    )
    return tuple(map(_breach, rows))


def between(db: sqlite3.Connection, since: datetime, until: datetime) -> tuple[Breach, ...]:
    """Return the breaches that stand, of deadlines from `since` up to, not including, `until`."""
    rows = db.execute(
        f"{_SHOWN} WHERE at >= ? AND at < ? AND {_STANDS} ORDER BY at",
        (stamp(since), stamp(until)),
    )
    return tuple(map(_breach, rows))


def _breach(row: sqlite3.Row) -> Breach:
    return Breach(
        reference=row["reference"],
        clock=Guarded(row["clock"]),
        cycle=row["cycle"],
        at=instant(row["at"]),
        noticed=instant(row["noticed"]),
        reason=Reason(row["reason"]),
        detail=json.loads(row["detail"]),
        person=row["person"],
    )
