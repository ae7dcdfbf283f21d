"""The ledger of a month: what was given and put right, and what is left to give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from triage.core.goodwill import Budget, written
from triage.store.protocol import Store
from triage.store.round import Given, Remedy
from triage.web.names import Names
from triage.web.render import Reader
from triage.web.routes import Visit
from triage.web.sheets import Sheet
from triage.web.team.figures import Asked
from triage.web.team.period import month_asked
from triage.web.team.voices import gifts, remedies


async def month(
    visit: Visit, read: Reader, asks: Asked
) -> tuple[tuple[Sheet, ...], Mapping[str, Any]]:
    """Return the ledger of the month that is asked for, and how much of its budget is left.

    The budget is the whole desk's. Who is no lead finds their own gifts in it.
    """
    policy, wanted = visit.office.policy(), visit.request.query_params.get("month", "")
    zone = policy.roster.hours.zone
    first, since, until = month_asked(wanted, visit.now, zone)
    budget = policy.goodwill

    def look(db: Store) -> tuple[tuple[Given, ...], tuple[tuple[str, Remedy], ...], int]:
        given = tuple(one for one in db.given(since, until) if _shown(visit, db, asks, one))
        right = tuple(one for one in db.remedies(since, until) if _sees(visit, db, asks, one[0]))
        return given, right, db.spent(since, until, budget.currency) if budget else 0

    given, right, spent = await visit.office.read(look)
    names = Names(policy=policy)
    more = {
        "budget": _left(read, budget, spent) if asks.everything else "",
        "month": f"{first:%Y-%m}",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": _after(first, until, visit.now),
    }
    return (gifts(read, given, names), remedies(read, right, names)), more


def _after(first: date, until: datetime, now: datetime) -> str:
    """Return the month after, unless it is still to come."""
    return f"{first + timedelta(days=31):%Y-%m}" if until <= now else ""


def _left(read: Reader, budget: Budget | None, spent: int) -> str:
    if budget is None:
        return read.say("There is no budget: rules/goodwill.yaml is not there.")
    return read.say(
        "%(left)s of %(all)s left in this month.",
        left=written(budget.left(spent), budget),
        all=written(budget.month, budget),
    )


def _shown(visit: Visit, db: Store, asks: Asked, one: Given) -> bool:
    mine = asks.mine is None or one.gift.person == asks.mine
    return mine and _sees(visit, db, asks, one.reference)


def _sees(visit: Visit, db: Store, asks: Asked, reference: str) -> bool:
    """Say whether a ticket is of what is asked for, and the visitor's to see."""
    if asks.everything:
        return True
    placed = db.placed(reference)
    if placed is None or not visit.who.sees(*placed):
        return False
    return asks.queue is None or asks.queue in placed
