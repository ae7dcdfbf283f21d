"""Lines with an indent, wrapped to the width of the terminal, with no blanks at their ends."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

_NARROWEST = 20


def block(console: Console, text: Text, first: Text | str = "", indent: int = 2) -> None:
    """Print `text` after `first`; its further lines start `indent` columns in, as `first` is."""
    head = Text(first) if isinstance(first, str) else first
    for part in text.wrap(console, max(_NARROWEST, console.width - indent)):
        line = head.copy()
        line.append(" " * (indent - head.cell_len) if part.plain.strip() else "")
        line.append_text(part)
        line.rstrip()
        console.print(line, no_wrap=True, overflow="ignore", crop=False)
        head = Text()


def title(console: Console, words: str) -> None:
    """Print a title after an empty line."""
    console.print()
    console.print(Text(words, "bold"))
