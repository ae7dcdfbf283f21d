"""Later notes to requesters: what is known when one is due, and why one did not go."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from triage.core.disposition import Enqueue
from triage.core.notice import CAP_WITHIN, Addressee, delay_at
from triage.core.outgoing import Sort
from triage.core.ticket import OutboxId, Status, TicketId
from triage.core.timer import DELAY
from triage.store import drafts
from triage.store.connection import instant, maybe, stamp
from triage.store.family import family
from triage.store.noting import enqueue, note
from triage.store.timers import set_timer

_FAMILY = "(SELECT value FROM json_each(?))"
_LEFT = "('claimed', 'inflight', 'sent', 'unknown')"
_DAY = timedelta(days=1)


def addressee(
    db: sqlite3.Connection, ticket: TicketId, now: datetime, mail: OutboxId | None = None
) -> Addressee:
    """Gather what is known of whoever a note is due to; `mail` is the note itself, if it waits.

    While it is decided upon, what waits to leave counts among what left; once it is to leave,
    only what did.
    """
    row = db.execute("SELECT * FROM ticket WHERE id = ?", (ticket,)).fetchone()
    clock = db.execute(
        "SELECT start, deadline FROM clock WHERE ticket = ? AND cycle = ?", (ticket, row["cycle"])
    ).fetchone()
    since = row["opened"] if clock is None else clock["start"]
    told = row["promised_at"] if row["promised_at"] is not None else row["answer_by"]
    of = json.dumps(family(db, ticket))
    recipient, facts = _written_to(db, row, of)
    return Addressee(
        status=Status(row["status"]),
        told=maybe(told),
        day=row["promised_at"] is None
        or _exists(
            db,
            "SELECT 1 FROM promise WHERE ticket = ? AND sort = 'ack' AND facts ->> '$.day' = 1",
            ticket,
        ),
        acknowledged=_exists(
            db,
            f"SELECT 1 FROM outbox WHERE ticket IN {_FAMILY} AND sort = 'ack'"
            " AND state IN ('inflight', 'sent', 'unknown')",
            of,
        ),
        answered=row["answered"] is not None,
        probable=_exists(
            db,
            "SELECT 1 FROM event WHERE ticket = ? AND at >= ?"
            " AND name IN ('probably_answered', 'marked_answered', 'answered_outside')"
            " UNION ALL SELECT 1 FROM answer WHERE ticket = ?1 AND probable = 1"
            " AND undone IS NULL AND at >= ?2",
            ticket,
            since,
        ),
        elsewhere=maybe(_answered_elsewhere(db, row, now)),
        left=_left(db, now, mail),
        automatic=not _exists(
            db, "SELECT 1 FROM wish WHERE address = ? AND automatic = 0", row["requester"]
        ),
        written=maybe(
            db.execute(
                "SELECT max(arrived) FROM message WHERE ticket = ? AND role = 'inbox'"
                " AND kind = 'human' AND participant = 1",
                (ticket,),
            ).fetchone()[0]
        ),
        ticked=maybe(
            db.execute(
                "SELECT max(at) FROM event WHERE ticket = ? AND name = 'check_back_set'", (ticket,)
            ).fetchone()[0]
        ),
        recipient=recipient,
        facts=facts,
        being_answered=drafts.is_written(db, ticket, now) or drafts.under_way(db, ticket),
    )


def _written_to(db: sqlite3.Connection, row: sqlite3.Row, of: str) -> tuple[str, dict[str, object]]:
    """Return where the requester was written to, and by what; else where their mail came from.

    Without an acknowledgement nothing says that the sender was verified: their subject stays out.
    """
    ack = db.execute(
        f"SELECT recipient, facts FROM outbox WHERE ticket IN {_FAMILY} AND sort = 'ack'"
        " ORDER BY state IN ('inflight', 'sent', 'unknown') DESC, id LIMIT 1",
        (of,),
    ).fetchone()
    if ack is not None:
        facts = json.loads(ack["facts"])
        return ack["recipient"], {name: facts[name] for name in facts if name != "missing"}
    mail = db.execute(
        "SELECT message_id FROM message WHERE ticket = ? AND role = 'inbox' AND kind = 'human'"
        " ORDER BY arrived DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    return row["requester"], {
        "subject": row["subject"],
        "name": row["requester_name"],
        "verified": False,
        "in_reply_to": mail["message_id"] if mail is not None else "",
    }


def _exists(db: sqlite3.Connection, query: str, *values: object) -> bool:
    return db.execute(f"{query} LIMIT 1", values).fetchone() is not None


def _answered_elsewhere(db: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> int | None:
    """Return when another ticket of this requester was last answered, within a day."""
    if not row["requester"]:
        return None
    (at,) = db.execute(
        "SELECT max(answered) FROM ticket WHERE requester = ? AND id <> ? AND answered > ?",
        (row["requester"], row["id"], stamp(now - _DAY)),
    ).fetchone()
    return None if at is None else int(at)


def _left(db: sqlite3.Connection, now: datetime, mail: OutboxId | None) -> int:
    """Count the delay notices of late that left, and for a new one those that are to leave."""
    waiting = " OR state = 'pending'" if mail is None else ""
    (left,) = db.execute(
        # The first condition is the index's own: SQLite does not see that the second implies it.
        "SELECT count(*) FROM outbox WHERE sort IN ('delay', 'check_back') AND sort = 'delay'"
        " AND id IS NOT ?"
        f" AND created > ? AND (state IN {_LEFT} AND coalesce(ended, created) > ?{waiting})",
        (mail, stamp(now - _DAY), stamp(now - CAP_WITHIN)),
    ).fetchone()
    return int(left)


def expect_delay(db: sqlite3.Connection, ticket: TicketId, now: datetime) -> None:
    """Set the moment at which a delay notice is due, as the acknowledgement leaves at `now`.

    For a thread's first answer alone: nothing else is told a time by itself.
    """
    row = db.execute(
        "SELECT coalesce(promised_at, answer_by) AS told FROM ticket WHERE id = ?"
        " AND cycle = 1 AND status IN ('open', 'snoozed')",
        (ticket,),
    ).fetchone()
    if row is not None and row["told"] is not None:
        set_timer(db, ticket, DELAY, delay_at(instant(row["told"]), now))


def expect_delay_again(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Set that moment anew where an answer was none after all; not if a notice was due before."""
    row = db.execute(
        "SELECT coalesce(t.promised_at, t.answer_by) AS told, o.ended FROM ticket t"
        " JOIN outbox o ON o.ticket = t.id AND o.sort = 'ack' AND o.state IN ('sent', 'unknown')"
        " WHERE t.id = ?1 AND t.cycle = 1 AND NOT EXISTS (SELECT 1 FROM event"
        " WHERE ticket = ?1 AND name IN ('delay', 'delay_withheld'))",
        (ticket,),
    ).fetchone()
    if row is not None and row["told"] is not None and row["ended"] is not None:
        set_timer(db, ticket, DELAY, delay_at(instant(row["told"]), instant(row["ended"])))


def checked_back(db: sqlite3.Connection, ticket: int) -> datetime | None:
    """Return when the requester was asked whether all is well, if they were."""
    (at,) = db.execute(
        "SELECT max(ended) FROM outbox WHERE ticket = ? AND sort = 'check_back'"
        " AND state IN ('inflight', 'sent', 'unknown')",
        (ticket,),
    ).fetchone()
    return maybe(at)


def write_to(db: sqlite3.Connection, mail: Enqueue, ticket: TicketId, now: datetime) -> bool:
    """Put a note to a requester into the outbox, and learn its name: a reply to it joins here."""
    message = db.execute(
        "SELECT message FROM outbox WHERE ticket = ? AND sort = 'ack'", (ticket,)
    ).fetchone()
    queued = enqueue(db, mail, ticket, now, None if message is None else message["message"])
    if queued:
        db.execute(
            "INSERT INTO known_id VALUES (?, ?, 1) ON CONFLICT DO NOTHING",
            (mail.message_id, ticket),
        )
    return queued


def withheld(
    db: sqlite3.Connection, ticket: TicketId, sort: Sort, reason: str, at: datetime, now: datetime
) -> None:
    """Write down why a note did not leave."""
    note(db, ticket, at, f"{sort}_withheld", {"reason": reason, "noticed": now.isoformat()})
