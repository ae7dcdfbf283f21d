"""How long the outbox leaves a relay in peace after it failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import SystemRandom

_chance = SystemRandom().uniform


def _growing(failures: int) -> timedelta:
    return timedelta(seconds=_chance(1, 2.0 ** min(failures, 8)))


def _long(_: int) -> timedelta:
    return timedelta(seconds=_chance(300, 900))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """How long the stage waits after the `n`-th failure in a row, from 1.

    `unavailable`: the relay could not be reached; it grows to some four minutes. `refused`: it
    refused the account, or one of our senders; more tries would only lock the account out.
    """

    unavailable: Callable[[int], timedelta] = _growing
    refused: Callable[[int], timedelta] = _long
