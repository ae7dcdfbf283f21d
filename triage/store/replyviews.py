"""Mails of our own people as they are shown, and as they were written."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from triage.core.message import Address
from triage.core.outgoing import State
from triage.core.reply import Enclosed, Form, Passed, Refused, Reply, read_after
from triage.core.replymail import enclosed_in
from triage.core.ticket import MessageId, OutboxId
from triage.errors import NoSuchTicket
from triage.store.connection import instant, maybe
from triage.store.family import family, living
from triage.store.replying import Attached, ReplyView

_ROW = (
    "SELECT r.*, o.ticket, o.state, o.reason, o.attempts, o.ended, o.next_at, t.reference"
    " FROM reply r JOIN outbox o ON o.id = r.mail JOIN ticket t ON t.id = o.ticket"
)


def row_of(db: sqlite3.Connection, mail: OutboxId) -> sqlite3.Row:
    """Return what is kept of a mail of ours. Raises: NoSuchTicket."""
    row: sqlite3.Row | None = db.execute(f"{_ROW} WHERE r.mail = ?", (mail,)).fetchone()
    if row is None:
        raise NoSuchTicket(f"there is no mail of ours of number {mail}")
    return row


def purpose_of(key: str) -> str:
    """Return what the outbox calls the mail of a press: there is one of each key."""
    return f"reply:{key}"


def pressed(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    """Return what is kept of the mail that a press with `key` has made; None: there was none."""
    row: sqlite3.Row | None = db.execute(
        f"{_ROW} WHERE o.purpose = ?", (purpose_of(key),)
    ).fetchone()
    return row


def sent_off(db: sqlite3.Connection, account: str, key: str) -> OutboxId | None:
    """Return the mail that a press of an account with `key` has sent off; None: there is none.

    What was called back has become a draft again.
    """
    row = pressed(db, key)
    if row is None or row["account"] != account or row["state"] == State.CANCELLED:
        return None
    return OutboxId(row["mail"])


def view(db: sqlite3.Connection, mail: OutboxId) -> ReplyView:
    """Return a mail of ours as it is shown."""
    return _view(row_of(db, mail))


def of_ticket(db: sqlite3.Connection, reference: str) -> tuple[ReplyView, ...]:
    """List the mails of ours on a ticket that were not called back, oldest first."""
    rows = db.execute(
        f"{_ROW} WHERE o.ticket IN (SELECT value FROM json_each(?)) AND o.sort = 'reply'"
        " AND o.state <> 'cancelled' ORDER BY r.mail",
        (json.dumps(family(db, living(db, reference)["id"])),),
    )
    return tuple(_view(row) for row in rows)


def reply_of(db: sqlite3.Connection, row: sqlite3.Row) -> Reply:
    """Return a mail as it was written."""
    people = json.loads(row["recipients"])
    return Reply(
        form=Form(row["form"]),
        to=_people(people["to"]),
        cc=_people(people["cc"]),
        subject=row["subject"],
        text=row["text"],
        enclosed=_files(db, row),
        after=read_after(json.loads(row["finish"])),
        quotes=people["quotes"],
        passed=Passed(people["passed"]),
        passes=None if people["passes"] is None else MessageId(people["passes"]),
        side=people["side"],
    )


def kept_people(reply: Reply) -> dict[str, object]:
    """Return whom a mail goes to, and what it carries of others, as it is kept in JSON."""
    return {
        "to": [[one.addr, one.name] for one in reply.to],
        "cc": [[one.addr, one.name] for one in reply.cc],
        "quotes": reply.quotes,
        "passed": reply.passed,
        "passes": reply.passes,
        "side": reply.side,
    }


def _people(kept: list[list[str]]) -> tuple[Address, ...]:
    return tuple(Address(addr, name) for addr, name in kept)


def _files(db: sqlite3.Connection, row: sqlite3.Row) -> tuple[Enclosed, ...]:
    """Return the files that a mail carries, from its bytes, with what they were said to be."""
    told = json.loads(row["enclosed"])
    found = db.execute(
        "SELECT bytes FROM payload WHERE mail = ?1 UNION ALL"
        " SELECT w.bytes FROM reply r JOIN raw w ON w.message = r.message WHERE r.mail = ?1",
        (row["mail"],),
    ).fetchone()
    if not told or found is None:
        return ()
    files = enclosed_in(found["bytes"])[: len(told)]
    return tuple(
        Enclosed(said["name"], said["content_type"], file.data)
        for said, file in zip(told, files, strict=False)
    )


def _view(row: sqlite3.Row) -> ReplyView:
    people: dict[str, Any] = json.loads(row["recipients"])
    files = [
        Attached(number=number, **file)
        for number, file in enumerate(json.loads(row["enclosed"]), 1)
    ]
    return ReplyView(
        mail=OutboxId(row["mail"]),
        reference=row["reference"],
        form=Form(row["form"]),
        person=row["person"],
        agent=row["agent"],
        to=_people(people["to"]),
        cc=_people(people["cc"]),
        subject=row["subject"],
        text=row["text"],
        enclosed=tuple(files),
        after=read_after(json.loads(row["finish"])),
        at=instant(row["at"]),
        leaves_at=instant(row["leaves"] if row["attempts"] == 0 else row["next_at"]),
        state=State(row["state"]),
        reason=row["reason"],
        attempts=row["attempts"],
        ended=maybe(row["ended"]),
        side=row["side"] or 0,
        batch=row["batch"],
        refused=tuple(Refused(**one) for one in json.loads(row["refused"])),
        message=None if row["message"] is None else MessageId(row["message"]),
    )
