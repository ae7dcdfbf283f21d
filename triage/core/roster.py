"""Who is there at an instant, and whose a new ticket becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from triage.core.desk import Agent, Roster
from triage.core.hours import FAR, HORIZON, Span, first_instant, opening
from triage.core.worded import clauses, listed, worded

HANDLING = timedelta(minutes=8)
"""How long one open ticket is expected to keep its owner busy, of their own hours."""

MOST_SPANS = 60
"""Shifts that are looked at: whoever is busy for longer comes last, whoever that is."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The owner of a ticket, from when that person is there, and what decided it."""

    agent: Agent
    present_from: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An agent as the choice sees them: `queue`, `language` and `room` say what fits.

    `reaches` is when they are expected to be through with what is theirs, and with this ticket.
    """

    agent: Agent
    present_from: datetime
    there_when_due: bool
    reaches: datetime
    load: int
    queue: bool
    language: bool
    room: bool

    @property
    def rank(self) -> tuple[bool, datetime, int, datetime, str]:
        """The order among those who fit: lowest first, and never two alike."""
        leaves = not self.there_when_due
        return (leaves, self.reaches, self.load, self.present_from, self.agent.id)


def attendance(agent: Agent, roster: Roster, start: datetime) -> Iterator[Span]:
    """Yield when `agent` is there from `start` on: own hours, less absences, until they left.

    In order and lazy. It ends with the day they leave, or where they are not there for `HORIZON`.
    """
    away = sorted(
        (a.start.astimezone(UTC), a.end.astimezone(UTC))
        for a in roster.absences
        if a.agent == agent.id and a.start < a.end
    )
    leaves = FAR if agent.left is None else first_instant(agent.hours.zone, agent.left, time())
    last = start
    for span in opening(agent.hours, start):
        at, end = span.start, min(span.end, leaves)
        if at >= leaves or at - last > HORIZON:
            return
        for gone, back in away:
            if back <= at:
                continue
            if gone >= end:
                break
            if gone > at:
                yield Span(at, gone)
                last = gone
            at = back
        if at < end:
            yield Span(at, end)
            last = end


def present(agent: Agent, roster: Roster, at: datetime) -> bool:
    """Say whether `agent` is there at `at`: a shift's first instant counts, its end does not."""
    return next_present(agent, roster, at) == at


def next_present(agent: Agent, roster: Roster, at: datetime) -> datetime | None:
    """Return `at` where `agent` is there, else when they next are; None where they never are."""
    first = next(attendance(agent, roster, at), None)
    return None if first is None else first.start


def having(queue: str, agents: Sequence[Agent]) -> tuple[Agent, ...]:
    """Return who of `agents` has `queue`; everybody where nobody has."""
    return tuple(agent for agent in agents if agent.has(queue)) or tuple(agents)


def absent(agent: Agent, roster: Roster, at: datetime) -> bool:
    """Say whether `agent` is away at `at`, or has left: not whether they have a shift then.

    An absence counts from its first instant up to, not including, its end.
    """
    if agent.left is not None and first_instant(agent.hours.zone, agent.left, time()) <= at:
        return True
    return any(a.agent == agent.id and a.start <= at < a.end for a in roster.absences)


def in_time(agent: Agent, roster: Roster, start: datetime, due: datetime | None) -> datetime | None:
    """Return when `agent` is there, from `start` on; None where that is not before `due`."""
    first = next_present(agent, roster, start)
    return first if first is not None and (due is None or first < due) else None


def on_call_now(roster: Roster, at: datetime) -> Agent | None:
    """Return whose danger is at any hour: the agent on call, unless they are away or have left."""
    agent = roster.agent_on_call
    return None if agent is None or absent(agent, roster, at) else agent


def choose_owner(
    roster: Roster,
    *,
    queue: str,
    language: str | None,
    loads: Mapping[str, int],
    previous: str | None,
    start: datetime,
    due: datetime | None = None,
    by_rule: str = "",
) -> Assignment | None:
    """Choose who owns a ticket whose clock starts at `start` and whose answer is due at `due`.

    Only those who are there before `due` are asked; where nobody is, or nothing is due, those
    who are there first. The agent who had this requester before (`previous`), or who has it
    `by_rule`, gets it if they fit, full or not; if they are not there in time, their deputy does.
    Else it goes to whoever has the queue, speaks the language and is under their limit (0: no
    limit); the limit is given up first, then the language, then the queue, sooner than leave mail
    unowned. Among those who fit: there when the answer is due; least expected load, which is
    who is through first with what is theirs (`loads` counts it, each `HANDLING` of their own
    hours) and with this one; fewest open, there first, lowest id. None only where nobody will
    ever be there.
    """
    asked = _in_time(
        [
            candidate
            for agent in roster.agents
            if (candidate := _candidate(agent, roster, queue, language, loads, start, due))
        ],
        due,
    )
    if not asked:
        return None
    known = _known(asked, None if previous is None else roster.agent(previous), by_rule)
    if known is not None:
        return known
    wishes = ("queue", "language", "room")
    for kept in range(len(wishes), -1, -1):
        fitting = [c for c in asked if all(getattr(c, wish) for wish in wishes[:kept])]
        if fitting:
            chosen = min(fitting, key=lambda candidate: candidate.rank)
            return Assignment(
                chosen.agent, chosen.present_from, _why(chosen, kept, queue, language, start)
            )
    return None


def _candidate(
    agent: Agent,
    roster: Roster,
    queue: str,
    language: str | None,
    loads: Mapping[str, int],
    start: datetime,
    due: datetime | None,
) -> _Candidate | None:
    first, there_when_due, reaches = None, due is None, FAR
    load = loads.get(agent.id, 0)
    work = (load + 1) * HANDLING
    for span in islice(attendance(agent, roster, start), MOST_SPANS):
        first = first or span.start
        if due is not None and span.start < due <= span.end:
            there_when_due = True
        if work <= span.end - span.start:
            reaches = min(reaches, span.start + work)
        work = max(work - (span.end - span.start), timedelta())
        if reaches < FAR and (due is None or span.end >= due):
            break
    if first is None:
        return None
    return _Candidate(
        agent=agent,
        present_from=first,
        there_when_due=there_when_due,
        reaches=reaches,
        load=load,
        queue=agent.has(queue),
        language=language is None or language in agent.speaks,
        room=not agent.limit or load < agent.limit,
    )


def _in_time(everybody: Sequence[_Candidate], due: datetime | None) -> list[_Candidate]:
    """Return who is there before `due`, or first; the first is always among them."""
    first = min((c.present_from for c in everybody), default=None)
    return [
        c
        for c in everybody
        if c.present_from == first or (due is not None and c.present_from < due)
    ]


def _known(asked: Sequence[_Candidate], previous: Agent | None, by_rule: str) -> Assignment | None:
    """Return who had this requester before, or the deputy, if one of them is there and fits."""
    if previous is None:
        return None
    speaks = any(c.language for c in asked)
    handles = any(c.queue for c in asked)
    fitting = {
        c.agent.id: c for c in asked if (c.language or not speaks) and (c.queue or not handles)
    }
    if (same := fitting.get(previous.id)) is not None:
        why = worded("%(person)s answered this requester before", person=previous.name)
        if by_rule:
            why = worded("%(person)s has it by rule %(rule)s", person=previous.name, rule=by_rule)
        return Assignment(same.agent, same.present_from, why)
    away = all(c.agent.id != previous.id for c in asked)
    if away and (deputy := fitting.get(previous.deputy)) is not None:
        why = worded(
            "deputy of %(person)s, who answered this requester before and is not there",
            person=previous.name,
        )
        if by_rule:
            why = worded(
                "deputy of %(person)s, who has it by rule %(rule)s and is not there",
                person=previous.name,
                rule=by_rule,
            )
        return Assignment(deputy.agent, deputy.present_from, why)
    return None


def _why(chosen: _Candidate, kept: int, queue: str, language: str | None, start: datetime) -> str:
    said = [worded("on duty") if chosen.present_from == start else worded("first on duty")]
    if chosen.queue:
        said.append(worded("has %(queue)s", queue=queue))
    if language is not None and chosen.language:
        said.append(worded("speaks %(language)s", language=language))
    said.append(worded("least expected load (%(open)s open)", open=chosen.load))
    given_up = [
        worded("nobody there in time has %(queue)s", queue=queue),
        worded("nobody who has it speaks %(language)s", language=language),
        worded("everybody else who could is at their limit"),
    ][kept : kept + 1]
    return clauses(listed(*said), *given_up)
