"""The tables of what agents write: replies on their way, and what lies beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.search_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m041_replies(db: Database) -> None:
    """Keep what our own people write, with the files of drafts, and talks with third parties.

    A row of `reply` stands beside its mail in the outbox: what was typed, and what becomes of the
    ticket once a relay has taken it; `message` is what it is on its ticket from then on. `side` is
    a conversation with a third party inside a ticket, `anchor` the name that all its mails cite. A
    file of a draft lies in `enclosed` once, whoever attached it. A draft of a new mail is on no
    ticket. An owner is told of a third party's answer, and of a mail that did not leave.
    """
    for statement in (
        "CREATE TABLE side ("
        " id INTEGER PRIMARY KEY,"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " anchor TEXT NOT NULL UNIQUE COLLATE NOCASE,"
        " at INTEGER NOT NULL, person TEXT NOT NULL, subject TEXT NOT NULL,"
        " addresses TEXT NOT NULL CHECK (json_valid(addresses))) STRICT",
        "CREATE INDEX side_of_ticket ON side (ticket)",
        "CREATE TABLE reply ("
        " mail INTEGER PRIMARY KEY REFERENCES outbox (id),"
        " message INTEGER REFERENCES message (id),"
        " form TEXT NOT NULL CHECK (form IN ('reply', 'forward', 'third_party', 'new')),"
        " person TEXT NOT NULL, agent TEXT NOT NULL, account TEXT NOT NULL,"
        " recipients TEXT NOT NULL CHECK (json_valid(recipients)),"
        " subject TEXT NOT NULL, text TEXT NOT NULL,"
        " fields TEXT NOT NULL CHECK (json_valid(fields)),"
        " enclosed TEXT NOT NULL CHECK (json_valid(enclosed)),"
        " finish TEXT NOT NULL CHECK (json_valid(finish)),"
        " does TEXT NOT NULL, proposes TEXT NOT NULL CHECK (json_valid(proposes)),"
        " at INTEGER NOT NULL, leaves INTEGER NOT NULL,"
        " side INTEGER REFERENCES side (id),"
        " batch TEXT NOT NULL DEFAULT '',"
        " refused TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(refused))) STRICT",
        "CREATE INDEX reply_of_message ON reply (message) WHERE message IS NOT NULL",
        "CREATE INDEX reply_of_side ON reply (side) WHERE side IS NOT NULL",
        "CREATE INDEX reply_of_batch ON reply (batch) WHERE batch <> ''",
        "CREATE INDEX outbox_unsettled_replies ON outbox (id)"
        " WHERE sort = 'reply' AND state IN ('unknown', 'failed', 'expired')",
        "ALTER TABLE message ADD COLUMN side INTEGER REFERENCES side (id)",
        "CREATE INDEX message_of_side ON message (side) WHERE side IS NOT NULL",
        "CREATE TABLE telling_before AS SELECT * FROM telling",
        "DROP TABLE telling",
        "CREATE TABLE telling ("
        " ticket INTEGER PRIMARY KEY REFERENCES ticket (id),"
        " owner TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL,"
        " why TEXT NOT NULL CHECK (why IN ('new', 'reowned', 'handed_over', 'written',"
        " 'third_party', 'not_sent', 'unknown'))) STRICT",
        "CREATE INDEX telling_in_order ON telling (due)",
        "INSERT INTO telling SELECT ticket, owner, since, due, why FROM telling_before",
        "DROP TABLE telling_before",
        "CREATE TABLE enclosed (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
        "CREATE TABLE reply_draft_before AS SELECT * FROM reply_draft",
        "DROP TABLE reply_draft",
        "CREATE TABLE reply_draft ("
        " id INTEGER PRIMARY KEY,"
        " account INTEGER NOT NULL REFERENCES account (id),"
        " ticket INTEGER REFERENCES ticket (id),"
        " sort TEXT NOT NULL"
        " CHECK (sort IN ('reply', 'note', 'forward', 'third_party', 'new')),"
        " fields TEXT NOT NULL CHECK (json_valid(fields)),"
        " at INTEGER NOT NULL, seen INTEGER NOT NULL,"
        " CHECK ((sort = 'new') = (ticket IS NULL))) STRICT",
        "INSERT INTO reply_draft (account, ticket, sort, fields, at, seen)"
        " SELECT account, ticket, sort, fields, at, seen FROM reply_draft_before",
        "DROP TABLE reply_draft_before",
        "CREATE UNIQUE INDEX reply_draft_of ON reply_draft (account, coalesce(ticket, 0), sort)",
        "CREATE INDEX reply_draft_of_ticket ON reply_draft (ticket, at)",
        "CREATE TABLE draft_enclosed ("
        " draft INTEGER NOT NULL REFERENCES reply_draft (id) ON DELETE CASCADE,"
        " number INTEGER NOT NULL, name TEXT NOT NULL, content_type TEXT NOT NULL,"
        " size INTEGER NOT NULL, hash BLOB NOT NULL REFERENCES enclosed (hash),"
        " PRIMARY KEY (draft, number)) STRICT, WITHOUT ROWID",
        "CREATE INDEX draft_enclosed_by_hash ON draft_enclosed (hash)",
    ):
        db.conn.execute(statement)
