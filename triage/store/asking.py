"""How often we asked a requester for something: an offer to complete a fact, an answer that asks.

Counted from what left and what was answered, never by adding up: what is undone is not counted.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from triage.core.needed import ASKED_TWICE, too_often
from triage.core.ticket import TicketId
from triage.store.family import family
from triage.store.noting import note


def recount(db: sqlite3.Connection, ticket: TicketId, now: datetime) -> int:
    """Count anew how often the requester of a ticket was asked, flag a second time, return it.

    An acknowledgement asks from the moment on from which it may have left.
    """
    of = json.dumps(family(db, ticket))
    (offered,) = db.execute(
        "SELECT count(*) FROM outbox WHERE ticket IN (SELECT value FROM json_each(?))"
        " AND sort = 'ack' AND state IN ('inflight', 'sent', 'unknown')"
        " AND coalesce(facts ->> '$.missing', '') <> ''",
        (of,),
    ).fetchone()
    (asked,) = db.execute(
        "SELECT count(*) FROM answer WHERE ticket IN (SELECT value FROM json_each(?))"
        " AND does = 'asks' AND probable = 0 AND undone IS NULL",
        (of,),
    ).fetchone()
    asks = int(offered) + int(asked)
    before, badges = db.execute(
        "SELECT asks, badges FROM ticket WHERE id = ?", (ticket,)
    ).fetchone()
    if asks == before:
        return asks
    shown = [badge for badge in json.loads(badges) if badge != ASKED_TWICE]
    shown += [ASKED_TWICE] * too_often(asks)
    db.execute(
        "UPDATE ticket SET asks = ?, badges = ?, revision = revision + 1 WHERE id = ?",
        (asks, json.dumps(shown), ticket),
    )
    if too_often(asks) and asks > before:
        note(db, ticket, now, ASKED_TWICE, {"asks": asks})
    return asks
