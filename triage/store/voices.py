"""The register of complaints and compliments: what tickets are flagged with, and what came of it.

A row follows the flags of its ticket: it is there as soon as a mail or a person says so, and goes
when a person says that it was none.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from triage.core.ticket import TicketId
from triage.errors import NotPossible
from triage.store.connection import instant, maybe, stamp
from triage.store.family import family, living
from triage.store.noting import note
from triage.store.round import Voice, VoiceKind, VoiceSaid

_SHOWN = "SELECT v.*, t.reference FROM voice v JOIN ticket t ON t.id = v.ticket"


def follow(db: sqlite3.Connection, ticket: TicketId, now: datetime, by: str = "") -> None:
    """Let the register say what the flags of a ticket say, by person `by` or by triage ("")."""
    row = db.execute("SELECT owner, flags FROM ticket WHERE id = ?", (ticket,)).fetchone()
    flags = set(json.loads(row["flags"]))
    there = {kind for (kind,) in db.execute("SELECT kind FROM voice WHERE ticket = ?", (ticket,))}
    for kind in VoiceKind:
        if kind in flags and kind not in there:
            _enter(db, ticket, kind, row["owner"], now, by)
        elif kind in there and kind not in flags:
            db.execute("DELETE FROM voice WHERE ticket = ? AND kind = ?", (ticket, kind))


def _enter(
    db: sqlite3.Connection,
    ticket: TicketId,
    kind: VoiceKind,
    owner: str,
    now: datetime,
    by: str,
) -> None:
    """Enter a ticket into the register, with what a ticket that went into it had there."""
    of = json.dumps(family(db, ticket))
    message, at, sentence = _said(db, of, kind)
    db.execute(
        "INSERT INTO voice (kind, ticket, message, at, sentence, owner, person)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (kind, ticket, message, stamp(now) if at is None else at, sentence, owner, by),
    )
    db.execute(
        "UPDATE voice SET cause = o.cause, fix = o.fix, closed = o.closed FROM"
        " (SELECT cause, fix, closed FROM voice WHERE kind = ?1 AND ticket <> ?2"
        " AND ticket IN (SELECT value FROM json_each(?3)) LIMIT 1) o"
        " WHERE voice.ticket = ?2 AND voice.kind = ?1",
        (kind, ticket, of),
    )


def _said(db: sqlite3.Connection, tickets: str, kind: str) -> tuple[int | None, int | None, str]:
    """Return the first mail of these tickets that says so: its number, arrival and sentence."""
    path = f'$.signals."{kind}"'
    row = db.execute(
        "SELECT m.id, m.arrived, r.explained -> ?1 ->> '$.sentence' AS sentence"
        " FROM message m JOIN reading r ON r.message = m.id"
        " WHERE m.ticket IN (SELECT value FROM json_each(?2)) AND r.explained -> ?1 IS NOT NULL"
        " ORDER BY m.arrived, m.id LIMIT 1",
        (path, tickets),
    ).fetchone()
    return (None, None, "") if row is None else (row["id"], row["arrived"], row["sentence"] or "")


def say_of(
    db: sqlite3.Connection, reference: str, kind: VoiceKind, said: VoiceSaid, by: str, now: datetime
) -> None:
    """Write down what caused a complaint or compliment, what was done about it, and that is all."""
    row = living(db, reference)
    changed = db.execute(
        "UPDATE voice SET cause = coalesce(?, cause), fix = coalesce(?, fix),"
        " owner = coalesce(?, owner),"
        " closed = CASE ? WHEN 1 THEN coalesce(closed, ?) WHEN 0 THEN NULL ELSE closed END"
        " WHERE ticket = ? AND kind = ?",
        (said.cause, said.fix, said.owner, said.closed, stamp(now), row["id"], kind),
    )
    if not changed.rowcount:
        raise NotPossible(
            "%(ticket)s holds no %(signal)s: 'triage correct %(ticket)s --signal %(signal)s=yes'"
            " says that it does",
            ticket=row["reference"],
            signal=kind,
        )
    told: Mapping[str, object] = {
        name: value
        for name, value in (("cause", said.cause), ("fix", said.fix), ("owner", said.owner))
        if value is not None
    }
    ended = {} if said.closed is None else {"closed": said.closed}
    note(db, TicketId(row["id"]), now, kind, {"by": by, **told, **ended})


def of_ticket(db: sqlite3.Connection, ticket: TicketId) -> tuple[Voice, ...]:
    """Return what a ticket has in the register."""
    rows = db.execute(f"{_SHOWN} WHERE v.ticket = ? ORDER BY v.kind DESC", (ticket,))
    return tuple(map(_voice, rows))


def between(db: sqlite3.Connection, since: datetime, until: datetime) -> tuple[Voice, ...]:
    """Return what was said from `since` up to, not including, `until`, oldest first."""
    rows = db.execute(
        f"{_SHOWN} WHERE v.at >= ? AND v.at < ? AND t.merged_into IS NULL ORDER BY v.at, v.id",
        (stamp(since), stamp(until)),
    )
    return tuple(map(_voice, rows))


def _voice(row: sqlite3.Row) -> Voice:
    return Voice(
        kind=VoiceKind(row["kind"]),
        reference=row["reference"],
        at=instant(row["at"]),
        sentence=row["sentence"],
        owner=row["owner"],
        cause=row["cause"],
        fix=row["fix"],
        closed=maybe(row["closed"]),
        person=row["person"],
    )
