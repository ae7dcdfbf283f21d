"""Accounts, their sessions and tokens, and the audit of what was done on the page.

A session's id is 256 random bits that only the browser has; here lies its SHA-256, which is
enough to know it again and of no use to whoever reads the file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from triage.core.accounts import IDLE, SESSION, Account, Role, Session, ends_at
from triage.errors import NotPossible
from triage.store.connection import instant, stamp

_SEEN = timedelta(minutes=1)
"""How often it is written down that a session was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One thing that somebody did on the page, or by a token."""

    at: datetime
    person: str
    action: str
    about: str
    detail: Mapping[str, object]
    address: str


class Accounts(Protocol):
    """The part of `Store` that knows who may use the page."""

    def accounts(self) -> tuple[Account, ...]:
        """Return every account, by name."""

    def account(self, name: str) -> tuple[Account, str] | None:
        """Return the account of that name with the hash of its password; None: there is none."""

    def keep_account(self, account: Account, password: str | None, now: datetime) -> None:
        """Make or change an account; `password` is a hash, None leaves it.

        Its sessions end where the password, the role or the queues change, or it is disabled.
        Raises: NotPossible: a new account without a password.
        """

    def open_session(self, name: str, id_: bytes, now: datetime) -> None:
        """Begin a session of the account of that name."""

    def session(self, id_: bytes, now: datetime) -> Session | None:
        """Return the session of that id; None where there is none, or no longer."""

    def sessions(self, name: str, now: datetime) -> tuple[Session, ...]:
        """Return the sessions of an account that run, the latest first."""

    def seen_session(self, id_: bytes, now: datetime) -> None:
        """Write down that a session was used, at most once a minute."""

    def end_session(self, id_: bytes) -> None:
        """End one session."""

    def end_sessions(self, name: str) -> int:
        """End every session of an account; return how many there were."""

    def keep_token(self, name: str, account: str, secret: bytes, now: datetime) -> None:
        """Keep a token of an account for programs."""

    def token(self, secret: bytes) -> Account | None:
        """Return whose token this is; None: nobody's, or no longer."""

    def revoke_token(self, name: str, account: str, now: datetime) -> bool:
        """Take a token back; False: there is none of that name."""

    def audit(self, entry: Audited) -> None:
        """Write down what somebody did."""


def hashed(secret: bytes) -> bytes:
    """Return what is kept of a random id."""
    return hashlib.sha256(secret).digest()


def accounts(db: sqlite3.Connection) -> tuple[Account, ...]:
    """Return every account, by name."""
    return tuple(map(_account, db.execute("SELECT * FROM account ORDER BY name")))


def account(db: sqlite3.Connection, name: str) -> tuple[Account, str] | None:
    """Return an account and the hash of its password."""
    row = db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone()
    return None if row is None else (_account(row), row["password"])


def _account(row: sqlite3.Row) -> Account:
    return Account(
        name=row["name"],
        role=Role(row["role"]),
        agent=row["agent"],
        queues=frozenset(json.loads(row["queues"])),
        language=row["language"],
        zone=row["zone"],
        disabled=row["disabled"] is not None,
    )


def keep_account(
    db: sqlite3.Connection, given: Account, password: str | None, now: datetime
) -> None:
    """Make or change an account."""
    found = account(db, given.name)
    if found is None and password is None:
        raise NotPossible("%(name)s has no password yet: give one", name=given.name)
    queues = json.dumps(sorted(given.queues))
    disabled = stamp(now) if given.disabled else None
    db.execute(
        "INSERT INTO account (name, password, role, agent, queues, language, zone, made, disabled)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (name) DO UPDATE SET"
        " password = iif(?10, excluded.password, password), role = excluded.role,"
        " agent = excluded.agent, queues = excluded.queues, language = excluded.language,"
        " zone = excluded.zone, disabled = iif(excluded.disabled IS NULL, NULL,"
        " coalesce(disabled, excluded.disabled))",
        (
            given.name,
            password or "",
            given.role,
            given.agent,
            queues,
            given.language,
            given.zone,
            stamp(now),
            disabled,
            password is not None,
        ),
    )
    if found is None:
        return
    before = found[0]
    if password is not None or (given.role, given.queues, given.disabled) != (
        before.role,
        before.queues,
        before.disabled,
    ):
        end_sessions(db, given.name)


def open_session(db: sqlite3.Connection, name: str, id_: bytes, now: datetime) -> None:
    """Begin a session, and forget those that are long over."""
    at = stamp(now)
    db.execute("DELETE FROM session WHERE began < ?", (stamp(now - SESSION),))
    db.execute("DELETE FROM session WHERE seen < ?", (stamp(now - IDLE),))
    db.execute(
        "INSERT INTO session SELECT ?, id, ?, ? FROM account WHERE name = ?",
        (hashed(id_), at, at, name),
    )
    db.execute("DELETE FROM attempt WHERE name = ?", (name,))


_SESSIONS = "SELECT a.*, s.began, s.seen FROM session s JOIN account a ON a.id = s.account WHERE"


def session(db: sqlite3.Connection, id_: bytes, now: datetime) -> Session | None:
    """Return the session of that id, if it still runs."""
    where = f"{_SESSIONS} s.hash = ? AND a.disabled IS NULL"
    row = db.execute(where, (hashed(id_),)).fetchone()
    found = None if row is None else _session(row)
    return found if found is not None and found.ends > now else None


def sessions(db: sqlite3.Connection, name: str, now: datetime) -> tuple[Session, ...]:
    """Return the sessions of an account that run."""
    rows = db.execute(f"{_SESSIONS} a.name = ? ORDER BY s.began DESC", (name,))
    return tuple(one for one in map(_session, rows) if one.ends > now)


def _session(row: sqlite3.Row) -> Session:
    began, seen = instant(row["began"]), instant(row["seen"])
    return Session(account=_account(row), began=began, ends=ends_at(began, seen), seen=seen)


def seen_session(db: sqlite3.Connection, id_: bytes, now: datetime) -> None:
    """Write down that a session was used."""
    db.execute(
        "UPDATE session SET seen = ?1 WHERE hash = ?2 AND seen < ?3",
        (stamp(now), hashed(id_), stamp(now - _SEEN)),
    )


def end_session(db: sqlite3.Connection, id_: bytes) -> None:
    """End one session."""
    db.execute("DELETE FROM session WHERE hash = ?", (hashed(id_),))


def end_sessions(db: sqlite3.Connection, name: str) -> int:
    """End every session of an account."""
    return db.execute(
        "DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = ?)", (name,)
    ).rowcount


def keep_token(db: sqlite3.Connection, name: str, of: str, secret: bytes, now: datetime) -> None:
    """Keep a token for programs."""
    db.execute(
        "INSERT INTO token (hash, account, name, made) SELECT ?, id, ?, ? FROM account"
        " WHERE name = ?",
        (hashed(secret), name, stamp(now), of),
    )


def token(db: sqlite3.Connection, secret: bytes) -> Account | None:
    """Return whose token this is."""
    row = db.execute(
        "SELECT a.* FROM token t JOIN account a ON a.id = t.account"
        " WHERE t.hash = ? AND t.revoked IS NULL AND a.disabled IS NULL",
        (hashed(secret),),
    ).fetchone()
    return None if row is None else _account(row)


def revoke_token(db: sqlite3.Connection, name: str, of: str, now: datetime) -> bool:
    """Take a token back."""
    return bool(
        db.execute(
            "UPDATE token SET revoked = ? WHERE name = ? AND revoked IS NULL"
            " AND account = (SELECT id FROM account WHERE name = ?)",
            (stamp(now), name, of),
        ).rowcount
    )


def audit(db: sqlite3.Connection, entry: Audited) -> None:
    """Write down what somebody did."""
    db.execute(
        "INSERT INTO audit (at, person, action, about, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
        (
            stamp(entry.at),
            entry.person,
            entry.action,
            entry.about,
            json.dumps(entry.detail),
            entry.address,
        ),
    )
