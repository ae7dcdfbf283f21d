"""What waits, to be looked ahead from, and what was foreseen, to be compared with what came."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime, timedelta

from triage.core.misses import Live, Outlook
from triage.core.ticket import UNSURE
from triage.store import waves
from triage.store.breaches import between
from triage.store.connection import instant, stamp
from triage.store.guarding import Guarded
from triage.store.noting import note
from triage.store.promises import Foreseen, PromiseScores
from triage.store.promising import scores
from triage.store.setting import keep_setting, read_setting

MOST_LIVE = 2000
SCORED = "promises_scored"
"""The event, and the setting, of a day whose promises were counted."""

_FORESEEN = "foreseen"
_KEPT = timedelta(days=15)


def live(db: sqlite3.Connection) -> tuple[Live, ...]:
    """List what waits with a clock, in the order of the desk; of a wave the first alone."""
    rows = db.execute(
        "SELECT reference, iif(queue = ?1, guess, queue) AS queue, place, answer_by FROM ticket"
        " WHERE status = 'open' AND wave IS NULL AND place IS NOT NULL ORDER BY place LIMIT ?2",
        (UNSURE, MOST_LIVE),
    ).fetchall()
    every = sorted([*rows, *waves.firsts(db)], key=lambda row: int(row["place"]))
    return tuple(
        Live(row["reference"], row["queue"], instant(row["place"]), instant(row["answer_by"]))
        for row in every[:MOST_LIVE]
    )


def keep_foreseen(db: sqlite3.Connection, outlook: Outlook, now: datetime) -> None:
    """Keep what was foreseen at `now`, for some days."""
    kept = json.loads(read_setting(db, _FORESEEN) or "[]")
    kept = [row for row in kept if row[0] > stamp(now - _KEPT)]
    kept.append([stamp(now), stamp(outlook.until), outlook.mean, outlook.low, outlook.high])
    keep_setting(db, _FORESEEN, json.dumps(kept))


def foreseen(db: sqlite3.Connection, since: datetime, until: datetime) -> tuple[Foreseen, ...]:
    """Return what was foreseen from `since` up to, not including, `until`, and what came of it.

    Only what is over by `until`.
    """
    kept = json.loads(read_setting(db, _FORESEEN) or "[]")
    return tuple(
        Foreseen(
            at=instant(at),
            until=instant(end),
            mean=mean,
            low=low,
            high=high,
            came=_late(db, instant(at), instant(end)),
        )
        for at, end, mean, low, high in kept
        if stamp(since) <= at and end < stamp(until)
    )


def _late(db: sqlite3.Connection, since: datetime, until: datetime) -> int:
    """Count the answers that became late in a span."""
    return sum(one.clock in {Guarded.FIRST, Guarded.NEXT} for one in between(db, since, until))


def score_day(
    db: sqlite3.Connection, since: datetime, until: datetime, now: datetime
) -> PromiseScores | None:
    """Count a day's promises once, and write that down; None where that was done before."""
    last = read_setting(db, SCORED)
    if last is not None and int(last) >= stamp(until):
        return None
    found = scores(db, since, until)
    detail = asdict(found) | {
        "since": since.isoformat(),
        "slack": None if found.slack is None else round(found.slack / timedelta(minutes=1)),
        "share": found.share,
    }
    keep_setting(db, SCORED, str(stamp(until)))
    note(db, None, now, SCORED, detail)
    return found
