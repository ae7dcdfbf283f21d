"""Which answers will be late within the next hour that the desk is open, and what one more helps.

The queue is run forward many times, each time with other chances: how long an answer takes, and
what else comes. Whoever is free takes the next one in the order of the desk.
"""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from math import exp, inf, log, log1p, sqrt
from statistics import NormalDist

from triage.core.desk import Roster
from triage.core.hours import Span, add, opening
from triage.core.load import Load, Pace
from triage.core.roster import attendance
from triage.core.turn import is_of_late

AHEAD = timedelta(hours=1)
RUNS = 500
LEAST = 0.1
"""A ticket that is late in fewer runs than this is not named."""

_MINUTE = timedelta(minutes=1)
_TARGET = 60.0
_NORMAL = NormalDist()
_SMALLEST = 1e-9

Chance = Callable[[], float]
"""Draws a number from 0 up to, not including, 1."""

_Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Live:
    """An open ticket that waits: who answers it, its place in the order, and when it is due."""

    reference: str
    queue: str
    place: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is expected up to `until`: how many become late, on average and in eight of ten runs.

    `late` names tickets with the share of runs in which they are late, likeliest first.
    """

    until: datetime
    mean: float
    low: int
    high: int
    late: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a look ahead starts from: what waits, who answers, and how fast, at `now`."""

    live: Sequence[Live]
    load: Load
    roster: Roster
    now: datetime


def look_ahead(facts: Facts, chance: Chance, *, more: int = 0, runs: int = RUNS) -> Outlook:
    """Run the queue forward through the next hour that the desk is open, `runs` times.

    What is late already is not counted; an answer at its due time is in time. `more` agents who
    have every queue help from now on.
    """
    counted = add(facts.roster.hours, facts.now, AHEAD)
    until = facts.now + AHEAD if counted is None else counted.deadline
    live = sorted(facts.live, key=lambda one: (one.place, one.due, one.reference))
    desk = _desk(facts, live, until, more)
    often = [0] * len(live)
    numbers = []
    for _ in range(runs):
        missed = _run(desk, chance)
        numbers.append(len(missed))
        for number in missed:
            often[number] += 1
    numbers.sort()
    late = [
        (one.reference, times / runs)
        for one, times in zip(live, often, strict=True)
        if times >= LEAST * runs
    ]
    return Outlook(
        until=until,
        mean=sum(numbers) / runs,
        low=numbers[runs // 10],
        high=numbers[runs * 9 // 10],
        late=tuple(sorted(late, key=lambda one: (-one[1], one[0]))),
    )


@dataclass(frozen=True, slots=True, order=True)
class _Mail:
    """A mail that waits, in the order of the desk; times are in minutes from the start.

    `number` is below nought for what came later. `queue` "" is one that everybody has.
    """

    place: float
    due: float
    number: int
    queue: str


def _following(spans: _Spans, at: float) -> float:
    """Return `at` where a span holds it, else when the next one begins; never where none does."""
    return next((max(start, at) for start, end in spans if end > at), inf)


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who answers: their queues, None for all, and when they are there."""

    queues: frozenset[str] | None
    there: _Spans

    def takes(self, mail: _Mail) -> bool:
        """Say whether a mail is theirs to take."""
        return self.queues is None or not mail.queue or mail.queue in self.queues

    def next(self, at: float) -> float:
        """Return when they are there, from `at` on."""
        return _following(self.there, at)

    def done(self, at: float, minutes: float) -> float:
        """Return when so many minutes of theirs have passed."""
        for start, end in self.there:
            since = max(start, at)
            if end > since:
                if minutes <= end - since:
                    return since + minutes
                minutes -= end - since
        return inf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every run starts from."""

    now: datetime
    mails: tuple[_Mail, ...]
    people: tuple[_Person, ...]
    opened: _Spans
    until: float
    load: Load
    paces: Mapping[str, tuple[float, float]]


def _desk(facts: Facts, live: Sequence[Live], until: datetime, more: int) -> _Desk:
    now, roster, load = facts.now, facts.roster, facts.load
    opened = _minutes(opening(roster.hours, now), now, until)
    people = [
        _Person(agent.queues or None, _minutes(attendance(agent, roster, now), now, until))
        for agent in roster.agents
    ]
    if load.together:
        people = [_Person(None, opened)]
    known = frozenset().union(*(person.queues or frozenset() for person in people))
    people += [_Person(None, opened)] * more
    queues = {one.queue for one in live}
    return _Desk(
        now=now,
        mails=tuple(
            _Mail(
                (one.place - now) / _MINUTE,
                (one.due - now) / _MINUTE,
                number,
                one.queue if one.queue in known else "",
            )
            for number, one in enumerate(live)
        ),
        people=tuple(people),
        opened=opened,
        until=(until - now) / _MINUTE,
        load=load,
        paces={queue: _shape(load.pace_of(queue)) for queue in {"", *queues}},
    )


def _minutes(spans: Iterable[Span], now: datetime, until: datetime) -> _Spans:
    """Return spans up to `until` in minutes from `now`."""
    return tuple(
        ((span.start - now) / _MINUTE, (min(span.end, until) - now) / _MINUTE)
        for span in takewhile(lambda span: span.start < until, spans)
    )


def _shape(pace: Pace) -> tuple[float, float]:
    """Return mean and spread of the logarithm of how long an answer takes."""
    mean = max(pace.mean, _SMALLEST)
    spread = log1p((pace.spread / mean) ** 2)
    return log(mean) - spread / 2, sqrt(spread)


def _run(desk: _Desk, chance: Chance) -> set[int]:
    """Run the queue forward once; return the numbers of the mails that become late."""
    waiting, late = list(desk.mails), list[_Mail]()
    coming = _coming(desk, chance)
    missed = set[int]()
    free = [(person.next(0.0), number) for number, person in enumerate(desk.people)]
    heapq.heapify(free)
    turn, came = 0, 0
    while free:
        at, number = heapq.heappop(free)
        if at >= desk.until:
            break
        while came < len(coming) and coming[came][0] <= at:
            insort(waiting, coming[came][1])
            came += 1
        person = desk.people[number]
        mail = _next(person, waiting, late, at, late_first=is_of_late(turn))
        if mail is None:
            again = coming[came][0] if came < len(coming) else inf
            heapq.heappush(free, (person.next(again), number))
            continue
        turn += 1
        mean, spread = desk.paces.get(mail.queue, desk.paces[""])
        drawn = _NORMAL.inv_cdf(max(chance(), _SMALLEST))
        done = person.done(at, exp(mean + spread * drawn))
        if 0 <= mail.due < min(done, desk.until) and mail.number >= 0:
            missed.add(mail.number)
        heapq.heappush(free, (person.next(done), number))
    left = (mail for mail in (*waiting, *late) if mail.number >= 0)
    return missed | {mail.number for mail in left if 0 <= mail.due < desk.until}


def _next(
    person: _Person, waiting: list[_Mail], late: list[_Mail], at: float, *, late_first: bool
) -> _Mail | None:
    """Take the next mail for `person`: every fourth is a late one, if there is any."""
    found = None
    for number, mail in enumerate(waiting):
        if mail.due < at:
            continue
        if person.takes(mail):
            found = number
            break
    gone = [mail for mail in waiting[:found] if mail.due < at]
    for mail in gone:
        waiting.remove(mail)
        insort(late, mail)
    if found is not None:
        found -= len(gone)
    behind = next((number for number, mail in enumerate(late) if person.takes(mail)), None)
    if behind is not None and (late_first or found is None):
        return late.pop(behind)
    return None if found is None else waiting.pop(found)


def _coming(desk: _Desk, chance: Chance) -> list[tuple[float, _Mail]]:
    """Draw the mails that come meanwhile: each with when it comes, in that order."""
    found, at = list[tuple[float, _Mail]](), 0.0
    while at < desk.until:
        rate = desk.load.arriving(desk.now + at * _MINUTE) / 60
        if rate <= 0:
            at = (at // 60 + 1) * 60
            continue
        at -= log1p(-chance()) / rate
        counts = _following(desk.opened, at)
        if counts < inf:
            due = counts + _TARGET
            found.append((at, _Mail(due - _boost(desk.load, chance()), due, -1, "")))
    return [one for one in found if one[0] < desk.until]


def _boost(load: Load, drawn: float) -> int:
    """Return the boost that a draw stands for."""
    for boost, share in load.boosts.items():
        drawn -= share
        if drawn < 0:
            return boost
    return 0
