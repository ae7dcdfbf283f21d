"""What of a ticket a mail of ours on it is made from, and what its writer has not seen."""

from __future__ import annotations

import json
import sqlite3

from triage.core.cited import MAX_HEAD
from triage.core.mail.addresses import address_list
from triage.core.mail.headers import Headers, message_ids, read_headers
from triage.core.message import Address
from triage.core.reply import Correspondence
from triage.core.ticket import TICKETED, MessageId, Status, TicketId
from triage.errors import NoSuchTicket
from triage.store.connection import instant
from triage.store.family import family, living, survivor
from triage.store.replying import Happened

_TOLD = (
    "written",
    "answered",
    "answered_earlier",
    "probably_answered",
    "marked_answered",
    "answered_outside",
    "reply_put",
    "merged",
    "bounced",
)
"""What happens to a ticket that changes what one would answer."""


def correspondence(
    db: sqlite3.Connection, reference: str, passes: MessageId | None, side: int, *, raw: bool
) -> Correspondence:
    """Return all of a ticket, or of a conversation beside it, that a mail of ours is made from."""
    row = living(db, reference)
    ticket = TicketId(row["id"])
    beside = _side(db, ticket, side) if side else None
    if passes is not None:
        mail: sqlite3.Row | None = _one(db, ticket, passes)
    else:
        mail = _newest_beside(db, side) if side else _newest(db, ticket)
    headers = None if mail is None else read_headers(_raw(db, mail["id"], MAX_HEAD))
    return Correspondence(
        reference=row["reference"],
        mailbox=row["mailbox"],
        subject=row["subject"],
        requester=row["requester"],
        requester_name=row["requester_name"],
        language=row["language"],
        status=Status(row["status"]),
        owner=row["owner"],
        queue=row["queue"],
        seen=_seen(db, ticket),
        recipients=_recipients(db, row, mail, headers)
        if beside is None
        else tuple(map(Address, json.loads(beside["addresses"]))),
        anchor="" if beside is None else beside["anchor"],
        in_reply_to="" if mail is None else mail["message_id"],
        references=() if headers is None else _references(headers),
        quoted="" if mail is None else mail["text"],
        quoted_name="" if mail is None else mail["sender_name"] or mail["sender"],
        quoted_at=None if mail is None else instant(mail["arrived"]),
        quoted_subject="" if mail is None else mail["subject"],
        raw=_raw(db, mail["id"]) if raw and mail is not None else b"",
    )


def happened_since(
    db: sqlite3.Connection, reference: str, seen: int, person: str
) -> tuple[Happened, ...]:
    """List what `person`, who saw all up to `seen`, must know before they answer.

    A mail that was taken back never happened. Another answer of their own counts: it was sent
    from another window.
    """
    rows = db.execute(
        "SELECT e.at, e.name, coalesce(e.detail ->> '$.by', '') AS by FROM event e"
        " LEFT JOIN outbox o ON e.name = 'reply_put' AND o.id = e.detail ->> '$.mail'"
        " WHERE e.ticket IN (SELECT value FROM json_each(?)) AND e.id > ?"
        " AND e.name IN (SELECT value FROM json_each(?))"
        " AND (coalesce(e.detail ->> '$.by', '') <> ? OR e.name = 'reply_put')"
        " AND o.state IS NOT 'cancelled' ORDER BY e.id",
        (json.dumps(family(db, living(db, reference)["id"])), seen, json.dumps(_TOLD), person),
    )
    return tuple(Happened(at=instant(at), name=name, by=by) for at, name, by in rows)


def _seen(db: sqlite3.Connection, ticket: TicketId) -> int:
    (last,) = db.execute(
        "SELECT coalesce(max(id), 0) FROM event WHERE ticket IN (SELECT value FROM json_each(?))",
        (json.dumps(family(db, ticket)),),
    ).fetchone()
    return int(last)


_MAIL = (
    "SELECT m.*, r.text FROM message m JOIN reading r ON r.message = m.id"
    " WHERE m.state = 'routed' AND m.ticket"
)


def _newest(db: sqlite3.Connection, ticket: TicketId) -> sqlite3.Row | None:
    """Return the requester's newest mail that somebody answers."""
    row: sqlite3.Row | None = db.execute(
        f"{_MAIL} = ? AND m.role = 'inbox' AND m.participant = 1 AND m.side IS NULL"
        " AND m.kind IN (SELECT value FROM json_each(?))"
        " ORDER BY m.arrived DESC, m.id DESC LIMIT 1",
        (ticket, json.dumps(sorted(TICKETED))),
    ).fetchone()
    return row


def _one(db: sqlite3.Connection, ticket: TicketId, message: MessageId) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(f"{_MAIL} = ? AND m.id = ?", (ticket, message)).fetchone()
    if row is None:
        raise NoSuchTicket(f"there is no such mail on ticket {ticket}")
    return row


def _side(db: sqlite3.Connection, ticket: TicketId, side: int) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM side WHERE id = ?", (side,)).fetchone()
    if row is None or survivor(db, row["ticket"]) != ticket:
        raise NoSuchTicket(f"there is no such conversation on ticket {ticket}")
    return row


def _newest_beside(db: sqlite3.Connection, side: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT m.*, r.text FROM message m JOIN reading r ON r.message = m.id WHERE m.side = ?"
        " AND m.role = 'inbox' ORDER BY m.arrived DESC, m.id DESC LIMIT 1",
        (side,),
    ).fetchone()
    return row


def _raw(db: sqlite3.Connection, message: int, most: int = -1) -> bytes:
    row = db.execute(
        "SELECT iif(?2 < 0, bytes, substr(bytes, 1, ?2)) AS bytes FROM raw WHERE message = ?1",
        (message, most),
    ).fetchone()
    # The first bytes of none at all are NULL to SQLite.
    return b"" if row is None else bytes(row["bytes"] or b"")


def _recipients(
    db: sqlite3.Connection,
    ticket: sqlite3.Row,
    mail: sqlite3.Row | None,
    headers: Headers | None,
) -> tuple[Address, ...]:
    """Return whom an answer goes to: where they want answers, who wrote, or whose ticket it is.

    Only who takes part is answered: who only passed a mail on is not, nor a form that sent it.
    """
    takes_part = {
        address
        for (address,) in db.execute(
            "SELECT address FROM participant WHERE ticket IN (SELECT value FROM json_each(?))",
            (json.dumps(family(db, ticket["id"])),),
        )
    }
    requester = Address(ticket["requester"], ticket["requester_name"])
    if mail is None or headers is None:
        return (requester,) if requester.addr else ()
    wished = [one for value in headers.all_raw("Reply-To") for one in address_list(value)]
    wrote = [Address(mail["sender"], mail["sender_name"])]
    for named in (wished, wrote):
        found = {one.addr: one for one in named if one.addr in takes_part}
        if found:
            return tuple(found.values())
    return (requester,) if requester.addr else ()


def _references(headers: Headers) -> tuple[str, ...]:
    """Return what a mail cites: References, else In-Reply-To. Source: RFC 5322 section 3.6.4."""
    cited = message_ids(" ".join(headers.all_raw("References")))
    return cited or message_ids(headers.raw("In-Reply-To"))
