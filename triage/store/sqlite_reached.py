"""The store on SQLite: what programs show and are told, and what the audit says."""

from __future__ import annotations

from datetime import datetime

from triage.core.streamed import Wanted
from triage.store import auditing, oneself, stream, tokens, trying
from triage.store.accounts import Audited
from triage.store.auditing import AuditAsked
from triage.store.sqlite_versions import SqliteVersions
from triage.store.tokens import Token


class SqliteReached(SqliteVersions):
    """`Reached` in one SQLite file. See `store/reached.py` for what each method promises."""

    def behind(self) -> bool:
        return stream.behind(self._db)

    def feed(self, wanted: Wanted, now: datetime) -> bool:
        with self._writing() as db:
            return stream.feed(db, wanted, now)

    def tokens(self, account: str = "") -> tuple[Token, ...]:
        return tokens.tokens(self._db, account)

    def used_token(self, secret: bytes, now: datetime) -> None:
        with self._writing() as db:
            tokens.used_token(db, secret, now)

    def audit_of(self, asked: AuditAsked) -> tuple[tuple[int, Audited], ...]:
        return auditing.audit_of(self._db, asked)

    def audited_actions(self) -> tuple[str, ...]:
        return auditing.audited_actions(self._db)

    def try_login(self, name: str, address: str, now: datetime) -> bool:
        with self._writing() as db:
            return trying.try_login(db, name, address, now)

    def keep_password(self, name: str, password: str) -> None:
        with self._writing() as db:
            oneself.keep_password(db, name, password)

    def keep_manner(self, name: str, language: str, zone: str) -> None:
        with self._writing() as db:
            oneself.keep_manner(db, name, language, zone)

    def enter(self, name: str, password: str, id_: bytes, now: datetime) -> bool:
        with self._writing() as db:
            return oneself.enter(db, name, password, id_, now)
