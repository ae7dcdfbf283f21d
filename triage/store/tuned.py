"""How rules and model did: counted of what is kept of each mail, and of what people set right."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from triage.core.ticket import Kind
from triage.store.connection import stamp
from triage.store.tuning import LabelCount, Moved, RuleHits

_FIRED = (
    "SELECT f.value ->> '$.rule' AS rule, f.value ->> '$.did' AS did,"
    " json_array_length(f.value, '$.overruled') > 0 AS overruled, m.ticket, m.opens"
    " FROM message m JOIN reading r ON r.message = m.id, json_each(r.explained, '$.fired') f"
    " WHERE m.kind IN (SELECT value FROM json_each(:kinds)) AND m.state = 'routed'"
    " AND m.role = 'inbox' AND m.junk = 0 AND m.arrived >= :since"
)
_MOVED = (
    "opens = 1 AND did LIKE '%\"queue %' AND EXISTS (SELECT 1 FROM correction c"
    " WHERE c.ticket = fired.ticket AND c.undone IS NULL"
    " AND c.before ->> '$.queue' <> c.after ->> '$.queue')"
)


def rule_hits(db: sqlite3.Connection, since: datetime) -> tuple[RuleHits, ...]:
    """Count what each rule did since then."""
    rows = db.execute(
        f"SELECT rule, count(*) AS hits, sum(overruled) AS overruled, sum({_MOVED}) AS moved"
        f" FROM ({_FIRED}) fired GROUP BY rule ORDER BY hits DESC, rule",
        {"since": stamp(since), "kinds": json.dumps(list(Kind))},
    )
    return tuple(
        RuleHits(row["rule"], row["hits"], row["overruled"] or 0, row["moved"] or 0) for row in rows
    )


def label_counts(db: sqlite3.Connection, since: datetime) -> tuple[LabelCount, ...]:
    """Count the labels that stand."""
    rows = db.execute(
        "SELECT name, signal, sum(yes) AS yes, sum(1 - yes) AS no, sum(at >= ?1) AS lately FROM ("
        " SELECT says ->> '$.queue' AS name, 0 AS signal, 1 AS yes, at FROM label"
        " WHERE withdrawn IS NULL AND says ->> '$.queue' IS NOT NULL"
        " UNION ALL SELECT s.key, 1, s.value, l.at FROM label l, json_each(l.says, '$.signals') s"
        " WHERE l.withdrawn IS NULL) GROUP BY signal, name ORDER BY signal, name",
        (stamp(since),),
    )
    return tuple(
        LabelCount(row["name"], bool(row["signal"]), row["yes"], row["no"], row["lately"])
        for row in rows
    )


def moved_by_people(db: sqlite3.Connection, since: datetime) -> tuple[Moved, ...]:
    """Count which queues people changed for which."""
    rows = db.execute(
        "SELECT before ->> '$.queue' AS began, after ->> '$.queue' AS ended, count(*) AS tickets"
        " FROM correction WHERE undone IS NULL AND at >= ? AND began <> ended"
        " GROUP BY began, ended ORDER BY tickets DESC, began, ended",
        (stamp(since),),
    )
    return tuple(Moved(row["began"], row["ended"], row["tickets"]) for row in rows)
