"""What a forecast is made from: what waits, how fast it is answered, how much more comes.

What waits is read each time, along its index. Pace and arrivals change slowly: they are worked
out once an hour, while there is little history every few minutes, and kept as a setting.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean, pstdev
from typing import Any

from triage.core.load import ENOUGH, PRIOR, Case, Load, Pace, Waiting
from triage.core.ticket import UNSURE
from triage.store import arriving, waves
from triage.store.connection import instant, stamp
from triage.store.setting import keep_setting, read_setting

HISTORY = timedelta(days=28)
MOST_LISTED = 5000
MOST_ANSWERS = 10_000
"""The newest answers that the pace is learnt from: more would tell nothing more."""

LONGEST = timedelta(minutes=90)
"""A longer pause between two answers is no work: a night, a lunch, an empty queue."""

MOST_SHORT = 90
"""Minutes by which a forecast is put right at most: more was a bad week, not a habit."""

_KEPT = "pace"
_HOURLY = timedelta(hours=1)
_OFTEN = timedelta(minutes=10)
_SURGE = timedelta(hours=2)
_MOST_SURGE = 3.0
_RECENT = 1000
_WINSOR = 60.0
_MINUTE = 60_000_000


def load(db: sqlite3.Connection, now: datetime) -> Load:
    """Return what the desk has to do at `now`, and how fast it does it."""
    found, more = _waiting(db)
    kept = json.loads(read_setting(db, _KEPT) or "{}")
    arrivals = tuple(kept.get("arrivals", ()))
    return Load(
        waiting=(*found, *_waves(db)),
        more=more,
        pace=Pace(*kept["pace"]) if "pace" in kept else PRIOR,
        paces={queue: Pace(*pace) for queue, pace in kept.get("paces", {}).items()},
        arrivals=arrivals,
        surge=_surge(db, arrivals, now),
        short=kept.get("short", {}),
        boosts={int(boost): share for boost, share in kept.get("boosts", {}).items()},
        together=kept.get("together", False),
    )


def learn_pace(db: sqlite3.Connection, now: datetime) -> None:
    """Work pace and arrivals out anew where they are an hour old, or ten minutes while thin."""
    kept = json.loads(read_setting(db, _KEPT) or "{}")
    thin = "pace" not in kept or kept["pace"][0] < ENOUGH
    age = None if "at" not in kept else now - instant(kept["at"])
    if age is not None and timedelta() <= age < (_OFTEN if thin else _HOURLY):
        return
    keep_setting(db, _KEPT, json.dumps({"at": stamp(now), **_measured(db, now)}))


def _waiting(db: sqlite3.Connection) -> tuple[list[Waiting], int]:
    """List what waits first, alike things together, and count the rest."""
    rows = db.execute(
        "SELECT place / ?1 AS place, answer_by / ?1 AS due, queue, count(*) AS number FROM"
        " (SELECT place, answer_by, iif(queue = ?2, guess, queue) AS queue FROM ticket"
        " WHERE status = 'open' AND wave IS NULL AND place IS NOT NULL ORDER BY place LIMIT ?3)"
        " GROUP BY 1, 2, 3",
        (_MINUTE, UNSURE, MOST_LISTED),
    ).fetchall()
    found = [
        Waiting(instant(row[0] * _MINUTE), instant(row[1] * _MINUTE), row[2], row[3])
        for row in rows
    ]
    listed = sum(one.count for one in found)
    if listed < MOST_LISTED:
        return found, 0
    (number,) = db.execute(
        "SELECT count(*) FROM ticket WHERE status = 'open' AND wave IS NULL AND place IS NOT NULL"
    ).fetchone()
    return found, number - listed


def _waves(db: sqlite3.Connection) -> list[Waiting]:
    """List the waves that wait, each as one ticket: one answer serves them all."""
    return [
        Waiting(instant(row["place"]), instant(row["answer_by"]), row["queue"], 1)
        for row in waves.firsts(db)
    ]


def _surge(db: sqlite3.Connection, arrivals: Sequence[float], now: datetime) -> float:
    """Return how many times more mail came in the last two hours than usually does.

    1 where it is no more than chance may bring.
    """
    if not arrivals:
        return 1.0
    since = stamp(now - _SURGE)
    (came,) = db.execute(
        f"SELECT count(*) FROM message WHERE {arriving.COUNTED} AND arrived >= ?",
        (since,),
    ).fetchone()
    first = since // arriving.HOUR
    usual = sum(arrivals[arriving.of_week(first + hour)] for hour in range(_SURGE // _HOURLY))
    if came <= usual + 3 * sqrt(usual + 1):
        return 1.0
    return min(float(came / max(usual, 1.0)), _MOST_SURGE)


def _measured(db: sqlite3.Connection, now: datetime) -> Mapping[str, Any]:
    spent = _spent(db, now)
    together = sum(map(len, spent[True].values())) < ENOUGH
    by_queue = spent[not together]
    return {
        "pace": _pace([minutes for each in by_queue.values() for minutes in each]),
        "paces": {queue: _pace(each) for queue, each in by_queue.items() if len(each) >= ENOUGH},
        "together": together and any(by_queue.values()),
        "arrivals": arriving.arrivals(db, now),
        "boosts": _boosts(db),
        "short": {case: _short(db, now, case) for case in Case},
    }


def _spent(db: sqlite3.Connection, now: datetime) -> dict[bool, dict[str, list[float]]]:
    """Return what answers took, in minutes, by queue: those that name somebody (True), and all.

    An answer took from the one before it of the same person, or from when the mail came, where
    that is later. Those that name nobody are the team's.
    """
    rows = db.execute(
        "SELECT queue, named, spent FROM ("
        " SELECT iif(t.queue = ?1, t.guess, t.queue) AS queue,"
        " a.person NOT IN ('', 'team') AS named,"
        " a.at - max(c.start, coalesce(lag(a.at) OVER (PARTITION BY a.person ORDER BY a.at),"
        " c.start)) AS spent FROM"
        " (SELECT * FROM answer WHERE at BETWEEN ?2 AND ?3 AND undone IS NULL AND probable = 0"
        " ORDER BY at DESC LIMIT ?5) a"
        " JOIN clock c ON c.ticket = a.ticket AND c.cycle = a.cycle"
        " JOIN ticket t ON t.id = a.ticket"
        ") WHERE spent BETWEEN 1 AND ?4",
        (
            UNSURE,
            stamp(now - HISTORY),
            stamp(now),
            LONGEST // timedelta(microseconds=1),
            MOST_ANSWERS,
        ),
    )
    found: dict[bool, dict[str, list[float]]] = {
        True: defaultdict(list),
        False: defaultdict(list),
    }
    for queue, named, micros in rows:
        found[bool(named)][queue].append(min(micros / _MINUTE, _WINSOR))
    return found


def _pace(minutes: Sequence[float]) -> list[float]:
    if len(minutes) < ENOUGH:
        return [len(minutes), PRIOR.mean, PRIOR.spread]
    return [len(minutes), round(fmean(minutes), 3), round(pstdev(minutes), 3)]


def _short(db: sqlite3.Connection, now: datetime, case: Case) -> float:
    """Return by how many minutes four in five forecasts of late fell short at most; 0: by none.

    What was not answered at all fell short of it for ever.
    """
    rows = db.execute(
        "SELECT (coalesce(answered, ?1) - at) / ?2 - (facts ->> '$.reckoned') AS short FROM"
        " (SELECT * FROM promise WHERE promised_at BETWEEN ?3 AND ?4 AND sort = 'ack'"
        " AND outcome <> '' ORDER BY promised_at DESC LIMIT ?6)"
        " WHERE facts ->> '$.case' = ?5 AND facts ->> '$.reckoned' NOT NULL",
        (stamp(now + HISTORY), _MINUTE, stamp(now - HISTORY), stamp(now), case, 3 * _RECENT),
    ).fetchall()
    if len(rows) < ENOUGH:
        return 0.0
    short = sorted(row["short"] for row in rows)[len(rows) * 4 // 5]
    return float(min(max(short, 0), MOST_SHORT))


def _boosts(db: sqlite3.Connection) -> Mapping[int, float]:
    """Return which share of the newest tickets has which boost."""
    rows = db.execute(
        "SELECT boost, count(*) FROM (SELECT boost FROM ticket ORDER BY id DESC LIMIT ?)"
        " GROUP BY boost",
        (_RECENT,),
    ).fetchall()
    number = sum(count for _, count in rows)
    return {boost: round(count / number, 4) for boost, count in rows}
