"""The part of the store beyond the hour: complaints, remedies, gifts, wishes, causes, goodbyes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from triage.core.causes import Like
from triage.core.goodwill import Gift
from triage.core.ticket import Status
from triage.core.wish import Wish
from triage.store.dossier import Dossiers

GOODBYE = "a kind goodbye"
"""The reason of a ticket that is closed because somebody leaves, and was wished well."""


class VoiceKind(StrEnum):
    """What the register holds."""

    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One complaint or compliment: when it came, in which sentence, whose it is, what came of it.

    `person` says who entered it; "" where triage did.
    """

    kind: VoiceKind
    reference: str
    at: datetime
    sentence: str
    owner: str
    cause: str = ""
    fix: str = ""
    closed: datetime | None = None
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSaid:
    """What a person says of a complaint or compliment; None leaves it as it is."""

    cause: str | None = None
    fix: str | None = None
    owner: str | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What was done about a problem. `kept_word` None: nothing had been promised.

    `final`: it is decided, and nobody above decides it anew.
    """

    at: datetime
    person: str
    happened: str
    kept_word: bool | None
    asked_for: str
    decided: str
    decided_by: str
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One gift as it was written down. `undone`: it was taken back, and costs nothing."""

    number: int
    reference: str
    at: datetime
    gift: Gift
    undone: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is known of a ticket beyond its hour."""

    cause: str = ""
    asks: int = 0
    voices: tuple[Voice, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    given: tuple[Given, ...] = ()
    wish: Wish | None = None


class Sign(StrEnum):
    """What says that somebody may leave."""

    SAYS_SO = "says_so"
    QUIET_TROUBLE = "quiet_trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One ticket of the list of those who may leave. `outcome` is how it was closed, or ""."""

    reference: str
    requester: str
    requester_name: str
    subject: str
    owner: str
    opened: datetime
    status: Status
    sign: Sign
    sentence: str
    outcome: str = ""


Judge = Callable[[int], str]
"""Given what was spent so far, says why a gift may not be given; "" where it may."""


class InTheRound(Dossiers, Protocol):
    """What people write down beyond the hour, and what is read of it."""

    def in_the_round(self, reference: str) -> Round:
        """Return what is known of a ticket beyond its hour. Raises: NoSuchTicket."""

    def set_cause(self, reference: str, cause: str, by: str, now: datetime) -> None:
        """Say what brought a ticket about; "" takes it back. Raises: NoSuchTicket."""

    def caused_like(self, queue: str, since: datetime, limit: int) -> tuple[Like, ...]:
        """Return tickets of a queue closed since then with a cause, the latest first."""

    def say_of_voice(
        self, reference: str, kind: VoiceKind, said: VoiceSaid, by: str, now: datetime
    ) -> None:
        """Say what caused a complaint or compliment, what was done, and whether that is all.

        Raises: NoSuchTicket, NotPossible where the ticket holds none.
        """

    def add_remedy(self, reference: str, remedy: Remedy) -> None:
        """Write down what was done about a problem. Raises: NoSuchTicket."""

    def remedies(self, since: datetime, until: datetime) -> tuple[tuple[str, Remedy], ...]:
        """Return the remedies of a time, each with the reference of its ticket."""

    def give(
        self, reference: str, gift: Gift, month: datetime, now: datetime, refused: Judge
    ) -> int:
        """Write a gift down and return its number; `month` is the first instant of this month.

        What was spent in the month is looked at in the same transaction: two people do not give
        the same money. Raises: NoSuchTicket, NotPossible with what `refused` says.
        """

    def take_gift_back(self, reference: str, by: str, now: datetime) -> Given | None:
        """Take the last gift of a ticket back; None where there is none. The row stays.

        Raises: NoSuchTicket.
        """

    def given(self, since: datetime, until: datetime) -> tuple[Given, ...]:
        """Return the gifts of a time, also those taken back, oldest first."""

    def spent(self, since: datetime, until: datetime, currency: str) -> int:
        """Return what was given in a time and not taken back, in minor units."""

    def keep_wish(self, wish: Wish, by: str, now: datetime) -> None:
        """Keep what a requester asked of us, in place of what was kept; empty: forget it."""

    def wish(self, address: str) -> Wish | None:
        """Return what this requester asked of us."""

    def wishes(self, limit: int) -> tuple[Wish, ...]:
        """Return what requesters asked of us, by address."""
