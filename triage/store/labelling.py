"""Corrections → labels: once the undo has passed, each of them once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.core.overruled import Placed
from triage.core.ticket import UNSURE, Kind, MessageId, TicketId
from triage.store.connection import instant, stamp
from triage.store.correcting import judged_message
from triage.store.learning import KeptLabel, Packed
from triage.store.setting import keep_setting, read_setting

_READ = (
    "SELECT l.id, l.at, l.person, l.says, l.whole, l.sentences, l.own, m.subject, r.text"
    " FROM label l JOIN message m ON m.id = l.message JOIN reading r ON r.message = m.id"
    " WHERE l.withdrawn IS NULL"
)
_SOURCES = ("correction", "said")


def ripe(db: sqlite3.Connection, before: datetime) -> bool:
    """Say whether `ripen` would do anything."""
    for source in _SOURCES:
        row = db.execute(
            f"SELECT at FROM {source} WHERE id > ? ORDER BY id LIMIT 1", (_through(db, source),)
        ).fetchone()
        if row is not None and row["at"] <= stamp(before):
            return True
        if _taken_back(db, source):
            return True
    return False


def ripen(db: sqlite3.Connection, before: datetime, now: datetime) -> tuple[KeptLabel, ...]:
    """Make labels of what was set right up to `before`; withdraw what was undone since.

    Later than the last heads were taught, whatever the clock says: they were taught it.
    """
    (taught,) = db.execute("SELECT coalesce(max(at), 0) FROM taught").fetchone()
    withdrawn = max(stamp(now), taught + 1)
    for source in _SOURCES:
        for label in _taken_back(db, source):
            db.execute("UPDATE label SET withdrawn = ? WHERE id = ?", (withdrawn, label))
    made = [
        *(_of_correction(db, row) for row in _passed(db, "correction", before)),
        *(_of_said(db, row) for row in _passed(db, "said", before)),
    ]
    numbers = [number for number in made if number is not None]
    marks = ", ".join("?" * len(numbers))
    rows = db.execute(f"{_READ} AND l.id IN ({marks}) ORDER BY l.id", numbers)
    return tuple(_kept(row) for row in rows)


def _taken_back(db: sqlite3.Connection, source: str) -> list[int]:
    rows = db.execute(
        f"SELECT l.id FROM {source} s JOIN label l ON l.{source} = s.id"
        " WHERE s.undone IS NOT NULL AND l.withdrawn IS NULL"
    )
    return [number for (number,) in rows]


def _through(db: sqlite3.Connection, source: str) -> int:
    return int(read_setting(db, f"labelled_{source}") or 0)


def _passed(db: sqlite3.Connection, source: str, before: datetime) -> list[sqlite3.Row]:
    """Return what has become ripe and was not undone; each is looked at once.

    In the order in which it was written, and only as far as all is ripe: a clock that was set back
    holds up what came later, and loses nothing.
    """
    found: list[sqlite3.Row] = []
    last = None
    for row in db.execute(
        f"SELECT * FROM {source} WHERE id > ? ORDER BY id", (_through(db, source),)
    ):
        if row["at"] > stamp(before):
            break
        last = row["id"]
        if row["undone"] is None:
            found.append(row)
    if last is not None:
        keep_setting(db, f"labelled_{source}", str(last))
    return found


def _of_correction(db: sqlite3.Connection, row: sqlite3.Row) -> int | None:
    said = _difference(json.loads(row["before"]), json.loads(row["after"]))
    ticket = TicketId(row["ticket"])
    message = judged_message(db, ticket) or _moved_on(db, ticket)
    if not said or message is None:
        return None
    return _add(db, row, said, MessageId(message["id"]), "correction", ticket)


def _moved_on(db: sqlite3.Connection, ticket: TicketId) -> sqlite3.Row | None:
    """Return the message by which a ticket was judged that was merged into another since."""
    row: sqlite3.Row | None = db.execute(
        "SELECT id FROM message WHERE home = ? AND role = 'inbox' ORDER BY opens DESC, arrived, id",
        (ticket,),
    ).fetchone()
    return row


def _of_said(db: sqlite3.Connection, row: sqlite3.Row) -> int | None:
    if row["was"] == row["kind"]:
        return None
    return _add(db, row, {"kind": row["kind"]}, MessageId(row["message"]), "said", None)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, object]:
    """Return what a correction says; nothing of queue and priority where it is no ticket at all."""
    said: dict[str, object] = {}
    if before["kind"] != after["kind"]:
        said["kind"] = after["kind"]
        if after["kind"] != Kind.HUMAN:
            return said
    if before["queue"] != after["queue"] and after["queue"] != UNSURE:
        said["queue"] = after["queue"]
    if before["priority"] != after["priority"]:
        said["priority"] = after["priority"]
    changed = set(before["flags"]) ^ set(after["flags"])
    if changed:
        said["signals"] = {name: name in after["flags"] for name in sorted(changed)}
    return said


def _add(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    says: Mapping[str, object],
    message: MessageId,
    source: str,
    ticket: TicketId | None,
) -> int | None:
    cursor = db.execute(
        f"INSERT INTO label ({source}, message, ticket, at, person, says)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (row["id"], message, ticket, row["at"], row["person"], json.dumps(says)),
    )
    return cursor.lastrowid if cursor.rowcount else None


def has_unread(db: sqlite3.Connection, encoder: str) -> bool:
    """Say whether any label was not read by this encoder."""
    row = db.execute(
        "SELECT 1 FROM label l JOIN reading r ON r.message = l.message"
        " WHERE l.withdrawn IS NULL AND l.encoder <> ? LIMIT 1",
        (encoder,),
    ).fetchone()
    return row is not None


def unread(db: sqlite3.Connection, encoder: str, limit: int) -> tuple[KeptLabel, ...]:
    """Return labels that this encoder has not read, the newest first."""
    rows = db.execute(f"{_READ} AND l.encoder <> ? ORDER BY l.id DESC LIMIT ?", (encoder, limit))
    return tuple(_kept(row) for row in rows)


def keep_vectors(db: sqlite3.Connection, encoder: str, vectors: Mapping[int, Packed]) -> None:
    """Keep vectors in place of those of another encoder."""
    db.executemany(
        "UPDATE label SET encoder = ?, whole = ?, sentences = ?, own = ? WHERE id = ?",
        [
            (encoder, each.whole, each.sentences, each.own, number)
            for number, each in vectors.items()
        ],
    )


def labels(db: sqlite3.Connection, encoder: str, through: int) -> tuple[KeptLabel, ...]:
    """Return what this encoder has read, up to a number."""
    rows = db.execute(f"{_READ} AND l.encoder = ? AND l.id <= ? ORDER BY l.id", (encoder, through))
    return tuple(
        _kept(row, Packed(row["whole"], row["sentences"], row["own"] or b"")) for row in rows
    )


def _kept(row: sqlite3.Row, vectors: Packed | None = None) -> KeptLabel:
    return KeptLabel(
        number=row["id"],
        at=instant(row["at"]),
        person=row["person"],
        subject=row["subject"],
        text=row["text"],
        says=json.loads(row["says"]),
        vectors=vectors,
    )


def placed_by_model(db: sqlite3.Connection, since: datetime) -> tuple[Placed, ...]:
    """Return what the model put into queues, and where people moved it since.

    The queue in which a ticket began is the one before its first correction that stands.
    """
    rows = db.execute(
        "SELECT t.queue, m.subject, r.text, r.explained, coalesce((SELECT before ->> '$.queue'"
        " FROM correction c WHERE c.ticket = t.id AND c.undone IS NULL ORDER BY c.id LIMIT 1),"
        " t.queue) AS began FROM ticket t JOIN message m ON m.ticket = t.id AND m.opens = 1"
        " JOIN reading r ON r.message = m.id WHERE t.opened >= ? AND began <> ? ORDER BY t.id",
        (stamp(since), UNSURE),
    )
    return tuple(
        Placed(
            queue=row["began"],
            subject=row["subject"],
            text=row["text"],
            moved_to="" if row["queue"] == row["began"] else row["queue"],
        )
        for row in rows
        if _by_model(row["began"], json.loads(row["explained"]))
    )


def _by_model(queue: str, explained: Mapping[str, Any]) -> bool:
    """Say whether the reasons of a judgement name the model for its queue, and no rule."""
    return any(line.startswith(f"queue {queue}: model ") for line in explained.get("why", ()))
