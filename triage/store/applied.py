"""The sets of rules and prompts that were in force, whole: the last one is what a restart runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from triage.store.connection import instant, stamp
from triage.store.views import AppliedSet

KEPT = 20
"""How many sets are kept, the one in force among them."""


def apply_set(db: sqlite3.Connection, digest: str, files: Mapping[str, str], now: datetime) -> bool:
    """Keep a set as the one in force; False where the last one has the same digest."""
    last = db.execute("SELECT digest FROM applied ORDER BY number DESC LIMIT 1").fetchone()
    if last is not None and last["digest"] == digest:
        return False
    db.execute(
        "INSERT INTO applied (at, digest, files) VALUES (?, ?, ?)",
        (stamp(now), digest, json.dumps(dict(files))),
    )
    db.execute("DELETE FROM applied WHERE number <= (SELECT max(number) FROM applied) - ?", (KEPT,))
    return True


def applied_set(db: sqlite3.Connection) -> AppliedSet | None:
    """Return the set in force, or None before the first one."""
    row = db.execute(
        "SELECT number, at, digest, files FROM applied ORDER BY number DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    return AppliedSet(
        number=row["number"],
        at=instant(row["at"]),
        digest=row["digest"],
        files=json.loads(row["files"]),
    )
