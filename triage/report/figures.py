"""A report as one value: every figure of a time, made from what the store read of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from triage.core.breach import Reason
from triage.core.clocked import Counting
from triage.core.desk import Roster
from triage.core.goodwill import Budget
from triage.core.load import PRIOR
from triage.core.switches import Switches
from triage.core.ticket import Kind
from triage.report.kept import Ahead, Kept, ahead, kept
from triage.report.response import Response, Waited, by_day, by_queue, response, waited
from triage.report.staffing import Staffing, staffing
from triage.store.guarding import Breach
from triage.store.reporting import About, Acknowledged, Caused, Reported, Withheld
from triage.store.round import Given, Leaving, Remedy, Voice, VoiceKind

MOST_OLDEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a report needs to know beside the store.

    `counting` are hours and targets, `roster` who was there, absences and closed doors of the
    time included. `brand`, `agents`, `queues` and `causes` are names as people read them.
    `budget` is for a month, of which `spent` is gone by the end of the report; None: there is none.
    """

    counting: Counting
    roster: Roster
    zone: tzinfo
    brand: str = ""
    agents: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)
    budget: Budget | None = None
    spent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAgent:
    """What one person answered, and what was said and given in their name."""

    agent: str
    response: Response
    complaints: int
    compliments: int
    gifts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that a report tells. `agents` None: nobody asked for figures of people.

    `waited` are the turns behind `response`; `oldest` those that wait, longest first. Reasons
    come in the order of their number.
    """

    since: datetime
    until: datetime
    now: datetime
    zone: tzinfo
    queue: str | None
    response: Response
    queues: tuple[tuple[str, Response], ...]
    days: tuple[tuple[date, Response], ...]
    waited: tuple[Waited, ...]
    oldest: tuple[Waited, ...]
    breaches: tuple[Breach, ...]
    reasons: tuple[tuple[Reason, int], ...]
    kept: Kept
    ahead: Ahead
    causes: tuple[Caused, ...]
    staffing: Staffing
    complaints: tuple[Voice, ...]
    compliments: tuple[Voice, ...]
    leaving: tuple[Leaving, ...]
    gifts: tuple[Given, ...]
    remedies: tuple[tuple[str, Remedy], ...]
    acknowledged: tuple[Acknowledged, ...]
    withheld: tuple[Withheld, ...]
    machines: tuple[Withheld, ...]
    about: Mapping[str, About]
    agents: tuple[OfAgent, ...] | None = None


def figures(found: Reported, desk: Desk, now: datetime, *, agents: bool = False) -> Figures:
    """Make a report of what the store read, as it is known at `now`."""
    every = tuple(waited(turn, desk.counting, now) for turn in found.turns)
    waits = sorted((one for one in every if one.turn.waits), key=lambda one: one.turn.start)
    return Figures(
        since=found.since,
        until=found.until,
        now=now,
        zone=desk.zone,
        queue=found.queue,
        response=response(every),
        queues=tuple(by_queue(every)),
        days=tuple(
            by_day(
                (one for one in every if one.turn.start >= found.since),
                found.since,
                found.until,
                desk.zone,
            )
        ),
        waited=every,
        oldest=tuple(waits[:MOST_OLDEST]),
        breaches=found.breaches,
        reasons=tuple(_reasons(found.breaches)),
        kept=kept(found.told),
        ahead=ahead(found.foreseen),
        causes=found.caused,
        staffing=_staffing(found, desk),
        complaints=_voices(found, VoiceKind.COMPLAINT),
        compliments=_voices(found, VoiceKind.COMPLIMENT),
        leaving=found.leaving,
        gifts=found.gifts,
        remedies=found.remedies,
        acknowledged=found.acknowledged,
        withheld=tuple(one for one in found.withheld if one.kind == Kind.HUMAN),
        machines=tuple(one for one in found.withheld if one.kind != Kind.HUMAN),
        about=found.about,
        agents=tuple(_agents(every, found)) if agents else None,
    )


def _reasons(breaches: Sequence[Breach]) -> Iterator[tuple[Reason, int]]:
    counted = {reason: sum(one.reason is reason for one in breaches) for reason in Reason}
    for reason, number in sorted(counted.items(), key=lambda item: -item[1]):
        if number:
            yield reason, number


def _voices(found: Reported, kind: VoiceKind) -> tuple[Voice, ...]:
    return tuple(one for one in found.voices if one.kind is kind)


def _staffing(found: Reported, desk: Desk) -> Staffing:
    """Compare arrivals and staff; not for one queue: nobody knows whose time is whose."""
    if found.queue is not None:
        return Staffing()
    load = found.load
    return staffing(
        (turn.start for turn in found.turns),
        Switches(found.switches).over(desk.roster),
        PRIOR if load.thin else load.pace,
        found.since,
        found.until,
        desk.zone,
        measured=not load.thin,
        together=load.together,
    )


def _agents(every: Sequence[Waited], found: Reported) -> Iterator[OfAgent]:
    """Yield everybody who answered, was written of, or gave something, by their id."""
    answered: dict[str, list[Waited]] = {}
    for one in every:
        if one.turn.answered is not None:
            answered.setdefault(one.turn.person, []).append(one)
    owners = {one.owner for one in found.voices}
    givers = {one.gift.person for one in found.gifts}
    for agent in sorted({*answered, *owners, *givers} - {""}):
        of = [one.kind for one in found.voices if one.owner == agent]
        yield OfAgent(
            agent=agent,
            response=response(answered.get(agent, [])),
            complaints=of.count(VoiceKind.COMPLAINT),
            compliments=of.count(VoiceKind.COMPLIMENT),
            gifts=sum(one.gift.person == agent and one.undone is None for one in found.gifts),
        )
