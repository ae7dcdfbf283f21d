"""What a store promises of deeds on the page: done to one ticket or to many, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from triage.store.byhand import Closing, Correcting
from triage.store.views import EventView

KEPT = timedelta(days=1)
"""How long a deed can be taken back."""


@dataclass(frozen=True, slots=True)
class Taking:
    """`agent` becomes the owner: not within three minutes of another's taking."""

    agent: str


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Another agent becomes the owner, and is told."""

    to: str


@dataclass(frozen=True, slots=True)
class PuttingOff:
    """The ticket is snoozed until then: open again at that time, or once its requester writes.

    Its deadline stays; warnings and breaches come as if it were open.
    """

    until: datetime


NOT_THEIRS = "there is no such ticket"
"""Why nothing was done to a ticket that is not there, or not theirs to see: not told which."""

Deed: TypeAlias = Taking | HandingOver | PuttingOff | Closing | Correcting
"""What can be done to tickets, and taken back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A ticket to which something is to be done; `revision` is the one that was seen."""

    reference: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who does something: `queues` are those they may see (empty: all), `address` where from."""

    person: str
    address: str
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A ticket to which nothing was done: `why`, or `since`, what had happened to it meanwhile.

    `values` are filled into `why` by their names.
    """

    reference: str
    why: str
    values: Mapping[str, object] = field(default_factory=dict)
    since: EventView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done, and to which tickets; by `number` all of it is taken back. 0: nothing was."""

    number: int
    done: tuple[str, ...]
    refused: tuple[Refused, ...]


class Doing(Protocol):
    """The part of `Store` by which deeds are done and taken back."""

    def do(self, asked: Sequence[Asked], deed: Deed, name: str, by: Doer, now: datetime) -> Outcome:
        """Do one thing to tickets, in one transaction: what cannot be done to one is told.

        Each is audited by `name`. Refused is a ticket that is not as it was seen, is not there or
        not theirs to see (which of the two is not told), or to which it cannot be done.
        """

    def take_back(self, number: int, by: Doer, now: datetime) -> Outcome:
        """Take a deed back, of every ticket to which nothing has happened since. Each is audited.

        What they did themselves they may take back also where they see the ticket no more.
        Raises: NoSuchTicket: there is no such deed, of theirs to see, of the last day.
        """
