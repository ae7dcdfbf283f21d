"""What a store promises of owners: who owns tickets, who takes them over, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.core.owned import Telling, Untold
from triage.core.owning import Owned
from triage.core.roster import Assignment
from triage.core.ticket import TicketId


@dataclass(frozen=True, slots=True)
class Reowned:
    """A batch of tickets that were looked at: how many moved, and the last one, if more follow."""

    moved: int
    last: TicketId | None


class Owners(Protocol):
    """The part of `Store` that keeps whose a ticket is. People change it by deeds: see `Doing`."""

    def owners(self, news: datetime | None = None) -> frozenset[str]:
        """Return who owns any ticket that is not done; only those to be told, with `news` now."""

    def reown(
        self,
        gone: Collection[str],
        choose: Callable[[Owned, Mapping[str, int]], Assignment | None],
        now: datetime,
        *,
        after: TicketId,
        limit: int = 100,
    ) -> Reowned:
        """Give tickets of those who are `gone` to whoever is chosen; None: one stays.

        In one transaction, from the ticket `after` on. `choose` gets how many open tickets
        everybody has. Nothing is sent to requesters; an acknowledgement that has not begun to
        leave is written anew, in the new name.
        """

    def tell_owners(
        self, now: datetime, decide: Callable[[Sequence[Untold], int], Sequence[Telling]]
    ) -> int:
        """Have every owner told of what they have not been told of, as `decide` says.

        It gets what one owner has not been told, the oldest first, and how many they got a mail
        about in the last ten minutes. What is decided, and the mails, are one transaction. What
        does not wait any more is told to nobody. Returns how many tickets were told of.
        """

    def next_telling(self) -> datetime | None:
        """Return when an owner must be told next."""
