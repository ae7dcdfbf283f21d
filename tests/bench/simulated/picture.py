"""The figures as one picture: how long people waited, and what became of what they were told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import log

from tests.bench.simulated.audit import Came
from tests.bench.simulated.figures import Figures
from tests.bench.simulated.people import Policy

WIDTH, HEIGHT = 940, 400
LEFT, TOP, PLOT, TALL = 60, 70, 430, 260
BARS = 600
LONGEST = 960.0
COLOURS = {
    Policy.PRODUCT: "#0b6e4f",
    Policy.NAIVE: "#b45309",
    Policy.NEWEST: "#1d4ed8",
    Policy.STRICT: "#86198f",
}
CAME = {
    Came.KEPT: ("#0b6e4f", "kept"),
    Came.FOLLOWED: ("#e0a526", "a notice came before"),
    Came.EXCUSED: ("#9ca3af", "none could leave"),
    Came.BROKEN: ("#b91c1c", "broken without a word"),
}
DASHES = {Policy.PRODUCT: "", Policy.NAIVE: "6 3", Policy.NEWEST: "2 3", Policy.STRICT: "9 3 2 3"}


def picture(every: Sequence[Figures], title: str) -> str:
    """Return an SVG of the runs: a curve and a bar for each."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 26, title, size=15, weight="bold"),
        _text(LEFT, 52, "Answered within so many open minutes"),
        _text(BARS, 52, "What became of the promised times"),
        *_axes(),
    ]
    lines += map(_curve, every)
    lines += _legend(every)
    for place, one in enumerate(every):
        lines += _bar(place, one)
    lines += _bar_legend(len(every))
    return "\n".join([*lines, "</svg>", ""])


def _across(minutes: float) -> float:
    """Return where a wait stands: the scale is logarithmic from a minute on."""
    return LEFT + PLOT * log(max(minutes, 1.0)) / log(LONGEST)


def _up(share: float) -> float:
    return TOP + TALL * (1 - share)


def _axes() -> Iterator[str]:
    for share in (0.0, 0.25, 0.5, 0.75, 0.9, 1.0):
        y = _up(share)
        yield f'<line x1="{LEFT}" x2="{LEFT + PLOT}" y1="{y}" y2="{y}" stroke="#e5e7eb"/>'
        yield _text(LEFT - 8, y + 4, f"{100 * share:.0f} %", anchor="end", colour="#4b5563")
    for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 960):
        x = _across(minutes)
        colour = "#111827" if minutes == 60 else "#e5e7eb"
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{TOP + TALL}" stroke="{colour}"/>'
        yield _text(x, TOP + TALL + 18, f"{minutes}", anchor="middle", colour="#4b5563")


def _curve(one: Figures) -> str:
    """Draw the share of mails that were answered within each wait."""
    steps = [LONGEST ** (step / 160) for step in range(161)]
    many = max(len(one.waits), 1)
    points = " ".join(
        f"{_across(wait):.1f},{_up(bisect_right(one.waits, wait) / many):.1f}" for wait in steps
    )
    dash = f' stroke-dasharray="{DASHES[one.policy]}"' if DASHES[one.policy] else ""
    said = f"{one.policy}: {100 * one.in_time:.1f} % within an hour"
    return (
        f'<polyline points="{points}" fill="none" stroke="{COLOURS[one.policy]}"'
        f' stroke-width="2"{dash}><title>{said}</title></polyline>'
    )


def _legend(every: Sequence[Figures]) -> Iterator[str]:
    y = TOP + TALL + 44
    for place, one in enumerate(every):
        x = LEFT + place * 110
        dash = f' stroke-dasharray="{DASHES[one.policy]}"' if DASHES[one.policy] else ""
        yield (
            f'<line x1="{x}" x2="{x + 26}" y1="{y - 4}" y2="{y - 4}"'
            f' stroke="{COLOURS[one.policy]}" stroke-width="2"{dash}/>'
        )
        yield _text(x + 32, y, one.policy)


def _bar(place: int, one: Figures) -> Iterator[str]:
    """Draw one bar of what became of the promises in acknowledgements."""
    told = max(sum(one.came(what) for what in Came), 1)
    y, x, wide = TOP + place * 58, float(BARS), WIDTH - BARS - 24
    yield _text(BARS, y + 12, one.policy, weight="bold")
    for what, (colour, word) in CAME.items():
        many = one.came(what)
        length = wide * many / told
        if many:
            yield (
                f'<rect x="{x:.1f}" y="{y + 18}" width="{length:.1f}" height="18"'
                f' fill="{colour}"><title>{word}: {many} of {told}</title></rect>'
            )
        x += length
    kept = one.came(Came.KEPT) / told
    yield _text(
        WIDTH - 24, y + 12, f"{100 * kept:.1f} % kept", anchor="end", colour=CAME[Came.KEPT][0]
    )


def _bar_legend(bars: int) -> Iterator[str]:
    for place, (colour, word) in enumerate(CAME.values()):
        x, y = BARS + (place % 2) * 150, TOP + bars * 58 + 12 + (place // 2) * 20
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        yield _text(x + 18, y, word)


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 12,
    anchor: str = "start",
    colour: str = "#111827",
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f' fill="{colour}" font-weight="{weight}">{words}</text>'
    )
