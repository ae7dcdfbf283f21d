"""Closing a ticket: none ends without an answer, a referral or a reason."""

from __future__ import annotations

from starlette.datastructures import FormData

from triage.core.referral import named_person
from triage.errors import NotPossible
from triage.store.byhand import Closing
from triage.store.round import GOODBYE
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.thread.moments import check_back

_LONGEST = 500


def closing(visit: Visit, fields: FormData) -> Closing:
    """Return how a ticket is closed, as a form says it.

    By a referral of the desk's or a person by name, by a reason in words, or with a kind goodbye
    to somebody who leaves: at most one of them. Raises: NotPossible.
    """
    read, policy = reader(visit), visit.office.policy()
    reason, referral, cause = (
        str(fields.get(name, "")).strip()[:_LONGEST] for name in ("reason", "referral", "cause")
    )
    person = str(fields.get("person", "")).strip()[:_LONGEST]
    if cause and cause not in policy.causes:
        raise NotPossible(read.say("There is no such cause."))
    if [bool(reason), bool(referral), bool(person), bool(fields.get("goodbye"))].count(True) > 1:
        raise NotPossible(read.say("Say one of these: a reason, whom they were sent to, goodbye."))
    if referral and referral not in policy.referrals:
        raise NotPossible(read.say("There is no such referral."))
    if person and not named_person(person) and not _works_here(visit, person):
        raise NotPossible(read.say("Name a person by first and last name, an address or a number."))
    return Closing(
        reason=GOODBYE if fields.get("goodbye") else reason,
        referral=referral or person,
        cause=cause,
        check_back=check_back(visit, fields),
    )


def _works_here(visit: Visit, typed: str) -> bool:
    roster, name = visit.office.terms().roster, typed.casefold()
    people = {one for agent in roster.agents for one in (agent.id, agent.name.casefold())}
    return name in people | roster.colleagues
