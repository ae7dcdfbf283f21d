"""Whose turn it is: how many were served to each, and which, since all of them were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.core.turn import next_of
from triage.store.views import InTurn

MOST = 200
"""Tickets that are remembered as served to somebody."""


@dataclass(slots=True)
class _Served:
    turn: int = 0
    lately: dict[str, int] = field(default_factory=dict)


class Turns:
    """Serves what is next to each, one late mail in four, and none twice that has not changed.

    It is kept in memory: after a restart everybody begins with what can still be made.
    """

    def __init__(self) -> None:
        self._served: dict[str, _Served] = {}

    def serve(self, person: str, rows: Sequence[InTurn], seen: str, now: datetime) -> InTurn | None:
        """Return what `person` answers next, but for what they have `seen` just now.

        Once all were served, it begins again. None: there is nothing else.
        """
        served = self._served.setdefault(person, _Served())
        others = [row for row in rows if row.reference != seen]
        fresh = [row for row in others if served.lately.get(row.reference) != row.revision]
        if not fresh:
            served.lately.clear()
        chosen = next_of(fresh or others, served.turn, now)
        if chosen is not None:
            served.turn += 1
            served.lately[chosen.reference] = chosen.revision
            if len(served.lately) > MOST:
                del served.lately[next(iter(served.lately))]
        return chosen
