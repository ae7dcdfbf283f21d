"""Why a deadline was missed: the reason that is found by itself, until a person knows better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from triage.core.desk import Agent, Roster
from triage.core.hours import Span, length_of
from triage.core.roster import attendance, having

FETCH_LAG = timedelta(minutes=15)
"""How much later than it arrived a mail may be seen first, or half of its clock if that is less."""

BURST = 2
"""How many times the usual number of mails an hour makes a burst; more than that is one."""

_LEAST_OF_A_BURST = 5


class Reason(StrEnum):
    """Why a deadline was missed; the first that holds, in this order."""

    FETCH_LAG = "fetch_lag"
    SEND_FAILED = "send_failed"
    SNOOZED_PAST_DUE = "snoozed_past_due"
    NOBODY_ROSTERED = "nobody_rostered"
    OWNER_AWAY = "owner_away"
    MISROUTED = "misrouted"
    CLAIMED_AND_IDLE = "claimed_and_idle"
    BURST = "burst"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason, and the figures that it rests on."""

    reason: Reason
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What is known of a clock that nobody stopped in time.

    `spans` are what it counted from `start` to `deadline`. `lag` is how much later than it
    arrived the mail was first seen. `send_failed`: an answer was written, and did not arrive.
    `snoozed_until` is the latest end of a snooze, `moved` when its queue was last changed by hand,
    `claimed` when somebody last took it. `arrivals` are the mails of the hour before the deadline,
    `usual` how many come in an hour in which any come.
    """

    start: datetime
    deadline: datetime
    spans: tuple[Span, ...]
    owner: str
    queue: str
    lag: timedelta = timedelta()
    send_failed: bool = False
    snoozed_until: datetime | None = None
    moved: datetime | None = None
    claimed: datetime | None = None
    arrivals: int = 0
    usual: float = 0.0


def because(missed: Missed, roster: Roster) -> Because:
    """Say why: what kept everybody from answering comes before what kept somebody.

    Late moves are those in the last half of the counted time: at half of it is late.
    """
    return next(_reasons(missed, roster))


def _reasons(missed: Missed, roster: Roster) -> Iterator[Because]:
    counted = length_of(missed.spans)
    if missed.lag > min(FETCH_LAG, counted / 2):
        yield Because(Reason.FETCH_LAG, {"minutes": _minutes(missed.lag)})
    if missed.send_failed:
        yield Because(Reason.SEND_FAILED)
    if missed.snoozed_until is not None and missed.snoozed_until >= missed.deadline:
        yield Because(Reason.SNOOZED_PAST_DUE, {"until": missed.snoozed_until.isoformat()})
    if missed.spans:
        yield from _away(missed, roster)
    if missed.moved is not None and _left(missed, missed.moved) <= counted / 2:
        left = _minutes(_left(missed, missed.moved))
        yield Because(Reason.MISROUTED, {"queue": missed.queue, "minutes_left": left})
    if missed.claimed is not None:
        yield Because(Reason.CLAIMED_AND_IDLE, {"at": missed.claimed.isoformat()})
    if missed.arrivals > max(BURST * missed.usual, _LEAST_OF_A_BURST):
        usual = round(missed.usual, 1)
        yield Because(Reason.BURST, {"arrivals": missed.arrivals, "usual": usual})
    yield Because(Reason.NOT_ANSWERED)


def _away(missed: Missed, roster: Roster) -> Iterator[Because]:
    """Yield who was missing in all that was counted: everybody with the queue, or the owner."""
    who = having(missed.queue, roster.agents)
    if not any(_there(one, missed, roster) for one in who):
        yield Because(Reason.NOBODY_ROSTERED, {"queue": missed.queue})
    owner = roster.agent(missed.owner)
    if owner is not None and not _there(owner, missed, roster):
        yield Because(Reason.OWNER_AWAY, {"owner": owner.id})


def _there(agent: Agent, missed: Missed, roster: Roster) -> bool:
    """Say whether an agent was there for any of the counted time."""
    for span in attendance(agent, roster, missed.start):
        if span.start >= missed.deadline:
            return False
        if any(span.start < one.end and one.start < span.end for one in missed.spans):
            return True
    return False


def _left(missed: Missed, at: datetime) -> timedelta:
    """Return how much of the counted time lay after `at`."""
    return sum((one.end - max(one.start, at) for one in missed.spans if one.end > at), timedelta())


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))
