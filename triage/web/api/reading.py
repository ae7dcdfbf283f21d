"""What programs read: lists, tickets, switches, figures, and who they are."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

from starlette.responses import JSONResponse, Response

from triage.core.accounts import Role
from triage.core.clocked import counting_with
from triage.core.hours import day_of, month_of
from triage.core.query import NotUnderstood, understood
from triage.core.switches import Switches
from triage.core.ticket import MessageId, read_handle
from triage.errors import NotPossible
from triage.report.figures import Desk, Figures
from triage.report.shape import shape
from triage.store.lists import View
from triage.store.protocol import Store
from triage.store.views import TicketRow
from triage.web.api.cursor import paged, read_cursor
from triage.web.api.shapes import (
    filed_shape,
    mail_shape,
    row_shape,
    switch_shape,
    ticket_shape,
)
from triage.web.fields import whole_number
from triage.web.lists.filed import KINDS_OF, sees
from triage.web.lists.offering import for_visitor
from triage.web.lists.search import names_of, wrong_in
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import not_found, said
from triage.web.team.figures import asked, figures_of
from triage.web.team.hour import shown_to
from triage.web.team.service import service
from triage.web.thread.sight import related, standing

USUAL, MOST = 50, 200
"""Rows of an answer, unless so many are asked for, and at most."""

WALKED = 10_000
"""Rows of a list that can be walked through: what is older is found by a search."""


async def me(visit: Visit) -> Response:
    """Say whose token it is."""
    who = visit.who
    return JSONResponse(
        {
            "name": who.name,
            "role": who.role,
            "agent": who.agent or None,
            "queues": sorted(who.queues) or None,
        }
    )


async def view(visit: Visit) -> Response:
    """List one of the views."""
    try:
        name = View(str(visit.request.path_params["view"]))
    except ValueError:
        return not_found(visit.request)
    return await _listed(visit, name, visit.who.queues)


async def one_queue(visit: Visit) -> Response:
    """List what waits in one queue."""
    queue = str(visit.request.path_params["queue"])
    return await _listed(visit, View.WAITING, frozenset({queue}))


async def _listed(visit: Visit, name: View, queues: frozenset[str]) -> Response:
    asks = visit.request.query_params
    try:
        limit, cursor = _limit(asks.get("limit", "")), read_cursor(asks.get("cursor", ""))
    except NotPossible as exc:
        return said(visit.request, 422, str(exc))
    since = day_of(visit.office.policy().roster.hours.zone, visit.now)
    reach = min((cursor.given if cursor else 0) + limit + MOST, WALKED)

    def look(db: Store) -> tuple[TicketRow, ...]:
        if name is not View.NEXT:
            return db.listed(name, queues, since, reach)
        mine = for_visitor(visit, db.in_turn(), queues)
        return db.rows([row.id for row in mine[:reach]])

    rows = await visit.office.read(look)
    some, following = paged(rows, cursor, limit)
    return JSONResponse({"tickets": [row_shape(row) for row in some], "next": following})


def _limit(asked_for: str) -> int:
    if not asked_for:
        return USUAL
    limit = whole_number(asked_for)
    if limit is None or not 1 <= limit <= MOST:
        raise NotPossible(f"'limit' is a number from 1 to {MOST}.")
    return limit


async def search(visit: Visit) -> Response:
    """Find tickets by what people type into the search of the page."""
    asks, read = visit.request.query_params, reader(visit)
    typed, below = asks.get("q", "").strip(), asks.get("cursor", "")
    try:
        limit = _limit(asks.get("limit", ""))
        sought = understood(typed, names_of(visit), visit.now, read.zone)
    except NotPossible as exc:
        return said(visit.request, 422, str(exc))
    except NotUnderstood as exc:
        return said(visit.request, 422, wrong_in(exc, typed, read).text, {"at": exc.at})
    if sought.empty:
        return said(visit.request, 422, "Say in 'q' what to look for.")
    start = whole_number(below)
    if below and start is None:
        return said(visit.request, 422, "That is no cursor: take 'next' as it was given.")
    after = None if start is None else MessageId(start)
    hits = await visit.office.read(
        lambda db: db.search(sought, visit.who.queues, visit.now, limit, after)
    )
    further = None if hits.further is None else str(hits.further)
    return JSONResponse({"tickets": [row_shape(row) for row in hits.rows], "next": further})


async def filed(visit: Visit) -> Response:
    """List mail that became no ticket, newest first; only whoever sees all queues sees it."""
    kinds = KINDS_OF.get(visit.request.query_params.get("view", ""))
    if kinds is None:
        return said(visit.request, 422, f"'view' is one of {', '.join(KINDS_OF)}.")
    if not sees(visit.who):
        return not_found(visit.request)
    mails = await visit.office.read(lambda db: db.filed(kinds, MOST))
    return JSONResponse({"mails": [filed_shape(one) for one in mails]})


async def one_filed(visit: Visit) -> Response:
    """Show one mail that became no ticket, with its words."""
    number = read_handle(str(visit.request.path_params["filed"]))
    if number is None:
        return not_found(visit.request)
    return JSONResponse(mail_shape(await visit.office.read(lambda db: db.mail(number))))


async def ticket(visit: Visit) -> Response:
    """Show a ticket whole; one that was merged is shown as what it went into."""
    name = str(visit.request.path_params["ticket"])

    def look(db: Store) -> dict[str, object]:
        found = standing(db, name)
        here = found.row.reference
        return ticket_shape(
            found, related(db, found, visit.who), db.remarks(here), db.in_the_round(here)
        )

    return JSONResponse(await visit.office.read(look))


async def switches(visit: Visit) -> Response:
    """List what is set for the hour, and what is to come."""
    every = await visit.office.read(lambda db: db.switches(visit.now))
    return JSONResponse({"switches": [switch_shape(one) for one in every if shown_to(visit, one)]})


async def how_it_is(visit: Visit) -> Response:
    """Say how mailboxes, relay and rules are: for each a tone, and words for people."""
    lines = await service(visit, reader(visit))
    return JSONResponse({"service": [asdict(one) for one in lines]})


async def report(visit: Visit) -> Response:
    """Tell how a time went; figures of people are for leads, those of the whole desk for it."""
    asks = asked(visit)
    if asks is None:
        return said(visit.request, 422, "That is no time, or no queue that you may see.")
    found, policy = await figures_of(visit, asks), visit.office.policy()
    if not visit.who.may(Role.LEAD):
        own = tuple(one for one in found.gifts if one.gift.person == asks.mine)
        found = replace(found, agents=None, gifts=own)
    budget = policy.goodwill if asks.everything else None
    desk = Desk(
        counting=counting_with(policy.service, policy.queues, policy.roster.hours, Switches()),
        roster=policy.roster,
        zone=found.zone,
        causes={name: cause.title for name, cause in policy.causes.items()},
        budget=budget,
        spent=0 if budget is None else await _spent(visit, found, budget.currency),
    )
    told = shape(found, desk)
    if not asks.whole:
        told = {name: value for name, value in told.items() if name not in _OF_ALL_QUEUES}
    return JSONResponse(told)


async def _spent(visit: Visit, found: Figures, currency: str) -> int:
    """Return what was given in the month in which a report ends."""
    zone = visit.office.policy().roster.hours.zone
    month = month_of(zone, (found.until - timedelta.resolution).astimezone(zone).date())
    return await visit.office.read(lambda db: db.spent(*month, currency))


_OF_ALL_QUEUES = frozenset({"staffing", "promises"})
"""What of a report is reckoned over every queue."""
