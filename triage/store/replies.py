"""Mails of our own people as they are put on their way.

What a press of the key freezes never changes: the bytes, the envelope, and whose ticket it is on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from triage.core.outgoing import Sort, State
from triage.core.reply import (
    ASIDE,
    Form,
    Placed,
    Reply,
    Writer,
    Written,
    is_key,
    kept_after,
)
from triage.core.ticket import OutboxId, Status, TicketId
from triage.errors import NoSuchTicket, NotPossible, Overtaken
from triage.store import drafts, sides
from triage.store.connection import stamp
from triage.store.correspondence import happened_since
from triage.store.family import living
from triage.store.noting import note, take_part
from triage.store.replying import DraftSort, Happened
from triage.store.replyviews import kept_people, pressed, purpose_of


def put(
    db: sqlite3.Connection,
    reference: str,
    written: Written,
    by: Writer,
    seen: int,
    now: datetime,
    leaves_at: datetime,
    *,
    anyway: bool,
    batch: str,
) -> OutboxId:
    """Put a mail on a ticket into the outbox."""
    before = pressed_before(db, written.key, by)
    if before is not None:
        return before
    row = living(db, reference)
    if Status(row["status"]) is Status.MERGED:
        raise NotPossible(
            "%(ticket)s holds nothing any more: write on another ticket", ticket=row["reference"]
        )
    happened = () if anyway else happened_since(db, reference, seen, by.person)
    if happened:
        raise Overtaken(_overtaken(row["reference"], happened))
    mail = insert(db, row, written, by, now, leaves_at, batch)
    detail = {"by": by.person, "mail": mail, "leaves": leaves_at.isoformat()}
    note(db, TicketId(row["id"]), now, f"{written.reply.form}_put", detail)
    db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (row["id"],))
    return mail


def put_all(
    db: sqlite3.Connection,
    written: Sequence[tuple[str, Written]],
    by: Writer,
    seen: Mapping[str, int],
    now: datetime,
    leaves_at: datetime,
    batch: str,
) -> tuple[Placed, ...]:
    """Put one mail each on several tickets; one that cannot be put holds up no other."""
    placed = []
    for reference, mail in written:
        try:
            number = put(
                db,
                reference,
                mail,
                by,
                seen.get(reference, 0),
                now,
                leaves_at,
                anyway=False,
                batch=batch,
            )
            placed.append(Placed(reference=reference, mail=number))
        except (NotPossible, NoSuchTicket) as exc:  # both are said before anything is written
            placed.append(Placed(reference=reference, mail=None, why=str(exc)))
    return tuple(placed)


def pressed_before(db: sqlite3.Connection, key: str, by: Writer) -> OutboxId | None:
    """Return what an earlier press with this key put into the outbox, or None."""
    if not is_key(key):
        raise NotPossible("that is no key of a press")
    row = pressed(db, key)
    if row is None:
        return None
    if row["person"] != by.person:
        raise NotPossible("somebody else has sent a mail with this key")
    if row["state"] == State.CANCELLED:
        raise NotPossible("it was taken back: send it from the form that shows it now")
    return OutboxId(row["mail"])


def insert(
    db: sqlite3.Connection,
    ticket: sqlite3.Row,
    written: Written,
    by: Writer,
    now: datetime,
    leaves_at: datetime,
    batch: str = "",
) -> OutboxId:
    """Freeze a mail: envelope, bytes, and what it brings about; its draft is dropped."""
    reply, number = written.reply, TicketId(ticket["id"])
    facts = {"reference": ticket["reference"], "form": reply.form, "also": list(written.also)}
    made = db.execute(
        "INSERT INTO outbox (purpose, sort, ticket, mailbox, recipient, domain, message_id, facts,"
        " created, next_at, envelope_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            purpose_of(written.key),
            Sort.REPLY,
            number,
            written.mailbox,
            written.recipient,
            written.recipient.rpartition("@")[2],
            written.message_id,
            json.dumps(facts),
            stamp(now),
            stamp(leaves_at),
            written.envelope_from,
        ),
    )
    mail = OutboxId(made.lastrowid or 0)
    db.execute("INSERT INTO payload VALUES (?, ?)", (mail, written.payload))
    fields = _draft_of(db, ticket["reference"], reply, by)
    _keep(db, mail, number, written, by, now, leaves_at, batch, fields)
    db.execute(
        "INSERT INTO known_id VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET ours = 1",
        (written.message_id, number),
    )
    if reply.form not in ASIDE:
        for address in (*reply.to, *reply.cc):
            take_part(db, number, address.addr)
    return mail


def _keep(
    db: sqlite3.Connection,
    mail: OutboxId,
    ticket: TicketId,
    written: Written,
    by: Writer,
    now: datetime,
    leaves_at: datetime,
    batch: str,
    fields: Mapping[str, object],
) -> None:
    reply, side = written.reply, None
    if written.side:
        people = [address.addr for address in (*reply.to, *reply.cc)]
        side = sides.begin(db, ticket, written.side, people, reply.subject, by.person, now)
    proposes = {} if written.proposes is None else kept_after(written.proposes)
    enclosed = [
        {"name": file.name, "content_type": file.content_type, "size": len(file.data)}
        for file in reply.enclosed
    ]
    db.execute(
        "INSERT INTO reply (mail, form, person, agent, account, recipients, subject, text, fields,"
        " enclosed, finish, does, proposes, at, leaves, side, batch)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            mail,
            reply.form,
            by.person,
            by.agent,
            by.account,
            json.dumps(kept_people(reply)),
            reply.subject,
            reply.text,
            json.dumps(fields),
            json.dumps(enclosed),
            json.dumps(kept_after(reply.after)),
            written.does or "answers",
            json.dumps(proposes),
            stamp(now),
            stamp(leaves_at),
            side,
            batch,
        ),
    )


def _draft_of(
    db: sqlite3.Connection, reference: str, reply: Reply, by: Writer
) -> dict[str, object]:
    """Drop the draft that a mail was, and return what its form had."""
    if not drafts.has_account(db, by.account):
        return {}
    on = "" if reply.form is Form.NEW else reference
    sort = DraftSort(reply.form)
    draft = drafts.draft(db, by.account, on, sort)
    drafts.drop(db, by.account, on, sort)
    return {} if draft is None else dict(draft.fields)


def _overtaken(reference: str, happened: Sequence[Happened]) -> str:
    last = happened[-1]
    by = f" by {last.by}" if last.by else ""
    more = f", and {len(happened) - 1} more before" if len(happened) > 1 else ""
    return (
        f"{reference}: since you looked it was {last.name.replace('_', ' ')}{by} at"
        f" {last.at:%H:%M:%S} UTC{more}. Nothing was sent"
    )
