"""What became of the times that requesters were told, and of what was foreseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.store.promises import Foreseen
from triage.store.reporting import Told

KEPT, TOLD_BEFORE, NOT_TOLD = "kept", "told_before", "not_told"
EXPECTED = 0.8
"""The share of answers that are to come by the time that was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The times told that came in the time of a report.

    `told` = `kept` + `told_before` (missed, and the requester heard so before) + `not_told` (by
    why not, "" where nobody knows) + `open`. `broken` are those of which nobody heard before.
    Times that a delay notice told count in `delays` alone: told and kept. Of `expected` forecasts
    `before_expected` were answered by the time by which four in five were to be.
    """

    told: int = 0
    kept: int = 0
    told_before: int = 0
    not_told: Mapping[str, int] = field(default_factory=dict)
    open: int = 0
    broken: tuple[Told, ...] = ()
    delays: tuple[int, int] = (0, 0)
    expected: int = 0
    before_expected: int = 0

    @property
    def share(self) -> float | None:
        """The share kept of what has been decided; None where nothing has."""
        decided = self.told - self.open
        return self.kept / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The forecasts of an hour: how many there were, and how many held.

    `mean` is how many late answers they foresaw together, `came` how many there were.
    """

    forecasts: int = 0
    right: int = 0
    mean: float = 0.0
    came: int = 0


def kept(every: Sequence[Told]) -> Kept:
    """Count what became of times that were told."""
    first = [one for one in every if not one.delay]
    delays = [one for one in every if one.delay]
    broken = [one for one in first if one.outcome == NOT_TOLD]
    silent: dict[str, int] = {}
    for one in broken:
        silent[one.why] = silent.get(one.why, 0) + 1
    forecast = [one for one in first if one.expected_at is not None and one.outcome]
    return Kept(
        told=len(first),
        kept=sum(one.outcome == KEPT for one in first),
        told_before=sum(one.outcome == TOLD_BEFORE for one in first),
        not_told=dict(sorted(silent.items(), key=lambda item: (-item[1], item[0]))),
        open=sum(not one.outcome for one in first),
        broken=tuple(broken),
        delays=(len(delays), sum(one.outcome == KEPT for one in delays)),
        expected=len(forecast),
        before_expected=sum(
            one.answered is not None
            and one.expected_at is not None
            and one.answered <= one.expected_at
            for one in forecast
        ),
    )


def ahead(every: Sequence[Foreseen]) -> Ahead:
    """Sum up what was foreseen an hour ahead, and what came."""
    return Ahead(
        forecasts=len(every),
        right=sum(one.right for one in every),
        mean=sum(one.mean for one in every),
        came=sum(one.came for one in every),
    )
