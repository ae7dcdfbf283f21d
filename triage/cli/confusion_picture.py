"""What is taken for what, as a picture: an SVG without script, font or anything from elsewhere.

Each row is what a mail is, each column what was said of it; the darker a cell, the larger its share
of its row. Every cell says in words what it shows, to whoever hears or points at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from triage.cli import plain
from triage.training.evaluate_figures import Confusion

_MARGIN = 32
_LETTER = 7.4
"""The width of a letter at 13 pixels, nearly: room is made for it, no text is measured."""

_CELL, _LEAST_CELL, _SQUARE = 58, 16, 1000
_COUNTED_FROM = 26
"""Pixels of a cell from which on its count is written into it."""

_LIGHT, _DARK = (240, 245, 251), (13, 71, 140)
_WRONG_LIGHT, _WRONG_DARK = (253, 241, 234), (178, 62, 12)
_INK, _FAINT, _RULE = "#1b2733", "#5b6875", "#d5dce4"
_TOP = 92
_FONT = "font-family=\"system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif\""


@dataclass(frozen=True, slots=True)
class Panel:
    """One confusion of a picture, under its heading."""

    heading: str
    confusion: Confusion

    @property
    def cell(self) -> int:
        """The side of a cell, in pixels."""
        return max(_LEAST_CELL, min(_CELL, _SQUARE // max(1, len(self.confusion.labels))))

    @property
    def room(self) -> int:
        """The pixels that the longest label takes, beside the rows and above the columns."""
        longest = max((len(label) for label in self.confusion.labels), default=0)
        return int(min(longest, 28) * _LETTER) + 16

    @property
    def above(self) -> int:
        """The pixels above the cells: heading, the axis, and the columns' labels on a slant."""
        return 60 + int(self.room * 0.72)

    @property
    def wide(self) -> int:
        """The width of all of it."""
        return 26 + self.room + self.side + 64

    @property
    def side(self) -> int:
        """The width and the height of its cells together."""
        return len(self.confusion.labels) * self.cell


def picture(title: str, note: str, panels: Sequence[Panel]) -> str:
    """Return confusions side by side as one SVG; `note` says what was counted."""
    least = int(max(len(title) * 11.0, len(note) * 6.9)) + 2 * _MARGIN
    gap = 48
    wide = max(least, sum(panel.wide for panel in panels) + gap * (len(panels) - 1) + 2 * _MARGIN)
    above = max((panel.above for panel in panels), default=0)
    high = _TOP + above + max((panel.side for panel in panels), default=0) + 84
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" role="img" aria-labelledby="title about" {_FONT}>',
        f'<title id="title">{_said(title)}</title>',
        f'<desc id="about">{_said(note)}. Rows are what is right, columns what was said;'
        " a cell is the darker, the larger its share of its row.</desc>",
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        _text(_MARGIN, 44, title, size=20, weight=650),
        _text(_MARGIN, 68, note, fill=_FAINT),
    ]
    left = _MARGIN
    for panel in panels:
        parts.append(_panel(panel, left, _TOP + above))
        left += panel.wide + gap
    parts.extend((_legend(_MARGIN, high - 40), "</svg>"))
    return "\n".join(parts) + "\n"


def _panel(panel: Panel, left: int, y: int) -> str:
    """Draw one confusion with its cells from `y` on downwards."""
    confusion, cell, names = panel.confusion, panel.cell, panel.confusion.labels
    x = left + 26 + panel.room
    size = 13 if cell >= _COUNTED_FROM else 11
    side = panel.side
    accuracy = confusion.accuracy
    reached = "" if accuracy is None else f" · {100 * accuracy:.1f} % right"
    middle = y + side / 2
    parts = [
        f'<g role="group" aria-label={quoteattr(plain.line(panel.heading))}>',
        _text(left, _TOP + 22, panel.heading + reached, size=15, weight=600),
        _text(x, _TOP + 46, "what was said →", fill=_FAINT, size=12),
        f'<g transform="rotate(-90 {left + 12} {middle})">'
        + _text(left + 12, middle, "← what is right", fill=_FAINT, size=12, anchor="middle")
        + "</g>",
    ]
    for at, name in enumerate(names):
        slant = x + at * cell + cell / 2
        label = _text(slant, y - 10, _cut(name), size=size)
        parts.append(f'<g transform="rotate(-40 {slant:.1f} {y - 10})">{label}</g>')
        low = y + at * cell + cell / 2 + size * 0.35
        parts.append(_text(x - 10, low, _cut(name), size=size, anchor="end"))
        recall = confusion.hits(name).recall
        share = "\N{EN DASH}" if recall is None else f"{100 * recall:.0f} %"
        parts.append(_text(x + side + 10, low, share, size=size, fill=_FAINT))
    parts += [
        _cell(confusion, row, col, x + col * cell, y + row * cell, cell)
        for row in range(len(names))
        for col in range(len(names))
    ]
    parts.append("</g>")
    return "\n".join(parts)


def _cell(confusion: Confusion, row: int, col: int, x: int, y: int, side: int) -> str:
    count, total = confusion.counts[row][col], sum(confusion.counts[row])
    part = count / total if total else 0.0
    true, said = confusion.labels[row], confusion.labels[col]
    words = f"{true} said to be {said}" if row != col else f"{true} recognised"
    colour = _shade(part, right=row == col)
    drawn = [
        f"<g><title>{_said(words)}: {count} of {total} ({100 * part:.0f} %)</title>",
        f'<rect x="{x + 1}" y="{y + 1}" width="{side - 2}" height="{side - 2}"'
        f' rx="{3 if side >= _COUNTED_FROM else 1}" fill="{colour}"/>',
    ]
    if count and side >= _COUNTED_FROM:
        ink = "#ffffff" if part >= 0.5 else _INK
        size = 15 if side >= 44 else 11
        drawn.append(
            _text(
                x + side / 2,
                y + side / 2 + size * 0.35,
                f"{count}",
                size=size,
                fill=ink,
                anchor="middle",
                weight=600 if row == col else 400,
            )
        )
    return "".join([*drawn, "</g>"])


def _legend(x: int, y: int) -> str:
    parts = [_text(x, y + 11, "Share of the row", fill=_FAINT, size=12)]
    at = x + 112
    for right, words in ((True, "right"), (False, "taken for another")):
        for step in range(6):
            colour = _shade(step / 5 or 0.001, right=right)
            parts.append(f'<rect x="{at}" y="{y}" width="20" height="14" fill="{colour}"/>')
            at += 20
        parts.append(_text(at + 8, y + 11, f"{words}, 0 to 100 %", fill=_FAINT, size=12))
        at += 34 + int(len(words) * 7 + 90)
    return "\n".join(parts)


def _shade(part: float, *, right: bool) -> str:
    """Return the colour of a share: what is right in blue, what is not in red; nothing is grey."""
    if not part:
        return "#f5f6f8"
    light, dark = (_LIGHT, _DARK) if right else (_WRONG_LIGHT, _WRONG_DARK)
    # A tenth must be told from nothing, so the lower shares get more of the way.
    far = part**0.7
    mixed = [round(a + (b - a) * far) for a, b in zip(light, dark, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    fill: str = _INK,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
        f' text-anchor="{anchor}">{_said(words)}</text>'
    )


def _cut(label: str) -> str:
    return label if len(label) <= 28 else f"{label[:27]}…"


def _said(words: str) -> str:
    """Return words as an XML document may hold them: a label's name is anybody's."""
    return escape(plain.line(words))
