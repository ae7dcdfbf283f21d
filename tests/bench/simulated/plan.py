"""What a simulated desk goes through: who is there, how much is written, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
HANDLING = 6.4
"""Minutes that an answer takes on average."""

REPLIES = 0.2
"""The share of answers that the requester writes back to, with one more question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One agent: the shifts as `rules/roster.yaml` has them, by days."""

    id: str
    name: str
    shifts: dict[str, tuple[str, ...]]
    duty_manager: bool = False


AGENTS = (
    Person(
        id="edda",
        name="Edda Lindgren",
        shifts={"mon-fri": ("09:00-12:00", "12:30-17:00")},
        duty_manager=True,
    ),
    Person(id="paul", name="Paul Okafor", shifts={"mon-fri": ("09:00-12:30", "13:00-17:00")}),
    Person(id="rosa", name="Rosa Marini", shifts={"mon-fri": ("09:00-13:00", "13:30-17:00")}),
    Person(
        id="sven",
        name="Sven Dahl",
        shifts={"mon": ("09:00-12:30", "13:00-17:00"), "tue-thu": ("09:00-13:00",)},
    ),
)
"""Four people, one of them part-time; lunches are taken one after the other."""

HOUR_WEIGHTS = (
    *(0.3, 0.2, 0.2, 0.2, 0.2, 0.3, 0.6, 1.6, 3.2),  # until nine
    *(10.5, 12.0, 11.5, 9.5, 9.0, 10.0, 10.0, 9.0),  # while the desk is open
    *(3.2, 2.4, 2.0, 1.8, 1.4, 0.9, 0.5),  # from five on
)
"""How a day's mail is spread over its hours; a sixth of it comes while nobody is there."""

WEEKDAY_WEIGHTS = (1.0, 0.97, 0.96, 0.95, 0.82, 0.08, 0.07)
HOLIDAY_WEIGHT = 0.08


class Sort(StrEnum):
    """What goes wrong."""

    BURST = "burst"
    RELAY = "relay down"
    MAILBOX = "mailbox down"
    SICK = "sick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that goes wrong from `start` to `end`; `about` names an agent who is sick."""

    sort: Sort
    start: datetime
    end: datetime
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run: which days, how full, and what goes wrong in them.

    `load` is the work that comes in on usual days over what the whole roster can do. `free` are
    days on which the desk stays closed, `away` planned absences of whole days.
    """

    seed: int = 1
    load: float = 0.93
    days: int = 28
    begins: date = date(2026, 3, 9)
    agents: tuple[Person, ...] = AGENTS
    free: tuple[date, ...] = (date(2026, 4, 3),)
    away: tuple[tuple[str, date], ...] = (("sven", date(2026, 4, 1)),)
    troubles: tuple[Trouble, ...] = ()
    burst: float = 3.0

    @property
    def start(self) -> datetime:
        """The first midnight."""
        return at(self.begins, 0, 0)

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return at(self.begins + timedelta(days=self.days), 0, 0)

    def of(self, sort: Sort) -> tuple[Trouble, ...]:
        """Return what goes wrong of one sort."""
        return tuple(one for one in self.troubles if one.sort is sort)

    def within(self, sort: Sort, now: datetime) -> bool:
        """Say whether it goes wrong at `now`; at its end it does not any more."""
        return any(one.start <= now < one.end for one in self.of(sort))


def at(day: date, hour: int, minute: int) -> datetime:
    """Return an instant of the desk's wall clock, in UTC."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def local_day(now: datetime) -> date:
    """Return the date at the desk."""
    return now.astimezone(ZONE).date()


def four_weeks(seed: int = 1, load: float = 0.93, days: int = 28) -> Plan:
    """Return the usual run: from a Monday in March, over a change of clocks and a holiday."""
    usual = Plan(seed=seed, load=load, days=days)

    def trouble(sort: Sort, day: int, start: int, hours: int, about: str = "") -> Trouble:
        when = usual.begins + timedelta(days=day)
        return Trouble(
            sort=sort, start=at(when, start, 0), end=at(when, start + hours, 0), about=about
        )

    troubles = (
        trouble(Sort.BURST, 8, 10, 2),
        trouble(Sort.RELAY, 10, 11, 2),
        trouble(Sort.SICK, 15, 9, 8, "paul"),
        trouble(Sort.MAILBOX, 17, 10, 3),
    )
    return Plan(
        seed=seed,
        load=load,
        days=days,
        troubles=tuple(one for one in troubles if one.end <= usual.end),
    )
