"""Who signs a note as it leaves, and what a time is asked for that they are to keep."""

from __future__ import annotations

from datetime import datetime

from triage.core.desk import Agent
from triage.core.roster import choose_owner, next_present, on_call_now
from triage.core.telling import Asked
from triage.core.terms import Terms
from triage.store.protocol import Recheck


def owner_now(recheck: Recheck, terms: Terms, now: datetime) -> Agent | None:
    """Return who signs at `now`: the owner, unless they left or are not there in time.

    In time is before the answer is due, or no later than anybody else. Whoever is on call for
    danger always is. None where nobody on the roster will ever be there.
    """
    roster = terms.roster
    owner = roster.agent(recheck.owner)
    danger = bool(recheck.mail.facts.get("danger"))
    on_call = on_call_now(roster, now) if danger else None
    if on_call is not None and owner == on_call:
        return owner
    first = None if owner is None else next_present(owner, roster, now)
    due = recheck.answer_by
    if first is not None and (due is None or first < due):
        return owner
    if on_call is not None:
        return on_call
    chosen = choose_owner(
        roster,
        queue=recheck.queue,
        language=recheck.language,
        loads=recheck.loads(),
        previous=recheck.owner or None,
        start=now,
        due=due,
    )
    if first is not None and chosen is not None and first <= chosen.present_from:
        return owner
    return None if chosen is None else chosen.agent


def asked_of(recheck: Recheck, deadline: datetime) -> Asked:
    """Return what a time is told for, of a ticket that is due at `deadline`."""
    return Asked(
        queue=recheck.queue,
        guess=recheck.guess or recheck.queue,
        priority=recheck.priority,
        deadline=deadline,
        place=recheck.place or deadline,
        danger=bool(recheck.mail.facts.get("danger")),
    )
