"""One SQLite connection as this store needs it: durable, strict, and one writer at a time.

`synchronous=FULL`: what is committed survives a power failure, for an acknowledgement sent
twice or a mail lost cannot be mended later. `BEGIN IMMEDIATE`: a transaction that reads before
it writes would else fail at once, whatever the timeout, when another process wrote meanwhile.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from triage.core.findable import findable
from triage.errors import StoreBusy, StoreMissing, StoreTooNew
from triage.store.live_schema import migrations

BUSY = timedelta(seconds=5)
_TRY_LATER = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_LOCKED}
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stamp(at: datetime) -> int:
    """Return an aware instant as microseconds since 1970 in UTC."""
    return (at - _EPOCH) // _MICROSECOND


def instant(micros: int) -> datetime:
    """Return the instant behind `stamp`, in UTC."""
    return _EPOCH + micros * _MICROSECOND


def maybe(micros: int | None) -> datetime | None:
    """Return the instant behind `stamp`, or None for none."""
    return None if micros is None else instant(micros)


def connect(path: Path) -> Database:
    """Open the file at `path`, made and migrated where that is due.

    Raises: StoreTooNew, StoreBusy.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(
            path, isolation_level=None, timeout=BUSY.total_seconds(), check_same_thread=False
        )
    except sqlite3.OperationalError as exc:
        raise StoreBusy(f"store {path}: {exc}") from exc
    connection.row_factory = sqlite3.Row
    database = Database(connection)
    try:
        # Asked for by the triggers that keep what mails are found by.
        connection.create_function("found_words", 1, findable, deterministic=True)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _migrate(database, path)
    except sqlite3.OperationalError as exc:
        connection.close()
        raise StoreBusy(f"store {path}: {exc}") from exc
    except BaseException:
        connection.close()
        raise
    return database


def connect_to_read(path: Path) -> Database:
    """Open the file at `path` for reading alone. Raises: StoreMissing, StoreTooNew."""
    if not path.exists():
        raise StoreMissing(
            f"store {path}: there is none yet; 'triage run' makes it, or name another one"
        )
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        timeout=BUSY.total_seconds(),
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    database = Database(connection)
    _refuse_newer(database, path)
    return database


def _refuse_newer(database: Database, path: Path) -> None:
    applied = {migration.name for migration in migrations.applied(database)}
    ours = {migration.name for migration in migrations._migrations}  # noqa: SLF001 - no accessor
    if newer := applied - ours:
        database.close()
        raise StoreTooNew(
            f"store {path}: written by a newer version (it has {', '.join(sorted(newer))});"
            " install that version, or restore a backup made before it"
        )


def _migrate(database: Database, path: Path) -> None:
    _refuse_newer(database, path)
    if migrations.pending(database):
        migrations.apply(database)
    with writing(database) as db:
        for name, value in (
            ("secret", secrets.token_hex(32)),
            ("instance", secrets.token_hex(8)),
        ):
            db.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO NOTHING", (name, value))


@contextmanager
def writing(database: Database) -> Iterator[sqlite3.Connection]:
    """Hold the write lock for one transaction.

    Raises: StoreBusy when another process held it for longer than `BUSY`, or the disk is full.
    """
    connection = database.conn
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode in _TRY_LATER:
            raise StoreBusy(f"the store cannot be written now: {exc}") from exc
        raise
