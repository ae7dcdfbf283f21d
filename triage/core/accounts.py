"""Who may use the page, and what they may see of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from triage.core.ticket import UNSURE

SESSION = timedelta(days=7)
"""How long a session lasts at most."""

IDLE = timedelta(hours=24)
"""How long a session lasts without a look at the page."""

MOST_FAILURES = 10
"""Failed logins of one name within `WINDOW` before it has to wait."""

MOST_FROM_ONE = 30
"""Failed logins from one address within `WINDOW`: a whole office may come from one."""

WINDOW = timedelta(minutes=15)

LEAST_PASSWORD = 12
"""Characters of a password. Source: NIST SP 800-63B section 3.1.1.2 (length, not composition)."""


def sees(queues: Collection[str], queue: str, guess: str) -> bool:
    """Say whether whoever may see `queues` (empty: all) may see a ticket of `queue`.

    One that the model is unsure of belongs to those of its best guess too.
    """
    return not queues or queue in queues or (queue == UNSURE and guess in queues)


class Role(StrEnum):
    """What somebody may do, least first: each may do what the one before may."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may log in.

    `agent` is their id in the roster, or "". `queues` are those they may see; empty: all.
    `language` and `zone` are how they read the page; "": as the desk.
    """

    name: str
    role: Role
    agent: str = ""
    queues: frozenset[str] = frozenset()
    language: str = ""
    zone: str = ""
    disabled: bool = False

    def may(self, role: Role) -> bool:
        """Say whether this account may do what is for `role`."""
        return not self.disabled and _RANK[self.role] >= _RANK[role]

    def sees(self, queue: str, guess: str) -> bool:
        """Say whether this account may see a ticket of `queue`."""
        return sees(self.queues, queue, guess)

    @property
    def person(self) -> str:
        """By which name what they do is written down."""
        return self.agent or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that runs: whose it is, since when, last seen when, and when it ends by itself."""

    account: Account
    began: datetime
    seen: datetime
    ends: datetime


def ends_at(began: datetime, seen: datetime) -> datetime:
    """Return when a session ends that began then and was last seen then."""
    return min(began + SESSION, seen + IDLE)
