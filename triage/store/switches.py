"""The switches of the hour: each is kept with who, when and an end, also after it is over."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from triage.core.outgoing import Sort
from triage.core.switches import Paused, Switch, Switches, SwitchName
from triage.store.connection import instant, maybe, stamp
from triage.store.noting import note

CLOSED_BEFORE = timedelta(days=62)
"""How long ago the desk may have been closed for a clock to ask for it."""

PAUSES = {
    Sort.ACKNOWLEDGEMENT: Paused.ACKNOWLEDGEMENTS,
    Sort.DELAY: Paused.NOTICES,
    Sort.CHECK_BACK: Paused.NOTICES,
}
"""Which pause holds mail of a sort; what is not named here is never paused."""


def switches(db: sqlite3.Connection, now: datetime) -> tuple[Switch, ...]:
    """Return what is set and not over, and when the desk was closed of late."""
    rows = db.execute(
        "SELECT id, name, about, said, since, until, at, person, ended FROM switch"
        " WHERE ended IS NULL AND (until IS NULL OR until > ?1 OR name = 'closed')"
        " UNION SELECT id, name, about, said, since, until, at, person, ended FROM switch"
        " WHERE name = 'closed' AND ended > ?2 AND ended > since ORDER BY id",
        (stamp(now), stamp(now - CLOSED_BEFORE)),
    )
    return tuple(map(_switch, rows))


def between(db: sqlite3.Connection, since: datetime, until: datetime) -> tuple[Switch, ...]:
    """Return who was away, and when the desk was closed, at any moment of a time."""
    rows = db.execute(
        "SELECT * FROM switch WHERE name IN ('away', 'closed') AND since < ?2"
        " AND (coalesce(ended, until) IS NULL OR coalesce(ended, until) > max(since, ?1))"
        " ORDER BY id",
        (stamp(since), stamp(until)),
    )
    return tuple(map(_switch, rows))


def _switch(row: sqlite3.Row) -> Switch:
    return Switch(
        number=row["id"],
        name=SwitchName(row["name"]),
        about=row["about"],
        said=str(json.loads(row["said"]).get("text", "")),
        since=instant(row["since"]),
        until=maybe(row["until"] if row["ended"] is None else row["ended"]),
        at=instant(row["at"]),
        person=row["person"],
    )


def switch_on(db: sqlite3.Connection, switch: Switch) -> Switch:
    """Keep a switch, and end what it contradicts: what holds by what holds, plans by plans."""
    _close_the_past(db, switch.at)
    until = None if switch.until is None else stamp(switch.until)
    if switch.name is not SwitchName.NOTICE:
        replaced = db.execute(
            "SELECT * FROM switch WHERE name = ?1 AND about = ?2 AND ended IS NULL"
            " AND (until IS NULL OR until > ?3) AND (?4 IS NULL OR since < ?4)"
            " AND (since <= ?5) = (?3 <= ?5)",
            (switch.name, switch.about, stamp(switch.since), until, stamp(switch.at)),
        ).fetchall()
        for row in replaced:
            _end(db, row, switch.person, switch.at)
    number = db.execute(
        "INSERT INTO switch (name, about, said, since, until, at, person)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            switch.name,
            switch.about,
            json.dumps({"text": switch.said}),
            stamp(switch.since),
            until,
            stamp(switch.at),
            switch.person,
        ),
    ).lastrowid
    row = db.execute("SELECT * FROM switch WHERE id = ?", (number,)).fetchone()
    kept = _switch(row)
    detail = {"switch": kept.name, "about": kept.about, "number": kept.number, "by": kept.person}
    ends = None if kept.until is None else kept.until.isoformat()
    note(db, None, kept.at, "switched_on", {**detail, "until": ends})
    return kept


def switch_off(
    db: sqlite3.Connection,
    name: SwitchName,
    about: str | None,
    by: str,
    now: datetime,
    *,
    number: int = 0,
) -> tuple[Switch, ...]:
    """End what holds; where nothing does, call off what is to come. Returns what was ended."""
    _close_the_past(db, now)
    rows = db.execute(
        "SELECT * FROM switch WHERE name = ?1 AND (?2 IS NULL OR about = ?2) AND ended IS NULL"
        " AND (?3 = 0 OR id = ?3) ORDER BY id",
        (name, about, number),
    ).fetchall()
    ended = [row for row in rows if row["since"] <= stamp(now)] or rows
    for row in ended:
        _end(db, row, by, now)
    if name is SwitchName.PAUSE and ended:
        _go_on(db, now)
    return tuple(map(_switch, ended))


def _end(db: sqlite3.Connection, row: sqlite3.Row, by: str, now: datetime) -> None:
    db.execute(
        "UPDATE switch SET ended = ?, ended_by = ? WHERE id = ?", (stamp(now), by, row["id"])
    )
    detail = {"switch": row["name"], "about": row["about"], "number": row["id"], "by": by}
    note(db, None, now, "switched_off", detail)


def _close_the_past(db: sqlite3.Connection, now: datetime) -> None:
    """Take what has ended by itself out of the index of what is set."""
    db.execute("UPDATE switch SET ended = until WHERE ended IS NULL AND until <= ?", (stamp(now),))


def _go_on(db: sqlite3.Connection, now: datetime) -> None:
    """Make what waited for the end of a pause due at once."""
    db.execute(
        "UPDATE outbox SET next_at = ? WHERE state = 'pending' AND reason = 'paused'",
        (stamp(now),),
    )


def paused_sorts(db: sqlite3.Connection, now: datetime) -> frozenset[Sort]:
    """Return the sorts of mail that do not leave at `now`."""
    set_now = Switches(switches(db, now))
    return frozenset(sort for sort, what in PAUSES.items() if set_now.paused(what, now))


def pause_by_itself(db: sqlite3.Connection, why: str, now: datetime) -> None:
    """Pause everything automatic until a person looks; once is enough."""
    pauses = Switches(switches(db, now)).on(now, SwitchName.PAUSE)
    if not any(one.about == Paused.ALL for one in pauses):
        switch_on(
            db,
            Switch(
                name=SwitchName.PAUSE,
                about=Paused.ALL,
                said=why,
                since=now,
                at=now,
                person="triage",
            ),
        )
