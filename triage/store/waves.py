"""Tickets whose mails are all alike: found as they open, and shown as one row.

Each stays a ticket of its own, with its requester's clock and acknowledgement. In one row stand
those of a wave that are judged alike, too: what differs in queue, priority or signals stands in a
row of its own, and what more is written to is taken out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

from triage.core.known import Question
from triage.core.ticket import UNSURE, TicketId
from triage.core.wave import WAVE, WITHIN, Shape
from triage.store.connection import stamp
from triage.store.family import living
from triage.store.noting import note

MOST_LIKELY = 20
MOST_FORGOTTEN = 50

_SPAN = WITHIN // timedelta(microseconds=1)
_JUDGED = ("queue", "guess", "priority", "flags")
# With one min() in it SQLite takes the other columns from the row that has the least.
_FIRST = "min(coalesce(place, 9223372036854775807)) AS first"


# --- as tickets open ----------------------------------------------------------------------------


def take_up(db: sqlite3.Connection, question: Question, ticket: TicketId) -> None:
    """See whether a new ticket's mail is like others of the hour; enough of them are a wave."""
    if question.shape is None:
        return
    _forget(db, question.now)
    (arrived,) = db.execute(
        "SELECT arrived FROM message WHERE id = ?", (question.message,)
    ).fetchone()
    likeness = _like(db, question.shape, arrived) or _first(db, question.shape, question.now)
    db.execute(
        "INSERT INTO alike VALUES (?, ?, ?, ?)", (likeness, ticket, question.requester, arrived)
    )
    (began,) = db.execute(
        "UPDATE likeness SET touched = ? WHERE id = ? RETURNING began",
        (stamp(question.now), likeness),
    ).fetchone()
    if began is not None:
        db.execute("UPDATE ticket SET wave = ? WHERE id = ?", (likeness, ticket))
    elif _enough(db, likeness, arrived):
        _begin(db, likeness, ticket, question.now)


def _like(db: sqlite3.Connection, shape: Shape, arrived: int) -> int | None:
    """Find what this text is near-identical to, and that came within an hour of it."""
    bands = json.dumps(shape.bands())
    rows = db.execute(
        "SELECT l.id, l.sequences, l.words FROM json_each(?) b"
        " JOIN likeness_band o ON o.band = b.value JOIN likeness l ON l.id = o.likeness"
        " GROUP BY l.id ORDER BY l.began IS NULL, count(*) DESC, l.id LIMIT ?",
        (bands, MOST_LIKELY),
    )
    for row in rows.fetchall():
        if shape.like(Shape.unpacked(row["sequences"], row["words"])) and _senders(
            db, row["id"], arrived - _SPAN, arrived + _SPAN
        ):
            return int(row["id"])
    return None


def _first(db: sqlite3.Connection, shape: Shape, now: datetime) -> int:
    cursor = db.execute(
        "INSERT INTO likeness (sequences, words, touched) VALUES (?, ?, ?)",
        (*shape.packed(), stamp(now)),
    )
    db.executemany(
        "INSERT INTO likeness_band VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(band, cursor.lastrowid) for band in shape.bands()],
    )
    return int(cursor.lastrowid or 0)


def _senders(db: sqlite3.Connection, likeness: int, since: int, until: int) -> int:
    """Count who sent the like in a span, but no further than a wave needs."""
    (number,) = db.execute(
        "SELECT count(*) FROM (SELECT DISTINCT sender FROM alike"
        " WHERE likeness = ? AND arrived BETWEEN ? AND ? LIMIT ?)",
        (likeness, since, until, WAVE),
    ).fetchone()
    return int(number)


def _enough(db: sqlite3.Connection, likeness: int, arrived: int) -> bool:
    """Say whether the hour that ends, or the one that begins, with this mail makes a wave."""
    return any(
        _senders(db, likeness, since, until) >= WAVE
        for since, until in ((arrived - _SPAN, arrived), (arrived, arrived + _SPAN))
    )


def _begin(db: sqlite3.Connection, likeness: int, ticket: TicketId, now: datetime) -> None:
    db.execute("UPDATE likeness SET began = ? WHERE id = ?", (stamp(now), likeness))
    db.execute(
        "UPDATE ticket SET wave = ?1 WHERE messages = 1"
        " AND id IN (SELECT ticket FROM alike WHERE likeness = ?1)",
        (likeness,),
    )
    (number,) = db.execute("SELECT count(*) FROM alike WHERE likeness = ?", (likeness,)).fetchone()
    note(db, ticket, now, "wave_began", {"alike": number})


def _forget(db: sqlite3.Connection, now: datetime) -> None:
    """Forget some of what nothing was like for an hour; of a wave only how it is recognised."""
    before = stamp(now - WITHIN)
    faded = [
        (likeness,)
        for (likeness,) in db.execute(
            "SELECT id FROM likeness WHERE began IS NULL AND touched < ? LIMIT ?",
            (before, MOST_FORGOTTEN),
        )
    ]
    for table in ("likeness_band", "alike"):
        db.executemany(f"DELETE FROM {table} WHERE likeness = ?", faded)
    db.executemany("DELETE FROM likeness WHERE id = ?", faded)


def stand_alone(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Take a ticket out of its wave: more was said in it than in the others."""
    db.execute("UPDATE ticket SET wave = NULL WHERE id = ? AND wave IS NOT NULL", (ticket,))


# --- as rows ------------------------------------------------------------------------------------


def rows(db: sqlite3.Connection, name: str | None) -> list[sqlite3.Row]:
    """Return the rows of waves: of each the ticket that comes first, with how many are `alike`.

    `name` is a queue, as in a listing of one; None: all of them.
    """
    where, values = "", tuple[str, ...]()
    if name is not None:
        where = " AND (queue = ?1 OR (queue = 'unsure' AND guess = ?1))"
        values = (name,)
    return db.execute(
        f"SELECT *, count(*) AS alike, {_FIRST} FROM ticket"
        f" WHERE status = 'open' AND wave IS NOT NULL{where} GROUP BY wave, {', '.join(_JUDGED)}",
        values,
    ).fetchall()


_OTHERS = "FROM ticket WHERE status = 'open' AND wave = ? AND id <> ?" + "".join(
    f" AND {name} = ?" for name in _JUDGED
)


def firsts(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return of each wave that waits the ticket that comes first: one answer serves them all.

    `queue` is the best guess where that is `unsure`.
    """
    return db.execute(
        "WITH RECURSIVE w (id) AS (SELECT min(wave) FROM ticket WHERE status = 'open'"
        " AND wave IS NOT NULL UNION ALL SELECT (SELECT min(wave) FROM ticket"
        " WHERE status = 'open' AND wave IS NOT NULL AND wave > w.id) FROM w WHERE w.id NOT NULL)"
        " SELECT t.reference, t.place, t.answer_by, iif(t.queue = ?, t.guess, t.queue) AS queue"
        " FROM w JOIN ticket t ON t.id = (SELECT id FROM ticket WHERE status = 'open'"
        " AND wave = w.id AND wave IS NOT NULL AND place IS NOT NULL ORDER BY place LIMIT 1)",
        (UNSURE,),
    ).fetchall()


def leads(db: sqlite3.Connection, which: Collection[int]) -> list[int]:
    """Return of each row in which these waves stand the ticket that comes first."""
    found = db.execute(
        f"SELECT id, {_FIRST} FROM ticket WHERE status = 'open'"
        f" AND wave IN (SELECT value FROM json_each(?)) GROUP BY wave, {', '.join(_JUDGED)}",
        (json.dumps(sorted(which)),),
    )
    return [row["id"] for row in found]


def alike(db: sqlite3.Connection, row: sqlite3.Row) -> int:
    """Count the tickets that stand in the row of this one, itself among them."""
    if row["wave"] is None:
        return 1
    (number,) = db.execute(f"SELECT count(*) {_OTHERS}", _key(row)).fetchone()
    return int(number) + 1


def waiting(db: sqlite3.Connection, row: sqlite3.Row) -> int:
    """Count the tickets that wait in the row of this one, itself only if it does."""
    return alike(db, row) - int(row["status"] != "open")


def told(db: sqlite3.Connection, row: sqlite3.Row, stage: str, now: datetime) -> str:
    """Return what the alerts of a stage are made for, of the whole row of this ticket.

    It is the same for an hour: each person hears once how many wait, and again only if their
    promises still come near, or break, after that.
    """
    judged = json.dumps([row[name] for name in _JUDGED])
    key = (row["wave"], stage, judged)
    last = db.execute(
        "SELECT id FROM wave_told WHERE wave = ? AND name = ? AND judged = ? AND at > ?"
        " ORDER BY at DESC LIMIT 1",
        (*key, stamp(now - WITHIN)),
    ).fetchone()
    if last is not None:
        return f"wave-{last['id']}:{stage}"
    made = db.execute(
        "INSERT INTO wave_told (wave, name, judged, at) VALUES (?, ?, ?, ?)", (*key, stamp(now))
    )
    return f"wave-{made.lastrowid}:{stage}"


def in_one_row(db: sqlite3.Connection, reference: str, most: int) -> tuple[str, ...]:
    """Return a ticket's own reference, and the first others that stand in one row with it."""
    row = living(db, reference)
    return (row["reference"], *others(db, row, most - 1))


def others(db: sqlite3.Connection, row: sqlite3.Row, most: int) -> list[str]:
    """Return references of the first other tickets in a ticket's row, oldest first."""
    found = db.execute(f"SELECT reference {_OTHERS} ORDER BY id LIMIT ?", (*_key(row), most))
    return [reference for (reference,) in found]


def _key(row: sqlite3.Row) -> tuple[object, ...]:
    return (row["wave"], row["id"], *(row[name] for name in _JUDGED))
