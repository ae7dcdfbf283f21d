"""A store with the tickets of years in it, written straight into its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path

from triage.core.identifiers import reference
from triage.store.connection import connect, stamp, writing
from triage.store.setting import read_setting

OPEN = 2000
"""Tickets that wait for an answer, however many there are in all."""

QUEUES = ("orders", "returns", "billing", "technical", "sales", "care")
A_DAY = 1500
"""Tickets a day: with the nights, some hours have more than a breaker looks at twice."""

_TICKET = (
    "INSERT INTO ticket (id, reference, status, mailbox, subject, requester, requester_name,"
    " language, queue, guess, priority, boost, owner, owner_why, gist, flags, badges, related,"
    " opened, waiting_since, answer_by, warn_at, place, answered, acknowledgement, cycle, messages)"
    " VALUES (:id, :reference, :status, 'support', 'Cracked table', :requester, 'Jo Park', 'en',"
    " :queue, :guess, 'normal', 0, :owner, 'fewest open tickets', 'The top is cracked.', '[]',"
    " '[]', '[]', :opened, :waiting, :due, :warn, :due, :answered, 'sent', 1, 1)"
)
_MESSAGE = (
    "INSERT INTO message (id, key, mailbox, role, internal_date, first_seen, arrived, size, state,"
    " ticket, kind, subject, sender, message_id, loose_subject, body_digest)"
    " VALUES (:id, :key, 'support', 'inbox', :opened, :opened, :opened, 900, 'routed', :ticket,"
    " :kind, 'Cracked table', :requester, :name, 'cracked table', :key)"
)
_OUTBOX = (
    "INSERT INTO outbox (id, purpose, sort, ticket, message, mailbox, recipient, domain,"
    " message_id, facts, state, attempts, created, next_at, ended) VALUES (:id, 'ack:' ||"
    " :reference, 'ack', :id, :id, 'support', :requester, :domain, 'ack' || :name,"
    " '{\"verified\": true}', 'sent', 1, :opened, :opened, :opened)"
)
_BESIDE = (
    "INSERT INTO raw VALUES (:id, :raw)",
    "INSERT INTO reading (message, text, explained) VALUES (:id, :text, '{}')",
    "INSERT INTO known_id VALUES (:name, :id, 0)",
    "INSERT INTO participant VALUES (:id, :requester)",
    "INSERT INTO clock (ticket, cycle, start, deadline, answered, result, spans, why)"
    " VALUES (:id, 1, :opened, :deadline, :answered, :result, '[]', 'one hour')",
    "INSERT INTO event (ticket, at, name, detail) VALUES (:id, :opened, 'opened', '{}')",
    "INSERT INTO event (ticket, at, name, detail) VALUES (:id, :opened, 'answered', '{}')",
)


AT_ONCE = 20_000
"""Mails of one transaction."""


def the_same(_number: int) -> str:
    """Return what every mail says."""
    return "The top of my table is cracked; please send another one. " * 10


def fill(path: Path, tickets: int, now: datetime, text: Callable[[int], str] = the_same) -> None:
    """Make a store of so many tickets, the newest of them open; one mail in four made none.

    `text` says what the mail of a number says.
    """
    database = connect(path)
    secret = bytes.fromhex(read_setting(database.conn, "secret") or "")
    every = _rows(tickets, secret, now, text)
    while rows := list(islice(every, AT_ONCE)):
        ours = [row for row in rows if row["ticket"] is not None]
        with writing(database) as db:
            db.executemany(_TICKET, ours)
            db.executemany(_MESSAGE, rows)
            db.executemany(_OUTBOX, ours)
            for statement in _BESIDE:
                db.executemany(statement, ours)
            due = [row for row in ours if row["due"]]
            db.executemany("INSERT INTO timer VALUES (:id, 'breach', :due)", due)
    database.close()


def _rows(
    tickets: int, secret: bytes, now: datetime, text: Callable[[int], str]
) -> Iterator[dict[str, object]]:
    taken: set[str] = set()
    for number in range(1, tickets * 5 // 4 + 1):
        ticket = number <= tickets
        age = timedelta(days=(tickets - number if ticket else number - tickets) / A_DAY)
        at = stamp(now - timedelta(minutes=61) - age)
        open_ = number > tickets - OPEN
        key = number.to_bytes(32, "big")
        domain = f"household{number // 3}.test"
        words = text(number)
        tries = (reference(secret, key, again) for again in count())
        name = next(one for one in tries if one not in taken)
        taken.add(name)
        yield {
            "id": number,
            "ticket": number if ticket else None,
            "key": key,
            "name": f"{number}@{domain}",
            "reference": name,
            "status": "open" if open_ else ("waiting", "done")[number % 10 > 0],
            "requester": f"jo{number // 2}@{domain}",
            "domain": domain,
            "queue": "unsure" if number % 9 == 0 else QUEUES[number % 6],
            "guess": QUEUES[number % 6],
            "owner": ("maria", "jonas")[number % 2],
            "kind": "human" if ticket else ("bulk", "auto_reply", "list")[number % 3],
            "opened": at,
            "waiting": at if open_ else None,
            "deadline": at + 3_600_000_000,
            "due": at + 3_600_000_000 if open_ else None,
            "warn": at + 2_700_000_000 if open_ else None,
            "answered": None if open_ else at + 1_800_000_000,
            "result": "" if open_ else "met",
            "raw": words.encode(),
            "text": words,
        }
