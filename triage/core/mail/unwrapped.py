"""Lines that a mail program broke, told from those that a person ended."""

from __future__ import annotations

import re
from itertools import pairwise

_WIDTHS = range(55, 101)
"""Where mail programs break lines, in characters. Source: RFC 5322 section 2.1.1 (78), and use."""

_BEGINS = re.compile(r"[\s>|*•·\u2013\u2014#+-]|\d{1,3}[.)]|[A-Za-z][.)]\s")
"""What a line of a list, a quotation or a layout begins with: it is never joined to another."""

_ENDS = (".", "!", "?", ":", ",", ";", "…")


def unwrapped(text: str) -> str:
    """Return a text whose broken lines are whole: each such break has become a space.

    A break is a program's where the next line's first word would not have fitted any more. So only
    a text that keeps to one width is changed at all; where a sentence ends, a short line after it
    is a line of its own (a greeting, a name). No character moves: places in the text stay.
    """
    lines = text.split("\n")
    widest = max(map(len, lines))
    if widest not in _WIDTHS:
        return text
    made = [lines[0]]
    for before, line in pairwise(lines):
        made += [" " if _broken(before, line, widest) else "\n", line]
    return "".join(made)


def _broken(before: str, line: str, widest: int) -> bool:
    if not before.strip() or not line.strip() or _BEGINS.match(before) or _BEGINS.match(line):
        return False
    if before.rstrip().endswith(_ENDS) and 2 * len(line) < widest:
        return False
    return len(before) + 1 + len(line.split(None, 1)[0]) > widest
