"""What a store promises of finding tickets by words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from triage.core.query import Sought
from triage.core.ticket import MessageId
from triage.store.views import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What was found: the tickets, that of the newest mail first.

    `further`: there may be more; it is asked for by `below` this mail. `back_to` is when the last
    mail came that was looked at, where the search ended before the oldest. `unread` counts the
    old mails that are not indexed yet, and therefore not found by words.
    """

    rows: tuple[TicketRow, ...]
    further: MessageId | None = None
    back_to: datetime | None = None
    unread: int = 0


class Searching(Protocol):
    """The part of `Store` by which tickets are found."""

    def search(
        self,
        sought: Sought,
        queues: Collection[str],
        now: datetime,
        limit: int,
        below: MessageId | None = None,
    ) -> Hits:
        """Find at most `limit` tickets of `queues` (empty: of all), by any one mail of each.

        It looks at so many mails and no more, however old the store is: where that is not
        enough to find `limit` tickets, `further` says where to go on.
        """

    def index_more(self, most: int) -> int:
        """Index the next old mails, newest first; return how many are left."""
