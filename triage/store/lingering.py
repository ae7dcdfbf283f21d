"""A mail that is about to leave, and whose writer still looks at it: it waits for them a little."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Protocol

from triage.core.ticket import OutboxId
from triage.store.connection import stamp

LONGEST = timedelta(minutes=5)
"""How long after its press a mail can be kept from leaving by looking at it."""


class Lingering(Protocol):
    """The part of `Store` by which the time to call a mail back stands still."""

    def put_off(self, mail: OutboxId, person: str, until: datetime) -> bool:
        """Let a mail of that person leave at `until` instead, while they look at it.

        At most five minutes after the key was pressed. False: it leaves, was called back, is
        somebody else's, or has been kept for as long as it can be. Nothing is noted: it is as if
        the key had been pressed later.
        """


def put_off(db: sqlite3.Connection, mail: OutboxId, person: str, until: datetime) -> bool:
    """Let a mail that its writer looks at leave later."""
    longest = LONGEST // timedelta(microseconds=1)
    done = db.execute(
        "UPDATE outbox SET next_at = min(?1, r.at + ?2) FROM reply r WHERE outbox.id = r.mail"
        " AND outbox.id = ?3 AND r.person = ?4 AND outbox.state = 'pending'"
        " AND outbox.attempts = 0 AND outbox.next_at < min(?1, r.at + ?2)",
        (stamp(until), longest, mail, person),
    )
    if done.rowcount != 1:
        return False
    db.execute(
        "UPDATE reply SET leaves = (SELECT next_at FROM outbox WHERE id = ?1) WHERE mail = ?1",
        (mail,),
    )
    return True


def as_pressed_now(db: sqlite3.Connection, now: datetime) -> None:
    """Where the clock was set back, let what was pressed after `now` leave as if pressed now.

    Else it would lie there for as long as the clock went back.
    """
    row = db.execute(
        "SELECT created FROM outbox WHERE id = (SELECT max(mail) FROM reply)"
    ).fetchone()
    if row is None or row["created"] <= stamp(now):
        return
    moved = db.execute(
        "UPDATE outbox SET next_at = ?1 + next_at - created, created = ?1"
        " WHERE state = 'pending' AND sort = 'reply' AND attempts = 0 AND created > ?1"
        " RETURNING next_at, id",
        (stamp(now),),
    ).fetchall()
    db.executemany("UPDATE reply SET leaves = ? WHERE mail = ?", [tuple(one) for one in moved])
