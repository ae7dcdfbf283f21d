"""What a page that stands open is told: rows as it draws them, and counts, of its queues alone.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from triage.config.load import Policy
from triage.core.accounts import Account
from triage.core.ticket import Status
from triage.store.lists import QueueCount
from triage.store.live import Pile, Touched
from triage.web.lists.rows import row_of
from triage.web.live.presence import There, words
from triage.web.render import Reader, text


@dataclass(frozen=True, slots=True)
class Kind:
    """How a row is read: whoever is of the same kind reads the same row."""

    language: str
    zone: ZoneInfo
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A ticket that changed, as it is told: `row` by who reads it; `was` are its places before."""

    reference: str
    queue: str
    guess: str
    shown: bool
    was: frozenset[tuple[str, str]]
    row: Mapping[Kind, str]


@dataclass(frozen=True, slots=True)
class Met:
    """Who is at a ticket, and where that lies."""

    reference: str
    queue: str
    guess: str
    there: There


def event(name: str, data: object, number: int | None = None, retry: int = 0) -> bytes:
    """Return one event as the stream bears it; `retry` is in milliseconds."""
    lines = [f"event: {name}"]
    if number is not None:
        lines.append(f"id: {number}")
    if retry:
        lines.append(f"retry: {retry}")
    told = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    return "\n".join([*lines, f"data: {told}", "", ""]).encode()


def drawn(touched: Touched, policy: Policy, kinds: Iterable[Kind], now: datetime) -> Drawn:
    """Draw a ticket's row for each kind of reader."""
    row = touched.row
    shown = row.status is not Status.MERGED
    return Drawn(
        reference=row.reference,
        queue=row.queue,
        guess=row.guess,
        shown=shown,
        was=touched.was,
        row={kind: _row(touched, policy, kind, now) for kind in kinds} if shown else {},
    )


def _row(touched: Touched, policy: Policy, kind: Kind, now: datetime) -> str:
    """Return a row as JSON. `order` is another one whenever its place in a list may be.

    `ago` counts the seconds since it was answered by somebody else.
    """
    row = touched.row
    reader = Reader(language=kind.language, zone=kind.zone, now=now)
    told: dict[str, object] = {
        "id": row.reference,
        "revision": row.revision,
        "order": f"{row.status} {row.queue} {row.guess} {row.owner} {row.place} {row.alike}",
        "html": text("row.html", reader, row=row_of(row, policy, reader, kind.agent), here=""),
    }
    if touched.answered is not None and touched.answered[0] != kind.agent:
        person, at = touched.answered
        agent = policy.roster.agent(person)
        name = agent.first_name if agent else person
        told["answered"] = reader.say("%(name)s answered", name=name)
        told["ago"] = int((now - at).total_seconds())
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def rows_for(account: Account, kind: Kind, rows: Iterable[Drawn]) -> str:
    """Return what changed as somebody may see it, as JSON; "" where that is nothing.

    What has moved out of their sight is gone; what never was in it is not told of.
    """
    here: list[str] = []
    gone: list[str] = []
    for one in rows:
        if one.shown and account.sees(one.queue, one.guess):
            here.append(one.row[kind])
        elif any(account.sees(*place) for place in one.was):
            gone.append(one.reference)
    if not here and not gone:
        return ""
    return f'{{"rows":[{",".join(here)}],"gone":{json.dumps(gone)}}}'


def rail_for(
    account: Account, kind: Kind, counts: Iterable[QueueCount], piles: Iterable[Pile]
) -> dict[str, object]:
    """Return what waits in each queue that somebody may see, as the rail shows it, and in all."""
    seen = [pile for pile in piles if account.sees(pile.queue, pile.guess)]
    return {
        "queues": {
            count.queue: _count(kind.language, count.waiting, count.late)
            for count in counts
            if account.sees(count.queue, count.queue)
        },
        "waiting": sum(pile.waiting for pile in seen),
        "late": sum(pile.late for pile in seen),
    }


@lru_cache(1024)
def _count(language: str, waiting: int, late: int) -> str:
    count = {"waiting": waiting, "late": late}
    return text("counts.html", _timeless(language), count=count).strip()


@cache
def _timeless(language: str) -> Reader:
    """Return a reader of a language who is shown no time."""
    return Reader(language=language, zone=ZoneInfo("UTC"), now=datetime.fromtimestamp(0, UTC))


def met_by(account: Account, name: str, kind: Kind, met: Iterable[Met]) -> dict[str, str]:
    """Return who else is at each ticket that somebody may see, in words; "" for nobody."""
    say = _timeless(kind.language).say
    return {
        one.reference: words(one.there.but(name), say)
        for one in met
        if account.sees(one.queue, one.guess)
    }
