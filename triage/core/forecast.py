"""When a mail that has just come will be answered, at the pace and with the people of this desk.

The queue is let run ahead as a stream: work in minutes, taken off by whoever is there, in the
order in which the desk works it. What can still be made goes first, by its place; every fourth
mail is a late one. What is not answered by its due time becomes late, the newcomer too, and then
waits for its turn in that lane.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from triage.core.desk import Agent, Roster
from triage.core.hours import Span
from triage.core.load import Load
from triage.core.roster import attendance, having
from triage.core.turn import LATE_EVERY

LATE_SHARE = 1 / LATE_EVERY
"""The share of the work that goes to late mail while there is any."""

P80 = 0.8416
"""Spreads above the mean that four sums in five stay below."""

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_STEPS = ((240.0, 5.0), (1200.0, 15.0))
_WIDE = 60.0
_FAR = 12_000.0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A mail that joins the queue: its queue, its place in the order, and when it is due."""

    queue: str
    place: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """When four in five such mails are answered (`at`), with what that was reckoned from.

    `ahead` tickets come first, shared among all who could take them; `on_duty` are those there
    now who have the queue. `reckoned` is what it was before it was put right by how forecasts of
    late turned out; None: it was not.
    """

    at: datetime
    ahead: float
    on_duty: int
    reckoned: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A span in which the same `number` of agents, at least one, is there."""

    span: Span
    number: int


def staffing(agents: Sequence[Agent], roster: Roster, start: datetime) -> Iterator[Shift]:
    """Yield from `start` on how many of `agents` are there, in order; lazy. Nobody: left out."""
    ends: list[datetime] = []
    at = start
    spans = heapq.merge(
        *(attendance(agent, roster, start) for agent in agents), key=lambda span: span.start
    )
    for span in spans:
        while ends and ends[0] <= span.start:
            if ends[0] > at:
                yield Shift(Span(at, ends[0]), len(ends))
                at = ends[0]
            heapq.heappop(ends)
        if ends and span.start > at:
            yield Shift(Span(at, span.start), len(ends))
        at = max(at, span.start)
        heapq.heappush(ends, span.end)
    while ends:
        if ends[0] > at:
            yield Shift(Span(at, ends[0]), len(ends))
            at = ends[0]
        heapq.heappop(ends)


def expected(new: Newcomer, load: Load, roster: Roster, now: datetime) -> Expected | None:
    """Say when a mail that comes at `now` will be answered, for four in five such mails.

    Never earlier with more waiting. None where nobody will be there to answer, or
    not for a month: no time is better than one that nobody can know.
    """
    people = having(new.queue, roster.agents)
    line = _line(new, load, roster, people, now)
    on_duty, walked = 0, 0.0
    for shift in staffing(people, roster, now):
        number = 1 if load.together else shift.number
        if shift.span.start == now:
            on_duty = shift.number
        at = shift.span.start
        if not walked:
            line.wait(load, now, at)
        while at < shift.span.end:
            wide = _step(walked)
            end = min(shift.span.end, at + wide * _MINUTE)
            if at < new.due < end:
                end = new.due
            minutes = (end - at) / _MINUTE
            came = load.arriving(at) * minutes / 60
            line.come(at, came, load.boosted(line.boost + walked), load.arriving(at))
            done = line.work(at, minutes, number)
            if done is not None:
                ended = at + done * _MINUTE
                return Expected(at=ended, ahead=line.ahead, on_duty=on_duty)
            walked += minutes
            if walked > _FAR:
                return None
            at = end
    return None


def _step(walked: float) -> float:
    """Return how many minutes are reckoned at once: finer at first."""
    return next((wide for until, wide in _STEPS if walked < until), _WIDE)


@dataclass(slots=True, kw_only=True)
class _Line:
    """The work before the newcomer, in minutes of one agent.

    `on_time` holds what can still be made, by place, each with its due time. `late` is what is
    late, `fresh` what comes after the newcomer, `own` the newcomer's own. `boost` is what the
    newcomer's place gains on its due time, in minutes. `each` is the work of one more mail.
    """

    due: datetime
    on_time: list[tuple[datetime, float]]
    late: float
    own: float
    each: float
    boost: float
    ahead: float
    fresh: float = 0.0
    begun: bool = False

    def wait(self, load: Load, now: datetime, opens: datetime) -> None:
        """Let mails come before anybody is there: some of them go before the newcomer."""
        while now < opens:
            end = min(now + _HOUR, opens)
            self.come(now, load.arriving(now) * ((end - now) / _HOUR), load.boosted(self.boost), 0)
            now = end

    def come(self, at: datetime, mails: float, overtaking: float, hour: float) -> None:
        """Let mails come, a share of them before the newcomer; `hour` comes in an hour.

        What is past its due time goes over to what is late.
        """
        if overtaking:
            due, work = max(self.due, at + _HOUR), mails * overtaking * self.each
            if self.on_time and self.on_time[-1][0] == due:
                work += self.on_time.pop()[1]
            self.on_time.append((due, work))
        # What is not answered within its hour becomes late, behind the newcomer.
        self.fresh = min(self.fresh + mails * (1 - overtaking) * self.each, hour * self.each)
        self.late += sum(work for due, work in self.on_time if due <= at)
        self.on_time = [(due, work) for due, work in self.on_time if due > at]

    def work(self, at: datetime, minutes: float, agents: int) -> float | None:
        """Let `agents` work from `at` on for `minutes`; say after how many the newcomer is done."""
        idle = 0.0
        if not self.begun:
            left = self._left(minutes * agents, late=self.due <= at)
            if left is None:
                return None
            self.begun = True
            idle = minutes - left / agents
        if self.own <= minutes - idle:
            return idle + self.own
        self.own -= minutes - idle
        return None

    def _left(self, capacity: float, *, late: bool) -> float | None:
        """Take work off; return what is left of `capacity` once the newcomer's turn has come."""
        waits = sum(work for _, work in self.on_time)
        if not late:
            share = min(self.late, capacity * LATE_SHARE)
            taken = min(waits, capacity - share)
            self._take(taken)
            self.late -= share
            return capacity - taken - share if taken == waits else None
        taken = min(waits + self.fresh, capacity * (1 - LATE_SHARE))
        self._take(min(taken, waits))
        self.fresh -= max(taken - waits, 0.0)
        share = min(self.late, capacity - taken)
        self.late -= share
        return None if self.late else capacity - taken - share

    def _take(self, minutes: float) -> None:
        """Take work off what can still be made, in its order."""
        for number, (due, work) in enumerate(self.on_time):
            if work > minutes:
                self.on_time[: number + 1] = [(due, work - minutes)]
                return
            minutes -= work
        self.on_time.clear()


def _line(
    new: Newcomer, load: Load, roster: Roster, people: Sequence[Agent], now: datetime
) -> _Line:
    """Put together what comes before `new`, as far as it is work of `people`.

    Late mail takes its share of the time wherever it stands, and where `new` is late itself, so
    does all that can still be made. The spread of all of it together
    goes before `new` as work of its own.
    """
    part = len(people) / max(len(roster.agents), 1)
    shares = {queue: _share(queue, roster, people) for queue in {one.queue for one in load.waiting}}
    late = new.due <= now
    before = [one for one in load.waiting if one.place <= new.place or (one.due <= now) != late]
    before.sort(key=lambda one: (one.place, one.due, one.queue))
    # What is not listed stands behind all that is.
    rest = load.more * part if len(before) == len(load.waiting) else 0.0
    usual = load.pace_of("")
    work, spread, ahead = [], rest * usual.spread**2, rest
    for one in before:
        pace, number = load.pace_of(one.queue), one.count * shares[one.queue]
        work.append((one.due, number * pace.mean))
        spread += number * pace.spread**2
        ahead += number
    return _Line(
        due=new.due,
        on_time=[(new.due, P80 * sqrt(spread)), *work, (new.due, rest * usual.mean)],
        late=0.0,
        own=load.pace_of(new.queue).most(P80),
        each=usual.mean * part,
        boost=(new.due - new.place) / _MINUTE,
        ahead=ahead,
    )


def _share(queue: str, roster: Roster, people: Sequence[Agent]) -> float:
    """Return how much of the work of a queue is that of `people`."""
    theirs = having(queue, roster.agents)
    return sum(agent in people for agent in theirs) / max(len(theirs), 1)
