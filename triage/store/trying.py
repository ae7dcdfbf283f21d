"""Tries to log in, counted before they are looked at: many at once are counted one by one.

Source: OWASP Authentication Cheat Sheet (login throttling).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Protocol

from triage.core.accounts import MOST_FAILURES, MOST_FROM_ONE, WINDOW
from triage.store.connection import stamp


class Trying(Protocol):
    """The part of `Store` that counts tries to log in."""

    def try_login(self, name: str, address: str, now: datetime) -> bool:
        """Count a try as a failure, until it has gone well; False: there were too many.

        The right password forgets those of its name (`open_session`).
        """


def try_login(db: sqlite3.Connection, name: str, address: str, now: datetime) -> bool:
    """Count a try, against the name and against where it comes from; old ones are forgotten."""
    from_where, since = source(address), stamp(now - WINDOW)
    limits = (("name", name, MOST_FAILURES), ("address", from_where, MOST_FROM_ONE))
    for column, value, most in limits:
        (failed,) = db.execute(
            f"SELECT count(*) FROM attempt WHERE {column} = ? AND at >= ?", (value, since)
        ).fetchone()
        if failed >= most:
            return False
    db.execute("DELETE FROM attempt WHERE at < ?", (since,))
    db.execute(
        "INSERT INTO attempt (name, address, at) VALUES (?, ?, ?)", (name, from_where, stamp(now))
    )
    return True


def source(address: str) -> str:
    """Return what counts as one address: of IPv6 the network that one household has."""
    try:
        if ip_address(address).version == 6:
            return str(ip_network(f"{address.partition('%')[0]}/64", strict=False))
    except ValueError:
        pass
    return address
