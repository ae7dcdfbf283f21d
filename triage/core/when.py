"""When an owner can answer, as a promise needs to know it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from triage.core.desk import Agent
from triage.core.hours import Span
from triage.core.roster import attendance, on_call_now
from triage.core.terms import Terms

MOST_SHIFTS = 40
ROUND_THE_CLOCK = timedelta(days=2)


def there(agent: Agent, terms: Terms, now: datetime, *, danger: bool) -> Iterator[Span]:
    """Yield when `agent` can answer, from `now` on: round the clock for danger while on call."""
    if danger and agent == on_call_now(terms.roster, now):
        return iter([Span(now, now + ROUND_THE_CLOCK)])
    return islice(attendance(agent, terms.roster, now), MOST_SHIFTS)
