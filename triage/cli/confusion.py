"""What is taken for what, as a table on a terminal: rows are right, columns were said."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from triage.cli import plain
from triage.training.evaluate_figures import Confusion

_WIDEST = 100
_SHARE = 7
_NARROWEST = 4
_MOST_LABEL = 16
_MISTAKES = 10


def draw_confusion(console: Console, confusion: Confusion) -> None:
    """Draw a confusion with colours for its shares; only its mistakes where it is too wide."""
    names = [plain.line(label) for label in confusion.labels]
    head = min(_MOST_LABEL, max(map(len, names), default=0)) + 2
    width = min(console.width, _WIDEST)
    widest = max((len(f"{count}") for row in confusion.counts for count in row), default=1)
    wanted = max(_NARROWEST, widest, *map(len, names)) + 2
    cell = min(wanted, (width - head - _SHARE) // max(1, len(names)))
    if cell < max(_NARROWEST, widest + 1):
        _draw_mistakes(console, confusion)
        return
    line = Text(" " * head)
    for name in names:
        line.append(_cut(name, cell - 1).rjust(cell), "dim")
    line.append("right".rjust(_SHARE), "dim")
    _print(console, line)
    for at, (name, row) in enumerate(zip(names, confusion.counts, strict=True)):
        line = Text("  ")
        line.append(_cut(name, head - 2).ljust(head - 2))
        total = sum(row)
        for col, count in enumerate(row):
            part = count / total if total else 0.0
            words = f"{count}" if count else "·"
            line.append(words.rjust(cell), _style(part, right=at == col))
        recall = confusion.hits(confusion.labels[at]).recall
        line.append(("\N{EN DASH}" if recall is None else f"{recall:.2f}").rjust(_SHARE), "bold")
        _print(console, line)


def _draw_mistakes(console: Console, confusion: Confusion) -> None:
    """List what is most often taken for something else."""
    for count, true, said in confusion.mistakes[:_MISTAKES]:
        words = f"  {count:>5}  {plain.line(true)} taken for {plain.line(said)}"
        _print(console, Text(words))
    more = len(confusion.mistakes) - _MISTAKES
    if more > 0:
        _print(console, Text(f"         and {more:,} other pairs", "dim"))


def _style(part: float, *, right: bool) -> str:
    if not part:
        return "dim"
    if right:
        return "bold green" if part >= 0.8 else "green" if part >= 0.6 else "bold yellow"
    return "bold red" if part >= 0.15 else "red" if part >= 0.05 else "yellow"


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else f"{words[: width - 1]}…"


def _print(console: Console, line: Text) -> None:
    line.rstrip()
    console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
