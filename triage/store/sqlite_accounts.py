"""The store on SQLite: who may use the page."""

from __future__ import annotations

from datetime import datetime

from triage.core.accounts import Account, Session
from triage.store import accounts
from triage.store.accounts import Audited
from triage.store.sqlite_versions import SqliteVersions


class SqliteAccounts(SqliteVersions):
    """`Accounts` in one SQLite file. See `store/accounts.py` for what each method promises."""

    def accounts(self) -> tuple[Account, ...]:
        return accounts.accounts(self._db)

    def account(self, name: str) -> tuple[Account, str] | None:
        return accounts.account(self._db, name)

    def keep_account(self, account: Account, password: str | None, now: datetime) -> None:
        with self._writing() as db:
            accounts.keep_account(db, account, password, now)

    def open_session(self, name: str, id_: bytes, now: datetime) -> None:
        with self._writing() as db:
            accounts.open_session(db, name, id_, now)

    def session(self, id_: bytes, now: datetime) -> Session | None:
        return accounts.session(self._db, id_, now)

    def sessions(self, name: str, now: datetime) -> tuple[Session, ...]:
        return accounts.sessions(self._db, name, now)

    def seen_session(self, id_: bytes, now: datetime) -> None:
        with self._writing() as db:
            accounts.seen_session(db, id_, now)

    def end_session(self, id_: bytes) -> None:
        with self._writing() as db:
            accounts.end_session(db, id_)

    def end_sessions(self, name: str) -> int:
        with self._writing() as db:
            return accounts.end_sessions(db, name)

    def keep_token(self, name: str, account: str, secret: bytes, now: datetime) -> None:
        with self._writing() as db:
            accounts.keep_token(db, name, account, secret, now)

    def token(self, secret: bytes) -> Account | None:
        return accounts.token(self._db, secret)

    def revoke_token(self, name: str, account: str, now: datetime) -> bool:
        with self._writing() as db:
            return accounts.revoke_token(db, name, account, now)

    def audit(self, entry: Audited) -> None:
        with self._writing() as db:
            accounts.audit(db, entry)
