"""Which daemon works on a store, for commands that want a word with it, and what names it."""

from __future__ import annotations

from pathlib import Path

from triage.store.connection import connect_to_read
from triage.store.instance import Daemon


def running_daemon(path: Path) -> Daemon | None:
    """Return the daemon that has taken the store, alive or not; None: it was given back.

    Raises: StoreMissing, StoreTooNew, StoreBusy.
    """
    database = connect_to_read(path)
    try:
        row = database.conn.execute("SELECT host, pid, boot FROM instance").fetchone()
    finally:
        database.close()
    return None if row is None else Daemon(row["host"], row["pid"], row["boot"])


def boot() -> str:
    """Name this boot of the machine, so that process numbers of an earlier one mean nothing."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
