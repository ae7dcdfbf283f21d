"""The outbox: what is due, what is under way, and how each mail ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from triage.core.outgoing import Cancel, Expire, Outgoing, Readiness, Send, Sort, State, Wait
from triage.core.ticket import OutboxId, Priority, Status, TicketId
from triage.core.worded import worded
from triage.store import (
    accepted,
    alerting,
    asking,
    drafts,
    forecasting,
    lingering,
    promising,
    waves,
)
from triage.store.connection import instant, maybe, stamp
from triage.store.notices import addressee, expect_delay, withheld
from triage.store.noting import called, note
from triage.store.owning import reassign
from triage.store.protocol import Recheck
from triage.store.switches import paused_sorts
from triage.store.telling import loads, to_be_told

MOST_WRITTEN_OFF = 50

_ROW = """
SELECT o.*, p.bytes AS payload, t.status, t.owner, t.queue, t.priority, t.answer_by, t.answered,
  t.guess, t.place, t.language, t.requester_name, t.gist, t.promised_at AS told, m.arrived
FROM outbox o LEFT JOIN payload p ON p.mail = o.id LEFT JOIN ticket t ON t.id = o.ticket
LEFT JOIN message m ON m.id = o.message
"""


def outgoing(row: sqlite3.Row) -> Outgoing:
    """Make the value of one row of the outbox, its payload beside it."""
    return Outgoing(
        id=OutboxId(row["id"]),
        purpose=row["purpose"],
        sort=Sort(row["sort"]),
        ticket=None if row["ticket"] is None else TicketId(row["ticket"]),
        mailbox=row["mailbox"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        facts=json.loads(row["facts"]),
        state=State(row["state"]),
        attempts=row["attempts"],
        created=instant(row["created"]),
        next_at=instant(row["next_at"]),
        promised_at=maybe(row["promised_at"]),
        envelope_from=row["envelope_from"],
        reason=row["reason"],
        payload=row["payload"],
    )


def of_ticket(db: sqlite3.Connection, ticket: TicketId) -> tuple[Outgoing, ...]:
    """List what was and is to be sent for one ticket, oldest first."""
    rows = db.execute(f"{_ROW} WHERE o.ticket = ? ORDER BY o.id", (ticket,))
    return tuple(outgoing(row) for row in rows)


def claim(
    db: sqlite3.Connection,
    now: datetime,
    prepare: Callable[[Recheck], Readiness],
    sorts: Collection[Sort] = tuple(Sort),
) -> Outgoing | None:
    """Take the next mail that is due as `prepare` says; what does not go on is written down.

    Only so much of that in one transaction: else nobody could write while a backlog is looked at.
    """
    paused = paused_sorts(db, now)
    lingering.as_pressed_now(db, now)
    for _ in range(MOST_WRITTEN_OFF):
        row = _next(db, now, sorts)
        if row is None:
            return None
        mail = outgoing(row)
        ready = prepare(_recheck(db, row, mail, now, paused=mail.sort in paused))
        match ready:
            case Send():
                return _take(db, mail, ready, row["owner"] or "", now)
            case Wait():
                db.execute(
                    "UPDATE outbox SET next_at = ?, reason = ? WHERE id = ?",
                    (stamp(ready.until), ready.reason, mail.id),
                )
            case Cancel():
                if ready.payload is not None:
                    _keep_payload(db, mail.id, ready.payload)
                _end(db, mail, State.CANCELLED, now, ready.reason)
            case Expire():
                _end(db, mail, State.EXPIRED, now, ready.reason)
    return None


def _next(db: sqlite3.Connection, now: datetime, sorts: Collection[Sort]) -> sqlite3.Row | None:
    """Return the mail that is due longest; what a person wrote comes before all others.

    A relay that takes few mails a minute would else hold it up behind a wave of acknowledgements.
    """
    for among in ((Sort.REPLY,), sorts) if Sort.REPLY in sorts else (sorts,):
        row: sqlite3.Row | None = db.execute(
            f"{_ROW} WHERE o.state = 'pending' AND o.next_at <= ? AND {_among(among)}"
            " ORDER BY o.next_at, o.id LIMIT 1",
            (stamp(now),),
        ).fetchone()
        if row is not None:
            return row
    return None


def due(db: sqlite3.Connection, now: datetime, sorts: Collection[Sort] = tuple(Sort)) -> bool:
    """Say whether any mail of these sorts waits to be claimed."""
    row = db.execute(
        "SELECT 1 FROM outbox o WHERE state = 'pending' AND next_at <= ?"
        f" AND {_among(sorts)} LIMIT 1",
        (stamp(now),),
    ).fetchone()
    return row is not None


def _among(sorts: Collection[Sort]) -> str:
    """Say in SQL that a mail is of these sorts."""
    named = ", ".join(f"'{sort}'" for sort in sorts)
    if len(sorts) == 1:
        return f"o.sort = {named}"
    return "TRUE" if len(sorts) == len(Sort) else f"o.sort IN ({named})"


def _alike(db: sqlite3.Connection, mail: Outgoing) -> int:
    """Count what waits in the row of a wave that an alert tells of; 0 of a ticket alone."""
    if mail.ticket is None or mail.sort not in {Sort.ALERT, Sort.HOOK}:
        return 0
    row = db.execute("SELECT * FROM ticket WHERE id = ?", (mail.ticket,)).fetchone()
    return 0 if row["wave"] is None else waves.waiting(db, row)


def _recheck(
    db: sqlite3.Connection, row: sqlite3.Row, mail: Outgoing, now: datetime, *, paused: bool
) -> Recheck:
    return Recheck(
        mail=mail,
        status=None if row["status"] is None else Status(row["status"]),
        owner=row["owner"] or "",
        queue=row["queue"] or "",
        priority=None if row["priority"] is None else Priority(row["priority"]),
        answer_by=maybe(row["answer_by"]),
        answered=row["answered"] is not None,
        arrived=maybe(row["arrived"]),
        language=row["language"],
        requester_name=row["requester_name"] or "",
        gist=row["gist"] or "",
        promised_at=maybe(row["told"]),
        paused=paused,
        loads=partial(loads, db),
        alike=_alike(db, mail),
        addressee=addressee(db, mail.ticket, now, mail.id)
        if mail.ticket is not None and mail.sort in {Sort.DELAY, Sort.CHECK_BACK}
        else None,
        listed=alerting.listed(db, mail) if mail.ticket is None else (),
        stands=alerting.stands(db, mail, row["status"]),
        guess=row["guess"] or "",
        place=maybe(row["place"]),
        decided=promising.decided(db, mail.id),
        load=forecasting.load(db, now) if mail.sort in {Sort.ACKNOWLEDGEMENT, Sort.DELAY} else None,
        being_answered=mail.sort is Sort.ACKNOWLEDGEMENT
        and mail.ticket is not None
        and drafts.under_way(db, mail.ticket),
    )


def _take(
    db: sqlite3.Connection, mail: Outgoing, ready: Send, owner: str, now: datetime
) -> Outgoing:
    if ready.payload is not mail.payload:
        _keep_payload(db, mail.id, ready.payload)
    if mail.ticket is not None and ready.owner and ready.owner != owner:
        why = worded("in place of %(person)s, who could not be there in time", person=owner)
        reassign(db, mail.ticket, owner, ready.owner, why, now)
        to_be_told(db, mail.ticket, ready.owner, "reowned", now)
    if ready.told is not None:
        promising.decide_again(db, mail.id, ready.told, now)
    db.execute(
        "UPDATE outbox SET state = 'claimed', reason = '', envelope_from = ?, promised_at = ?"
        " WHERE id = ?",
        (
            ready.envelope_from,
            None if ready.promised_at is None else stamp(ready.promised_at),
            mail.id,
        ),
    )
    return outgoing(db.execute(f"{_ROW} WHERE o.id = ?", (mail.id,)).fetchone())


def _keep_payload(db: sqlite3.Connection, mail: OutboxId, payload: bytes) -> None:
    db.execute(
        "INSERT INTO payload VALUES (?, ?) ON CONFLICT (mail) DO UPDATE SET bytes = excluded.bytes",
        (mail, payload),
    )


def _end(db: sqlite3.Connection, mail: Outgoing, state: State, now: datetime, reason: str) -> None:
    """Write down how a mail ended: on its row, on its ticket, and as an event."""
    if mail.sort is Sort.REPLY:
        state = accepted.fate(db, mail.id, state)
    db.execute(
        "UPDATE outbox SET state = ?, reason = ?, ended = ? WHERE id = ?",
        (state, reason, stamp(now), mail.id),
    )
    if mail.ticket is None:
        return
    shown = reason if state in {State.CANCELLED, State.EXPIRED} else state
    if mail.sort in {Sort.DELAY, Sort.CHECK_BACK} and state in {State.CANCELLED, State.EXPIRED}:
        withheld(db, mail.ticket, mail.sort, reason, now, now)
        return
    if mail.sort is Sort.ACKNOWLEDGEMENT:
        db.execute(
            "UPDATE ticket SET acknowledgement = ?, revision = revision + 1 WHERE id = ?",
            (shown, mail.ticket),
        )
    detail = {"to": mail.recipient, "reason": reason, "purpose": mail.purpose}
    note(db, mail.ticket, now, f"{called(mail.sort)}_{state}", detail)
    if mail.sort is Sort.REPLY:
        accepted.ended(db, mail.id, state, now)


def inflight(db: sqlite3.Connection, mail: OutboxId, now: datetime) -> bool:
    """Put on disk that DATA begins; False where it is no longer claimed."""
    done = db.execute(
        "UPDATE outbox SET state = 'inflight', attempts = attempts + 1, ended = ?"
        " WHERE id = ? AND state = 'claimed'",
        (stamp(now), mail),
    )
    if done.rowcount != 1:
        return False
    db.execute(
        "UPDATE ticket SET promised_at = o.promised_at FROM outbox o WHERE o.id = ?"
        " AND ticket.id = o.ticket AND o.sort = 'ack'",
        (mail,),
    )
    row = db.execute("SELECT ticket, sort FROM outbox WHERE id = ?", (mail,)).fetchone()
    promising.leave(db, mail, now)
    if row["ticket"] is not None and row["sort"] == Sort.ACKNOWLEDGEMENT:
        expect_delay(db, row["ticket"], now)
        asking.recount(db, row["ticket"], now)
    return True


def end_inflight(
    db: sqlite3.Connection, mail: OutboxId, state: State, now: datetime, reason: str
) -> None:
    """Record how a mail under way ended; one that a human cancelled meanwhile stays cancelled."""
    row = db.execute(
        f"{_ROW} WHERE o.id = ? AND o.state IN ('claimed', 'inflight')", (mail,)
    ).fetchone()
    if row is not None:
        _end(db, outgoing(row), state, now, reason)
        if state is State.FAILED:
            promising.stay(db, mail)


def retry(db: sqlite3.Connection, mail: OutboxId, next_at: datetime, reason: str) -> None:
    """Return a mail to `pending` after a definite 4xx.

    The attempt of one in flight was counted when DATA began. A delay notice is looked at again by
    the time told at the latest: after it, it has only its reason left to say.
    """
    db.execute(
        "UPDATE outbox SET attempts = attempts + (state = 'claimed'), state = 'pending',"
        " next_at = iif(sort = 'delay', min(?1, coalesce((SELECT promised_at FROM ticket t"
        " WHERE t.id = outbox.ticket), ?1)), ?1), reason = ?2, ended = NULL"
        " WHERE id = ?3 AND state IN ('claimed', 'inflight')",
        (stamp(next_at), reason, mail),
    )
    promising.stay(db, mail)


def unclaim(db: sqlite3.Connection, mail: OutboxId, reason: str) -> None:
    """Return a claimed mail to `pending`, untried."""
    db.execute(
        "UPDATE outbox SET state = 'pending', reason = ? WHERE id = ? AND state = 'claimed'",
        (reason, mail),
    )
