"""What a store promises of deadlines: who puts a ticket off, who asks back, why one was missed."""

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

    def snooze(self, reference: str, until: datetime, by: str, now: datetime) -> datetime | None:
        """Put an open ticket off until `until`, and return its deadline, which stays.

        It is open again then, or as soon as its requester writes; warnings and breaches come as
        if it were open. Raises: NoSuchTicket, NotPossible (it waits for no answer; `until` has
        passed).
        """

    def wake(self, reference: str, by: str, now: datetime) -> None:
        """End a snooze now. Raises: NoSuchTicket, NotPossible (it is not snoozed)."""

    def check_back(self, reference: str, at: datetime | None, by: str, now: datetime) -> None:
        """Have the requester asked at `at` whether all is well; None: no longer.

        Once in the life of a thread, and only if they have not written by then. Raises:
        NoSuchTicket, NotPossible (they were asked before; `at` has passed).
        """

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

    def breaches(self, since: datetime, until: datetime) -> tuple[Breach, ...]:
        """List what was missed, by deadline, from `since` up to, not including, `until`."""

    def breaches_of(self, reference: str) -> tuple[Breach, ...]:
        """List what was missed of one ticket, oldest first. Raises: NoSuchTicket."""
