"""Mail of the past with what it was judged by, and what people said of it since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from triage.core.known import Question, Received, Surroundings
from triage.core.remember import remembered
from triage.core.ticket import TICKETED, Kind, MessageId, TicketId, handle
from triage.store.connection import instant, maybe, stamp
from triage.store.correcting import judged_message
from triage.store.roles import role_of
from triage.store.versions import Past, SetRight

_NOT_KEPT = frozenset({"secret", "instance", "reference", "load"})
"""What the store knows anyway of any surroundings, and what waited then."""


def keep_surroundings(db: sqlite3.Connection, question: Question, around: Surroundings) -> None:
    """Keep by what a mail was decided on, beside what the model said of it."""
    db.execute(
        "UPDATE reading SET around = ?, decided = ? WHERE message = ?",
        (
            json.dumps(remembered(around, but=_NOT_KEPT)),
            stamp(question.now),
            question.message,
        ),
    )


def past_mails(db: sqlite3.Connection, since: datetime, limit: int) -> tuple[MessageId, ...]:
    """Name what opened a ticket or was filed since then, newest first."""
    rows = db.execute(
        "SELECT id FROM message WHERE state = 'routed' AND role = 'inbox' AND junk = 0"
        " AND kind IN (SELECT value FROM json_each(?1)) AND arrived >= ?2"
        " AND (opens = 1 OR kind NOT IN (SELECT value FROM json_each(?3))) AND error = ''"
        " ORDER BY arrived DESC, id DESC LIMIT ?4",
        (json.dumps(list(Kind)), stamp(since), json.dumps(sorted(TICKETED)), limit),
    )
    return tuple(MessageId(number) for (number,) in rows)


def past(db: sqlite3.Connection, mails: Sequence[MessageId]) -> tuple[Past, ...]:
    """Return mails with what they were judged by, in the order of `mails`."""
    rows = db.execute(
        "SELECT m.*, raw.bytes, r.said, r.around, r.decided, t.reference, t.done_at,"
        " (SELECT answered FROM clock WHERE ticket = t.id AND cycle = 1) AS answered"
        " FROM message m JOIN raw ON raw.message = m.id"
        " LEFT JOIN reading r ON r.message = m.id"
        " LEFT JOIN ticket t ON m.opens = 1 AND t.id = coalesce(m.home, m.ticket)"
        " WHERE m.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(mails)),),
    )
    found = {MessageId(row["id"]): _past(row) for row in rows}
    return tuple(found[mail] for mail in mails if mail in found)


def _past(row: sqlite3.Row) -> Past:
    number = MessageId(row["id"])
    return Past(
        received=Received(
            id=number,
            mailbox=row["mailbox"],
            role=role_of(row),
            raw=row["bytes"],
            key=row["key"],
            internal_date=instant(row["internal_date"]),
            first_seen=instant(row["first_seen"]),
            truncated=bool(row["truncated"]),
            unreadable=row["unreadable"],
        ),
        name=row["reference"] or handle(number),
        said=json.loads(row["said"] or "{}"),
        around=json.loads(row["around"] or "{}"),
        decided=instant(row["decided"] or row["arrived"]),
        ended=maybe(row["answered"] or row["done_at"]),
    )


def set_right(db: sqlite3.Connection, mails: Sequence[MessageId]) -> Mapping[MessageId, SetRight]:
    """Return what people set right of `mails`: of two words on one thing the later counts."""
    said: dict[MessageId, dict[str, Any]] = {}
    wanted = frozenset(mails)
    for message, changed in _words(db, json.dumps(list(mails))):
        if message in wanted and changed:
            signals = said.get(message, {}).get("signals", {}) | changed.get("signals", {})
            said[message] = {**said.get(message, {}), **changed, "signals": signals}
    return {message: SetRight(**changed) for message, changed in said.items()}


def _words(db: sqlite3.Connection, mails: str) -> Iterator[tuple[MessageId, dict[str, Any]]]:
    """Yield what was said of mails, and of the tickets they lie on, in its order."""
    rows = db.execute(
        "SELECT at, ticket, NULL AS message, before, after FROM correction WHERE undone IS NULL"
        " AND ticket IN (SELECT ticket FROM message WHERE id IN (SELECT value FROM json_each(?1)))"
        " UNION ALL SELECT at, NULL, message, json_object('kind', was), json_object('kind', kind)"
        " FROM said WHERE undone IS NULL AND message IN (SELECT value FROM json_each(?1))"
        " ORDER BY at",
        (mails,),
    )
    for row in rows.fetchall():
        message = row["message"]
        if message is None:
            first = judged_message(db, TicketId(row["ticket"]))
            message = None if first is None else first["id"]
        if message is not None:
            yield MessageId(message), _changed(json.loads(row["before"]), json.loads(row["after"]))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one correction changed, as `SetRight` names it."""
    changed: dict[str, Any] = {
        name: after[name]
        for name in ("queue", "priority", "kind")
        if name in after and after[name] != before.get(name)
    }
    was, now = set(before.get("flags", ())), set(after.get("flags", ()))
    signals = dict.fromkeys(now - was, True) | dict.fromkeys(was - now, False)
    return changed | ({"signals": signals} if signals else {})


def between_answers(
    db: sqlite3.Connection, since: datetime, most: timedelta
) -> tuple[timedelta, ...]:
    """Return the pauses of at most `most` between two answers of one person."""
    rows = db.execute(
        "SELECT at - lag(at) OVER (PARTITION BY detail ->> '$.by' ORDER BY at) AS pause FROM event"
        " WHERE name = 'answered' AND at >= ? AND ticket IN"
        " (SELECT id FROM ticket WHERE answered >= ?)",
        (stamp(since), stamp(since)),
    )
    longest = most // timedelta(microseconds=1)
    pauses = (row["pause"] for row in rows if row["pause"] is not None)
    return tuple(timedelta(microseconds=pause) for pause in pauses if 0 < pause <= longest)
