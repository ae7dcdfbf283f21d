"""Finding tickets by the words of their mails, and by what else is known of them.

`found` lists for each word the mails that hold it, by number: newest first they come for nothing,
ranked they would all have to be read. So a search walks back from the newest mail, asks of each
whether its ticket is wanted, and ends when it has enough. A common word together with something
rare would walk through everything: what few tickets can be (those that wait) is walked along
these tickets instead, and any other walk ends after `MOST` mails and says how far back it came.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from triage.core.mail.parse import parse
from triage.core.query import Condition, Narrows, Sought, Where, Word
from triage.core.ticket import UNSURE, MessageId
from triage.store import junk, waves
from triage.store.connection import instant, stamp
from triage.store.reading import ticket_row
from triage.store.searched import Hits
from triage.store.views import TicketRow

MOST = 10_000
"""Mails that one search looks at."""

LATEST_FETCHED = timedelta(days=31)
"""How long after its arrival mail is fetched at the latest, as far as `before:` knows."""

_STATES = {
    "open": "t.status IN ('open', 'waiting', 'snoozed')",
    "waiting": "t.status = 'open'",
    "snoozed": "t.status = 'snoozed'",
    "answered": "t.status = 'waiting'",
    "done": "t.status = 'done'",
    "late": "t.status IN ('open', 'snoozed') AND t.answer_by IS NOT NULL AND t.answer_by < :now",
    UNSURE: "t.queue = 'unsure'",
}
_FEW = {"waiting": "'open'", "snoozed": "'snoozed'", "late": "'open', 'snoozed'"}
"""States that few tickets have at a time, and by which statuses they are walked along."""


def search(
    db: sqlite3.Connection,
    sought: Sought,
    queues: Collection[str],
    now: datetime,
    limit: int,
    below: MessageId | None,
) -> Hits:
    """Find tickets."""
    match, unwanted = _match(sought.words)
    where, values = _where(db, sought.conditions, queues)
    values |= {
        "now": stamp(now),
        "match": match,
        "below": min(below or 1 << 62, _first_after(db, sought.conditions)),
        "from": _first_before(db, sought.conditions),
        "most": MOST,
    }
    if unwanted:
        values["unwanted"] = unwanted
        where += (
            " AND NOT EXISTS (SELECT 1 FROM found WHERE found MATCH :unwanted AND rowid = m.id)"
        )
    few = _few(sought.conditions)
    source = _of_few(few, match) if few else _newest_first(match)
    find = _FIND.format(source=source, where=where)
    # A walk along the mails comes newest first as it is: to sort it would be to end it first.
    rows = db.execute(f"{find} ORDER BY c.id DESC" if few else find, values)
    hits, last = _distinct(rows, limit)
    (unread,) = db.execute("SELECT below FROM searching").fetchone()
    further, back_to = last, None
    if last is None and not few:
        further, back_to = _given_up(db, source, values)
    return Hits(rows=_rows(db, hits), further=further, back_to=back_to, unread=unread)


_FIND = (
    "SELECT c.id, m.ticket FROM ({source}) c CROSS JOIN message m ON m.id = c.id"
    " CROSS JOIN ticket t ON t.id = m.ticket WHERE t.status <> 'merged'{where}"
)


def _newest_first(match: str) -> str:
    if match:
        return (
            "SELECT rowid AS id FROM found WHERE found MATCH :match AND rowid < :below"
            " AND rowid >= :from ORDER BY rowid DESC LIMIT :most"
        )
    return "SELECT id FROM message WHERE id < :below AND id >= :from ORDER BY id DESC LIMIT :most"


def _of_few(statuses: str, match: str) -> str:
    # The unary + leaves the choice of the ticket first, then its mails.
    mails = (
        f"SELECT m.id FROM ticket t CROSS JOIN message m ON m.ticket = t.id"
        f" WHERE t.status IN ({statuses}) AND m.id < :below AND m.id >= :from"
    )
    if match:
        mails += " AND EXISTS (SELECT 1 FROM found WHERE found MATCH :match AND rowid = m.id)"
    return mails


def _distinct(rows: sqlite3.Cursor, limit: int) -> tuple[list[int], MessageId | None]:
    """Return the tickets that come first, and where to go on if there are more."""
    tickets: dict[int, None] = {}
    last = 0
    for message, ticket in rows:
        if ticket not in tickets:
            if len(tickets) == limit:
                rows.close()
                return list(tickets), MessageId(last)
            tickets[ticket] = None
        last = message
    return list(tickets), None


def _given_up(
    db: sqlite3.Connection, source: str, values: dict[str, object]
) -> tuple[MessageId | None, datetime | None]:
    """Say where a walk ended that did not come to the oldest mail."""
    looked, last = db.execute(f"SELECT count(*), min(id) FROM ({source})", values).fetchone()
    if looked < MOST:
        return None, None
    (at,) = db.execute("SELECT arrived FROM message WHERE id = ?", (last,)).fetchone()
    return MessageId(last), instant(at)


def _rows(db: sqlite3.Connection, tickets: Sequence[int]) -> tuple[TicketRow, ...]:
    rows = db.execute(
        "SELECT t.* FROM json_each(?) wanted JOIN ticket t ON t.id = wanted.value"
        " ORDER BY wanted.key",
        (json.dumps(list(tickets)),),
    ).fetchall()
    replies = junk.replies(db)
    return tuple(ticket_row(row, waves.alike(db, row), replies.get(row["id"], 0)) for row in rows)


# --- what is asked of the index -----------------------------------------------------------------


def _match(words: Sequence[Word]) -> tuple[str, str]:
    """Return what must stand in a mail and what must not, in the index's own words."""
    wanted = " AND ".join(map(_term, (word for word in words if word.wanted)))
    return wanted, " OR ".join(map(_term, (word for word in words if not word.wanted)))


def _term(word: Word) -> str:
    text = word.text.replace('"', '""')
    column = f"{word.where} : " if word.where is not Where.ANYWHERE else ""
    return f'{column}"{text}"{" *" if word.begins else ""}'


# --- what is asked of each ticket ---------------------------------------------------------------


def _where(
    db: sqlite3.Connection, conditions: Sequence[Condition], queues: Collection[str]
) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {}
    where = ""
    if queues:
        values["seen"] = json.dumps(sorted(queues))
        where = (
            " AND (t.queue IN (SELECT value FROM json_each(:seen)) OR (t.queue = 'unsure'"
            " AND t.guess IN (SELECT value FROM json_each(:seen))))"
        )
    for number, (condition, sql) in enumerate(_each(conditions)):
        name = f"v{number}"
        value = condition.value
        values[name] = stamp(value) if isinstance(value, datetime) else value
        must = "" if condition.wanted else "NOT "
        where += f" AND {must}({sql.format(f':{name}')})"
    return where, values


def _each(conditions: Sequence[Condition]) -> Iterator[tuple[Condition, str]]:
    for one in conditions:
        yield one, _STATES[str(one.value)] if one.by is Narrows.STATE else _ASKED[one.by]


_ASKED = {
    Narrows.QUEUE: "t.queue = {0} OR (t.queue = 'unsure' AND t.guess = {0})",
    Narrows.OWNER: "t.owner = {0}",
    Narrows.MAILBOX: "m.mailbox = {0}",
    Narrows.PRIORITY: "t.priority = {0}",
    Narrows.SIGNAL: "EXISTS (SELECT 1 FROM json_each(t.flags) WHERE value = {0})",
    Narrows.FILE: "m.attachments > 0",
    Narrows.BEFORE: "m.arrived < {0}",
    Narrows.AFTER: "m.arrived >= {0}",
}


def _few(conditions: Sequence[Condition]) -> str:
    """Return the statuses along which few tickets are walked; "" where many may be meant."""
    for one in conditions:
        if one.by is Narrows.STATE and one.wanted and one.value in _FEW:
            return _FEW[str(one.value)]
    return ""


def _first_before(db: sqlite3.Connection, conditions: Sequence[Condition]) -> int:
    """Return the number from which on all mail lies that arrived after a moment: 0 without one."""
    after = _moments(conditions, Narrows.AFTER, Narrows.BEFORE)
    return max((_fetched_from(db, moment) for moment in after), default=0)


def _first_after(db: sqlite3.Connection, conditions: Sequence[Condition]) -> int:
    """Return the number below which all mail lies that arrived before a moment."""
    before = _moments(conditions, Narrows.BEFORE, Narrows.AFTER)
    return min((_fetched_from(db, one + LATEST_FETCHED) for one in before), default=1 << 62)


def _moments(conditions: Sequence[Condition], wanted: Narrows, unwanted: Narrows) -> list[datetime]:
    return [
        one.value
        for one in conditions
        if isinstance(one.value, datetime) and one.by is (wanted if one.wanted else unwanted)
    ]


def _fetched_from(db: sqlite3.Connection, moment: datetime) -> int:
    """Return the number of the first mail that was fetched at a moment or later.

    Mails are numbered as they are fetched, and none is fetched before it arrives.
    """
    (top,) = db.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()
    low, high, at = 0, top + 1, stamp(moment)
    while low < high:
        middle = (low + high) // 2
        row = db.execute(
            "SELECT first_seen FROM message WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
        ).fetchone()
        if row is None or row[0] >= at:
            high = middle
        else:
            low = middle + 1
    return int(low)


# --- what was there before ----------------------------------------------------------------------


def index_more(db: sqlite3.Connection, most: int) -> int:
    """Index the next old mails."""
    (below,) = db.execute("SELECT below FROM searching").fetchone()
    if not below:
        return 0
    rows = db.execute(
        "SELECT r.message, m.attachments FROM reading r JOIN message m ON m.id = r.message"
        " WHERE r.message <= ? ORDER BY r.message DESC LIMIT ?",
        (below, most),
    ).fetchall()
    for row in rows:
        if row["attachments"]:
            _name_files(db, row["message"])
    first = rows[-1]["message"] if len(rows) == most else 1
    db.execute("UPDATE searching SET below = ?", (first - 1,))
    db.executemany(
        "INSERT INTO searched SELECT m.id, m.subject, m.sender_name || ' ' || m.sender"
        " || coalesce(' ' || t.requester_name || ' ' || t.requester, ''), m.file_names"
        " FROM message m LEFT JOIN ticket t ON t.id = m.ticket WHERE m.id = ?",
        [(row["message"],) for row in rows],
    )
    return int(first - 1)


def _name_files(db: sqlite3.Connection, message: int) -> None:
    row = db.execute("SELECT bytes FROM raw WHERE message = ?", (message,)).fetchone()
    if row is not None:
        names = (one.name for one in parse(row["bytes"]).attachments if one.name)
        db.execute("UPDATE message SET file_names = ? WHERE id = ?", ("\n".join(names), message))
