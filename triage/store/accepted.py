"""What a mail of ours brings about once a relay has accepted it, and where none has.

Until then nothing is so: the clock runs, and the ticket waits. What came while the mail was on its
way was not seen by whoever wrote it, so it is judged once more, behind the answer.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from triage.core.answering import Does
from triage.core.cited import MAX_HEAD
from triage.core.disposition import Filed
from triage.core.identity import content_key
from triage.core.known import Question
from triage.core.mail.addresses import address_list
from triage.core.mail.headers import read_headers
from triage.core.outgoing import State
from triage.core.owed import Owes, Source
from triage.core.reply import ASIDE, Done, Form, read_after
from triage.core.ticket import TICKETED, UNANSWERED, Kind, MessageId, OutboxId, Status, TicketId
from triage.core.worded import worded
from triage.errors import NotPossible
from triage.store import answering, owing
from triage.store.again import triage_again
from triage.store.byhand import Closing
from triage.store.connection import stamp
from triage.store.family import family, name, survivor
from triage.store.hints import bear, cease
from triage.store.noting import note
from triage.store.owning import reassign
from triage.store.people import close_ticket
from triage.store.places import OUR_ANSWER
from triage.store.telling import owner_to_be_told

NOT_SENT, UNKNOWN_FATE, BOUNCED = "reply_not_sent", "reply_unknown", "reply_bounced"
"""Badges of a ticket on which a mail of ours did not leave, may have left, or came back."""

THIRD_PARTY = "third_party_answered"
"""The badge of a ticket to which a third party has answered, until something is written on it."""

_LOST = frozenset({State.FAILED, State.EXPIRED})

_ROW = (
    "SELECT r.*, o.ticket, o.state, o.mailbox, o.message_id, o.recipient, p.bytes"
    " FROM reply r JOIN outbox o ON o.id = r.mail LEFT JOIN payload p ON p.mail = r.mail"
)


def fate(db: sqlite3.Connection, mail: OutboxId, state: State) -> State:
    """Return how a mail ended: one whose copy lies in Sent has left, whatever the relay said."""
    if state is not State.UNKNOWN:
        return state
    row = db.execute("SELECT bytes FROM payload WHERE mail = ?", (mail,)).fetchone()
    seen = row is not None and _copy(db, row["bytes"]) is not None
    return State.SENT if seen else state


def ended(
    db: sqlite3.Connection,
    mail: OutboxId,
    state: State,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Bring about what the end of a mail of ours means for its ticket.

    It was accepted `at`, where that is known to be earlier than now.
    """
    row = db.execute(f"{_ROW} WHERE r.mail = ?", (mail,)).fetchone()
    if row is None:
        return
    ticket = survivor(db, row["ticket"])
    if state is State.SENT:
        _accepted(db, row, ticket, at or now, now)
    elif state in _LOST or state is State.UNKNOWN:
        _not_sent(db, row, ticket, state, now)
    show(db, ticket)


def show(db: sqlite3.Connection, ticket: TicketId) -> None:
    """Have a ticket bear whether a mail of ours on it did not leave, or may not have."""
    rows = db.execute(
        "SELECT DISTINCT o.state FROM outbox o WHERE o.sort = 'reply'"
        " AND o.ticket IN (SELECT value FROM json_each(?))",
        (json.dumps(family(db, ticket)),),
    )
    states = {State(state) for (state,) in rows}
    shown = {NOT_SENT} if states & _LOST else set()
    shown |= {UNKNOWN_FATE} if State.UNKNOWN in states else set()
    cease(db, ticket, {NOT_SENT, UNKNOWN_FATE} - shown)
    for badge in sorted(shown):
        bear(db, ticket, badge)


def _accepted(
    db: sqlite3.Connection, row: sqlite3.Row, ticket: TicketId, at: datetime, now: datetime
) -> None:
    message = _as_message(db, row, ticket, at)
    db.execute("UPDATE reply SET message = ? WHERE mail = ?", (message, row["mail"]))
    db.execute("DELETE FROM payload WHERE mail = ?", (row["mail"],))
    by = row["agent"] or row["person"]
    if row["form"] == Form.REPLY:
        _own(db, ticket, row["agent"], at)
        does = Does(row["does"])
        answering.keep(db, ticket, at, now, by=by, how="page", does=does, message=message)
    elif row["form"] == Form.NEW:
        db.execute("UPDATE ticket SET answered = ? WHERE id = ?", (stamp(at), ticket))
    cease(db, ticket, {BOUNCED, THIRD_PARTY})
    db.execute("UPDATE ticket SET revision = revision + 1 WHERE id = ?", (ticket,))
    if Form(row["form"]) not in ASIDE:
        _finish(db, row, ticket, by, message, at)
        _look_again(db, row, ticket)


def _own(db: sqlite3.Connection, ticket: TicketId, agent: str, at: datetime) -> None:
    """Whose it is stays so; what nobody owns is theirs who answer it."""
    (owner,) = db.execute("SELECT owner FROM ticket WHERE id = ?", (ticket,)).fetchone()
    if agent and not owner:
        reassign(db, ticket, "", agent, "answered it", at)
    elif agent and owner != agent:
        note(db, ticket, at, "stepped_in", {"by": agent, "owner": owner})


def _finish(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    ticket: TicketId,
    by: str,
    message: MessageId,
    at: datetime,
) -> None:
    """Let the ticket be what its writer said; where it cannot be any more, that is written down."""
    after, proposes = read_after(json.loads(row["finish"])), read_after(json.loads(row["proposes"]))
    try:
        if isinstance(after, Owes):
            owing.owe(db, name(db, ticket), after, row["person"], at, Source.PAGE)
        elif isinstance(after, Done):
            asks = after.check_back
            closing = Closing(
                reason=after.reason,
                referral=after.referral,
                cause=after.cause,
                check_back=asks if asks is not None and asks > at else None,
            )
            close_ticket(db, name(db, ticket), closing, row["person"], at)
        elif isinstance(proposes, Owes):
            owing.propose(db, ticket, message, proposes, by, at)
    except NotPossible as exc:
        note(db, ticket, at, "not_finished", {"by": row["person"], "reason": str(exc)})


def _look_again(db: sqlite3.Connection, row: sqlite3.Row, ticket: TicketId) -> None:
    """Triage once more what the requester wrote after the press of the key."""
    came = db.execute(
        "SELECT m.id FROM message m JOIN reading r ON r.message = m.id WHERE m.ticket = ?"
        " AND m.role = 'inbox' AND m.participant = 1 AND m.opens = 0 AND r.decided > ?"
        " AND m.kind IN (SELECT value FROM json_each(?)) ORDER BY m.id",
        (ticket, row["at"], json.dumps(sorted(TICKETED))),
    ).fetchall()
    for (message,) in came:
        triage_again(db, message)


def _not_sent(
    db: sqlite3.Connection, row: sqlite3.Row, ticket: TicketId, state: State, now: datetime
) -> None:
    """Put a ticket before people again whose requester was not written to, or may not have been."""
    (status,) = db.execute("SELECT status FROM ticket WHERE id = ?", (ticket,)).fetchone()
    to_requester = Form(row["form"]) not in ASIDE
    if state in _LOST and to_requester and Status(status) not in UNANSWERED:
        _open(db, ticket, now)
    why = "unknown" if state is State.UNKNOWN else "not_sent"
    owner_to_be_told(db, ticket, why, now, row["agent"])


def _open(db: sqlite3.Connection, ticket: TicketId, now: datetime) -> None:
    db.execute(
        "UPDATE ticket SET status = 'open', done_at = NULL, waiting_since = ?,"
        " revision = revision + 1 WHERE id = ? AND status <> 'merged'",
        (stamp(now), ticket),
    )


# --- as messages --------------------------------------------------------------------------------


def _copy(db: sqlite3.Connection, payload: bytes) -> sqlite3.Row | None:
    """Return the copy of a mail of ours that a folder of ours keeps, if one was fetched."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM message WHERE key = ? ORDER BY copy LIMIT 1", (content_key(payload),)
    ).fetchone()
    return row


def _as_message(
    db: sqlite3.Connection, row: sqlite3.Row, ticket: TicketId, at: datetime
) -> MessageId:
    """Lay a mail of ours on its ticket as a message; the copy in Sent, if there is one, is it."""
    payload, when = bytes(row["bytes"]), stamp(at)
    copy = _copy(db, payload)
    if copy is None:
        made = db.execute(
            "INSERT INTO message (key, mailbox, role, internal_date, first_seen, arrived, size,"
            " state) VALUES (?, ?, 'sent', ?, ?, ?, ?, 'stored')",
            (content_key(payload), row["mailbox"], when, when, when, len(payload)),
        )
        message = MessageId(made.lastrowid or 0)
        db.execute("INSERT INTO raw VALUES (?, ?)", (message, payload))
    else:
        message = MessageId(copy["id"])
    sender = next(iter(address_list(read_headers(payload[:MAX_HEAD]).raw("From"))), None)
    files = [str(file["name"]) for file in json.loads(row["enclosed"])]
    db.execute(
        "UPDATE message SET state = 'routed', role = 'sent', ticket = ?, participant = ?, kind = ?,"
        " kind_why = ?, side = ?, subject = ?, sender = ?, sender_name = ?,"
        " message_id = ?, attachments = ?, file_names = ?, acknowledge_reason = ?,"
        " language = (SELECT language FROM ticket WHERE id = ?1) WHERE id = ?",
        (
            ticket,
            row["side"] is None,
            Kind.HUMAN,
            worded("one of us wrote it"),
            row["side"],
            row["subject"],
            sender.addr if sender else "",
            sender.name if sender else "",
            row["message_id"],
            len(files),
            "\n".join(files),
            OUR_ANSWER,
            message,
        ),
    )
    person = row["agent"] or row["person"]
    explained = json.dumps({"why": [worded("written on the page by %(person)s", person=person)]})
    db.execute(
        "INSERT INTO reading (message, text, explained) VALUES (?, ?, ?)"
        " ON CONFLICT (message) DO UPDATE SET text = excluded.text, explained = excluded.explained",
        (message, row["text"], explained),
    )
    return message


def is_kept(db: sqlite3.Connection, message: MessageId) -> bool:
    """Say whether a message is a mail of ours that lies on its ticket already."""
    row = db.execute("SELECT 1 FROM reply WHERE message = ?", (message,)).fetchone()
    return row is not None


def seen(db: sqlite3.Connection, question: Question) -> bool:
    """Take a copy of ours that was found: a mail of unknown fate has left. False: it is none."""
    row = db.execute(
        "SELECT o.id, m.internal_date FROM outbox o JOIN message m ON m.id = ?"
        " WHERE o.message_id = ? AND o.sort = 'reply' AND o.state = 'unknown'",
        (question.message, question.own_message_id),
    ).fetchone()
    if row is None:
        return False
    mail = OutboxId(row["id"])
    db.execute(
        "UPDATE outbox SET state = 'sent', reason = 'seen_in_sent', ended = ? WHERE id = ?",
        (stamp(question.now), mail),
    )
    ended(db, mail, State.SENT, question.now)
    return is_kept(db, question.message)


def from_third_party(
    db: sqlite3.Connection, ticket: TicketId, side: int, question: Question
) -> None:
    """Have whose ticket it is hear that a third party has answered; `side` 0: none has."""
    if not side:
        return
    db.execute("UPDATE message SET side = ? WHERE id = ?", (side, question.message))
    bear(db, ticket, THIRD_PARTY)
    owner_to_be_told(db, ticket, "third_party", question.now)


def bounced(db: sqlite3.Connection, question: Question, filed: Filed) -> None:
    """Show that a mail of ours came back; where we wrote first, somebody has to look."""
    if filed.mail.kind is not Kind.BOUNCE or filed.ticket is None:
        return
    rows = db.execute(
        "SELECT r.form, r.agent, o.recipient FROM reply r JOIN outbox o ON o.id = r.mail"
        " WHERE o.message_id IN (SELECT value FROM json_each(?)) AND o.state = 'sent'",
        (json.dumps(question.message_ids),),
    ).fetchall()
    failed = {one.recipient.casefold() for one in filed.failed}
    for row in rows:
        bear(db, filed.ticket, BOUNCED)
        if Form(row["form"]) is Form.NEW and (not failed or row["recipient"] in failed):
            _open(db, filed.ticket, question.now)
        owner_to_be_told(db, filed.ticket, "not_sent", question.now, row["agent"])
