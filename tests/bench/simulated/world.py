"""Time goes by: mails come in, people answer, and the product acts between any two moments."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial

from tests.bench.simulated.house import INBOX, SENT, House
from tests.bench.simulated.people import Policy, Team
from tests.bench.simulated.plan import Plan, Sort, at, local_day
from tests.bench.simulated.writing import SUPPORT, Mail, written, written_back
from triage.core.desk import Agent
from triage.core.roster import present

MOST_SHOWN = 400
AFTERWARDS = timedelta(days=10)
"""How long after the last day what is left is answered."""

LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that somebody gave: to which mail, when, and by whom."""

    mail: Mail
    at: datetime
    by: str


@dataclass(slots=True, kw_only=True)
class Run:
    """What happened in one run.

    `idle` is how long people had nothing to do while mail waited. `cpu` is in seconds, of the
    whole process.
    """

    plan: Plan
    policy: Policy
    house: House
    mails: dict[str, Mail] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    idle: timedelta = timedelta()
    cpu: float = 0.0


class World:
    """One run of a plan under a policy."""

    def __init__(self, house: House, plan: Plan, policy: Policy) -> None:
        self._house = house
        self._plan = plan
        self._team = Team(plan, policy, house.policy.roster)
        self.run = Run(plan=plan, policy=policy, house=house)
        self._events: list[tuple[datetime, int, Callable[[], bool]]] = []
        self._numbers = itertools.count()
        self._held: list[tuple[bytes, datetime]] = []
        self._ids = itertools.count(1)
        self._without = 0

    async def live(self) -> Run:
        """Go through every moment of the plan, and on until everything is answered."""
        begun = time.process_time()
        for mail in written(self._plan):
            self._house.scores.pins[mail.number] = mail.pins
            self._at(mail.at, partial(self._arrives, mail))
        for moment in self._team.begins():
            self._at(moment, lambda: False)
        for trouble in self._plan.of(Sort.MAILBOX):
            self._at(trouble.end, self._mailbox_is_back)
        for trouble in self._plan.of(Sort.SICK):
            called = at(local_day(trouble.start), 8, 50)
            self._at(called, partial(self._calls_in_sick, trouble.about, trouble.end))
        last = self._plan.end + AFTERWARDS
        while (now := self._next()) is not None and now <= last:
            await self._moment(now)
        self.run.cpu = time.process_time() - begun
        return self.run

    def _at(self, moment: datetime, happens: Callable[[], bool]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), happens))

    def _next(self) -> datetime | None:
        own = self._house.next_moment()
        queued = self._events[0][0] if self._events else None
        return min((moment for moment in (own, queued) if moment is not None), default=None)

    async def _moment(self, now: datetime) -> None:
        self.run.idle += self._without * (now - self._house.clock.now)
        self._house.clock.now = now
        self._house.relay.down = self._plan.within(Sort.RELAY, now)
        received = False
        while self._events and self._events[0][0] <= now:
            received |= heapq.heappop(self._events)[2]()
        await self._house.work(received=received)
        self._set_to_work(now)

    # --- what happens: True where mail came in ---------------------------------------------------

    def _arrives(self, mail: Mail) -> bool:
        self.run.mails[mail.id] = mail
        if self._plan.within(Sort.MAILBOX, self._house.clock.now):
            self._held.append((mail.raw(), mail.at))
            return False
        self._house.receive(INBOX, mail.raw(), mail.at)
        return True

    def _mailbox_is_back(self) -> bool:
        for raw, since in self._held:
            self._house.receive(INBOX, raw, since)
        came, self._held = bool(self._held), []
        return came

    def _calls_in_sick(self, who: str, until: datetime) -> bool:
        self._house.away(who, until)
        return False

    def _answered(self, agent: Agent, mail: Mail) -> bool:
        """Have an agent send what they wrote; the requester may write back."""
        house, now = self._house, self._house.clock.now
        reference = self._team.put_down(agent.id)
        self.run.answers.append(Answer(mail=mail, at=now, by=agent.id))
        name = f"answer{next(self._ids)}@northwind.test"
        if self._plan.within(Sort.MAILBOX, now):
            house.store.answered(reference, now, agent.id, "phone")
        else:
            house.receive(SENT, _answer(agent, mail, name, now), now)
        if mail.writes_back is not None:
            back = written_back(mail, (now + mail.writes_back).replace(microsecond=0), name)
            self._at(back.at, partial(self._arrives, back))
        return True

    def _set_to_work(self, now: datetime) -> None:
        """Let everybody who is free begin with what is next."""
        idle = self._team.idle(now)
        self._without = 0
        if not idle:
            return
        rows = self._house.store.queue(None, MOST_SHOWN)
        for agent in idle:
            row = self._team.next_for(agent, rows, now, self._on_duty(now))
            if row is None:
                continue
            self._team.take(agent, row)
            mail = self.run.mails[self._house.last_mail(row.id)]
            done = (now + mail.handling).replace(microsecond=0)  # as a Date header says it
            self._at(done, partial(self._answered, agent, mail))
        waiting = len({row.reference for row in rows} - set(self._team.hands.values()))
        self._without = min(len(self._team.idle(now)), waiting)
        if self._without:
            self._look_again(now + LOOK_AGAIN)

    def _look_again(self, moment: datetime) -> None:
        if not self._events or self._events[0][0] > moment:
            self._at(moment, lambda: False)

    def _on_duty(self, now: datetime) -> Callable[[str], bool]:
        roster = self._house.terms.roster
        there = {agent.id for agent in roster.agents if present(agent, roster, now)}
        return there.__contains__


def _answer(agent: Agent, mail: Mail, name: str, now: datetime) -> bytes:
    lines = (
        f"From: {agent.name} <{SUPPORT}>",
        f"To: {mail.name} <{mail.sender}>",
        f"Subject: Re: {mail.subject.removeprefix('Re: ')}",
        f"Message-ID: <{name}>",
        f"In-Reply-To: <{mail.id}>",
        f"References: <{mail.id}>",
        f"Date: {format_datetime(now)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"Dear {mail.name},",
        "",
        "I have looked into it: a new part is on its way to you, and you owe us nothing for it.",
        "The old one need not come back; please put it to the wood at your recycling yard.",
        "",
        f"Kind regards\r\n{agent.name}",
        "",
    )
    return "\r\n".join(lines).encode()
