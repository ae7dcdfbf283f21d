"""What a report is made from, as values and as the part of `Store` that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from triage.core.answering import Does
from triage.core.hours import Span
from triage.core.load import Load
from triage.core.switches import Switch
from triage.store.guarding import Breach
from triage.store.promises import Foreseen
from triage.store.round import Given, Leaving, Remedy, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a requester's: they wrote at `start`, and an answer was due.

    `deadline` None: the queue has no target. `spans` are what its clock counted up to it, in the
    hours of the queue `counted_in`, or round the clock where it is `danger`. `queue` is where the
    ticket stands, or would: that of the best guess where nobody has decided. `answered` is the
    first answer, which `does` something and is of `person` ("" where nobody knows); `ended` when
    the ticket was closed without one, `breached` whether it was late by then. `waits`: an answer
    is still due.
    """

    reference: str
    queue: str
    counted_in: str
    start: datetime
    deadline: datetime | None
    spans: tuple[Span, ...] = ()
    danger: bool = False
    answered: datetime | None = None
    ended: datetime | None = None
    breached: bool = False
    waits: bool = False
    does: Does = Does.ANSWERS
    person: str = ""

    @property
    def target(self) -> timedelta:
        """How much time there was: what the clock counted up to its deadline."""
        return sum((span.length for span in self.spans), timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One time that a requester was told, and what became of it.

    `delay`: by a delay notice, not by the acknowledgement. `outcome` is "kept", "told_before",
    "not_told" (for the reason `why`), or "" while it is open.
    """

    reference: str
    delay: bool
    promised_at: datetime
    expected_at: datetime | None = None
    answered: datetime | None = None
    outcome: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Caused:
    """How many tickets, with how many mails, came about for one cause; "": nobody said for what."""

    cause: str
    tickets: int
    mails: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """How many mails of a kind were not acknowledged for one reason."""

    kind: str
    reason: str
    mails: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How many acknowledgements stand in one state of the outbox, for one reason or none."""

    state: str
    reason: str
    mails: int


@dataclass(frozen=True, slots=True)
class About:
    """Whose a ticket is, and in which queue it stands."""

    queue: str
    requester_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """All that a report reads: of the time from `since` up to, not including, `until`.

    `turns` began in it, or wait since before it. `load` and what waits are those of now.
    `switches` are absences and closed doors that fell into it. `about` knows every ticket that
    is named, by its reference. With a queue, all but `load`, `switches` and `foreseen` are of
    that queue alone.
    """

    since: datetime
    until: datetime
    queue: str | None
    turns: tuple[Turn, ...] = ()
    breaches: tuple[Breach, ...] = ()
    told: tuple[Told, ...] = ()
    caused: tuple[Caused, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    acknowledged: tuple[Acknowledged, ...] = ()
    voices: tuple[Voice, ...] = ()
    gifts: tuple[Given, ...] = ()
    remedies: tuple[tuple[str, Remedy], ...] = ()
    leaving: tuple[Leaving, ...] = ()
    foreseen: tuple[Foreseen, ...] = ()
    load: Load = field(default_factory=Load)
    switches: tuple[Switch, ...] = ()
    about: Mapping[str, About] = field(default_factory=dict)


class Reporting(Protocol):
    """The part of `Store` that is asked for reports."""

    def reported(
        self, since: datetime, until: datetime, now: datetime, queue: str | None = None
    ) -> Reported:
        """Read all that a report is made from, as it stood at one moment.

        A ticket in `unsure` is of the queue that is its best guess.
        """
