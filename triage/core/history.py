"""What one requester wrote before, as rules ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=366)
"""How far back the history of a requester reaches."""

MOST = 100
"""How many of their mails, and of their tickets, are remembered for rules, the latest."""

TURN = timedelta(minutes=10)
"""Mails no farther apart than this are one contact: what was forgotten, or an attachment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of a requester besides the mail in hand. Nothing: a first contact.

    `mails` are the arrivals of other mails of theirs, `tickets` when each of their tickets began;
    both within `LONGEST`, at most `MOST`, in any order. `waiting` counts their tickets that wait
    for our answer. `answered` is when a human of ours last answered any of them, `answers` when
    any of them was answered within `LONGEST`, at most `MOST`. `known`: they had a ticket at any
    time.
    """

    mails: tuple[datetime, ...] = ()
    tickets: tuple[datetime, ...] = ()
    waiting: int = 0
    answered: datetime | None = None
    known: bool = False
    answers: tuple[datetime, ...] = ()

    def contacts(self, at: datetime, within: timedelta) -> int:
        """Count contacts up to `at`, this one included; one exactly `within` ago is none."""
        return _turns(_between(self.mails, at, within), at)

    def unanswered(self, at: datetime, within: timedelta) -> int:
        """Count contacts up to `at`, this one included, since we last answered them."""
        mails = _between(self.mails, at, within)
        if self.answered is not None:
            mails = (mail for mail in mails if self.answered is None or mail > self.answered)
        return _turns(mails, at)

    def begun(self, at: datetime, within: timedelta) -> int:
        """Count tickets that began before `at`; one exactly `within` ago does not count."""
        return sum(1 for _ in _between(self.tickets, at, within))

    def answers_within(self, at: datetime, within: timedelta) -> int:
        """Count answers of ours before `at`; one exactly `within` ago does not count."""
        return sum(1 for _ in _between(self.answers, at, within))


def _between(instants: Iterable[datetime], at: datetime, within: timedelta) -> Iterator[datetime]:
    return (one for one in instants if timedelta() <= at - one < within)


def _turns(mails: Iterable[datetime], at: datetime) -> int:
    """Count `at` and every mail that came more than `TURN` before the one after it."""
    count, after = 1, at
    for mail in sorted(mails, reverse=True):
        count += after - mail > TURN
        after = mail
    return count
