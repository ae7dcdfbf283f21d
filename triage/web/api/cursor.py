"""Where a list goes on: after the last rows that were given, wherever they stand by then.

A list of what waits moves while it is read. What moved up to where it was read already is given
once more, or not at all until it is asked for from the beginning; nothing that stays is left out.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

from triage.errors import NotPossible
from triage.store.views import TicketRow

_REMEMBERED = 5


@dataclass(frozen=True, slots=True)
class Cursor:
    """How many rows were given, and which came last, the last one first."""

    given: int
    last: tuple[str, ...]

    def written(self) -> str:
        """Return it as an address bears it."""
        text = json.dumps([self.given, *self.last], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor of an address; None for "". Raises: NotPossible: it is none of ours."""
    if not text:
        return None
    try:
        given, *last = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Cursor(max(int(given), 0), tuple(map(str, last[:_REMEMBERED])))
    except (ValueError, TypeError, binascii.Error) as exc:
        raise NotPossible("That is no cursor: take 'next' as it was given.") from exc


def paged(
    rows: Sequence[TicketRow], cursor: Cursor | None, limit: int
) -> tuple[Sequence[TicketRow], str | None]:
    """Return the rows from the cursor on, and the cursor of the next ones; None: that is all."""
    start = 0 if cursor is None else _after(rows, cursor)
    some = rows[start : start + limit]
    if start + limit >= len(rows):
        return some, None
    names = tuple(row.reference for row in reversed(some[-_REMEMBERED:]))
    return some, Cursor(start + len(some), names).written()


def _after(rows: Sequence[TicketRow], cursor: Cursor) -> int:
    places = {row.reference: at for at, row in enumerate(rows)}
    for name in cursor.last:
        if name in places:
            return places[name] + 1
    return min(cursor.given, len(rows))
