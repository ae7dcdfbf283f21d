"""The reference of a new ticket: made from its message, so a restored store makes the same one."""

from __future__ import annotations

import sqlite3

from triage.core.identifiers import reference
from triage.store.setting import read_setting


def free_reference(db: sqlite3.Connection, key: bytes) -> str:
    """Return the reference of a ticket whose first message has the identity `key`.

    The next one where another ticket bears it: of a like message, or of this one before.
    """
    secret = bytes.fromhex(read_setting(db, "secret") or "")
    copy = 0
    while db.execute(
        "SELECT 1 FROM ticket WHERE reference = ?", (found := reference(secret, key, copy),)
    ).fetchone():
        copy += 1
    return found
