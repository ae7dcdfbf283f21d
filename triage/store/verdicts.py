"""What a daemon and a command say to each other of the files, by way of the store.

An order is what a person asked a running daemon for by `triage rules apply` or `rollback`; what
is said is what became of the files, for whoever asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from triage.core.remember import recalled, remembered
from triage.store.versions import Audit, Draft

ORDER, VERDICT = "order", "reload"
"""What the store keeps an order under, and what became of the files."""

FRESH = timedelta(minutes=3)
"""An order older than this was given to a daemon that has ended since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person wants in force, and what their own tests and replay said of it.

    `digest` names the policy that the files on disk were when they were looked at; `number`, if
    not 0, an earlier set that is to be gone back to.
    """

    id: str
    at: datetime
    person: str
    how: str
    digest: str = ""
    number: int = 0
    tests: Mapping[str, object] = field(default_factory=dict)
    replay: Mapping[str, object] = field(default_factory=dict)

    @property
    def audit(self) -> Audit:
        """What is kept with the set."""
        return Audit(person=self.person, how=self.how, tests=self.tests, replay=self.replay)

    def written(self) -> str:
        """Return it as the store keeps it."""
        return json.dumps(remembered(self))


def read_order(text: str | None, now: datetime) -> Order | None:
    """Return the order that `written` made; None where it is not fresh, or there is none."""
    if not text:
        return None
    order = recalled(Order, json.loads(text))
    return order if now - order.at <= FRESH else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of the files: the policy that runs, and why the draft does not.

    `faults` reject it; `pending` holds it back. `notes` say what of an applied one waits for a
    restart. `order` is the one that was looked at, or "": whether it was done, `policy` says.
    """

    at: datetime
    policy: str
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pending: Draft | None = None
    order: str = ""

    def written(self) -> str:
        """Return it as the store keeps it."""
        return json.dumps(remembered(self))


class Orders(Protocol):
    """The one order that stands: whoever gives one, and the daemon, do so in one step each."""

    def put_order(self, order: Order) -> Order | None:
        """Put an order where the daemon takes it; return another one that still stands there.

        One that is no longer fresh makes room.
        """

    def take_order(self, now: datetime) -> Order | None:
        """Take the order that was given, if it is fresh: it is carried out once."""


def read_said(text: str | None) -> Said | None:
    """Return the verdict that was kept; None before the first."""
    return recalled(Said, json.loads(text)) if text else None
