"""The tables of the page: who may log in, what they did, and what they have begun to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.report_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m030_accounts(db: Database) -> None:
    """Keep accounts, sessions, tokens, failed logins, and an audit of everything done.

    Of a session, and of a token, only the SHA-256 of its random id is kept. `reply_draft` is what
    somebody has begun to write on a ticket, `remark` a note that stays inside.
    """
    for statement in (
        "CREATE TABLE account ("
        " id INTEGER PRIMARY KEY,"
        " name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
        " password TEXT NOT NULL,"
        " role TEXT NOT NULL CHECK (role IN ('agent', 'lead', 'admin')),"
        " agent TEXT NOT NULL DEFAULT '',"
        " queues TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(queues)),"
        " language TEXT NOT NULL DEFAULT '', zone TEXT NOT NULL DEFAULT '',"
        " settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),"
        " made INTEGER NOT NULL, disabled INTEGER) STRICT",
        "CREATE TABLE session ("
        " hash BLOB PRIMARY KEY, account INTEGER NOT NULL REFERENCES account (id),"
        " began INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX session_of_account ON session (account)",
        "CREATE TABLE token ("
        " id INTEGER PRIMARY KEY,"
        " hash BLOB NOT NULL UNIQUE, account INTEGER NOT NULL REFERENCES account (id),"
        " name TEXT NOT NULL, made INTEGER NOT NULL, used INTEGER, revoked INTEGER) STRICT",
        "CREATE TABLE attempt ("
        " id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE,"
        " address TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
        "CREATE INDEX attempt_by_name ON attempt (name, at)",
        "CREATE INDEX attempt_by_address ON attempt (address, at)",
        "CREATE TABLE audit ("
        " id INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
        " person TEXT NOT NULL, action TEXT NOT NULL, about TEXT NOT NULL,"
        " detail TEXT NOT NULL CHECK (json_valid(detail)), address TEXT NOT NULL) STRICT",
        "CREATE INDEX audit_in_time ON audit (at)",
        "CREATE TABLE reply_draft ("
        " account INTEGER NOT NULL REFERENCES account (id),"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " sort TEXT NOT NULL CHECK (sort IN ('reply', 'note', 'forward', 'third_party')),"
        " fields TEXT NOT NULL CHECK (json_valid(fields)),"
        " at INTEGER NOT NULL, seen INTEGER NOT NULL,"
        " PRIMARY KEY (account, ticket, sort)) STRICT, WITHOUT ROWID",
        "CREATE INDEX reply_draft_of_ticket ON reply_draft (ticket)",
        "CREATE TABLE remark ("
        " id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL, text TEXT NOT NULL) STRICT",
        "CREATE INDEX remark_of_ticket ON remark (ticket, at)",
    ):
        db.conn.execute(statement)
