"""How far each folder has been taken over, and what was fetched from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.core.arrival import Arrival, Folder, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """How far one folder has been taken over. `baseline` is the instant from which mail counts."""

    uidvalidity: int
    baseline: datetime


class Folders(Protocol):
    """The part of `Store` that takes mail over from folders."""

    def folder_state(self, folder: Folder) -> FolderState | None:
        """Return how far `folder` has been taken over; None before its baseline."""

    def seen(self, folder: Folder) -> frozenset[int]:
        """Return the UIDs of the folder's present UIDVALIDITY that need not be fetched."""

    def take_baseline(
        self, folder: Folder, uidvalidity: int, present: Sequence[Sighting], now: datetime
    ) -> None:
        """Begin with `folder`: what lies there now is never fetched nor acknowledged."""

    def rebind(self, folder: Folder, uidvalidity: int, present: Sequence[Sighting]) -> int:
        """Follow a change of UIDVALIDITY; return how many UIDs were recognised.

        What was known by its identity, or arrived before the baseline, is seen again under its
        new UID; the rest is left to be fetched.
        """

    def receive(self, folder: Folder, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Keep raw bytes and `seen` in one transaction; return how many messages are new.

        The same mail from a second place becomes a further location of the first one.
        """

    def count_failure(self, folder: Folder, uid: int) -> int:
        """Count one more failure to fetch a UID, on disk; return how many there have been."""

    def gone(self, folder: Folder, uids: frozenset[int], now: datetime) -> None:
        """Note that these UIDs are no longer in the folder; their tickets stay.

        What was moved from the inbox to junk says so on its ticket.
        """
