"""What a store promises of deadlines: why one was missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from triage.core.breach import Reason


class Guarded(StrEnum):
    """Which clock a deadline belongs to."""

    FIRST = "first"
    NEXT = "next"
    UPDATE = "update"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A deadline that was missed: `at` is the deadline itself, `noticed` when the watch saw it.

    `person` says who gave the reason; "": it was found by itself.
    """

    reference: str
    clock: Guarded
    cycle: int
    at: datetime
    noticed: datetime
    reason: Reason
    detail: Mapping[str, object] = field(default_factory=dict)
    person: str = ""


class Guarding(Protocol):
    """The part of `Store` that guards deadlines with the help of people."""

    def explain_breach(
        self,
        reference: str,
        reason: Reason,
        by: str,
        now: datetime,
        clock: Guarded | None = None,
        cycle: int | None = None,
    ) -> Breach:
        """Say why the last deadline of a ticket, or of one clock of it, was missed.

        `cycle`: of that turn, not of the last one.

        Raises: NoSuchTicket, NotPossible (none was).
        """

    def breaches_of(self, reference: str) -> tuple[Breach, ...]:
        """List what was missed of one ticket, oldest first. Raises: NoSuchTicket."""
