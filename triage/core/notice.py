"""Whether a requester is written to once more by the service itself, and why not.

A delay notice says that the time told will be missed, before it is, once in the life of a thread.
A check-back asks whether all is well, where an agent wished it. Neither goes to somebody who has
an answer, or may have one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from triage.core.known import Known
from triage.core.terms import Terms
from triage.core.ticket import UNANSWERED, Status
from triage.core.tone import GRAVE

BEFORE = timedelta(minutes=10)
"""How long before the time told the notice leaves: a relay may refuse it for now three times."""

CAP = 10
CAP_WITHIN = timedelta(minutes=30)
"""So many delay notices leave in so long; beyond it the day is a bad one, and people decide."""

UNHAPPY_WITHIN = timedelta(days=14)
UNHAPPY_BOOST = 25
"""By how many minutes an unhappy answer goes before its turn, and how long after a check-back."""

SERVICE_DOWN, RELAY_DOWN = "service_down", "relay_down"
CAP_REACHED, PAUSED = "cap_reached", "paused"
BEING_ANSWERED = "being_answered"
"""Somebody writes an answer, or one is on its way: what would be said may be wrong in a minute."""

HELD_BACK = frozenset({PAUSED, CAP_REACHED, BEING_ANSWERED})
"""Why a notice waits that may leave yet; where it comes too late, it was for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """What is known of a requester to whom a note is due, and of their ticket.

    `told` is the time they were told; where they were told none, when the answer is due. `day`:
    they know its day alone.
    `acknowledged`: an acknowledgement has left. `answered`: a human's answer is known; `probable`
    that a mail of ours looks like one; `elsewhere` when another ticket of theirs was last
    answered. `left` counts the delay notices that left of late, this one not among them.
    `being_answered`: somebody has the ticket open or writes on it, or an answer is on its way.
    `automatic` False: they wish for no automatic notes. `written` is when they last wrote,
    `ticked` when a check-back was asked for. `recipient` and `facts` are what the acknowledgement
    was made of, or what their mail says.
    """

    status: Status
    told: datetime | None
    day: bool = False
    acknowledged: bool = False
    answered: bool = False
    probable: bool = False
    elsewhere: datetime | None = None
    left: int = 0
    automatic: bool = True
    written: datetime | None = None
    ticked: datetime | None = None
    recipient: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    being_answered: bool = False


def delay_at(told: datetime, left: datetime) -> datetime:
    """Return when a delay notice is due for a time told at `left`.

    `BEFORE` ahead, or a third of the span between, where that is less: whoever was told twenty
    minutes is not written to after ten.
    """
    return told - min(BEFORE, max(told - left, timedelta()) / 3)


def delay_withheld(to: Addressee, terms: Terms, now: datetime) -> str:
    """Say why no delay notice leaves at `now`; "": it does.

    At the time told itself it is too late, and no longer a word before the time.
    """
    today = now.astimezone(terms.roster.hours.zone).date()
    known = to.elsewhere is not None and (
        to.elsewhere.astimezone(terms.roster.hours.zone).date() == today
    )
    reasons = (
        ("answered", to.answered or to.status is Status.WAITING),
        ("no_longer_waiting", to.status not in UNANSWERED),
        ("switched_off", not terms.limits.delay_notices),
        ("shadow", terms.mode == "shadow"),
        ("not_acknowledged", not to.acknowledged or to.told is None),
        ("wished_none", not to.automatic),
        ("probably_answered", to.probable),
        ("answered_elsewhere", known),
        (BEING_ANSWERED, to.being_answered),
        (SERVICE_DOWN, to.told is not None and now >= to.told),
        (CAP_REACHED, to.left >= CAP),
    )
    return next((name for name, holds in reasons if holds), "")


def check_back_withheld(to: Addressee, terms: Terms) -> str:
    """Say why no check-back leaves; "": it does."""
    wrote = to.written is not None and to.ticked is not None and to.written > to.ticked
    reasons = (
        ("reopened", to.status in UNANSWERED),
        ("merged", to.status is Status.MERGED),
        ("wrote_since", wrote),
        ("shadow", terms.mode == "shadow"),
        ("wished_none", not to.automatic),
        ("never_answered", not to.answered),  # its words say that we did
    )
    return next((name for name, holds in reasons if holds), "")


def unhappy_lift(ticket: Known, flags: Collection[str], arrived: datetime) -> int:
    """Return by how many minutes a mail that reopens a ticket goes before its turn.

    Whom we asked whether all is well, and who says no, does not wait behind everybody else. At
    exactly `UNHAPPY_WITHIN` after the check-back that still holds.
    """
    asked = ticket.checked_back
    if asked is None or ticket.status is Status.OPEN or GRAVE.isdisjoint(flags):
        return 0
    return UNHAPPY_BOOST if asked <= arrived <= asked + UNHAPPY_WITHIN else 0
