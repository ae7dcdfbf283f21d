"""What we said to a requester before: acknowledgements that left, and answers of humans."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from triage.core.cited import Cited
from triage.core.ticket import MessageId
from triage.store.places import OUR_ANSWER

MOST = 12
"""Mails of each sort, the newest ones, that are looked at for one message."""
LARGEST = 512 * 1024
"""Bytes of an answer beyond which it is not read again: it must carry files."""


def sent_mails(
    db: sqlite3.Connection, asked: Mapping[MessageId, Cited]
) -> dict[MessageId, tuple[bytes, ...]]:
    """Return, for each message, the mails of ours on the tickets that it cites; none: no key.

    Those of what its tickets were merged into, too.
    """
    found = {message: _said(db, cited) for message, cited in asked.items()}
    return {message: mails for message, mails in found.items() if mails}


def _said(db: sqlite3.Connection, cited: Cited) -> tuple[bytes, ...]:
    rows = db.execute(
        "WITH RECURSIVE cited (id) AS (SELECT id FROM ticket"
        " WHERE reference IN (SELECT value FROM json_each(?1))"
        " UNION SELECT ticket FROM known_id WHERE ours = 1"
        " AND message_id IN (SELECT value FROM json_each(?2))),"
        # What was merged lies on the ticket that stands for it now, sent mails included.
        " up (id, next) AS (SELECT id, merged_into FROM ticket WHERE id IN cited"
        " UNION SELECT t.id, t.merged_into FROM ticket t JOIN up ON t.id = up.next),"
        " about (id) AS (SELECT id FROM up)"
        " SELECT * FROM (SELECT p.bytes FROM outbox o JOIN payload p ON p.mail = o.id"
        " WHERE o.ticket IN about AND o.sort = 'ack' AND o.state IN ('inflight', 'sent', 'unknown')"
        " ORDER BY o.id DESC LIMIT ?3)"
        " UNION ALL SELECT * FROM (SELECT r.bytes FROM message m JOIN raw r ON r.message = m.id"
        " WHERE m.ticket IN about AND m.acknowledge_reason = ?4 AND m.size <= ?5"
        " ORDER BY m.arrived DESC LIMIT ?3)",
        (json.dumps(cited.references), json.dumps(cited.message_ids), MOST, OUR_ANSWER, LARGEST),
    )
    return tuple(mail for (mail,) in rows)
