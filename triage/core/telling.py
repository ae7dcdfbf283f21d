"""Which time a requester is told: the later of the target and what the desk can keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from triage.core.desk import Agent, Hours
from triage.core.forecast import P80, Expected, Newcomer, expected
from triage.core.hours import add, elapsed
from triage.core.load import Case, Load
from triage.core.promise import Method, Told, least_ahead, promised, promised_day
from triage.core.roster import on_call_now
from triage.core.terms import Terms
from triage.core.ticket import Priority
from triage.core.when import there

MOST_LATE = timedelta(hours=4)
"""Open time behind the target from which on a day is named instead of an hour."""

SPARE = timedelta(minutes=30)
"""What the owner still has of a day that is named, once the answer is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a time is told for: a ticket that waits in `queue` at `place`, due at `deadline`.

    `guess` is the queue whose people answer it: another one where nobody is sure. `not_before`
    is for a second time, told when the first one will be missed: it is never earlier than that.
    """

    queue: str
    guess: str
    priority: Priority | None
    deadline: datetime
    place: datetime
    danger: bool = False
    not_before: datetime | None = None


def tell(asked: Asked, owner: Agent, terms: Terms, load: Load | None, now: datetime) -> Told | None:
    """Return the time told at `now` in the name of `owner`, or None where there is none to give.

    Without history it is the target plus half, or later where the queue is long. It is inside
    the owner's hours, at least `least_ahead` of them from `now`, and rounded up. What is not
    expected on the day on which it would be told, or only `MOST_LATE` of open time after the
    target, is told as a day. `load` None: nothing is known of the queue; the target is told.
    """
    least = least_of(asked, terms)
    spans = partial(there, owner, terms, now, danger=asked.danger)
    zone = terms.roster.hours.zone
    forecast = None if load is None else _expected(asked, load, terms, now)
    if load is not None and forecast is None:
        return None
    thin = load is not None and load.thin
    floor = _and_half(asked, terms) if thin else asked.deadline
    floor = max(floor, asked.not_before or floor)
    facts = {} if forecast is None else _facts(asked, forecast, now)
    told = Told(
        at=asked.deadline,
        owner=owner.id,
        target_at=asked.deadline,
        method=Method.THIN if thin else Method.TARGET,
        expected_at=None if forecast is None else forecast.at,
        facts=facts,
    )
    if forecast is None or forecast.at <= floor:
        at = promised(floor, now, spans(), least, zone)
        return None if at is None else replace(told, at=at)
    if _beyond(forecast.at, max(floor, now), _hours(asked, terms)):
        last = promised_day(forecast.at, spans(), SPARE, zone)
        return None if last is None else replace(told, at=last, day=True, method=Method.BEYOND)
    at = promised(forecast.at, now, spans(), least, zone)
    method = Method.THIN if thin else Method.HISTORY
    return None if at is None else replace(told, at=at, method=method)


def least_of(asked: Asked, terms: Terms) -> timedelta:
    """Return how far ahead a time must lie to be told for it (`least_ahead`)."""
    return least_ahead(_target(asked, terms))


def _target(asked: Asked, terms: Terms) -> timedelta | None:
    queue = terms.queue(asked.queue)
    target = queue.target_for(asked.priority) if asked.priority else queue.target
    return terms.service.safety_target if asked.danger else target


def _hours(asked: Asked, terms: Terms) -> Hours:
    """Return the hours in which the target counts."""
    hours = terms.queue(asked.queue).calendar(terms.roster.hours)
    return replace(hours, always=True) if asked.danger else hours


def _and_half(asked: Asked, terms: Terms) -> datetime:
    """Return the deadline and half of the target more."""
    target = _target(asked, terms) or timedelta()
    counted = add(_hours(asked, terms), asked.deadline, target / 2)
    return asked.deadline if counted is None else counted.deadline


def _expected(asked: Asked, load: Load, terms: Terms, now: datetime) -> Expected | None:
    """Forecast the answer; danger is answered before all else, by whoever is on call."""
    if asked.danger and on_call_now(terms.roster, now) is not None:
        minutes = load.pace_of(asked.guess).most(P80)
        return Expected(at=now + timedelta(minutes=minutes), ahead=0.0, on_duty=1)
    new = Newcomer(asked.guess, asked.place, asked.deadline)
    found = expected(new, load, terms.roster, now)
    if found is None:
        return None
    # A desk has ways of its own, which no reckoning knows: who takes whose mail, when they pause.
    short = timedelta(minutes=load.short.get(_case(asked, found), 0.0))
    later = add(terms.roster.hours, found.at, short)
    return found if later is None else replace(found, at=later.deadline, reckoned=found.at)


def _case(asked: Asked, forecast: Expected) -> Case:
    if asked.place > asked.deadline:
        return Case.LOW
    return Case.OPEN if forecast.on_duty else Case.CLOSED


def _beyond(at: datetime, floor: datetime, hours: Hours) -> bool:
    if at.astimezone(hours.zone).date() > floor.astimezone(hours.zone).date():
        return True
    return elapsed(hours, floor, at) > MOST_LATE


def _facts(asked: Asked, forecast: Expected, now: datetime) -> dict[str, object]:
    return {
        "ahead": round(forecast.ahead, 1),
        "on_duty": forecast.on_duty,
        "case": _case(asked, forecast),
        "minutes": round((forecast.at - now) / timedelta(minutes=1)),
        "reckoned": round(((forecast.reckoned or forecast.at) - now) / timedelta(minutes=1)),
    }
