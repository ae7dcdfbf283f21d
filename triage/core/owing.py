"""By when an update is owed, and what promises it: the words of an answer, or a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.core.answering import promised
from triage.core.clocked import update_clock
from triage.core.desk import Hours
from triage.core.owed import Owes
from triage.core.saidtime import SaidTime
from triage.core.terms import Terms


def owes(said: SaidTime, why: str, made: datetime, by: str, terms: Terms) -> Owes:
    """Return the update that was promised at `made` by the agent of that id, or by "team".

    Without a time of day it is due when that agent's shift ends on that day, else when the desk
    closes.
    """
    agent = terms.roster.agent(by)
    desk = terms.roster.hours
    hours = agent.hours if agent is not None and said.at is None else desk
    return owed_by(said.due(hours, made), why, made, desk, terms.service.warn_before)


def owed_by(due: datetime, why: str, made: datetime, hours: Hours, warn_before: timedelta) -> Owes:
    """Return the update that was promised at `made` for `due`, with when it warns."""
    clock = update_clock(hours, made, due, warn_before)
    return Owes(due=due, warn_at=clock.warn_at, why=why, spans=clock.spans)


def promised_update(
    text: str, made: datetime, by: str, language: str | None, terms: Terms, now: datetime
) -> Owes | None:
    """Return the update that the new text of an answer promises; None where it is due already."""
    found = promised(text, made, terms.roster.hours.zone, language)
    if found is None:
        return None
    owed = owes(found.said, found.sentence, made, by, terms)
    return owed if owed.due > now else None
