"""Where a list goes on: after the last rows that were given, wherever they stand by then.

A list of what waits moves while it is read, for whoever reads it deals with it. What moved up to
where it was read already is not given until it is asked for from the beginning; where nothing is
left of what was given, that is where it goes on. Nothing that stays is left out.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from triage.errors import NotPossible
from triage.store.views import TicketRow

_REMEMBERED = 50
"""Rows that are looked for again: so many may be dealt with before the next are asked for."""

_NEAR = 5
"""Rows between two that were given one after the other, as long as neither of them has moved."""


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
    before = () if cursor is None else cursor.last
    names = (*(row.reference for row in reversed(some)), *before)[:_REMEMBERED]
    return some, Cursor(start + len(some), names).written()


def _after(rows: Sequence[TicketRow], cursor: Cursor) -> int:
    """Return where a list goes on: behind the last row that stands behind the one before it still.

    A row that moved says nothing: behind it, all that it passed would be left out.
    """
    places = {row.reference: at for at, row in enumerate(rows)}
    for name, before in pairwise(cursor.last):
        if name in places and 0 < places[name] - places.get(before, len(rows)) <= _NEAR:
            return places[name] + 1
    return min((places[name] + 1 for name in cursor.last if name in places), default=0)
