"""How the service behind the page is, as the daemon says it: mailboxes, relay, and troubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderHealth:
    """One folder that is watched: `role` is inbox, sent or junk; `error` is the last one, or ""."""

    mailbox: str
    role: str
    path: str
    connected: bool
    absent: bool
    last_sync: datetime | None
    error: str

    @property
    def down(self) -> bool:
        """Whether it cannot be reached."""
        return bool(self.error) and not self.connected


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What the daemon says of itself.

    `paused` is why nothing leaves by the relay, or ""; `refused` which mailboxes it does not let
    us send from, with its words. `rejected` are the faults of files that do not run. `troubles`
    are those of the status line, by name. `model` names the model, "" until it is made, and
    `coverage` is the share of mail of which it is sure.
    """

    folders: tuple[FolderHealth, ...] = ()
    paused: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    last_sent: datetime | None = None
    rejected: tuple[str, ...] = ()
    troubles: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    coverage: float = 0.0


def unknown() -> Condition:
    """Return what is known of a service that says nothing."""
    return Condition()
