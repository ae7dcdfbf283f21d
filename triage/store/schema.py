"""The first tables, as a numbered migration; later ones stand in `migrations.py`.

Instants are INTEGER microseconds since 1970 in UTC. Closed sets are CHECKed, as they were when
this was written: a store of then and one of now must end alike, so none of it is made from what
the code calls a set today. Raw bytes and payloads live in tables of their own, out of the way of
what is read for every listing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("triage")


_TABLES = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE instance (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  host TEXT NOT NULL, pid INTEGER NOT NULL, boot TEXT NOT NULL, beat INTEGER NOT NULL
) STRICT;

CREATE TABLE folder (
  id INTEGER PRIMARY KEY,
  mailbox TEXT NOT NULL, path TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('inbox', 'sent')),
  uidvalidity INTEGER NOT NULL, baseline INTEGER NOT NULL,
  UNIQUE (mailbox, path)
) STRICT;

CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE CHECK (reference GLOB 'T-*' AND length(reference) = 9),
  status TEXT NOT NULL CHECK (status IN ('open', 'waiting', 'snoozed', 'done', 'merged')),
  mailbox TEXT NOT NULL,
  subject TEXT NOT NULL,
  requester TEXT NOT NULL, requester_name TEXT NOT NULL,
  language TEXT,
  queue TEXT NOT NULL, guess TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
  boost INTEGER NOT NULL,
  owner TEXT NOT NULL, owner_why TEXT NOT NULL,
  gist TEXT NOT NULL,
  flags TEXT NOT NULL CHECK (json_valid(flags)),
  badges TEXT NOT NULL CHECK (json_valid(badges)),
  related TEXT NOT NULL CHECK (json_valid(related)),
  opened INTEGER NOT NULL,
  waiting_since INTEGER,
  answer_by INTEGER, warn_at INTEGER, promised_at INTEGER, place INTEGER,
  answered INTEGER, done_at INTEGER, first_result TEXT NOT NULL DEFAULT ''
    CHECK (first_result IN ('', 'met', 'breached')),
  acknowledgement TEXT NOT NULL,
  cycle INTEGER NOT NULL DEFAULT 0 CHECK (cycle >= 0),
  messages INTEGER NOT NULL DEFAULT 0 CHECK (messages >= 0),
  revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
  CHECK (answer_by IS NOT NULL OR place IS NULL)
) STRICT;
CREATE INDEX ticket_in_order ON ticket (place, opened) WHERE status = 'open';
CREATE INDEX ticket_in_queue ON ticket (queue, place, opened) WHERE status = 'open';
CREATE INDEX ticket_of_owner ON ticket (owner) WHERE status = 'open';
CREATE INDEX ticket_of_requester ON ticket (requester, opened);

CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL, copy INTEGER NOT NULL DEFAULT 0,
  mailbox TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('inbox', 'sent')),
  internal_date INTEGER NOT NULL, first_seen INTEGER NOT NULL, arrived INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0),
  truncated INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0, 1)),
  unreadable TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('stored', 'routed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error TEXT NOT NULL DEFAULT '',
  ticket INTEGER REFERENCES ticket (id),
  opens INTEGER NOT NULL DEFAULT 0 CHECK (opens IN (0, 1)),
  again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
  participant INTEGER NOT NULL DEFAULT 1 CHECK (participant IN (0, 1)),
  kind TEXT CHECK (kind IN ('human', 'auto_reply', 'out_of_office', 'bounce', 'dsn_other', 'bulk',
    'list', 'calendar', 'challenge', 'own_loop', 'spam', 'phishing', 'unreadable')),
  doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
  kind_why TEXT NOT NULL DEFAULT '',
  trust TEXT NOT NULL DEFAULT '', trust_why TEXT NOT NULL DEFAULT '',
  language TEXT,
  subject TEXT NOT NULL DEFAULT '',
  sender TEXT NOT NULL DEFAULT '', sender_name TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL DEFAULT '',
  loose_subject TEXT NOT NULL DEFAULT '', body_digest BLOB NOT NULL DEFAULT x'',
  attachments INTEGER NOT NULL DEFAULT 0,
  acknowledge INTEGER NOT NULL DEFAULT 0 CHECK (acknowledge IN (0, 1)),
  acknowledge_reason TEXT NOT NULL DEFAULT '',
  CHECK (state = 'stored' OR kind IS NOT NULL),
  UNIQUE (key, copy)
) STRICT;
CREATE INDEX message_to_triage ON message (arrived) WHERE state = 'stored';
CREATE INDEX message_again ON message (arrived) WHERE state = 'stored' AND again = 1;
CREATE INDEX message_of_ticket ON message (ticket, arrived);
CREATE INDEX message_of_sender ON message (sender, arrived) WHERE state = 'routed';
CREATE INDEX message_of_body ON message (body_digest, arrived) WHERE state = 'routed';
CREATE INDEX message_filed ON message (kind, arrived) WHERE state = 'routed' AND ticket IS NULL;

CREATE TABLE raw (
  message INTEGER PRIMARY KEY REFERENCES message (id), bytes BLOB NOT NULL
) STRICT;
CREATE TABLE reading (
  message INTEGER PRIMARY KEY REFERENCES message (id),
  text TEXT NOT NULL,
  explained TEXT NOT NULL CHECK (json_valid(explained))
) STRICT;

CREATE TABLE seen (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL CHECK (uid > 0),
  identity BLOB NOT NULL, internal_date INTEGER NOT NULL,
  message INTEGER REFERENCES message (id),
  gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
  PRIMARY KEY (folder, uidvalidity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_identity ON seen (folder, identity);
CREATE INDEX seen_of_message ON seen (message) WHERE message IS NOT NULL;

CREATE TABLE failure (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
  times INTEGER NOT NULL CHECK (times > 0),
  PRIMARY KEY (folder, uidvalidity, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
  ticket INTEGER NOT NULL REFERENCES ticket (id), address TEXT NOT NULL,
  PRIMARY KEY (ticket, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE known_id (
  message_id TEXT NOT NULL, ticket INTEGER NOT NULL REFERENCES ticket (id),
  ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
  PRIMARY KEY (message_id, ticket)
) STRICT, WITHOUT ROWID;

CREATE TABLE cited (
  message_id TEXT NOT NULL, message INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (message_id, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX cited_by_message ON cited (message);

CREATE TABLE clock (
  ticket INTEGER NOT NULL REFERENCES ticket (id), cycle INTEGER NOT NULL CHECK (cycle > 0),
  start INTEGER NOT NULL, deadline INTEGER, warn_at INTEGER, answered INTEGER,
  result TEXT NOT NULL DEFAULT '' CHECK (result IN ('', 'met', 'breached')),
  spans TEXT NOT NULL CHECK (json_valid(spans)), why TEXT NOT NULL,
  PRIMARY KEY (ticket, cycle)
) STRICT, WITHOUT ROWID;

CREATE TABLE timer (
  ticket INTEGER NOT NULL REFERENCES ticket (id),
  name TEXT NOT NULL CHECK (name IN ('warning', 'breach')),
  at INTEGER NOT NULL,
  PRIMARY KEY (ticket, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_in_order ON timer (at);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  purpose TEXT NOT NULL UNIQUE,
  sort TEXT NOT NULL CHECK (sort IN ('ack', 'alert')),
  ticket INTEGER REFERENCES ticket (id),
  message INTEGER REFERENCES message (id),
  mailbox TEXT NOT NULL,
  recipient TEXT NOT NULL, domain TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'claimed', 'inflight', 'sent',
    'unknown', 'failed', 'expired', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  created INTEGER NOT NULL, next_at INTEGER NOT NULL,
  promised_at INTEGER,
  envelope_from TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  ended INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'pending';
CREATE INDEX outbox_under_way ON outbox (state) WHERE state IN ('claimed', 'inflight');
CREATE INDEX outbox_to_recipient ON outbox (recipient, created) WHERE sort = 'ack';
CREATE INDEX outbox_to_domain ON outbox (domain, created) WHERE sort = 'ack';
CREATE INDEX outbox_left_for_domain ON outbox (domain, ended)
  WHERE sort = 'ack' AND state IN ('inflight', 'sent', 'unknown');
CREATE INDEX outbox_from_mailbox ON outbox (mailbox, created) WHERE sort = 'ack';
CREATE INDEX outbox_of_ticket ON outbox (ticket) WHERE ticket IS NOT NULL;
CREATE TABLE payload (
  mail INTEGER PRIMARY KEY REFERENCES outbox (id), bytes BLOB NOT NULL
) STRICT;

CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  ticket INTEGER REFERENCES ticket (id),
  at INTEGER NOT NULL, name TEXT NOT NULL,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX event_of_ticket ON event (ticket, at);

CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES ticket (id),
  at INTEGER NOT NULL, person TEXT NOT NULL,
  before TEXT NOT NULL CHECK (json_valid(before)),
  after TEXT NOT NULL CHECK (json_valid(after)),
  undone INTEGER
) STRICT;
CREATE INDEX correction_of_ticket ON correction (ticket, at);
"""


@migrations()
def m001_tables(db: Database) -> None:
    """Make the tables of a message's way, from its folder to the mail that left for it."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
