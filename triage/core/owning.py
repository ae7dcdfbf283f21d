"""Whose a ticket becomes when its owner is not there any more: away, gone, or out of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from triage.core.desk import Agent, Roster
from triage.core.hours import first_instant
from triage.core.roster import Assignment, absent, choose_owner, next_present, on_call_now
from triage.core.ticket import TicketId
from triage.core.worded import worded

MOST_DEPUTIES = 10
"""Deputies of deputies that are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A ticket as its owner's absence sees it.

    `answered`: the requester has a human's answer, and waits for none (or for an update).
    """

    id: TicketId
    reference: str
    owner: str
    guess: str
    language: str | None
    answer_by: datetime | None
    answered: bool
    danger: bool = False


def gone(roster: Roster, owner: str, now: datetime) -> bool:
    """Say whether tickets cannot stay with `owner` at `now`: away, left, or in no file."""
    agent = roster.agent(owner)
    return agent is None or absent(agent, roster, now)


def next_change(roster: Roster, now: datetime) -> datetime | None:
    """Return when the next absence begins, or somebody leaves; None where none is known."""
    begins = [one.start for one in roster.absences if one.start > now]
    leave = (
        first_instant(one.hours.zone, one.left, time())
        for one in roster.agents
        if one.left is not None
    )
    return min([*begins, *(at for at in leave if at > now)], default=None)


def new_owner(
    ticket: Owned, roster: Roster, loads: Mapping[str, int], now: datetime
) -> Assignment | None:
    """Choose who owns a ticket whose owner is `gone`; None: it stays where it is.

    One that waits for its answer goes to whoever would get it if it came now, danger to whoever
    is on call; it stays only where everybody else would be there later still. An answered one
    goes to the deputy; without one it waits for who comes back, and goes to anybody for who does
    not.
    """
    before = roster.agent(ticket.owner)
    others = replace(roster, agents=tuple(one for one in roster.agents if one != before))
    if ticket.answered:
        deputy = _deputy(before, others, now)
        if deputy is not None and before is not None:
            start = next_present(deputy, roster, now) or now
            return Assignment(deputy, start, worded("deputy of %(person)s", person=before.name))
        if before is not None and next_present(before, roster, now) is not None:
            return None
    on_call = on_call_now(others, now) if ticket.danger else None
    if on_call is not None:
        return Assignment(on_call, now, worded("on call for danger"))
    due = None if ticket.answered else ticket.answer_by
    chosen = choose_owner(
        others,
        queue=ticket.guess,
        language=ticket.language,
        loads=loads,
        previous=None,
        start=now,
        due=due,
    )
    back = None if before is None else next_present(before, roster, now)
    if chosen is not None and back is not None and back <= chosen.present_from:
        return None
    return chosen


def _deputy(agent: Agent | None, roster: Roster, now: datetime) -> Agent | None:
    """Return who stands in for `agent`: the deputy, or theirs in turn where they are away too."""
    asked = agent
    for _ in range(MOST_DEPUTIES):
        asked = roster.agent(asked.deputy) if asked is not None and asked.deputy else None
        if asked is None:
            return None
        if not absent(asked, roster, now) and next_present(asked, roster, now):
            return asked
    return None
