"""Matchers over what the requester wrote before: contacts, tickets, and whether we know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from triage.core.history import LONGEST
from triage.core.subject import Reading


class Counted(StrEnum):
    """What is counted of a requester."""

    MAILS = "mails"  # contacts, this one included
    UNANSWERED = "unanswered"  # contacts since we last answered, this one included
    TICKETS = "tickets"  # tickets that began before
    WAITING = "waiting"  # tickets that wait for our answer


@dataclass(frozen=True, slots=True)
class CountIs:
    """A count of the requester's lies within the bounds, both included; None: no bound."""

    what: Counted
    at_least: int | None = None
    at_most: int | None = None
    within: timedelta = LONGEST

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the count."""
        number = self._number(reading)
        if (
            number is None
            or (self.at_least is not None and number < self.at_least)
            or (self.at_most is not None and number > self.at_most)
        ):
            return None
        return (f"{self.what} {number}",)

    def _number(self, reading: Reading) -> int | None:
        history, at = reading.subject.history, reading.subject.at
        match self.what:
            case Counted.WAITING:
                return history.waiting
            case _ if at is None:
                return None
            case Counted.MAILS:
                return history.contacts(at, self.within)
            case Counted.UNANSWERED:
                return history.unanswered(at, self.within)
            case Counted.TICKETS:
                return history.begun(at, self.within)


@dataclass(frozen=True, slots=True)
class KnownIs:
    """The requester had a ticket before this mail, or never had one."""

    known: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return which."""
        if reading.subject.history.known is not self.known:
            return None
        return ("known requester" if self.known else "first contact",)
