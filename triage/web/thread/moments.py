"""Moments as somebody types them into a form: until when, by when, and when to ask again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from triage.core.owed import Owes
from triage.core.owing import owed_by
from triage.core.typedtime import typed_opening, typed_time
from triage.errors import NotPossible
from triage.web.reading import reader
from triage.web.routes import Visit


def moment(visit: Visit, typed: str) -> datetime:
    """Return the moment that somebody typed, in their zone. Raises: NotPossible."""
    found = typed_time(typed, visit.now, reader(visit).zone)
    hours = visit.office.terms().roster.hours
    due = None if found is None else found.due(hours, visit.now)
    if due is None or due <= visit.now:
        raise _none(visit)
    return due


def owed(visit: Visit, by: str, why: str = "") -> Owes:
    """Return the update that somebody owes by the moment that they typed. Raises: NotPossible."""
    terms = visit.office.terms()
    due, hours = moment(visit, by), terms.roster.hours
    return owed_by(due, why, visit.now, hours, terms.service.warn_before)


def check_back(visit: Visit, fields: Mapping[str, object]) -> datetime | None:
    """Return when a requester is asked whether all is well; None: nobody asks. Raises: NotPossible.

    It is while the desk is open: somebody is there who reads what they answer.
    """
    typed = str(fields.get("check_back", "")).strip()
    if not typed:
        return None
    hours = visit.office.terms().roster.hours
    at = typed_opening(typed, visit.now, hours, reader(visit).zone)
    if at is None:
        raise _none(visit)
    return at


def _none(visit: Visit) -> NotPossible:
    said = reader(visit).say("That is no moment to come: 17:00, tomorrow 09:00, friday.")
    return NotPossible(said)
