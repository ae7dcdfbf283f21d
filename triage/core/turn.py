"""What an agent answers next: their own mail, and the team's that would else wait in vain.

Ownership is a name, not a fence: in the one order of the desk an agent is offered what is theirs,
and what belongs to somebody who is off, away or full, is near its warning, or unsure whose it is.
One mail in four is a late one, while there are any: an order by deadline alone leaves late mail
lying when there is more than can be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from triage.core.ticket import UNSURE, Priority

LATE_EVERY = 4
"""One turn in so many goes to late mail."""


class Waiting(Protocol):
    """A ticket that waits, as far as its turn depends on it."""

    @property
    def owner(self) -> str:
        """The id of its owner, or ""."""

    @property
    def queue(self) -> str:
        """Its queue."""

    @property
    def answer_by(self) -> datetime | None:
        """When it must be answered; None: no clock runs."""

    @property
    def warn_at(self) -> datetime | None:
        """When its owner is warned."""

    @property
    def priority(self) -> Priority:
        """Its priority."""


W = TypeVar("W", bound=Waiting)


def lanes(rows: Iterable[W], now: datetime) -> tuple[tuple[W, ...], tuple[W, ...]]:
    """Part what can still be made from what is late, each in its order.

    At its deadline itself an answer is in time.
    """
    every = tuple(rows)
    late = tuple(row for row in every if row.answer_by is not None and row.answer_by < now)
    on_time = tuple(row for row in every if row.answer_by is None or row.answer_by >= now)
    return on_time, late


def late_first(late: Iterable[Waiting]) -> bool:
    """Say whether what is late stands above what can still be made: where any of it is urgent."""
    return any(row.priority is Priority.URGENT for row in late)


def side_by_side(
    rows: Iterable[W], now: datetime, most: int
) -> tuple[tuple[W, ...], tuple[W, ...]]:
    """Part rows as `lanes` does, and keep the first of both, `most` in all.

    However much is late, what can still be made is seen; of what is late, one row in `LATE_EVERY`.
    """
    on_time, late = lanes(rows, now)
    of_late = min(len(late), max(most // LATE_EVERY, most - len(on_time)))
    return on_time[: most - of_late], late[:of_late]


def offered(
    rows: Iterable[W], agent: str, takes: Callable[[str], bool], now: datetime
) -> tuple[W, ...]:
    """Return what `agent` may be offered next, in its order.

    `takes` says of an owner whether they are there and have room: what is theirs waits for them
    until it is near its warning.
    """
    return tuple(row for row in rows if _open_to(row, agent, takes, now))


def next_of(rows: Iterable[W], turn: int, now: datetime) -> W | None:
    """Return what comes next in the turn of that number, from 0; None: nothing waits.

    What is urgent and late waits for no turn. Else every `LATE_EVERY`th turn goes to the first of
    the late mail, the others to what can still be made; where there is none of the one, it goes to
    the other.
    """
    on_time, late = lanes(rows, now)
    if late_first(late):
        return next(row for row in late if row.priority is Priority.URGENT)
    first, second = (late, on_time) if is_of_late(turn) else (on_time, late)
    return next(iter(first or second), None)


def is_of_late(turn: int) -> bool:
    """Say whether the turn of that number, from 0, goes to late mail."""
    return turn % LATE_EVERY == LATE_EVERY - 1


def _open_to(row: Waiting, agent: str, takes: Callable[[str], bool], now: datetime) -> bool:
    if row.owner in {agent, ""} or row.queue == UNSURE or not takes(row.owner):
        return True
    return row.warn_at is not None and row.warn_at <= now
