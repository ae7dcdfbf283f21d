"""What a store promises of owners: who takes a ticket, who takes it over, and who hears of it."""

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
    """The part of `Store` that keeps whose a ticket is.

    Ownership is a name, not a fence: anybody may answer. But two who take the same ticket at the
    same moment shall not both believe that it is theirs.
    """

    def claim_ticket(
        self, reference: str, agent: str, now: datetime, *, seen: str | None = None
    ) -> None:
        """Make `agent` the owner, because they take it; once more by the same is nothing new.

        `seen` is the owner that they saw: if it is another one by now, they are refused. So is
        whoever comes within three minutes of another's claim. Raises: NoSuchTicket, NotPossible,
        which names who has it.
        """

    def hand_over(self, reference: str, to: str, by: str, now: datetime) -> None:
        """Make `to` the owner, because `by` says so; they are told. Raises: NoSuchTicket."""

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
