"""What became of the first tables: a change is a new migration, never an edited one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]


@migrations()
def m002_applied(db: Database) -> None:
    """Make the table of the sets of rules and prompts that were in force."""
    db.conn.execute(
        "CREATE TABLE applied ("
        " number INTEGER PRIMARY KEY, at INTEGER NOT NULL, digest TEXT NOT NULL,"
        " files TEXT NOT NULL CHECK (json_valid(files))) STRICT"
    )


@migrations()
def m003_growth(db: Database) -> None:
    """Make the indexes by which listing and counting take no longer in an old store."""
    for statement in (
        "CREATE INDEX ticket_unsure ON ticket (guess, place, opened)"
        " WHERE status = 'open' AND queue = 'unsure'",
        "CREATE INDEX ticket_not_open ON ticket (status) WHERE status <> 'open'",
        "CREATE INDEX message_of_kind ON message (kind, arrived)"
        " WHERE state = 'routed' AND role = 'inbox'",
        "DROP INDEX message_filed",
        "CREATE INDEX outbox_ended ON outbox (state)"
        " WHERE state NOT IN ('pending', 'claimed', 'inflight')",
        "CREATE INDEX outbox_unknown ON outbox (ended) WHERE state = 'unknown'",
    ):
        db.conn.execute(statement)


@migrations()
def m004_by_hand(db: Database) -> None:
    """Keep what people join, part and sort by hand, with what it takes to take it back.

    `merged_into` is the ticket that a merged one went into, `split_from` the one that a ticket was
    part of. `home` is the ticket that a message came to where that is not the one it lies on.
    `kind_said` is what a person says that a message is; `said` keeps who said so, as a label.
    """
    kinds = (
        "('human', 'auto_reply', 'out_of_office', 'bounce', 'dsn_other', 'bulk', 'list',"
        " 'calendar', 'challenge', 'own_loop', 'spam', 'phishing', 'unreadable')"
    )
    for statement in (
        "ALTER TABLE ticket ADD COLUMN merged_into INTEGER REFERENCES ticket (id)",
        "ALTER TABLE ticket ADD COLUMN split_from INTEGER REFERENCES ticket (id)",
        "CREATE INDEX ticket_merged_into ON ticket (merged_into) WHERE merged_into IS NOT NULL",
        "ALTER TABLE message ADD COLUMN home INTEGER REFERENCES ticket (id)",
        f"ALTER TABLE message ADD COLUMN kind_said TEXT CHECK (kind_said IN {kinds})",
        "CREATE TABLE change ("
        " id INTEGER PRIMARY KEY,"
        " name TEXT NOT NULL CHECK (name IN ('merge', 'split')),"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " other INTEGER NOT NULL REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        " before TEXT NOT NULL CHECK (json_valid(before)),"
        " left TEXT NOT NULL CHECK (json_valid(left)), undone INTEGER) STRICT",
        "CREATE INDEX change_of_ticket ON change (ticket)",
        "CREATE INDEX change_of_other ON change (other)",
        "CREATE TABLE said ("
        " id INTEGER PRIMARY KEY,"
        " message INTEGER NOT NULL REFERENCES message (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        f" was TEXT CHECK (was IN {kinds}), kind TEXT NOT NULL CHECK (kind IN {kinds}),"
        " undone INTEGER) STRICT",
        "CREATE INDEX said_of_message ON said (message)",
    ):
        db.conn.execute(statement)


@migrations()
def m005_junk_and_waves(db: Database) -> None:
    """Tell what lies in junk from what lies in the inbox, and mails that are all alike.

    A folder of junk, and a message in one, bear the role `inbox` with `junk` beside it: the set of
    roles was CHECKed in the first tables. `in_junk` names what looks like a customer's. A
    `likeness` is a text that others may be like, `wave` on a ticket the one it shares with many.
    """
    for statement in (
        "ALTER TABLE folder ADD COLUMN junk INTEGER NOT NULL DEFAULT 0 CHECK (junk IN (0, 1))",
        "ALTER TABLE message ADD COLUMN junk INTEGER NOT NULL DEFAULT 0 CHECK (junk IN (0, 1))",
        "DROP INDEX message_of_kind",
        "CREATE INDEX message_of_kind ON message (kind, arrived)"
        " WHERE state = 'routed' AND role = 'inbox' AND junk = 0",
        "DROP INDEX message_to_triage",
        "DROP INDEX message_again",
        "CREATE INDEX message_to_triage ON message (arrived) WHERE state = 'stored' AND junk = 0",
        "CREATE INDEX message_again ON message (arrived)"
        " WHERE state = 'stored' AND again = 1 AND junk = 0",
        "CREATE INDEX junk_to_triage ON message (arrived) WHERE state = 'stored' AND junk = 1",
        "CREATE TABLE in_junk ("
        " message INTEGER PRIMARY KEY REFERENCES message (id),"
        " looks TEXT NOT NULL CHECK (looks IN ('reply', 'known', 'customer')),"
        " why TEXT NOT NULL, ticket INTEGER REFERENCES ticket (id)) STRICT",
        "CREATE INDEX in_junk_of_ticket ON in_junk (ticket) WHERE ticket IS NOT NULL",
        "CREATE TABLE likeness ("
        " id INTEGER PRIMARY KEY, sequences BLOB NOT NULL, words BLOB NOT NULL,"
        " touched INTEGER NOT NULL, began INTEGER) STRICT",
        "CREATE INDEX likeness_fading ON likeness (touched) WHERE began IS NULL",
        "CREATE TABLE likeness_band ("
        " band INTEGER NOT NULL, likeness INTEGER NOT NULL REFERENCES likeness (id),"
        " PRIMARY KEY (band, likeness)) STRICT, WITHOUT ROWID",
        "CREATE INDEX band_of_likeness ON likeness_band (likeness)",
        "CREATE TABLE alike ("
        " likeness INTEGER NOT NULL REFERENCES likeness (id),"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " sender TEXT NOT NULL, arrived INTEGER NOT NULL,"
        " PRIMARY KEY (likeness, ticket)) STRICT, WITHOUT ROWID",
        "CREATE INDEX alike_in_time ON alike (likeness, arrived, sender)",
        "ALTER TABLE ticket ADD COLUMN wave INTEGER REFERENCES likeness (id)",
        "DROP INDEX ticket_in_order",
        "DROP INDEX ticket_in_queue",
        "DROP INDEX ticket_unsure",
        "CREATE INDEX ticket_in_order ON ticket (place, opened)"
        " WHERE status = 'open' AND wave IS NULL",
        "CREATE INDEX ticket_in_queue ON ticket (queue, place, opened)"
        " WHERE status = 'open' AND wave IS NULL",
        "CREATE INDEX ticket_unsure ON ticket (guess, place, opened)"
        " WHERE status = 'open' AND queue = 'unsure' AND wave IS NULL",
        "CREATE INDEX ticket_of_wave ON ticket (wave, place)"
        " WHERE status = 'open' AND wave IS NOT NULL",
    ):
        db.conn.execute(statement)


@migrations()
def m006_told(db: Database) -> None:
    """Keep when a wave was told of, and why mail was of the kind that somebody set right.

    A row of `wave_told` stands for all alerts of one stage in an hour, for the tickets of a wave
    that are `judged` alike.
    """
    for statement in (
        "CREATE TABLE wave_told ("
        " id INTEGER PRIMARY KEY,"
        " wave INTEGER NOT NULL REFERENCES likeness (id),"
        " judged TEXT NOT NULL CHECK (json_valid(judged)),"
        " name TEXT NOT NULL CHECK (name IN ('warning', 'breach')),"
        " at INTEGER NOT NULL) STRICT",
        "CREATE INDEX wave_told_in_time ON wave_told (wave, name, judged, at)",
        "ALTER TABLE said ADD COLUMN why TEXT NOT NULL DEFAULT ''",
    ):
        db.conn.execute(statement)


@migrations()
def m007_versions_and_rehearsal(db: Database) -> None:
    """Keep who put a set of rules in force and why, the draft that waits, and what judged a mail.

    `draft` is the one set of files that was read and is not in force, measured against the
    applied set `number`. `said` is what the model said of a mail, `around` what was known besides
    it at `decided`: with both it can be judged again as it was.
    """
    for statement in (
        "ALTER TABLE applied ADD COLUMN person TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE applied ADD COLUMN how TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE applied ADD COLUMN changed TEXT NOT NULL DEFAULT '{}'"
        " CHECK (json_valid(changed))",
        "ALTER TABLE applied ADD COLUMN tests TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tests))",
        "ALTER TABLE applied ADD COLUMN replay TEXT NOT NULL DEFAULT '{}'"
        " CHECK (json_valid(replay))",
        "CREATE TABLE draft ("
        " one INTEGER PRIMARY KEY CHECK (one = 1),"
        " at INTEGER NOT NULL, files TEXT NOT NULL, digest TEXT NOT NULL, number INTEGER NOT NULL,"
        " state TEXT NOT NULL CHECK (state IN ('tests_fail', 'changes_much', 'rolled_back')),"
        " reason TEXT NOT NULL,"
        " tests TEXT NOT NULL CHECK (json_valid(tests)),"
        " replay TEXT NOT NULL CHECK (json_valid(replay))) STRICT",
        "ALTER TABLE reading ADD COLUMN said TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(said))",
        "ALTER TABLE reading ADD COLUMN around TEXT NOT NULL DEFAULT '{}'"
        " CHECK (json_valid(around))",
        "ALTER TABLE reading ADD COLUMN decided INTEGER",
        "CREATE INDEX correction_in_time ON correction (at)",
        "CREATE INDEX said_in_time ON said (at)",
    ):
        db.conn.execute(statement)
