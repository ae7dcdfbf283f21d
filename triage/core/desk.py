"""The desk an admin describes: queues, agents, hours, rules and texts, as one frozen value.

`config/` reads the files and makes a `Desk`; everything that decides gets one as an argument.
The whole desk is swapped as one object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from triage.core.ticket import Priority

if TYPE_CHECKING:
    from triage.core.hours import Span


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A span of local time on one weekday (0 = Monday): opens at `start`, closes at `end`.

    `end` at or before `start` runs over midnight into the next day; 00:00 to 00:00 is all day.
    """

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody works, in one zone.

    `holidays` are whole local days on which no window opens. A day in `special` has windows of
    its own in place of the week's, holiday or not: a half day, or a Sunday of sales; (start, end)
    each as a `Window` has them. `shifts` are spans in UTC that are worked besides. `closed` are
    spans in UTC in which nothing of all this counts. `always` counts round the clock, and knows
    none of it.
    """

    zone: ZoneInfo
    windows: tuple[Window, ...] = ()
    holidays: frozenset[date] = frozenset()
    always: bool = False
    closed: tuple[tuple[datetime, datetime], ...] = ()
    special: Mapping[date, tuple[tuple[time, time], ...]] = field(default_factory=dict, hash=False)
    shifts: tuple[tuple[datetime, datetime], ...] = ()
    # What `core/hours.py` worked out, by local day: the same days are asked for again and again.
    days: dict[date, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )


@dataclass(frozen=True, slots=True)
class Absence:
    """An agent is away from `start` up to, not including, `end`."""

    agent: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A real person who answers. `queues` empty means every queue.

    `limit` is the most open tickets they own at once; `left` is the day from which they own none.
    `tell` says how they hear of a ticket that becomes theirs: "page", "mail" or "both".
    `signs` are names by which they close their mails, beside the public one.
    """

    id: str
    name: str
    mail: str
    speaks: tuple[str, ...]
    queues: frozenset[str] = frozenset()
    hours: Hours
    limit: int = 0
    deputy: str = ""
    duty_manager: bool = False
    left: date | None = None
    tell: str = "page"
    signs: tuple[str, ...] = ()

    def has(self, queue: str) -> bool:
        """Say whether mail of `queue` is theirs to answer."""
        return not self.queues or queue in self.queues

    @property
    def first_name(self) -> str:
        """The name a colleague calls: the first word of the public name."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who answers, the desk's own hours, and who is away when.

    `protected` are names of people here who do not answer, and whose mail is worth forging.
    """

    hours: Hours
    agents: tuple[Agent, ...]
    absences: tuple[Absence, ...] = ()
    colleagues: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()
    on_call: str = ""
    phone: str = ""

    def agent(self, agent_id: str) -> Agent | None:
        """Return the agent of that id, or None."""
        return next((agent for agent in self.agents if agent.id == agent_id), None)

    def name(self, person: str) -> str:
        """Return an agent's name; who is no agent is called what they are called elsewhere."""
        agent = self.agent(person)
        return person if agent is None else agent.name

    @property
    def agent_on_call(self) -> Agent | None:
        """The agent behind the address that danger goes to at any hour, if it is one's."""
        return next((agent for agent in self.agents if agent.mail == self.on_call), None)

    @property
    def duty_managers(self) -> tuple[Agent, ...]:
        """The agents who are told when a promise is about to break."""
        return tuple(agent for agent in self.agents if agent.duty_manager)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue: its target and whether its requesters are acknowledged and promised a time.

    `target` is business time unless `always`; None: no clock. It counts in `hours`, or in the
    desk's where the queue has none of its own. `resolve_target` is the time in which a ticket is
    done with, of the same sort; None: nobody asks. `day` is how long a working day of it is.
    `promise` False acknowledges without a promised hour.
    """

    name: str
    title: str
    target: timedelta | None = timedelta(hours=1)
    targets: Mapping[Priority, timedelta] = field(default_factory=dict)
    always: bool = False
    acknowledge: bool = True
    promise: bool = True
    needs: tuple[str, ...] = ()
    hours: Hours | None = None
    day: timedelta = timedelta(days=1)
    resolve_target: timedelta | None = None
    resolve_targets: Mapping[Priority, timedelta] = field(default_factory=dict)

    def target_for(self, priority: Priority) -> timedelta | None:
        """Return the span in which a human answers mail of `priority`."""
        return self.targets.get(priority, self.target)

    def resolve_target_for(self, priority: Priority) -> timedelta | None:
        """Return the span in which a ticket of `priority` is done with."""
        return self.resolve_targets.get(priority, self.resolve_target)

    @property
    def working_days(self) -> int:
        """How many working days the target is, a part of one counted whole; 2 without a target."""
        return 2 if self.target is None else max(1, -(-self.target // self.day))

    def calendar(self, desk: Hours) -> Hours:
        """Return the hours in which the queue's clocks count; `desk` are the desk's own."""
        own = self.hours or desk
        return replace(own, always=True) if self.always and not own.always else own


def queue_of(queues: Mapping[str, Queue], name: str) -> Queue:
    """Return the queue of that name; one that left the files keeps the usual target."""
    return queues.get(name) or Queue(name=name, title=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpoken:
    """How a fact is spoken of to requesters, by language.

    `labels` name it as something of theirs ("your order number"); `offers` are whole sentences
    that take the place of the usual one. A language that is in neither is not offered for it.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactWords:
    """The words that announce a fact, and what its value looks like: RE2, or `phone`."""

    words: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The desk's promises that hold over all queues (`rules/queues.yaml`)."""

    default: str
    boosts: Mapping[Priority, int] = field(
        default_factory=lambda: {
            Priority.URGENT: 60,
            Priority.HIGH: 25,
            Priority.NORMAL: 0,
            Priority.LOW: -60,
        }
    )
    warn_before: timedelta = timedelta(minutes=15)
    acknowledge_within: timedelta = timedelta(hours=4)
    resolve_after: timedelta = timedelta(days=7)
    reopen_within: timedelta = timedelta(days=14)
    safety_target: timedelta = timedelta(minutes=15)
    fact_patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fact_words: Mapping[str, FactWords] = field(default_factory=dict)
    fact_spoken: Mapping[str, FactSpoken] = field(default_factory=dict)
