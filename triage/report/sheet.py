"""Rows as CSV that a spreadsheet opens, and does not run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from triage.core.heading import one_line

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows under a head as CSV: instants as ISO 8601, spans as minutes.

    No text begins as a formula of a spreadsheet does, and none breaks its line. Source: RFC 4180;
    OWASP, CSV Injection.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(head)
    for row in rows:
        table.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> object:
    """Return one cell; what is no figure is a text."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return round(value, 4)
        case timedelta():
            return round(value / timedelta(minutes=1), 1)
        case datetime():
            return value.isoformat(timespec="seconds")
        case _:
            text = "" if value is None else one_line(str(value))
            return f"'{text}" if text.startswith(_FORMULA) else text
