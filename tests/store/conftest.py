"""A real SQLite file, and a small desk to decide by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.desk import NOW, Desk, mail
from tests.store.written import Office
from triage.core.accounts import Account, Role
from triage.store.sqlite import SqliteStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    yield store
    store.close()


@pytest.fixture
def desk(store: SqliteStore) -> Desk:
    return Desk(store)


@pytest.fixture
def office(store: SqliteStore, desk: Desk) -> Office:
    """Return a ticket, and two who can write on it."""
    for name in ("maria", "jonas"):
        store.keep_account(Account(name=name, role=Role.AGENT, agent=name), "hash", NOW)
    desk.take(mail())
    (row,) = store.queue(None, 10)
    return Office(store, desk, row.reference)
