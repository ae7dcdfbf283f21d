"""The audit: who did what, to what, when, and from where; for admins of the whole desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from starlette.responses import Response

from triage.core.hours import first_instant
from triage.store.accounts import Audited
from triage.store.auditing import AuditAsked
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.web.door.refusals import ACTION
from triage.web.fields import whole_number
from triage.web.reading import reader
from triage.web.render import Reader, page
from triage.web.routes import Visit
from triage.web.said import not_found
from triage.web.shell import shell

MOST = 100
_FILTERS = ("person", "action", "about", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit, as it is shown; `ticket` is a path, or ""."""

    number: int
    when: str
    instant: str
    person: str
    action: str
    about: str
    ticket: str
    what: str
    address: str
    refused: bool


async def show(visit: Visit) -> Response:
    """Show what was done, newest first: by whom, what, to what, and since when, as is asked for.

    It tells of every queue: whoever may see but some of them does not see it.
    """
    if visit.who.queues:
        return not_found(visit.request)
    asks, read = visit.request.query_params, reader(visit)
    given = {name: asks.get(name, "").strip()[:200] for name in _FILTERS}
    asked = AuditAsked(
        person=given["person"],
        action=given["action"],
        about=given["about"],
        since=_since(given["since"], read),
        before=whole_number(asks.get("before", "")) or 0,
        limit=MOST + 1,
    )

    def look(
        db: Store,
    ) -> tuple[tuple[tuple[int, Audited], ...], tuple[str, ...], tuple[QueueCount, ...]]:
        return db.audit_of(asked), db.audited_actions(), db.rail(visit.now)

    found, actions, counts = await visit.office.read(look)
    older = ""
    if len(found) > MOST:
        kept = {name: value for name, value in given.items() if value}
        older = f"/audit?{urlencode({**kept, 'before': found[MOST - 1][0]})}"
    return page(
        "audit.html",
        read,
        entries=tuple(_entry(number, one, read) for number, one in found[:MOST]),
        actions=tuple((name, _words(name)) for name in actions),
        given=given,
        filtered=any(given.values()),
        older=older,
        **shell(visit, read, "/audit", counts),
    )


def _entry(number: int, one: Audited, read: Reader) -> Entry:
    return Entry(
        number=number,
        when=read.time(one.at),
        instant=one.at.isoformat(),
        person=one.person,
        action=_words(one.action),
        about=one.about,
        ticket=f"/ticket/{one.about}" if one.about.startswith("T-") else "",
        what=str(one.detail.get("what", "")),
        address=one.address,
        refused=one.action == ACTION,
    )


def _words(action: str) -> str:
    return action.replace("_", " ").replace("-", " ")


def _since(typed: str, read: Reader) -> datetime | None:
    """Return when a day begins for the reader; None where it is none."""
    try:
        return first_instant(read.zone, date.fromisoformat(typed), time())
    except (ValueError, OverflowError):
        return None
