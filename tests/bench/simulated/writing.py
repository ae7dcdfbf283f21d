"""What is written to the simulated desk: when, by whom, about what, and how long it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from math import log
from random import Random
from typing import TypeVar

from tests.bench.letters import letters
from tests.bench.simulated.plan import (
    HANDLING,
    HOLIDAY_WEIGHT,
    HOUR_WEIGHTS,
    REPLIES,
    WEEKDAY_WEIGHTS,
    Person,
    Plan,
    Sort,
    at,
)
from triage.config.case import Pins
from triage.config.hours import weekdays
from triage.core.prediction import Prediction
from triage.core.ticket import Priority
from triage.model.reading import Text
from triage.trial.pinned import Pinned

SUPPORT = "support@northwind.test"
PASSED = "mx.northwind.test; dmarc=pass header.from="
AUTOMATIC = 0.03
KNOWN = 0.1
UNSURE = 0.06
QUEUES = {
    "orders": 0.36,
    "returns": 0.21,
    "billing": 0.15,
    "technical": 0.12,
    "sales": 0.07,
    "care": 0.05,
    "other": 0.04,
}
PRIORITIES = {
    Priority.URGENT: 0.03,
    Priority.HIGH: 0.12,
    Priority.NORMAL: 0.77,
    Priority.LOW: 0.08,
}
SPREAD = 0.6
"""The sigma of the logarithm of what an answer takes: half of them are done in 5.3 minutes."""

K = TypeVar("K")
_NUMBER = re.compile(r"NW-(\d{6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to the desk. `handling` is what its answer takes.

    `writes_back` is how long after the answer its requester writes again, None where they do
    not. `cites` is the Message-ID of ours that it answers.
    """

    number: int
    turn: int = 0
    at: datetime
    sender: str
    name: str
    subject: str
    body: str
    automatic: bool = False
    queue: str = "orders"
    sure: bool = True
    priority: Priority = Priority.NORMAL
    handling: timedelta = timedelta()
    writes_back: timedelta | None = None
    cites: str = ""

    @property
    def id(self) -> str:
        """Its Message-ID, without brackets."""
        return f"{self.number}.{self.turn}@{self.sender.partition('@')[2]}"

    @property
    def pins(self) -> Pins:
        """What the model is made to say of it."""
        return Pins(
            queues={self.queue: 0.9 if self.sure else 0.4},
            sure=self.sure,
            priorities={self.priority: 0.9},
        )

    def raw(self) -> bytes:
        """Write it as it arrives."""
        lines = [
            f"Authentication-Results: {PASSED}{self.sender.partition('@')[2]}",
            f"From: {self.name} <{self.sender}>",
            f"To: Support <{SUPPORT}>",
            f"Subject: {self.subject}",
            f"Message-ID: <{self.id}>",
            f"Date: {format_datetime(self.at)}",
        ]
        lines += [f"In-Reply-To: <{self.cites}>", f"References: <{self.cites}>"] * bool(self.cites)
        lines += ["Auto-Submitted: auto-replied"] * self.automatic
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", ""]
        return "\r\n".join([*lines, self.body.replace("\n", "\r\n"), ""]).encode()


@dataclass(slots=True)
class Scores:
    """Predicts for each mail the scores that it is pinned to, by the order that it names."""

    pins: dict[int, Pins] = field(default_factory=dict)

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return one prediction a message."""
        return [self._one(message) for message in messages]

    def _one(self, message: Text) -> Prediction:
        named = _NUMBER.search(message.subject)
        pins = self.pins.get(int(named[1]), Pins()) if named else Pins()
        (said,) = Pinned(pins).predict([message])
        return said


def capacity(agents: Sequence[Person]) -> timedelta:
    """Return how long these people work in a usual week."""
    total = timedelta()
    for person in agents:
        for days, shifts in person.shifts.items():
            for shift in shifts:
                start, end = map(_minutes, shift.split("-"))
                total += len(weekdays(days)) * timedelta(minutes=end - start)
    return total


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def written(plan: Plan) -> Iterator[Mail]:
    """Yield what begins a conversation, in order; the same mails for the same plan."""
    chance = Random(plan.seed)  # noqa: S311 - the same weeks in each run
    known: list[tuple[str, str]] = []
    texts = letters(plan.seed)
    for number, moment in enumerate(_moments(plan, chance), 100001):
        name, subject, body = next(texts)
        sender = f"{name.split()[0].casefold()}@household{number}.test"
        if known and chance.random() < KNOWN:
            name, sender = chance.choice(known[-400:])
        known.append((name, sender))
        mail = Mail(
            number=number,
            at=moment,
            sender=sender,
            name=name,
            subject=f"{subject} (NW-{number})",
            body=body,
            automatic=chance.random() < AUTOMATIC,
            queue=_drawn(chance, QUEUES),
            sure=chance.random() >= UNSURE,
            priority=_drawn(chance, PRIORITIES),
        )
        if mail.queue == "other":
            mail = replace(mail, priority=Priority.LOW)
        yield _turned(mail, chance)


def written_back(mail: Mail, moment: datetime, cites: str) -> Mail:
    """Return what the requester of `mail` writes at `moment`, having read the answer `cites`."""
    turn = mail.turn + 1
    chance = Random(mail.number * 100 + turn)  # noqa: S311 - the same in each run
    next_one = replace(
        mail,
        turn=turn,
        at=moment,
        subject=f"Re: {mail.subject.removeprefix('Re: ')}",
        body=f"Thank you, {chance.choice(_BACK)}\n\nRegards\n{mail.name}",
        priority=Priority.NORMAL,
        cites=cites,
    )
    return _turned(next_one, chance)


_BACK = (
    "but one question is left: does the new part come with its own screws, or do we need ours?",
    "that helps. Could the driver ring half an hour before he comes? The bell is out of order.",
    "we have found the number meanwhile. What do we do with the old panel, does it go back?",
    "and one more thing: the invoice still bears our old address, please write it anew.",
)


def _turned(mail: Mail, chance: Random) -> Mail:
    """Say how long the answer takes, and whether the requester writes back."""
    minutes = min(60.0, chance.lognormvariate(log(HANDLING) - SPREAD**2 / 2, SPREAD))
    hours = chance.lognormvariate(log(3), 1)
    again = chance.random() < REPLIES
    return replace(
        mail,
        handling=timedelta(minutes=minutes),
        writes_back=timedelta(hours=hours) if again else None,
    )


def _drawn(chance: Random, shares: Mapping[K, float]) -> K:
    return chance.choices(list(shares), list(shares.values()))[0]


def _moments(plan: Plan, chance: Random) -> Iterator[datetime]:
    """Yield when conversations begin: so many an hour on average, each on its own."""
    turns = 1 / (1 - REPLIES)
    a_week = plan.load * capacity(plan.agents) / timedelta(minutes=HANDLING) / turns
    a_week /= 1 - AUTOMATIC
    usual = a_week / sum(WEEKDAY_WEIGHTS) / sum(HOUR_WEIGHTS)
    for day in (plan.begins + timedelta(days=number) for number in range(plan.days)):
        weight = HOLIDAY_WEIGHT if day in plan.free else WEEKDAY_WEIGHTS[day.weekday()]
        for hour, share in enumerate(HOUR_WEIGHTS):
            start = at(day, hour, 0)
            much = plan.burst if plan.within(Sort.BURST, start) else 1.0
            yield from _in_one_hour(start, usual * weight * share * much, chance)


def _in_one_hour(start: datetime, many: float, chance: Random) -> Iterator[datetime]:
    passed = chance.expovariate(many)
    while passed < 1:
        yield (start + timedelta(hours=passed)).replace(microsecond=0)
        passed += chance.expovariate(many)
