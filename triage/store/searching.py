"""Finding tickets by the words of their mails, and by what else is known of them.

`found` lists for each word the mails that hold it, by number: newest first they come for nothing,
ranked they would all have to be read. So a search walks back from the newest mail, asks of each
whether its ticket is wanted, and ends when it has enough. A common word together with something
rare would walk through everything: so a walk ends after `MOST` mails. What few tickets can be
(those that wait) is then walked along these tickets; any other search says how far back it came.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from triage.core.mail.parse import parse
from triage.core.query import Condition, Narrows, Sought, Where, Word
from triage.core.ticket import UNSURE, MessageId
from triage.store.connection import instant, stamp
from triage.store.pages import rows
from triage.store.searched import Hits

MOST = 30_000
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
_OPEN = "t.status = 'open'"
_SNOOZED = "t.status <> 'open' AND t.status = 'snoozed'"  # along its index
_FEW = {"waiting": (_OPEN,), "snoozed": (_SNOOZED,), "late": (_OPEN, _SNOOZED)}
"""States that few tickets have at a time, and along which they are walked."""


class Words(Enum):
    """Whether words must stand in a mail, or only must not."""

    NONE = auto()
    WANTED = auto()
    UNWANTED = auto()


def search(
    db: sqlite3.Connection,
    sought: Sought,
    queues: Collection[str],
    now: datetime,
    limit: int,
    below: MessageId | None = None,
    most: int = MOST,
) -> Hits:
    """Find tickets; a walk looks at so many mails."""
    where, values = _where(sought.conditions, queues)
    wanted, unwanted = _match(sought.words)
    values |= {
        "now": stamp(now),
        "match": f"({wanted}) NOT ({unwanted})" if wanted and unwanted else wanted or unwanted,
        "below": min(below or 1 << 62, _first_after(db, sought.conditions)),
        "from": _first_before(db, sought.conditions),
        "most": most,
    }
    words = Words.WANTED if wanted else Words.UNWANTED if unwanted else Words.NONE
    few = _few(sought.conditions)
    hits, further, back_to = list[int](), None, None
    if words is Words.WANTED or not few:
        hits, further, back_to = _newest_first(db, words, where, values, limit)
    if few and (words is not Words.WANTED or back_to is not None):
        hits, further = _along_few(db, few, words, where, values, limit)
        back_to = None
    (unread,) = db.execute("SELECT below FROM searching").fetchone()
    return Hits(rows=rows(db, hits), further=further, back_to=back_to, unread=unread)


_FIND = (
    "SELECT c.id, m.ticket FROM ({source}) c CROSS JOIN message m ON m.id = c.id"
    " CROSS JOIN ticket t ON t.id = m.ticket WHERE t.status <> 'merged'{where}"
)
_MATCHES = "SELECT rowid AS id FROM found WHERE found MATCH :match AND rowid < :below AND rowid >= "


def _newest_first(
    db: sqlite3.Connection, words: Words, where: str, values: dict[str, Any], limit: int
) -> tuple[list[int], MessageId | None, datetime | None]:
    """Walk back from the newest mail: what is found, where to go on, and, if it gave up, since."""
    mails = "SELECT id FROM message WHERE id < :below AND id >= :from ORDER BY id DESC LIMIT :most"
    if words is Words.WANTED:
        mails = f"{_MATCHES}:from ORDER BY rowid DESC LIMIT :most"
    looked, last = db.execute(f"SELECT count(*), min(id) FROM ({mails})", values).fetchone()
    if words is Words.UNWANTED:
        values = {**values, "last": last}
        where += f" AND m.id NOT IN ({_MATCHES}:last)"
    # The mails come newest first as they are: to sort them would be to look at them all.
    hits, further = _distinct(db.execute(_FIND.format(source=mails, where=where), values), limit)
    if further is not None or looked < values["most"]:
        return hits, further, None
    (at,) = db.execute("SELECT arrived FROM message WHERE id = ?", (last,)).fetchone()
    return hits, MessageId(last), instant(at)


def _along_few(
    db: sqlite3.Connection,
    few: Sequence[str],
    words: Words,
    where: str,
    values: dict[str, object],
    limit: int,
) -> tuple[list[int], MessageId | None]:
    """Walk along the tickets of a state that few have."""
    mails = " UNION ALL ".join(
        f"SELECT m.id FROM ticket t CROSS JOIN message m ON m.ticket = t.id WHERE {status}"
        " AND m.id < :below AND m.id >= :from"
        for status in few
    )
    if words is not Words.NONE:
        must = "EXISTS" if words is Words.WANTED else "NOT EXISTS"
        where += f" AND {must} (SELECT 1 FROM found WHERE found MATCH :match AND rowid = m.id)"
    source = f"SELECT id FROM ({mails}) ORDER BY id DESC LIMIT -1"
    return _distinct(db.execute(_FIND.format(source=source, where=where), values), limit)


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


def _where(conditions: Sequence[Condition], queues: Collection[str]) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
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


def _few(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """Return the statuses along which few tickets are walked; none where many may be meant."""
    for one in conditions:
        if one.by is Narrows.STATE and one.wanted and one.value in _FEW:
            return _FEW[str(one.value)]
    return ()


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
    if not below or not most:
        return int(below)
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
