"""What a folder or a message is, as the tables keep it: junk is an inbox with a mark beside it."""

from __future__ import annotations

import sqlite3

from triage.core.arrival import Role


def columns(role: Role) -> tuple[str, bool]:
    """Return the columns `role` and `junk` of `role`."""
    return (Role.INBOX, True) if role is Role.JUNK else (role, False)


def role_of(row: sqlite3.Row) -> Role:
    """Return the role of a row that has both columns."""
    return Role.JUNK if row["junk"] else Role(row["role"])
