"""The figures that come first, and the lines about promises and money: no share stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from triage.core.goodwill import written
from triage.report.figures import Desk, Figures
from triage.report.kept import EXPECTED
from triage.report.words import lasted, number, percent

GOOD, FAIR = 0.9, 0.75
"""Shares from which on a figure looks well, or not yet badly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure with what has to be known beside it; `tone` is good, mid, bad or ""."""

    label: str
    figure: str
    more: str
    tone: str = ""


def tiles(found: Figures) -> Iterator[Tile]:
    """Yield the figures that come first."""
    one, told = found.response, found.kept
    yield Tile(
        label="Answered in time",
        figure=percent(one.share),
        more=f"{one.in_time:,} of {one.decided:,} in business time · p99"
        f" {lasted(one.business.p99)} · oldest open {oldest_line(found)}",
        tone=tone_of(one.share),
    )
    yield Tile(
        label="Half within, nine of ten within",
        figure=f"{lasted(one.business.p50)} · {lasted(one.business.p90)}",
        more="p50 and p90 in business time",
    )
    yield Tile(
        label="On the wall, nights counted",
        figure=f"{lasted(one.wall.p50)} · {lasted(one.wall.p90)}",
        more=f"p50 and p90 · p99 {lasted(one.wall.p99)} ·"
        f" {percent(one.share_on_wall)} within the target",
    )
    yield Tile(
        label="Told times kept",
        figure=percent(told.share),
        more=f"{told.kept:,} of {told.told - told.open:,} · {told.told_before:,} missed, and told"
        f" so before · {sum(told.not_told.values()):,} without a word",
        tone=tone_of(told.share),
    )
    yield Tile(
        label="Waiting now",
        figure=f"{one.late_open + one.waits:,}",
        more=f"{one.late_open:,} of them late",
        tone="bad" if one.late_open else "",
    )


def tone_of(share: float | None) -> str:
    """Say how a share looks; "" where there is none."""
    if share is None:
        return ""
    return "good" if share >= GOOD else "mid" if share >= FAIR else "bad"


def oldest_line(found: Figures) -> str:
    """Say since how long what is oldest has waited."""
    if not found.oldest:
        return "none"
    first = found.oldest[0]
    return f"{lasted(first.business)} ({lasted(first.wall)} on the wall)"


def forecast_line(found: Figures) -> str:
    """Say how good the forecasts were that named times rest on."""
    told, ahead = found.kept, found.ahead
    parts = []
    if told.expected:
        share = percent(told.before_expected / told.expected)
        parts.append(
            f"{share} of {number(told.expected, 'forecast')} were answered by the time that"
            f" {percent(EXPECTED)} were to be."
        )
    if ahead.forecasts:
        parts.append(
            f"{ahead.right:,} of {number(ahead.forecasts, 'outlook')} over an hour held:"
            f" {ahead.mean:.0f} late answers were foreseen, {ahead.came:,} came."
        )
    return " ".join(parts) or "No forecast was made: there was too little history."


def budget_line(found: Figures, desk: Desk) -> str:
    """Say what was given, and what is left of the month."""
    standing = [one for one in found.gifts if one.undone is None]
    kept = {True: 0, False: 0, None: 0}
    for _, remedy in found.remedies:
        kept[remedy.kept_word] += 1
    parts = [
        f"{number(len(standing), 'gift')}, {number(len(found.remedies), 'remedy', 'remedies')}"
    ]
    if found.remedies:
        parts.append(f"our word was not kept in {kept[False]:,} of them")
    if desk.budget is not None:
        left = written(desk.budget.left(desk.spent), desk.budget)
        month = (found.until - timedelta.resolution).astimezone(found.zone)
        whole = written(desk.budget.month, desk.budget)
        parts.append(f"{left} of {whole} left to give in {month:%B %Y}")
    return f"{' · '.join(parts)}."
