"""What people change of their own account changes nothing else, whatever happens meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.desk import NOW
from triage.core.accounts import Account, Role
from triage.store.sqlite import SqliteStore

MARIA = Account(name="maria", role=Role.ADMIN)
ID = b"i" * 32


@pytest.fixture(autouse=True)
def maria(store: SqliteStore) -> None:
    store.keep_account(MARIA, "old hash", NOW)


def kept(store: SqliteStore) -> tuple[Account, str]:
    found = store.account("maria")
    assert found is not None
    return found


def test_who_was_locked_out_while_a_password_was_hashed_stays_so(store: SqliteStore) -> None:
    store.keep_account(replace(MARIA, disabled=True, role=Role.AGENT), None, NOW)
    store.keep_password("maria", "new hash")
    store.keep_manner("maria", "de", "Europe/Berlin")
    account, password = kept(store)
    assert account == replace(
        MARIA, disabled=True, role=Role.AGENT, language="de", zone="Europe/Berlin"
    )
    assert password == "new hash"


def test_a_new_password_ends_every_session_and_another_manner_none(store: SqliteStore) -> None:
    assert store.enter("maria", "old hash", ID, NOW)
    store.keep_manner("maria", "de", "")
    assert store.session(ID, NOW) is not None
    store.keep_password("maria", "new hash")
    assert store.session(ID, NOW) is None


def test_a_password_that_changed_while_it_was_looked_at_opens_nothing(store: SqliteStore) -> None:
    store.keep_password("maria", "new hash")
    assert not store.enter("maria", "old hash", ID, NOW)
    assert not store.enter("nobody", "old hash", ID, NOW)
    store.keep_account(replace(MARIA, disabled=True), None, NOW)
    assert not store.enter("maria", "new hash", ID, NOW)
    assert store.sessions("maria", NOW) == ()
