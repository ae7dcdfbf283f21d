"""The lists: what is next, what waits, what is owed, and what was done today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import RedirectResponse, Response

from triage.core.turn import side_by_side
from triage.store.lists import QueueCount, View
from triage.store.protocol import Store
from triage.store.views import TicketRow, TicketView
from triage.web import filed
from triage.web.emptied import emptied
from triage.web.offering import LOOKED_AT, for_visitor
from triage.web.pane import pane
from triage.web.reading import reader
from triage.web.render import Reader, page
from triage.web.routes import Visit
from triage.web.rows import Row, row_of
from triage.web.said import not_found
from triage.web.shell import FILED, VIEWS, shell
from triage.web.sight import Sight, sight

LATELY = timedelta(days=7)
"""How far back it is told who answered last."""

MOST = 100
"""Rows of a list: more are slow to draw, and nobody reads them."""

LANED = frozenset({View.NEXT, View.WAITING})
"""The views in which what is late stands apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One part of a list with its heading ("" for none)."""

    name: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a list is made from, read at one moment."""

    rows: tuple[TicketRow, ...]
    counts: tuple[QueueCount, ...]
    opened: Sight | None
    last: TicketView | None


async def first(visit: Visit) -> Response:
    """Begin with what is next."""
    return RedirectResponse("/view/next", 303)


async def view(visit: Visit) -> Response:
    """Show one of the views."""
    name = str(visit.request.path_params["view"])
    if name in FILED:
        return await filed.view(visit, name)
    try:
        asked = View(name)
    except ValueError:
        return not_found(visit.request)
    return await _list(visit, asked, "")


async def one_queue(visit: Visit) -> Response:
    """Show what waits in one queue."""
    return await _list(visit, View.WAITING, str(visit.request.path_params["queue"]))


async def _list(visit: Visit, asked: View, queue: str) -> Response:
    read, who = reader(visit), visit.who
    since = _midnight(read)
    queues = frozenset({queue}) if queue else who.queues

    def look(db: Store) -> Looked:
        listed = db.listed(asked, queues, since, LOOKED_AT if asked in LANED else MOST)
        return Looked(
            rows=listed,
            counts=db.rail(visit.now),
            opened=opened(db, visit),
            last=None if listed else _last_answered(db, queues, read.now),
        )

    looked = await visit.office.read(look)
    rows = looked.rows
    if asked is View.NEXT:
        rows = for_visitor(visit, rows)
    here = f"/queue/{queue}" if queue else f"/view/{asked}"
    title = _queue_title(visit, queue) if queue else read.say(VIEWS[asked])
    return page(
        "queue.html",
        read,
        title=title,
        here=here,
        lanes=_lanes(visit, read, asked, rows),
        empty=None if rows else emptied(visit, read, asked, looked.last),
        one_queue=bool(queue),
        opened=looked.opened is not None,
        back=here,
        **shell(visit, read, here, looked.counts),
        **({} if looked.opened is None else pane(visit, looked.opened)),
    )


def _last_answered(db: Store, queues: frozenset[str], now: datetime) -> TicketView | None:
    """Return the ticket that was answered last, of late."""
    done = db.listed(View.DONE, queues, now - LATELY, 1)
    return db.ticket(done[0].reference) if done else None


def opened(db: Store, visit: Visit) -> Sight | None:
    """Return the ticket that stands open beside a list, if it is the visitor's to see."""
    asked = visit.request.query_params.get("open", "")
    placed = db.placed(asked) if asked else None
    if placed is None or not visit.who.sees(*placed):
        return None
    return sight(db, asked, visit.who)


def _midnight(read: Reader) -> datetime:
    return read.now.astimezone(read.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _queue_title(visit: Visit, name: str) -> str:
    queue = visit.office.policy().queues.get(name)
    return queue.title if queue else name


def _lanes(
    visit: Visit, read: Reader, asked: View, rows: tuple[TicketRow, ...]
) -> tuple[Lane, ...]:
    policy, agent = visit.office.policy(), visit.who.agent

    def shown(some: tuple[TicketRow, ...]) -> tuple[Row, ...]:
        return tuple(row_of(row, policy, read, agent) for row in some)

    if asked not in LANED:
        return (Lane(name="all", title="", rows=shown(rows)),)
    on_time, late = side_by_side(rows, visit.now, MOST)
    found = (
        Lane(name="on_time", title=read.say("Can still make it"), rows=shown(on_time)),
        Lane(name="late", title=read.say("Late: apologise"), rows=shown(late)),
    )
    return tuple(lane for lane in found if lane.rows)
