"""One daemon a store: who works on it, since when, and what the last one left behind.

The row in the store names the daemon and its heartbeat. On one machine a dead process is
recognised at once; from another machine the heartbeat has to grow old first.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.outgoing import Sort, State
from triage.core.ticket import OutboxId
from triage.errors import StoreInUse
from triage.store import accepted
from triage.store.connection import instant, stamp
from triage.store.noting import called, note

STALE = timedelta(seconds=60)
"""A heartbeat older than this belongs to a daemon that is gone."""

REUSED = timedelta(minutes=5)
"""A process whose number has an older heartbeat is another one that was given the number."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """One running daemon: machine, process, and the boot of the machine it runs in."""

    host: str
    pid: int
    boot: str


def start(db: sqlite3.Connection, me: Daemon, now: datetime) -> None:
    """Take the store for `me`, and recover the outbox. Raises: StoreInUse.

    On this machine the other daemon must run and have given a sign within `REUSED`; on another
    machine within `STALE`. At the limit itself it still counts as alive.
    """
    row = db.execute("SELECT host, pid, boot, beat FROM instance").fetchone()
    if row is not None:
        other = Daemon(row["host"], row["pid"], row["boot"])
        if other != me and _alive(other, me, instant(row["beat"]), now):
            raise StoreInUse(
                f"another daemon works on this store: process {other.pid} on {other.host};"
                " stop it first, or give this one a store of its own"
            )
    db.execute(
        "INSERT INTO instance VALUES (1, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET"
        " host = excluded.host, pid = excluded.pid, boot = excluded.boot, beat = excluded.beat",
        (me.host, me.pid, me.boot, stamp(now)),
    )
    _recover(db, now)


def _alive(other: Daemon, me: Daemon, beat: datetime, now: datetime) -> bool:
    if other.host == me.host:
        return other.boot == me.boot and _runs(other.pid) and now - beat <= REUSED
    return now - beat <= STALE


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _recover(db: sqlite3.Connection, now: datetime) -> None:
    at = stamp(now)
    db.execute(
        "UPDATE outbox SET state = ?, reason = 'restart' WHERE state = ?"
        " OR (state = ? AND sort IN (?, ?))",
        (State.PENDING, State.CLAIMED, State.INFLIGHT, Sort.ALERT, Sort.HOOK),
    )
    for row in db.execute(
        "SELECT id, ticket, sort FROM outbox WHERE state = ?", (State.INFLIGHT,)
    ).fetchall():
        fate = State.UNKNOWN
        if row["sort"] == Sort.REPLY:
            fate = accepted.fate(db, OutboxId(row["id"]), fate)
        db.execute(
            "UPDATE outbox SET state = ?, reason = 'stopped_while_sending', ended = ? WHERE id = ?",
            (fate, at, row["id"]),
        )
        acknowledged = row["sort"] == Sort.ACKNOWLEDGEMENT
        db.execute(
            "UPDATE ticket SET acknowledgement = iif(?, 'unknown', acknowledgement),"
            " revision = revision + 1 WHERE id = ?",
            (acknowledged, row["ticket"]),
        )
        name = f"{called(Sort(row['sort']))}_{fate}"
        note(db, row["ticket"], now, name, {"reason": "stopped_while_sending"})
        if row["sort"] == Sort.REPLY:
            accepted.ended(db, OutboxId(row["id"]), fate, now)


def beat(db: sqlite3.Connection, me: Daemon, now: datetime) -> None:
    """Renew the heartbeat of `me`. Raises: StoreInUse if another daemon took the store."""
    done = db.execute(
        "UPDATE instance SET beat = ? WHERE host = ? AND pid = ? AND boot = ?",
        (stamp(now), me.host, me.pid, me.boot),
    )
    if done.rowcount != 1:
        raise StoreInUse("another daemon took this store over")


def finish(db: sqlite3.Connection, me: Daemon) -> None:
    """Give the store back."""
    db.execute(
        "DELETE FROM instance WHERE host = ? AND pid = ? AND boot = ?", (me.host, me.pid, me.boot)
    )
