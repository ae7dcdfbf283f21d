"""Who is there at an instant, and whose a new ticket becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from triage.core.desk import Agent, Roster
from triage.core.hours import FAR, HORIZON, Span, first_instant, opening


@dataclass(frozen=True, slots=True)
class Assignment:
    """The owner of a ticket, from when that person is there, and what decided it."""

    agent: Agent
    present_from: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An agent as the choice sees them: `queue`, `language` and `room` say what fits."""

    agent: Agent
    present_from: datetime
    there_when_due: bool
    load: int
    queue: bool
    language: bool
    room: bool

    @property
    def rank(self) -> tuple[bool, datetime, int, str]:
        """The order among those who fit: lowest first, and never two alike."""
        return (not self.there_when_due, self.present_from, self.load, self.agent.id)


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


def choose_owner(
    roster: Roster,
    *,
    queue: str,
    language: str | None,
    loads: Mapping[str, int],
    previous: str | None,
    start: datetime,
    due: datetime | None = None,
) -> Assignment | None:
    """Choose who owns a ticket whose clock starts at `start` and whose answer is due at `due`.

    Only those who are there before `due` are asked; where nobody is, or nothing is due, those
    who are there first. The agent who had this requester before (`previous`) gets it if they
    fit, full or not; if they are not there in time, their deputy does. Else it goes to
    whoever has the queue, speaks the language and is under their limit (0: no limit); the
    limit is given up first, then the language, then the queue, sooner than leave mail
    unowned. Among those who fit: there when the answer is due, there first, fewest open
    tickets (`loads`), lowest id. None only where nobody will ever be there.
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
    known = _known(asked, None if previous is None else roster.agent(previous))
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
    first, there_when_due = None, due is None
    for span in attendance(agent, roster, start):
        first = first or span.start
        if due is None or span.start >= due:
            break
        there_when_due = due <= span.end
        if there_when_due:
            break
    if first is None:
        return None
    load = loads.get(agent.id, 0)
    return _Candidate(
        agent=agent,
        present_from=first,
        there_when_due=there_when_due,
        load=load,
        queue=not agent.queues or queue in agent.queues,
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


def _known(asked: Sequence[_Candidate], previous: Agent | None) -> Assignment | None:
    """Return who had this requester before, or the deputy, if one of them is there and fits."""
    if previous is None:
        return None
    speaks = any(c.language for c in asked)
    handles = any(c.queue for c in asked)
    fitting = {
        c.agent.id: c for c in asked if (c.language or not speaks) and (c.queue or not handles)
    }
    if (same := fitting.get(previous.id)) is not None:
        why = f"{previous.name} answered this requester before"
        return Assignment(same.agent, same.present_from, why)
    away = all(c.agent.id != previous.id for c in asked)
    if away and (deputy := fitting.get(previous.deputy)) is not None:
        why = f"deputy of {previous.name}, who answered this requester before and is not there"
        return Assignment(deputy.agent, deputy.present_from, why)
    return None


def _why(chosen: _Candidate, kept: int, queue: str, language: str | None, start: datetime) -> str:
    there = "on duty" if chosen.present_from == start else "first on duty"
    fits = [f"has {queue}"] * chosen.queue
    if language is not None and chosen.language:
        fits.append(f"speaks {language}")
    given_up = [
        f"nobody there in time has {queue}",
        f"nobody who has it speaks {language}",
        "everybody else who could is at their limit",
    ][kept : kept + 1]
    return "; ".join([", ".join([there, *fits, f"fewest open ({chosen.load})"]), *given_up])
