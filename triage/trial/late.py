"""How much mail would have been late, had the queue stood in another order: a plain simulation.

People give the answers of the period anew: as many as they gave, each at the moment at which they
gave it. An answer goes to the mail that came first in the queue when work on it began, which is
`handling` earlier: by answer-by minus boost, as the queue page orders. Who answered, and which
queues they work, does not count, nor does mail from before the period. It is a comparison of two
orders under one load, not a forecast.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

USUAL = timedelta(minutes=6)
"""How long an answer takes to write where too few were seen to measure it."""

_ENOUGH = 10
LONGEST = timedelta(hours=1)
"""A longer pause between two answers of one person was no work on the second one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits for an answer; without a deadline it comes last and is never late."""

    arrived: datetime
    deadline: datetime | None
    boost: int = 0


def handling(pauses: Sequence[timedelta]) -> timedelta:
    """Return how long an answer takes: the middle pause between two answers of one person."""
    if len(pauses) < _ENOUGH:
        return USUAL
    return timedelta(seconds=median(pause.total_seconds() for pause in pauses))


def late(
    mails: Iterable[Waiting], answers: Iterable[datetime], each: timedelta, until: datetime
) -> int:
    """Count mails that are answered after their deadline, or not at all and it is past `until`.

    An answer at the deadline itself is in time. Where nothing waited when work began, the answer
    goes to what came while it lasted; where nothing came either, it is lost.
    """
    coming = sorted(enumerate(mails), key=lambda one: (one[1].arrived, one[0]), reverse=True)
    queue: list[tuple[datetime, datetime, int, Waiting]] = []
    count = 0

    def take(up_to: datetime) -> None:
        while coming and coming[-1][1].arrived <= up_to:
            number, mail = coming.pop()
            heapq.heappush(queue, (*_place(mail), number, mail))

    for at in sorted(answers):
        take(at - each)
        if not queue:
            take(at)
        if queue:
            deadline = heapq.heappop(queue)[-1].deadline
            count += deadline is not None and deadline < at
    left = [mail for _, mail in coming] + [one[-1] for one in queue]
    return count + sum(mail.deadline is not None and mail.deadline < until for mail in left)


def _place(mail: Waiting) -> tuple[datetime, datetime]:
    if mail.deadline is None:
        return datetime.max.replace(tzinfo=mail.arrived.tzinfo), mail.arrived
    return mail.deadline - timedelta(minutes=mail.boost), mail.arrived
