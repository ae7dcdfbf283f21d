"""The tables of promises: who is there, what was promised and told, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.store.learning_schema import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["migrations"]

_TIMERS = (
    "'warning', 'breach', 'escalation', 'delay', 'update_warning', 'update_breach',"
    " 'resolution_warning', 'resolution_breach', 'check_back', 'wake'"
)
_STATES = "'pending', 'claimed', 'inflight', 'sent', 'unknown', 'failed', 'expired', 'cancelled'"


@migrations()
def m010_sorts_and_timers(db: Database) -> None:
    """Let more than acknowledgements and alerts leave, and more than deadlines come due.

    `delay` and `check_back` are notes to requesters, `reply` an agent's own words, `hook` a
    message to another service: its recipient is an address of the web.
    """
    for statement in (
        "CREATE TABLE timer_of_more ("
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        f" name TEXT NOT NULL CHECK (name IN ({_TIMERS})),"
        " at INTEGER NOT NULL, PRIMARY KEY (ticket, name)) STRICT, WITHOUT ROWID",
        "INSERT INTO timer_of_more SELECT ticket, name, at FROM timer",
        "DROP TABLE timer",
        "ALTER TABLE timer_of_more RENAME TO timer",
        "CREATE INDEX timer_in_order ON timer (at)",
        "CREATE TABLE outbox_of_more ("
        " id INTEGER PRIMARY KEY,"
        " purpose TEXT NOT NULL UNIQUE,"
        " sort TEXT NOT NULL"
        " CHECK (sort IN ('ack', 'delay', 'check_back', 'reply', 'alert', 'hook')),"
        " ticket INTEGER REFERENCES ticket (id),"
        " message INTEGER REFERENCES message (id),"
        " mailbox TEXT NOT NULL,"
        " recipient TEXT NOT NULL, domain TEXT NOT NULL,"
        " message_id TEXT NOT NULL UNIQUE,"
        " facts TEXT NOT NULL CHECK (json_valid(facts)),"
        f" state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ({_STATES})),"
        " attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),"
        " created INTEGER NOT NULL, next_at INTEGER NOT NULL,"
        " promised_at INTEGER,"
        " envelope_from TEXT NOT NULL DEFAULT '',"
        " reason TEXT NOT NULL DEFAULT '',"
        " ended INTEGER) STRICT",
        "INSERT INTO outbox_of_more SELECT id, purpose, sort, ticket, message, mailbox, recipient,"
        " domain, message_id, facts, state, attempts, created, next_at, promised_at,"
        " envelope_from, reason, ended FROM outbox",
        "CREATE TABLE payload_of_more ("
        " mail INTEGER PRIMARY KEY REFERENCES outbox_of_more (id), bytes BLOB NOT NULL) STRICT",
        "INSERT INTO payload_of_more SELECT mail, bytes FROM payload",
        "DROP TABLE payload",
        "DROP TABLE outbox",
        "ALTER TABLE outbox_of_more RENAME TO outbox",
        "ALTER TABLE payload_of_more RENAME TO payload",
        "CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'pending'",
        "CREATE INDEX outbox_under_way ON outbox (state) WHERE state IN ('claimed', 'inflight')",
        "CREATE INDEX outbox_to_recipient ON outbox (recipient, created) WHERE sort = 'ack'",
        "CREATE INDEX outbox_to_domain ON outbox (domain, created) WHERE sort = 'ack'",
        "CREATE INDEX outbox_left_for_domain ON outbox (domain, ended)"
        " WHERE sort = 'ack' AND state IN ('inflight', 'sent', 'unknown')",
        "CREATE INDEX outbox_from_mailbox ON outbox (mailbox, created) WHERE sort = 'ack'",
        "CREATE INDEX outbox_of_ticket ON outbox (ticket) WHERE ticket IS NOT NULL",
        "CREATE INDEX outbox_ended ON outbox (state)"
        " WHERE state NOT IN ('pending', 'claimed', 'inflight')",
        "CREATE INDEX outbox_unknown ON outbox (ended) WHERE state = 'unknown'",
        "CREATE INDEX outbox_notes ON outbox (sort, created) WHERE sort IN ('delay', 'check_back')",
    ):
        db.conn.execute(statement)


@migrations()
def m011_promises(db: Database) -> None:
    """Keep what holds for the hour, what we owe, what was promised, and what became of it.

    `switch` is what changes by the hour and is in no file: an agent `about` is away, the desk is
    closed, something is paused, a notice stands in acknowledgements, a sender is always or never
    automatic. `owed` is an update that a person promised, `proposed` until somebody says so.
    `answer` is every answer of a human of ours, with what it did: an answer that only asks, or
    only promises, is told apart. `promise` is each time that a requester was told, with what it
    came from and what became of it. `breach` says why a deadline was missed.
    """
    for statement in (
        "CREATE TABLE switch ("
        " id INTEGER PRIMARY KEY,"
        " name TEXT NOT NULL CHECK (name IN ('away', 'closed', 'pause', 'notice', 'sender')),"
        " about TEXT NOT NULL, said TEXT NOT NULL CHECK (json_valid(said)),"
        " since INTEGER NOT NULL, until INTEGER,"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        " ended INTEGER, ended_by TEXT NOT NULL DEFAULT '',"
        " CHECK (until IS NULL OR until > since)) STRICT",
        "CREATE INDEX switch_on ON switch (name, about) WHERE ended IS NULL",
        "CREATE TABLE owed ("
        " id INTEGER PRIMARY KEY,"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        " due INTEGER NOT NULL, warn_at INTEGER, why TEXT NOT NULL,"
        " source TEXT NOT NULL CHECK (source IN ('page', 'command', 'mail')),"
        " message INTEGER REFERENCES message (id),"
        " state TEXT NOT NULL CHECK (state IN ('proposed', 'open', 'met', 'breached', 'dropped')),"
        " ended INTEGER) STRICT",
        "CREATE INDEX owed_of_ticket ON owed (ticket)",
        "CREATE UNIQUE INDEX owed_open ON owed (ticket) WHERE state = 'open'",
        "CREATE INDEX owed_in_order ON owed (due) WHERE state = 'open'",
        "CREATE TABLE answer ("
        " id INTEGER PRIMARY KEY,"
        " ticket INTEGER NOT NULL REFERENCES ticket (id), cycle INTEGER NOT NULL,"
        " message INTEGER REFERENCES message (id),"
        " at INTEGER NOT NULL, noticed INTEGER NOT NULL, person TEXT NOT NULL,"
        " how TEXT NOT NULL CHECK (how IN ('mail', 'page', 'phone', 'chat', 'elsewhere')),"
        " does TEXT NOT NULL CHECK (does IN ('answers', 'asks', 'promises')),"
        " probable INTEGER NOT NULL DEFAULT 0 CHECK (probable IN (0, 1)),"
        " undone INTEGER, undone_why TEXT NOT NULL DEFAULT '') STRICT",
        "CREATE INDEX answer_of_ticket ON answer (ticket, at)",
        "CREATE INDEX answer_in_time ON answer (at)",
        "CREATE TABLE promise ("
        " id INTEGER PRIMARY KEY,"
        " ticket INTEGER NOT NULL REFERENCES ticket (id), cycle INTEGER NOT NULL,"
        " sort TEXT NOT NULL CHECK (sort IN ('ack', 'delay')),"
        " at INTEGER NOT NULL, owner TEXT NOT NULL,"
        " target_at INTEGER NOT NULL, expected_at INTEGER, promised_at INTEGER NOT NULL,"
        " method TEXT NOT NULL CHECK (method IN ('target', 'thin', 'history', 'beyond')),"
        " facts TEXT NOT NULL CHECK (json_valid(facts)),"
        " told INTEGER, answered INTEGER,"
        " outcome TEXT NOT NULL DEFAULT ''"
        " CHECK (outcome IN ('', 'kept', 'told_before', 'not_told')),"
        " why TEXT NOT NULL DEFAULT '',"
        " UNIQUE (ticket, cycle, sort)) STRICT",
        "CREATE INDEX promise_in_time ON promise (promised_at)",
        "CREATE INDEX promise_unsettled ON promise (promised_at) WHERE outcome = ''",
        "CREATE TABLE breach ("
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " clock TEXT NOT NULL CHECK (clock IN ('first', 'next', 'update', 'resolution')),"
        " cycle INTEGER NOT NULL,"
        " at INTEGER NOT NULL, noticed INTEGER NOT NULL,"
        " reason TEXT NOT NULL CHECK (reason IN ('burst', 'nobody_rostered', 'misrouted',"
        " 'claimed_and_idle', 'snoozed_past_due', 'fetch_lag', 'send_failed', 'owner_away',"
        " 'not_answered')),"
        " detail TEXT NOT NULL CHECK (json_valid(detail)),"
        " person TEXT NOT NULL DEFAULT '',"
        " PRIMARY KEY (ticket, clock, cycle)) STRICT, WITHOUT ROWID",
        "CREATE INDEX breach_in_time ON breach (at)",
        "CREATE TABLE resolution ("
        " ticket INTEGER PRIMARY KEY REFERENCES ticket (id),"
        " start INTEGER NOT NULL, deadline INTEGER NOT NULL, warn_at INTEGER,"
        " spans TEXT NOT NULL CHECK (json_valid(spans)), why TEXT NOT NULL,"
        " ended INTEGER, result TEXT NOT NULL DEFAULT ''"
        " CHECK (result IN ('', 'met', 'breached'))) STRICT",
        "ALTER TABLE ticket ADD COLUMN snoozed_until INTEGER",
        "ALTER TABLE ticket ADD COLUMN check_back INTEGER",
    ):
        db.conn.execute(statement)


@migrations()
def m012_the_hour_in_the_round(db: Database) -> None:
    """Keep what the hour alone does not tell: what went wrong, what was given, what they wish.

    A row of `voice` is a complaint or a compliment, with its owner, cause and fix. `remedy` is
    what we did about a problem, `goodwill` what we gave beside it, in minor units of a currency.
    `wish` is what a requester asked of us once and for all.
    """
    for statement in (
        "CREATE TABLE voice ("
        " id INTEGER PRIMARY KEY,"
        " kind TEXT NOT NULL CHECK (kind IN ('complaint', 'compliment')),"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " message INTEGER REFERENCES message (id),"
        " at INTEGER NOT NULL, sentence TEXT NOT NULL,"
        " owner TEXT NOT NULL, cause TEXT NOT NULL DEFAULT '', fix TEXT NOT NULL DEFAULT '',"
        " closed INTEGER, person TEXT NOT NULL DEFAULT '',"
        " UNIQUE (ticket, kind)) STRICT",
        "CREATE INDEX voice_in_time ON voice (at)",
        "CREATE TABLE remedy ("
        " id INTEGER PRIMARY KEY,"
        " ticket INTEGER NOT NULL REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        " happened TEXT NOT NULL, kept_word INTEGER CHECK (kept_word IN (0, 1)),"
        " asked_for TEXT NOT NULL, decided TEXT NOT NULL, decided_by TEXT NOT NULL,"
        " final INTEGER NOT NULL CHECK (final IN (0, 1))) STRICT",
        "CREATE INDEX remedy_of_ticket ON remedy (ticket)",
        "CREATE TABLE goodwill ("
        " id INTEGER PRIMARY KEY,"
        " ticket INTEGER REFERENCES ticket (id),"
        " at INTEGER NOT NULL, person TEXT NOT NULL,"
        " kind TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount >= 0),"
        " currency TEXT NOT NULL, reason TEXT NOT NULL,"
        " approved_by TEXT NOT NULL DEFAULT '', undone INTEGER) STRICT",
        "CREATE INDEX goodwill_in_time ON goodwill (at)",
        "CREATE TABLE wish ("
        " address TEXT PRIMARY KEY,"
        " name TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '',"
        " contact TEXT NOT NULL DEFAULT '', words TEXT NOT NULL DEFAULT '',"
        " automatic INTEGER NOT NULL DEFAULT 1 CHECK (automatic IN (0, 1)),"
        " at INTEGER NOT NULL, person TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "ALTER TABLE ticket ADD COLUMN cause TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE ticket ADD COLUMN asks INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX ticket_of_cause ON ticket (cause, done_at) WHERE cause <> ''",
    ):
        db.conn.execute(statement)
