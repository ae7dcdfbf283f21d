"""Small plots as SVG that stands in a page: bars, shares of a whole, a heatmap and curves.

Every mark says in words what it shows. Colours are names (`STYLE`), so that a plot is as readable
on a dark page, and on paper, as on a light one; each is told apart by place or words besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from triage.report.markup import cut, said

WIDE = 860
STYLE = """
:root { --ink: #1c2330; --soft: #5a6475; --line: #d9dee7; --bar: #3566b8; --good: #1f7a55;
  --mid: #c98a12; --bad: #b3372f; --none: #8b94a3; --h0: #eaf1f8; --h1: #cfe0f1; --h2: #a5c6e6;
  --h3: #f2c66d; --h4: #e3795a; --onheat: #1c2330 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9fa9b9; --line: #363f4d;
  --bar: #6f9ff0; --good: #4fb98a; --mid: #e0ac47; --bad: #ef7e72; --none: #7d8797; --h0: #1e2a38;
  --h1: #24405e; --h2: #2f5f91; --h3: #8a6415; --h4: #a8452c;
  --onheat: #f2f4f8 } }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --bar: #3566b8; --good: #1f7a55;
  --mid: #c98a12; --bad: #b3372f; --none: #8b94a3; --h0: #eaf1f8; --h1: #cfe0f1; --h2: #a5c6e6;
  --h3: #f2c66d; --h4: #e3795a; --onheat: #000 } }
svg.plot { display: block; width: 100%; height: auto;
  font: 13px system-ui, -apple-system, "Segoe UI", sans-serif;
  print-color-adjust: exact; -webkit-print-color-adjust: exact }
.plot text { fill: var(--ink) } .plot .s { fill: var(--soft) } .plot .e { text-anchor: end }
.plot .m { text-anchor: middle } .plot .b { font-weight: 600 }
.plot .grid { stroke: var(--line) } .plot .track { fill: var(--line); opacity: .45 }
.plot .bar { fill: var(--bar) } .plot .good { fill: var(--good) } .plot .mid { fill: var(--mid) }
.plot .bad { fill: var(--bad) } .plot .none { fill: var(--none) }
.plot .h0 { fill: var(--h0) } .plot .h1 { fill: var(--h1) } .plot .h2 { fill: var(--h2) }
.plot .h3 { fill: var(--h3) } .plot .h4 { fill: var(--h4) }
.plot .h5 { fill: none; stroke: var(--none); stroke-dasharray: 2 2 }
.plot text.heat { fill: var(--onheat); font-size: 12px } .plot text.on5 { fill: var(--soft);
  font-size: 12px }
.plot polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round }
.plot .lbar { stroke: var(--bar) } .plot .lgood { stroke: var(--good) }
.plot .lmid { stroke: var(--mid) } .plot .lbad { stroke: var(--bad) }
.plot .lnone { stroke: var(--none) }
"""

_LABELS, _ROW, _LETTER = 240, 28, 7.3
_LETTERS = 31
_SQUARE, _TALL = 52, 28
_LEFT, _RIGHT, _TOP, _HIGH = 58, 28, 14, 230


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its label, its length from 0 to 1, the words at its end, and what it tells."""

    label: str
    share: float
    text: str
    tells: str
    tone: str = "bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a whole."""

    label: str
    many: int
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One square of a heatmap: a step from 0 to 5, the words in it, and what it tells."""

    step: int
    text: str
    tells: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve: points from 0 to 1 both ways; those of `marks` are dots that tell something."""

    label: str
    points: tuple[tuple[float, float], ...]
    marks: tuple[tuple[float, float, str], ...] = ()
    tone: str = "bar"
    dash: str = ""


Ticks = Sequence[tuple[float, str]]


def bars(name: str, every: Sequence[Bar]) -> str:
    """Draw bars one below the other, the whole of each behind it."""
    words = max((len(one.text) for one in every), default=0)
    room = int(WIDE - _LABELS - 16 - _LETTER * words)
    lines = []
    for at, one in enumerate(every):
        y, length = at * _ROW, max(room * min(one.share, 1.0), 2.0 if one.share else 0.0)
        lines.append(
            f"<g><title>{said(one.tells)}</title>"
            + _text(_LABELS - 12, y + 19, cut(one.label, _LETTERS), "e")
            + f'<rect class="track" x="{_LABELS}" y="{y + 5}" width="{room}" height="18" rx="3"/>'
            + f'<rect class="{one.tone}" x="{_LABELS}" y="{y + 5}" width="{length:.1f}"'
            + ' height="18" rx="3"/>'
            + _text(_LABELS + room + 10, y + 19, one.text, "b")
            + "</g>"
        )
    return _svg(name, len(every) * _ROW, lines)


def shares(name: str, parts: Sequence[Part]) -> str:
    """Draw one bar made of parts, and below it what each is."""
    whole = max(sum(part.many for part in parts), 1)
    lines, x = list[str](), 0.0
    for part in parts:
        length = WIDE * part.many / whole
        if part.many:
            lines.append(
                f'<rect class="{part.tone}" x="{x:.1f}" y="2" width="{max(length - 1.5, 1):.1f}"'
                f' height="26" rx="2"><title>{said(part.label)}: {part.many:,} of {whole:,}'
                "</title></rect>"
            )
        x += length
    for at, part in enumerate(parts):
        x, y = (at % 2) * WIDE / 2, 48 + (at // 2) * 24
        lines.append(
            f'<rect class="{part.tone}" x="{x}" y="{y - 11}" width="13" height="13" rx="2"/>'
            + _text(x + 20, y, f"{part.many:,} {part.label}")
        )
    return _svg(name, 48 + (len(parts) + 1) // 2 * 24 - 12, lines)


def heatmap(
    name: str,
    rows: Sequence[str],
    columns: Sequence[str],
    squares: Sequence[Sequence[Square | None]],
    legend: Sequence[tuple[int, str]],
) -> str:
    """Draw a square for each row and column; None leaves one out."""
    wide = min(_SQUARE, (WIDE - _LEFT) / max(len(columns), 1))
    lines = [_text(_LEFT + (at + 0.5) * wide, 14, w, "s m") for at, w in enumerate(columns)]
    for row, label in enumerate(rows):
        y = 22 + row * _TALL
        lines.append(_text(_LEFT - 12, y + 18, label, "s e"))
        for column, square in enumerate(squares[row]):
            if square is not None:
                lines.append(_square(_LEFT + column * wide, y, wide, square))
    y = 22 + len(rows) * _TALL + 22
    x = float(_LEFT)
    for step, words in legend:
        if x + 26 + 7.5 * len(words) > WIDE:
            x, y = float(_LEFT), y + 22
        lines.append(
            f'<rect class="h{step}" x="{x:.0f}" y="{y - 11}" width="13" height="13" rx="2"/>'
            + _text(x + 19, y, words, "s")
        )
        x += 38 + 6.7 * len(words)
    return _svg(name, y + 8, lines)


def _square(x: float, y: float, wide: float, one: Square) -> str:
    ink = "on5" if one.step == 5 else "heat"
    return (
        f"<g><title>{said(one.tells)}</title>"
        f'<rect class="h{one.step}" x="{x + 1:.1f}" y="{y + 1}" width="{wide - 2:.1f}"'
        f' height="{_TALL - 2}" rx="3"/>'
        + _text(x + wide / 2, y + 19, one.text, f"{ink} m")
        + "</g>"
    )


def curves(name: str, every: Sequence[Curve], across: Ticks, up: Ticks) -> str:
    """Draw curves over one ground, with a legend below; a tick is a place and its words."""
    low, room = _TOP + _HIGH, WIDE - _LEFT - _RIGHT

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + room * x, low - _HIGH * min(max(y, 0.0), 1.0)

    lines = list(_ground(across, up))
    for one in every:
        drawn = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in one.points)
        dash = f' stroke-dasharray="{one.dash}"' if one.dash else ""
        lines.append(
            f'<polyline class="l{one.tone}" points="{drawn}"{dash}>'
            f"<title>{said(one.label)}</title></polyline>"
        )
        for x, y, tells in one.marks:
            left, top = place(x, y)
            lines.append(
                f'<circle class="{one.tone}" cx="{left:.1f}" cy="{top:.1f}" r="4">'
                f"<title>{said(tells)}</title></circle>"
            )
    x = float(_LEFT)
    for one in every:
        dash = f' stroke-dasharray="{one.dash}"' if one.dash else ""
        lines.append(
            f'<polyline class="l{one.tone}" points="{x:.0f},{low + 42} {x + 26:.0f},{low + 42}"'
            f"{dash}/>" + _text(x + 34, low + 46, one.label, "s")
        )
        x += 60 + 7 * len(one.label)
    return _svg(name, low + 54, lines)


def _ground(across: Ticks, up: Ticks) -> Iterator[str]:
    low, right = _TOP + _HIGH, WIDE - _RIGHT
    for share, words in up:
        y = low - _HIGH * share
        yield f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 8, y + 4, words, "s e")
    for share, words in across:
        x = _LEFT + (right - _LEFT) * share
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{low}" y2="{low + 4}"/>'
        yield _text(x, low + 20, words, "s m")


def _svg(name: str, high: float, lines: Iterable[str]) -> str:
    inside = "\n".join(lines)
    return (
        f'<svg class="plot" viewBox="0 0 {WIDE} {high:.0f}"'
        f' role="img" aria-label="{said(name)}">\n<title>{said(name)}</title>\n{inside}\n</svg>'
    )


def _text(x: float, y: float, words: str, classes: str = "") -> str:
    named = f' class="{classes}"' if classes else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named}>{said(words)}</text>'
