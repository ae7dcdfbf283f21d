"""What a folder held and what was fetched from it: raw bytes and `seen` go together."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.core.arrival import Arrival, Folder, Role, Sighting
from triage.store.connection import instant, stamp
from triage.store.folders import FolderState
from triage.store.junk import follow
from triage.store.noting import note
from triage.store.places import take_place
from triage.store.roles import columns


def folder_state(db: sqlite3.Connection, folder: Folder) -> FolderState | None:
    """Return how far `folder` has been taken over."""
    row = _folder(db, folder)
    if row is None:
        return None
    return FolderState(uidvalidity=row["uidvalidity"], baseline=instant(row["baseline"]))


def _folder(db: sqlite3.Connection, folder: Folder) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT id, uidvalidity, baseline FROM folder WHERE mailbox = ? AND path = ?",
        (folder.mailbox, folder.path),
    ).fetchone()
    return found


def _known_folder(db: sqlite3.Connection, folder: Folder) -> sqlite3.Row:
    row = _folder(db, folder)
    if row is None:
        raise LookupError(f"folder {folder.mailbox}/{folder.path} has no baseline yet")
    return row


def seen(db: sqlite3.Connection, folder: Folder) -> frozenset[int]:
    """Return the UIDs of the present UIDVALIDITY that need not be fetched."""
    row = _folder(db, folder)
    if row is None:
        return frozenset()
    uids = db.execute(
        "SELECT uid FROM seen WHERE folder = ? AND uidvalidity = ?",
        (row["id"], row["uidvalidity"]),
    )
    return frozenset(uid for (uid,) in uids)


def take_baseline(
    db: sqlite3.Connection,
    folder: Folder,
    uidvalidity: int,
    present: Sequence[Sighting],
    now: datetime,
) -> None:
    """Begin with `folder`: UIDs, identities and the instant in one transaction."""
    db.execute(
        "INSERT INTO folder (mailbox, path, role, junk, uidvalidity, baseline)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (folder.mailbox, folder.path, *columns(folder.role), uidvalidity, stamp(now)),
    )
    number = _known_folder(db, folder)["id"]
    db.executemany(
        "INSERT INTO seen (folder, uidvalidity, uid, identity, internal_date)"
        " VALUES (?, ?, ?, ?, ?)",
        [(number, uidvalidity, s.uid, s.identity, stamp(s.internal_date)) for s in present],
    )


def rebind(
    db: sqlite3.Connection, folder: Folder, uidvalidity: int, present: Sequence[Sighting]
) -> int:
    """Follow a change of UIDVALIDITY: what is known keeps its message under the new UID.

    Each old sighting serves once, so that two mails alike stay two.
    """
    row = _known_folder(db, folder)
    number, old, baseline = row["id"], row["uidvalidity"], row["baseline"]
    known: dict[bytes, list[int | None]] = {}
    for identity, message in db.execute(
        "SELECT identity, message FROM seen WHERE folder = ? AND uidvalidity = ? ORDER BY uid DESC",
        (number, old),
    ):
        known.setdefault(identity, []).append(message)
    recognised = 0
    for sighting in present:
        messages = known.get(sighting.identity)
        if not messages and stamp(sighting.internal_date) >= baseline:
            continue
        message = messages.pop() if messages else None
        db.execute(
            "INSERT INTO seen (folder, uidvalidity, uid, identity, internal_date, message)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                number,
                uidvalidity,
                sighting.uid,
                sighting.identity,
                stamp(sighting.internal_date),
                message,
            ),
        )
        recognised += 1
    if old != uidvalidity:
        db.execute("DELETE FROM seen WHERE folder = ? AND uidvalidity = ?", (number, old))
        db.execute("UPDATE folder SET uidvalidity = ? WHERE id = ?", (uidvalidity, number))
    db.execute("DELETE FROM failure WHERE folder = ?", (number,))
    return recognised


def receive(
    db: sqlite3.Connection, folder: Folder, arrivals: Sequence[Arrival], now: datetime
) -> int:
    """Keep raw bytes and `seen` together; return how many messages are new."""
    row = _known_folder(db, folder)
    number, uidvalidity = row["id"], row["uidvalidity"]
    new, copies = 0, list[int]()
    for arrival in arrivals:
        if db.execute(
            "SELECT 1 FROM seen WHERE folder = ? AND uidvalidity = ? AND uid = ?",
            (number, uidvalidity, arrival.uid),
        ).fetchone():
            continue
        key = arrival.key
        if arrival.unreadable:
            key = hashlib.sha256(b"%d %d %d" % (number, uidvalidity, arrival.uid)).digest()
        message = _same(db, key, arrival, number)
        if message is None:
            message = _insert(db, folder, key, arrival, now)
            new += 1
        else:
            _note_copy(db, folder, message, now)
            take_place(db, message, folder, arrival.internal_date, now)
            copies.append(message)
        db.execute(
            "INSERT INTO seen (folder, uidvalidity, uid, identity, internal_date, message)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                number,
                uidvalidity,
                arrival.uid,
                arrival.identity,
                stamp(arrival.internal_date),
                message,
            ),
        )
        db.execute(
            "DELETE FROM failure WHERE folder = ? AND uidvalidity = ? AND uid = ?",
            (number, uidvalidity, arrival.uid),
        )
    if folder.role is Role.JUNK:
        follow(db, copies, now)
    return new


def _same(db: sqlite3.Connection, key: bytes, arrival: Arrival, folder: int) -> int | None:
    """Find the message that `arrival` is one more copy of.

    Without a Message-ID two alike mails of one folder may be two people's words: only a copy
    in another folder, or one whose first place is gone, is the same mail.
    """
    rows = db.execute("SELECT id FROM message WHERE key = ? ORDER BY copy", (key,)).fetchall()
    for (message,) in rows:
        if arrival.named:
            return int(message)
        here = db.execute(
            "SELECT 1 FROM seen WHERE message = ? AND folder = ? AND gone = 0", (message, folder)
        ).fetchone()
        if here is None:
            return int(message)
    return None


def _note_copy(db: sqlite3.Connection, folder: Folder, message: int, now: datetime) -> None:
    (ticket,) = db.execute("SELECT ticket FROM message WHERE id = ?", (message,)).fetchone()
    if ticket is not None:
        note(db, ticket, now, "copy_seen", {"mailbox": folder.mailbox, "folder": folder.path})


def _insert(
    db: sqlite3.Connection, folder: Folder, key: bytes, arrival: Arrival, now: datetime
) -> int:
    date, first = stamp(arrival.internal_date), stamp(now)
    cursor = db.execute(
        "INSERT INTO message (key, copy, mailbox, role, junk, internal_date, first_seen, arrived,"
        " size, truncated, unreadable, state) VALUES"
        " (?, (SELECT count(*) FROM message WHERE key = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored')",
        (
            key,
            key,
            folder.mailbox,
            *columns(folder.role),
            date,
            first,
            min(date, first),
            arrival.size,
            arrival.truncated,
            arrival.unreadable,
        ),
    )
    message = int(cursor.lastrowid or 0)
    db.execute("INSERT INTO raw VALUES (?, ?)", (message, arrival.raw))
    return message


def count_failure(db: sqlite3.Connection, folder: Folder, uid: int) -> int:
    """Count one more failure to fetch `uid`; return how many there have been."""
    row = _known_folder(db, folder)
    (times,) = db.execute(
        "INSERT INTO failure VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1"
        " RETURNING times",
        (row["id"], row["uidvalidity"], uid),
    ).fetchone()
    return int(times)


def gone(db: sqlite3.Connection, folder: Folder, uids: frozenset[int], now: datetime) -> None:
    """Note that `uids` are no longer in the folder; what lies in junk now was moved there."""
    row = _known_folder(db, folder)
    db.executemany(
        "UPDATE seen SET gone = 1 WHERE folder = ? AND uidvalidity = ? AND uid = ?",
        [(row["id"], row["uidvalidity"], uid) for uid in uids],
    )
    if folder.role is Role.INBOX:
        follow(db, _in_junk_too(db, row, uids), now)


def _in_junk_too(db: sqlite3.Connection, folder: sqlite3.Row, uids: frozenset[int]) -> list[int]:
    """Return the messages of these places that have another one in junk."""
    rows = db.execute(
        "SELECT DISTINCT s.message FROM json_each(?) u JOIN seen s ON s.folder = ?"
        " AND s.uidvalidity = ? AND s.uid = u.value JOIN seen o ON o.message = s.message"
        " JOIN folder f ON f.id = o.folder WHERE f.junk = 1 AND o.gone = 0",
        (json.dumps(sorted(uids)), folder["id"], folder["uidvalidity"]),
    )
    return [message for (message,) in rows]
