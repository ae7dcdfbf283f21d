"""The lists: what is next, what waits, what is owed, and what was done today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import RedirectResponse, Response

from triage.core.hours import day_of
from triage.core.turn import lanes, late_first, side_by_side
from triage.store.lists import QueueCount, View
from triage.store.protocol import Store
from triage.store.views import TicketRow, TicketView
from triage.web.lists import filed
from triage.web.lists.emptied import emptied
from triage.web.lists.offering import for_visitor, within
from triage.web.lists.rows import Row, row_of
from triage.web.names import Names
from triage.web.reading import reader
from triage.web.render import Reader, marked, page
from triage.web.routes import Visit
from triage.web.said import not_found
from triage.web.shell import FILED, VIEWS, shell
from triage.web.thread.pane import pane
from triage.web.thread.sight import Sight, in_sight, sight, standing

LATELY = timedelta(days=7)
"""How far back it is told who answered last."""

MOST = 100
"""Rows of a list: more are slow to draw, and nobody reads them."""

LANED = frozenset({View.NEXT, View.WAITING})
"""The views in which what is late stands apart."""

_TITLES = {"on_time": marked("Can still make it"), "late": marked("Late: apologise")}
"""The lanes of such a view, by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One part of a list with its heading ("" for none); `tickets` are all of it, also unshown."""

    name: str
    title: str
    rows: tuple[Row, ...]
    tickets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a list is made from, read at one moment: its lanes, each with how many it has in all.

    There is one lane alone where what is late does not stand apart.
    """

    lanes: tuple[tuple[str, tuple[TicketRow, ...], int], ...]
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
    since = day_of(read.zone, visit.now)
    queues = frozenset({queue}) if queue else who.queues

    def look(db: Store) -> Looked:
        if asked in LANED:
            lanes = _laned(db, visit, asked, queues)
        else:
            listed = db.listed(asked, queues, since, MOST)
            lanes = (("all", listed, len(listed)),) if listed else ()
        return Looked(
            lanes=lanes,
            counts=db.rail(visit.now),
            opened=opened(db, visit),
            last=None if lanes else _last_answered(db, queues, read.now),
        )

    looked = await visit.office.read(look)
    here = f"/queue/{queue}" if queue else f"/view/{asked}"
    names = Names(policy=visit.office.policy())
    title = names.queue(queue) if queue else read.say(VIEWS[asked])
    return page(
        "queue.html",
        read,
        title=title,
        here=here,
        lanes=tuple(_lane(visit, read, *lane) for lane in looked.lanes),
        empty=None if looked.lanes else emptied(visit, read, asked, looked.last),
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
    if not asked or not in_sight(db, asked, visit.who):
        return None
    return sight(db, standing(db, asked), visit.who)


def _laned(
    db: Store, visit: Visit, asked: View, queues: frozenset[str]
) -> tuple[tuple[str, tuple[TicketRow, ...], int], ...]:
    """Read what waits, late mail apart: ordered and counted as `triage queue` does it."""
    waiting, mine = db.in_turn(), asked is View.NEXT
    waiting = for_visitor(visit, waiting, queues) if mine else within(waiting, queues)
    every, shown = lanes(waiting, visit.now), side_by_side(waiting, visit.now, MOST)
    found = [
        (name, db.rows([row.id for row in some]), sum(row.alike for row in whole))
        for name, some, whole in zip(_TITLES, shown, every, strict=True)
        if some
    ]
    return tuple(reversed(found) if late_first(every[1]) else found)


def _lane(visit: Visit, read: Reader, name: str, rows: tuple[TicketRow, ...], tickets: int) -> Lane:
    policy, agent = visit.office.policy(), visit.who.agent
    title = read.say(_TITLES[name]) if name in _TITLES else ""
    shown = tuple(row_of(row, policy, read, agent) for row in rows)
    return Lane(name=name, title=title, rows=shown, tickets=tickets)
