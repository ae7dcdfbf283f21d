"""Mails of our own people called back, sent again, and what a person says became of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from triage.core.outgoing import State
from triage.core.reply import Form, Refused, Reply
from triage.core.ticket import OutboxId, TicketId
from triage.errors import NotPossible
from triage.store import accepted, drafts
from triage.store.connection import instant, stamp
from triage.store.family import survivor
from triage.store.noting import note
from triage.store.replying import DraftSort
from triage.store.replyviews import reply_of, row_of

TAKEN_BACK = "taken_back"
"""The reason of a mail that was called back."""

_CALLED_BACK = "('pending', 'claimed', 'failed', 'expired')"
_AGAIN = frozenset({State.UNKNOWN, State.FAILED, State.EXPIRED})


def call_back(db: sqlite3.Connection, mail: OutboxId, person: str, now: datetime) -> Reply | None:
    """Call a mail back; whoever is first, this or the relay, decides."""
    row = row_of(db, mail)
    done = db.execute(
        "UPDATE outbox SET state = 'cancelled', reason = ?, ended = ? WHERE id = ?"
        f" AND state IN {_CALLED_BACK}",
        (TAKEN_BACK, stamp(now), mail),
    )
    if done.rowcount != 1:
        return None
    reply, ticket = reply_of(db, row), survivor(db, row["ticket"])
    _draft_again(db, row, reply, now)
    db.execute("DELETE FROM payload WHERE mail = ?", (mail,))
    note(db, ticket, now, "reply_taken_back", {"by": person, "mail": mail, "form": reply.form})
    if reply.form is Form.NEW:
        _dissolve(db, ticket, now)
    db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (ticket,))
    accepted.show(db, ticket)
    return reply


def _draft_again(db: sqlite3.Connection, row: sqlite3.Row, reply: Reply, now: datetime) -> None:
    """Make a mail its writer's draft again; what they have begun since stands below it."""
    if not row["account"] or not drafts.has_account(db, row["account"]):
        return
    on = "" if reply.form is Form.NEW else row["reference"]
    sort = DraftSort(reply.form)
    since = drafts.draft(db, row["account"], on, sort)
    text = reply.text
    if since is not None and (begun := str(since.fields.get("text", "")).strip()):
        text = f"{text}\n\n{begun}"
    to, cc = (", ".join(one.addr for one in some) for some in (reply.to, reply.cc))
    fields = {**json.loads(row["fields"]), "to": to, "cc": cc, "subject": reply.subject}
    seen = 0 if since is None else since.seen
    number = drafts.keep(
        db, row["account"], on, sort, {**fields, "text": text}, seen or _put_event(db, row), now
    )
    begun_files = 0 if since is None else max((file.number for file in since.enclosed), default=0)
    for place, file in enumerate(reply.enclosed, begun_files + 1):
        drafts.put_file(db, number, place, file)


def _put_event(db: sqlite3.Connection, row: sqlite3.Row) -> int:
    """Return the number of the event by which a mail was put: all up to it its writer had seen."""
    (number,) = db.execute(
        "SELECT id FROM event WHERE ticket = ? AND detail ->> '$.mail' = ? ORDER BY id LIMIT 1",
        (row["ticket"], row["mail"]),
    ).fetchone()
    return int(number)


def _dissolve(db: sqlite3.Connection, ticket: TicketId, now: datetime) -> None:
    """Take a ticket away that only a mail of ours had made, and on which nothing else is."""
    db.execute(
        "UPDATE ticket SET status = 'merged', done_at = ?, waiting_since = NULL, place = NULL,"
        " answer_by = NULL, warn_at = NULL WHERE id = ? AND merged_into IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM message WHERE ticket = ticket.id)",
        (stamp(now), ticket),
    )


def call_back_batch(db: sqlite3.Connection, batch: str, person: str, now: datetime) -> int:
    """Call back what has not left of several mails that were sent off together.

    Only the first becomes a draft again: nothing is lost, and twenty of one text would help nobody.
    """
    taken = 0
    rows = db.execute(
        "SELECT r.mail FROM reply r JOIN outbox o ON o.id = r.mail WHERE r.batch = ?"
        f" AND r.batch <> '' AND o.state IN {_CALLED_BACK} ORDER BY r.mail",
        (batch,),
    )
    for (mail,) in rows.fetchall():
        if taken:
            db.execute("UPDATE reply SET account = '' WHERE mail = ?", (mail,))
        taken += call_back(db, OutboxId(mail), person, now) is not None
    return taken


def send_again(db: sqlite3.Connection, mail: OutboxId, person: str, now: datetime) -> None:
    """Send a mail once more that may not have left, as it was, by a person's word."""
    row = row_of(db, mail)
    if State(row["state"]) not in _AGAIN:
        raise NotPossible("that mail is %(state)s: it is not sent again", state=row["state"])
    db.execute(
        "UPDATE outbox SET state = 'pending', next_at = ?, attempts = 0, reason = '', ended = NULL"
        " WHERE id = ?",
        (stamp(now), mail),
    )
    db.execute("UPDATE reply SET leaves = ? WHERE mail = ?", (stamp(now), mail))
    ticket = survivor(db, row["ticket"])
    detail = {"by": person, "mail": mail, "was": row["state"]}
    note(db, ticket, now, "reply_sent_again", detail)
    accepted.show(db, ticket)


def did_arrive(db: sqlite3.Connection, mail: OutboxId, person: str, now: datetime) -> None:
    """Take a person's word that a mail of unknown fate arrived."""
    row = row_of(db, mail)
    if State(row["state"]) is not State.UNKNOWN:
        raise NotPossible(
            "that mail is %(state)s: nobody has to say whether it arrived", state=row["state"]
        )
    at = now if row["ended"] is None else instant(row["ended"])
    db.execute("UPDATE outbox SET state = 'sent', reason = 'said' WHERE id = ?", (mail,))
    note(db, survivor(db, row["ticket"]), now, "reply_did_arrive", {"by": person, "mail": mail})
    accepted.ended(db, mail, State.SENT, now, at)


def refused(db: sqlite3.Connection, mail: OutboxId, recipients: Sequence[Refused]) -> None:
    """Keep who does not get a mail that leaves for others."""
    kept = [{"address": one.address, "reply": one.reply} for one in recipients]
    db.execute("UPDATE reply SET refused = ? WHERE mail = ?", (json.dumps(kept), mail))
