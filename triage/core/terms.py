"""What decides over a message besides the message itself: the desk, its rules and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.core.announced import Announced
from triage.core.desk import Queue, Roster, Service, queue_of
from triage.core.form import Form
from triage.core.mail.kind import OwnAddresses
from triage.core.patterns import Pattern
from triage.core.rules import Rule
from triage.core.switches import Switches


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many acknowledgements may leave, and to whom.

    `unverified` says whether a sender whom our server could not verify is acknowledged: "yes",
    "known" or "no". `breaker_hour` 0: five times the mailbox's usual hour, at least 300.
    `delay_notices`: requesters hear that the time they were told will be missed.
    """

    unverified: str = "yes"
    per_sender_hour: int = 3
    per_sender_day: int = 10
    per_domain_hour: int = 20
    per_freemail_hour: int = 200
    breaker_hour: int = 0
    delay_notices: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """One of our mailboxes, as decisions see it.

    `queue` is for what nothing else decides. `forwarders` are hosts and addresses of ours that
    pass mail on to it, case-folded.
    """

    name: str
    address: str
    aliases: frozenset[str] = frozenset()
    queue: str = ""
    authserv_id: str | None = None
    forwarders: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The domain that our Message-IDs bear."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Everything that people laid down, as one value that is swapped as one.

    `mode` is "shadow" or "live". `digest` names this set of files. `hooks` are the
    other services that hear of alerts. `switches` are what holds for the hour: the roster is the
    one that they make of the files'.
    """

    mode: str
    language: str
    service: Service
    queues: Mapping[str, Queue]
    roster: Roster
    rules: tuple[Rule, ...]
    inboxes: Mapping[str, Inbox]
    own: OwnAddresses
    forms: tuple[Form, ...] = ()
    fact_patterns: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    announced: Mapping[str, Announced] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    digest: str = ""
    hooks: tuple[str, ...] = ()
    switches: Switches = field(default_factory=Switches)

    def queue(self, name: str) -> Queue:
        """Return the queue of that name; one that left the files keeps the usual target."""
        return queue_of(self.queues, name)
