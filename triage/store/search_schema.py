"""The tables of what makes tickets found by their words, and of deeds that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.accounts_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]

_KEEP = (
    "INSERT INTO searched SELECT m.id, m.subject, m.sender_name || ' ' || m.sender"
    " || coalesce(' ' || t.requester_name || ' ' || t.requester, ''), m.file_names"
    " FROM message m LEFT JOIN ticket t ON t.id = m.ticket"
    " WHERE m.id = new.message AND m.id > (SELECT below FROM searching)"
)
_COLUMNS = "subject, who, files, text"


def _words(row: str) -> str:
    return (
        f"{row}.message, found_words({row}.subject), found_words({row}.who),"
        f" found_words({row}.files), found_words(r.text)"
        f" FROM reading r WHERE r.message = {row}.message"
    )


@migrations()
def m040_search_and_deeds(db: Database) -> None:
    """Make every mail found by its words, every list short work, and deeds to be taken back.

    `found` holds words alone, of whose text `reading` has the letters: what is taken out of it has
    to be said again as it went in, so `searched` keeps the rest of it as it was then. Triggers hold
    all three together, whoever writes a reading; they ask the connection for `found_words`.

    Of a store that is not new nothing is indexed here, for that takes minutes: mails up to `below`
    are taken in by and by, newest first, and are found from then on.
    """
    for statement in (
        "ALTER TABLE message ADD COLUMN file_names TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE searching (one INTEGER PRIMARY KEY CHECK (one = 1),"
        " below INTEGER NOT NULL) STRICT",
        "INSERT INTO searching SELECT 1, coalesce(max(message), 0) FROM reading",
        "CREATE TABLE searched (message INTEGER PRIMARY KEY REFERENCES message (id),"
        " subject TEXT NOT NULL, who TEXT NOT NULL, files TEXT NOT NULL) STRICT",
        f"CREATE VIRTUAL TABLE found USING fts5({_COLUMNS}, content = '', columnsize = 0,"
        " tokenize = 'unicode61 remove_diacritics 2', prefix = '3')",
        "CREATE TRIGGER searched_put AFTER INSERT ON searched BEGIN"
        f" INSERT INTO found (rowid, {_COLUMNS}) SELECT {_words('new')}; END",
        "CREATE TRIGGER searched_taken BEFORE DELETE ON searched BEGIN"
        f" INSERT INTO found (found, rowid, {_COLUMNS}) SELECT 'delete', {_words('old')}; END",
        f"CREATE TRIGGER reading_put AFTER INSERT ON reading BEGIN {_KEEP}; END",
        "CREATE TRIGGER reading_changes BEFORE UPDATE OF text ON reading BEGIN"
        " DELETE FROM searched WHERE message = old.message; END",
        f"CREATE TRIGGER reading_changed AFTER UPDATE OF text ON reading BEGIN {_KEEP}; END",
        "CREATE TRIGGER reading_taken BEFORE DELETE ON reading BEGIN"
        " DELETE FROM searched WHERE message = old.message; END",
        "CREATE INDEX ticket_rested ON ticket (coalesce(done_at, answered))"
        " WHERE status IN ('waiting', 'done')",
        "CREATE TABLE deed ("
        " id INTEGER PRIMARY KEY, group_of INTEGER, ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,"
        " before TEXT NOT NULL CHECK (json_valid(before)),"
        " left TEXT NOT NULL CHECK (json_valid(left)), undone INTEGER) STRICT",
        "CREATE INDEX deed_of_ticket ON deed (ticket)",
        "CREATE INDEX deed_of_group ON deed (group_of)",
        "CREATE INDEX deed_in_time ON deed (at)",
    ):
        db.conn.execute(statement)
