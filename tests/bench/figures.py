"""A figure with its bar, what misses it and why, and the table a person reads of many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from triage.report.tickets import Json


@dataclass(frozen=True, slots=True)
class Miss:
    """A file that misses a figure, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: `value` is a share, a count or milliseconds; `met` is None where there is no bar.

    `told` is how the value is shown, `counted` what it was counted from.
    """

    name: str
    value: float
    told: str
    counted: str
    bar: str = ""
    met: bool | None = None
    misses: tuple[Miss, ...] = ()


def share(
    name: str, good: int, of: int, bar: float | None = None, misses: Iterable[Miss] = ()
) -> Figure:
    """Return the figure `good` of `of`; it meets its bar at the bar itself."""
    value = good / of if of else 0.0
    return Figure(
        name=name,
        value=value,
        told=f"{math.floor(1000 * value) / 10:.1f} %",  # down: what misses its bar never looks met
        counted=f"{good} of {of}",
        bar="" if bar is None else f"≥ {100 * bar:.0f} %",
        met=None if bar is None else of > 0 and value >= bar,
        misses=tuple(misses),
    )


def none_of(name: str, of: int, misses: Sequence[Miss], *, barred: bool = True) -> Figure:
    """Return the figure of something that must not happen at all."""
    return Figure(
        name=name,
        value=len(misses),
        told=str(len(misses)),
        counted=f"{len(misses)} of {of}",
        bar="0" if barred else "",
        met=not misses if barred else None,
        misses=tuple(misses),
    )


def cost(name: str, milliseconds: float, counted: str, most: float | None = None) -> Figure:
    """Return a figure in milliseconds; it meets its bar at the bar itself."""
    return Figure(
        name=name,
        value=milliseconds,
        told=f"{milliseconds:.2f} ms",
        counted=counted,
        bar="" if most is None else f"≤ {most:g} ms",
        met=None if most is None else milliseconds <= most,
    )


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table."""
    rows = [("", "bar", "reached", "counted", "")]
    words = {True: "met", False: "MISSED", None: ""}
    rows += [(one.name, one.bar, one.told, one.counted, words[one.met]) for one in figures]
    wide = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        f"{name:<{wide[0]}}  {bar:>{wide[1]}}  {told:>{wide[2]}}  {counted:>{wide[3]}}  {met}"
        for name, bar, told, counted, met in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def listing(figures: Iterable[Figure]) -> str:
    """Return, under each figure's name, the files that miss it and why."""
    blocks = []
    for figure in figures:
        lines = [f"{figure.name}: {figure.told}, {figure.counted}"]
        lines += [f"  {miss.path}\n      {miss.why}" for miss in figure.misses]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_json(figures: Iterable[Figure]) -> list[Json]:
    """Return the figures as values that JSON holds."""
    return [asdict(figure) for figure in figures]
