"""What somebody has begun to write, with its files, until it is sent or dropped."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from triage.core.reply import Enclosed
from triage.core.ticket import TicketId
from triage.errors import NotPossible
from triage.store.connection import instant, stamp
from triage.store.family import family, living
from triage.store.replying import Attached, Draft, DraftSort

LIVE = timedelta(minutes=3)
"""How long after its last key a draft says that somebody is writing an answer."""


def keep(
    db: sqlite3.Connection,
    account: str,
    reference: str,
    sort: DraftSort,
    fields: Mapping[str, object],
    seen: int,
    now: datetime,
) -> int:
    """Keep a draft, and return its number."""
    who, ticket = _account(db, account), _ticket(db, reference)
    row = _row(db, who, ticket, sort)
    if row is not None:
        db.execute(
            "UPDATE reply_draft SET fields = ?, at = ?, seen = ? WHERE id = ?",
            (json.dumps(fields), stamp(now), seen, row["id"]),
        )
        return int(row["id"])
    made = db.execute(
        "INSERT INTO reply_draft (account, ticket, sort, fields, at, seen)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (who, ticket, sort, json.dumps(fields), stamp(now), seen),
    )
    return int(made.lastrowid or 0)


def draft(db: sqlite3.Connection, account: str, reference: str, sort: DraftSort) -> Draft | None:
    """Return a draft."""
    row = _found(db, account, reference, sort)
    return None if row is None else _draft(db, row, account)


def of(db: sqlite3.Connection, account: str, reference: str) -> tuple[Draft, ...]:
    """List the drafts of an account on a ticket."""
    rows = db.execute(
        "SELECT * FROM reply_draft WHERE account = ? AND ticket IS ? ORDER BY id",
        (_account(db, account), _ticket(db, reference)),
    ).fetchall()
    return tuple(_draft(db, row, account) for row in rows)


def drop(db: sqlite3.Connection, account: str, reference: str, sort: DraftSort) -> bool:
    """Drop a draft with its files."""
    row = _found(db, account, reference, sort)
    if row is None:
        return False
    db.execute("DELETE FROM reply_draft WHERE id = ?", (row["id"],))
    _forget_files(db)
    return True


def follow(db: sqlite3.Connection, gone: TicketId, stays: TicketId) -> None:
    """Let what is written on a ticket go with it into another one.

    Where somebody has begun on both, the one stands below the other, with the files of both.
    """
    begun = "SELECT * FROM reply_draft WHERE ticket = ?"
    for row in db.execute(begun, (gone,)).fetchall():
        there = _row(db, row["account"], stays, DraftSort(row["sort"]))
        if there is None:
            db.execute("UPDATE reply_draft SET ticket = ? WHERE id = ?", (stays, row["id"]))
            continue
        fields, more = json.loads(there["fields"]), json.loads(row["fields"])
        texts = (str(one.get("text", "")).strip() for one in (fields, more))
        db.execute(
            "UPDATE reply_draft SET fields = ?, at = max(at, ?) WHERE id = ?",
            (
                json.dumps({**more, **fields, "text": "\n\n".join(filter(None, texts))}),
                row["at"],
                there["id"],
            ),
        )
        db.execute(
            "UPDATE draft_enclosed SET draft = ?1, number = number"
            " + (SELECT coalesce(max(number), 0) FROM draft_enclosed WHERE draft = ?1)"
            " WHERE draft = ?2",
            (there["id"], row["id"]),
        )
        db.execute("DELETE FROM reply_draft WHERE id = ?", (row["id"],))


def attach(
    db: sqlite3.Connection,
    account: str,
    reference: str,
    sort: DraftSort,
    enclosed: Enclosed,
    now: datetime,
    most: int,
) -> Attached:
    """Add a file to a draft."""
    row = _found(db, account, reference, sort)
    number = keep(db, account, reference, sort, {}, 0, now) if row is None else row["id"]
    last, size = db.execute(
        "SELECT coalesce(max(number), 0), coalesce(sum(size), 0) FROM draft_enclosed"
        " WHERE draft = ?",
        (number,),
    ).fetchone()
    if size + len(enclosed.data) > most:
        raise NotPossible(
            "the files have %(size)s bytes of at most %(most)s",
            size=size + len(enclosed.data),
            most=most,
        )
    put_file(db, number, last + 1, enclosed)
    db.execute("UPDATE reply_draft SET at = ? WHERE id = ?", (stamp(now), number))
    return Attached(
        number=last + 1,
        name=enclosed.name,
        content_type=enclosed.content_type,
        size=len(enclosed.data),
    )


def put_file(db: sqlite3.Connection, draft: int, number: int, enclosed: Enclosed) -> None:
    """Lay a file beside a draft; equal ones lie there once."""
    digest = hashlib.sha256(enclosed.data).digest()
    db.execute("INSERT INTO enclosed VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, enclosed.data))
    db.execute(
        "INSERT INTO draft_enclosed VALUES (?, ?, ?, ?, ?, ?)",
        (draft, number, enclosed.name, enclosed.content_type, len(enclosed.data), digest),
    )


def detach(
    db: sqlite3.Connection, account: str, reference: str, sort: DraftSort, number: int
) -> bool:
    """Take a file from a draft."""
    row = _found(db, account, reference, sort)
    if row is None:
        return False
    gone = db.execute(
        "DELETE FROM draft_enclosed WHERE draft = ? AND number = ?", (row["id"], number)
    )
    _forget_files(db)
    return gone.rowcount == 1


def files(
    db: sqlite3.Connection, account: str, reference: str, sort: DraftSort
) -> tuple[Enclosed, ...]:
    """Return the files of a draft in order."""
    row = _found(db, account, reference, sort)
    if row is None:
        return ()
    found = db.execute(
        "SELECT d.name, d.content_type, e.bytes FROM draft_enclosed d"
        " JOIN enclosed e ON e.hash = d.hash WHERE d.draft = ? ORDER BY d.number",
        (row["id"],),
    )
    return tuple(Enclosed(row["name"], row["content_type"], row["bytes"]) for row in found)


def is_written(db: sqlite3.Connection, ticket: int, now: datetime) -> bool:
    """Say whether somebody writes an answer to a ticket, or to what was merged into it.

    At exactly `LIVE` after the last key nobody does any more.
    """
    row = db.execute(
        "SELECT 1 FROM reply_draft WHERE ticket IN (SELECT value FROM json_each(?)) AND at > ?"
        " AND sort = 'reply' LIMIT 1",
        (json.dumps(family(db, ticket)), stamp(now - LIVE)),
    ).fetchone()
    return row is not None


def under_way(db: sqlite3.Connection, ticket: int) -> bool:
    """Say whether an answer to the requester of a ticket is on its way, or may have left."""
    row = db.execute(
        "SELECT 1 FROM outbox o JOIN reply r ON r.mail = o.id WHERE o.sort = 'reply'"
        " AND o.ticket IN (SELECT value FROM json_each(?)) AND r.form = 'reply'"
        " AND o.state IN ('pending', 'claimed', 'inflight', 'unknown') LIMIT 1",
        (json.dumps(family(db, ticket)),),
    ).fetchone()
    return row is not None


def _draft(db: sqlite3.Connection, row: sqlite3.Row, account: str) -> Draft:
    found = db.execute(
        "SELECT number, name, content_type, size FROM draft_enclosed WHERE draft = ?"
        " ORDER BY number",
        (row["id"],),
    )
    return Draft(
        account=account,
        sort=DraftSort(row["sort"]),
        fields=json.loads(row["fields"]),
        at=instant(row["at"]),
        seen=row["seen"],
        enclosed=tuple(Attached(**dict(one)) for one in found),
    )


def _found(
    db: sqlite3.Connection, account: str, reference: str, sort: DraftSort
) -> sqlite3.Row | None:
    return _row(db, _account(db, account), _ticket(db, reference), sort)


def _row(
    db: sqlite3.Connection, account: int, ticket: TicketId | None, sort: DraftSort
) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM reply_draft WHERE account = ? AND coalesce(ticket, 0) = ? AND sort = ?",
        (account, ticket or 0, sort),
    ).fetchone()
    return row


def has_account(db: sqlite3.Connection, name: str) -> bool:
    """Say whether somebody of that name can have drafts."""
    return db.execute("SELECT 1 FROM account WHERE name = ?", (name,)).fetchone() is not None


def _account(db: sqlite3.Connection, name: str) -> int:
    row = db.execute("SELECT id FROM account WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise NotPossible("there is no account '%(name)s'", name=name)
    return int(row["id"])


def _ticket(db: sqlite3.Connection, reference: str) -> TicketId | None:
    return TicketId(living(db, reference)["id"]) if reference else None


def _forget_files(db: sqlite3.Connection) -> None:
    """Forget the files that no draft has any more."""
    db.execute(
        "DELETE FROM enclosed WHERE NOT EXISTS"
        " (SELECT 1 FROM draft_enclosed d WHERE d.hash = enclosed.hash)"
    )
