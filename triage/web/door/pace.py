"""How often somebody may ask: so many at once, and so many a second after that."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

TOKEN_BURST, TOKEN_RATE = 60, 5.0
"""Requests of one token: so many at once, and so many a second after that."""

_MOST = 10_000
"""Whoever has not asked for longest is forgotten beyond so many: then they have all of it again."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of what somebody may ask, as it was then."""

    left: float
    at: datetime


class Pace:
    """A bucket for everybody: it holds `burst`, and fills by `rate` a second."""

    def __init__(self, burst: int, rate: float) -> None:
        """Let everybody begin with a full one."""
        self._burst = float(burst)
        self._rate = rate
        self._buckets: OrderedDict[Hashable, _Left] = OrderedDict()

    def wait(self, who: Hashable, now: datetime) -> float:
        """Take one, and return 0; or take none, and return how many seconds it is too soon."""
        kept = self._buckets.pop(who, None)
        left = self._burst
        if kept is not None:
            passed = max((now - kept.at).total_seconds(), 0.0)
            left = min(self._burst, kept.left + passed * self._rate)
        soon = left < 1
        self._buckets[who] = _Left(left if soon else left - 1, now)
        while len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return (1 - left) / self._rate if soon else 0.0
