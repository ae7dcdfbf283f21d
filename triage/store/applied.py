"""The sets of rules and prompts that were in force, whole: the last one is what a restart runs."""

from __future__ import annotations

import difflib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from triage.store.connection import instant, stamp
from triage.store.versions import AppliedSet, Audit, Change, Draft, Held

KEPT = 20
"""How many sets are kept, the one in force among them."""


def apply_set(
    db: sqlite3.Connection, digest: str, files: Mapping[str, str], now: datetime, audit: Audit
) -> bool:
    """Keep a set as the one in force; False where the last one has the same files."""
    last = applied_set(db)
    if last is not None and last.files == files:
        db.execute("UPDATE applied SET digest = ? WHERE number = ?", (digest, last.number))
        return False
    db.execute("DELETE FROM draft")
    changed = [asdict(change) for change in changes({} if last is None else last.files, files)]
    db.execute(
        "INSERT INTO applied (at, digest, files, person, how, changed, tests, replay)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp(now),
            digest,
            json.dumps(dict(files)),
            audit.person,
            audit.how,
            json.dumps(changed),
            json.dumps(audit.tests),
            json.dumps(audit.replay),
        ),
    )
    db.execute("DELETE FROM applied WHERE number <= (SELECT max(number) FROM applied) - ?", (KEPT,))
    return True


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Yield what differs between two sets, file by file, with lines counted as a diff does."""
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        state = "new" if was is None else "gone" if now is None else "changed"
        lines = list(difflib.unified_diff((was or "").splitlines(), (now or "").splitlines(), n=0))[
            2:
        ]
        yield Change(
            file=name,
            state=state,
            added=sum(line.startswith("+") for line in lines),
            removed=sum(line.startswith("-") for line in lines),
        )


def applied_set(db: sqlite3.Connection, number: int | None = None) -> AppliedSet | None:
    """Return the set in force, or that of a number; None where there is none."""
    row = db.execute(
        "SELECT * FROM applied WHERE ?1 IS NULL OR number = ?1 ORDER BY number DESC LIMIT 1",
        (number,),
    ).fetchone()
    return None if row is None else _set(row)


def applied_sets(db: sqlite3.Connection) -> tuple[AppliedSet, ...]:
    """Return every set that is kept, the one in force first."""
    return tuple(map(_set, db.execute("SELECT * FROM applied ORDER BY number DESC")))


def _set(row: sqlite3.Row) -> AppliedSet:
    return AppliedSet(
        number=row["number"],
        at=instant(row["at"]),
        digest=row["digest"],
        files=json.loads(row["files"]),
        audit=Audit(
            person=row["person"],
            how=row["how"],
            tests=json.loads(row["tests"]),
            replay=json.loads(row["replay"]),
        ),
        changes=tuple(Change(**change) for change in json.loads(row["changed"])),
    )


def keep_draft(db: sqlite3.Connection, draft: Draft | None) -> None:
    """Keep the draft that waits, in place of any other."""
    db.execute("DELETE FROM draft")
    if draft is None:
        return
    db.execute(
        "INSERT INTO draft VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp(draft.at),
            draft.files,
            draft.digest,
            draft.number,
            draft.state,
            draft.reason,
            json.dumps(draft.tests),
            json.dumps(draft.replay),
        ),
    )


def draft(db: sqlite3.Connection) -> Draft | None:
    """Return the draft that waits, or None."""
    row = db.execute("SELECT * FROM draft").fetchone()
    if row is None:
        return None
    return Draft(
        at=instant(row["at"]),
        files=row["files"],
        digest=row["digest"],
        number=row["number"],
        state=Held(row["state"]),
        reason=row["reason"],
        tests=json.loads(row["tests"]),
        replay=json.loads(row["replay"]),
    )
