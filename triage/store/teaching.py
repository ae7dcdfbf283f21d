"""The sets of heads that labels taught, and which of them judges."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import datetime

from triage.core.worded import worded
from triage.errors import NotPossible
from triage.store.connection import instant, stamp
from triage.store.labelling import has_unread, ripe
from triage.store.learning import Outcome, Standing, Taught
from triage.store.noting import note

KEPT = 500
"""How many sets are remembered."""


def standing(db: sqlite3.Connection, before: datetime, encoder: str) -> Standing:
    """Say what there is to learn, and what judges now."""
    live, last = _live(db), _last(db)
    (through,) = db.execute("SELECT coalesce(max(id), 0) FROM label").fetchone()
    (gone_back,) = db.execute(
        "SELECT coalesce(max(through), 0) FROM taught WHERE verdict = 'rolled_back'"
    ).fetchone()
    waits = last is not None and last.outcome is Outcome.WAITING
    return Standing(
        ripe=ripe(db, before),
        through=through,
        tried=max(gone_back, last.through if last else 0),
        withdrawn=_taken_back(db, live),
        dropped=_taken_back(db, last) if waits else 0,
        unread=has_unread(db, encoder),
        last=last,
        live=live,
    )


def _taken_back(db: sqlite3.Connection, since: Taught | None) -> int:
    """Count the labels of a set of heads that were taken back since it was taught."""
    if since is None:
        return 0
    (count,) = db.execute(
        "SELECT count(*) FROM label WHERE id <= ? AND withdrawn > ?",
        (since.through, stamp(since.at)),
    ).fetchone()
    return int(count)


def taught(db: sqlite3.Connection, limit: int) -> tuple[Taught, ...]:
    """Return the newest sets first."""
    rows = db.execute("SELECT * FROM taught ORDER BY number DESC LIMIT ?", (limit,))
    return tuple(_taught(row) for row in rows)


def keep_taught(db: sqlite3.Connection, given: Taught) -> Taught:
    """Keep a set; the oldest ones are forgotten, but never the one that judges."""
    judging = _live(db)
    if given.after and judging is not None and judging.number != given.after:
        why = worded("heads %(number)s judge since these were compared", number=judging.number)
        given = replace(given, outcome=Outcome.WAITING, why=given.why or why)
    cursor = db.execute(
        "INSERT INTO taught (at, heads, encoder, teaching, through, labels, figures, verdict, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp(given.at),
            given.heads,
            given.encoder,
            given.teaching,
            given.through,
            given.labels,
            json.dumps(dict(given.figures)),
            given.outcome,
            given.why,
        ),
    )
    live = _live(db)
    db.execute(
        "DELETE FROM taught WHERE number <= (SELECT max(number) FROM taught) - ? AND number < ?",
        (KEPT, live.number if live else cursor.lastrowid),
    )
    row = db.execute("SELECT * FROM taught WHERE number = ?", (cursor.lastrowid,)).fetchone()
    return _taught(row)


def roll_back(db: sqlite3.Connection, number: int, by: str, now: datetime) -> tuple[Taught, ...]:
    """Take back every live set after `number`; 0: only the one that judges."""
    live = [one for one in taught(db, KEPT) if one.outcome is Outcome.LIVE]
    if number == 0 and len(live) > 1:
        number = live[1].number
    if number not in {one.number for one in live[1:]}:
        if number == 0:
            raise NotPossible("there are no earlier heads that were live")
        raise NotPossible(
            "there are no earlier heads %(number)s that were live: %(heads)s",
            number=number,
            heads=", ".join(str(one.number) for one in live[1:6]) or "0",
        )
    taken = tuple(one for one in live if one.number > number)
    why = worded(
        "%(person)s went back to %(number)s on %(time)s UTC",
        person=by,
        number=number,
        time=f"{now:%Y-%m-%d %H:%M}",
    )
    db.executemany(
        "UPDATE taught SET verdict = ?, why = ? WHERE number = ?",
        [(Outcome.ROLLED_BACK, why, one.number) for one in taken],
    )
    note(db, None, now, "heads_rolled_back", {"by": by, "to": number})
    return taken


def settle_heads(
    db: sqlite3.Connection, number: int, outcome: Outcome, by: str, now: datetime
) -> Taught:
    """Let a person decide over the heads that were taught last, and wait."""
    last = _last(db)
    if last is None or last.number != number or last.outcome is not Outcome.WAITING:
        raise NotPossible(
            "heads %(number)s do not wait, or others were taught since", number=number
        )
    live = outcome is Outcome.LIVE
    told = {"person": by, "time": f"{now:%Y-%m-%d %H:%M}", "why": last.why}
    why = (
        worded("%(person)s approved it on %(time)s UTC: %(why)s", **told)
        if live
        else worded("%(person)s rejected it on %(time)s UTC: %(why)s", **told)
    )
    db.execute("UPDATE taught SET verdict = ?, why = ? WHERE number = ?", (outcome, why, number))
    note(
        db, None, now, "heads_approved" if live else "heads_rejected", {"by": by, "number": number}
    )
    return replace(last, outcome=outcome, why=why)


def _live(db: sqlite3.Connection) -> Taught | None:
    row = db.execute(
        "SELECT * FROM taught WHERE verdict = 'live' ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return None if row is None else _taught(row)


def _last(db: sqlite3.Connection) -> Taught | None:
    row = db.execute("SELECT * FROM taught ORDER BY number DESC LIMIT 1").fetchone()
    return None if row is None else _taught(row)


def _taught(row: sqlite3.Row) -> Taught:
    return Taught(
        number=row["number"],
        at=instant(row["at"]),
        heads=row["heads"],
        encoder=row["encoder"],
        teaching=row["teaching"],
        through=row["through"],
        labels=row["labels"],
        figures=json.loads(row["figures"]),
        outcome=Outcome(row["verdict"]),
        why=row["why"],
    )
