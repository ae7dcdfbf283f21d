"""Whether somebody is as often right as they are sure: sureness in bins, and how far off it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Those of a sureness from `low` up to, not including, `high` (the last bin has 1 in it).

    `many` there are, `sure` they are on average, and `right` is the share that was.
    """

    low: float
    high: float
    many: int
    sure: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The bins that hold any, and how far sureness is from what was right, weighed by how many.

    Source: expected calibration error, Naeini, Cooper and Hauskrecht (2015).
    """

    bins: tuple[Bin, ...]
    error: float
    many: int


def calibration(said: Iterable[tuple[float, bool]]) -> Calibration:
    """Put what was said into ten bins: how sure it was, from 0 to 1, and whether it was right."""
    every = list(said)
    groups: dict[int, list[tuple[float, bool]]] = {}
    for sure, right in every:
        groups.setdefault(min(int(sure * BINS), BINS - 1), []).append((sure, right))
    bins = tuple(
        Bin(
            low=at / BINS,
            high=(at + 1) / BINS,
            many=len(group),
            sure=sum(sure for sure, _ in group) / len(group),
            right=sum(right for _, right in group) / len(group),
        )
        for at, group in sorted(groups.items())
    )
    off = sum(one.many * abs(one.sure - one.right) for one in bins)
    return Calibration(bins, off / len(every) if every else 0.0, len(every))
