"""The tokens of programs: whose they are, and when they were used last."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from triage.store.accounts import hashed
from triage.store.connection import instant, maybe, stamp

_SEEN = timedelta(minutes=1)
"""How often it is written down that a token was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is listed: never the secret itself."""

    name: str
    account: str
    made: datetime
    used: datetime | None
    revoked: datetime | None


class Tokens(Protocol):
    """The part of `Store` that knows what programs show."""

    def tokens(self, account: str = "") -> tuple[Token, ...]:
        """List the tokens of an account, or of all; those that were taken back too."""

    def used_token(self, secret: bytes, now: datetime) -> None:
        """Write down that a token was used, at most once a minute."""


def tokens(db: sqlite3.Connection, account: str = "") -> tuple[Token, ...]:
    """List the tokens of an account, or of all."""
    rows = db.execute(
        "SELECT t.name, a.name AS account, t.made, t.used, t.revoked FROM token t"
        " JOIN account a ON a.id = t.account WHERE ?1 = '' OR a.name = ?1 COLLATE NOCASE"
        " ORDER BY a.name, t.made, t.id",
        (account,),
    )
    return tuple(
        Token(
            name=row["name"],
            account=row["account"],
            made=instant(row["made"]),
            used=maybe(row["used"]),
            revoked=maybe(row["revoked"]),
        )
        for row in rows
    )


def used_token(db: sqlite3.Connection, secret: bytes, now: datetime) -> None:
    """Write down that a token was used."""
    db.execute(
        "UPDATE token SET used = ?1 WHERE hash = ?2 AND (used IS NULL OR used < ?3)",
        (stamp(now), hashed(secret), stamp(now - _SEEN)),
    )
