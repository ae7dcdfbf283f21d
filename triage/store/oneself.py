"""What people change of their own account: this alone, whatever an admin changes meanwhile.

Who asks to change a password waits for it to be hashed; who was locked out in that time stays so.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Protocol

from triage.store.accounts import account, end_sessions, open_session


class Oneself(Protocol):
    """The part of `Store` by which people change their own account."""

    def keep_password(self, name: str, password: str) -> None:
        """Change the hash of a password and nothing else. Every session of it ends."""

    def keep_manner(self, name: str, language: str, zone: str) -> None:
        """Change how an account reads pages, and nothing else of it."""

    def enter(self, name: str, password: str, id_: bytes, now: datetime) -> bool:
        """Begin a session by a password; False: its hash is another one by now, or nobody's."""


def keep_password(db: sqlite3.Connection, name: str, password: str) -> None:
    """Change the hash of a password, and end the sessions."""
    db.execute("UPDATE account SET password = ? WHERE name = ?", (password, name))
    end_sessions(db, name)


def keep_manner(db: sqlite3.Connection, name: str, language: str, zone: str) -> None:
    """Change how an account reads pages."""
    db.execute("UPDATE account SET language = ?, zone = ? WHERE name = ?", (language, zone, name))


def enter(db: sqlite3.Connection, name: str, password: str, id_: bytes, now: datetime) -> bool:
    """Begin a session, if the password that was looked at is still the one."""
    found = account(db, name)
    if found is None or found[0].disabled or found[1] != password:
        return False
    open_session(db, name, id_, now)
    return True
