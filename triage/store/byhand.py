"""What people do to tickets and mails by hand, as operations of the store.

Each is one transaction, written down with who and when. A ticket that was merged is named by its
own reference still: what is asked of it is done to the ticket that stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from triage.core.disposition import Clocked
from triage.core.ticket import MessageId, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a human says was judged wrong; None leaves a field as it is."""

    queue: str | None = None
    priority: Priority | None = None
    kind: str | None = None
    signals: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Why a ticket is closed: for a reason in words, or by a referral; and what caused it.

    `check_back` is when its requester is asked whether all is well; None: they are not.
    """

    reason: str = ""
    referral: str = ""
    cause: str = ""
    check_back: datetime | None = None


ELSEWHERE = ("phone", "chat", "elsewhere")
"""How a requester may be answered where we do not see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """That a human answered elsewhere: when, how, and which agent, "" for whoever says so."""

    at: datetime
    how: str
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    """A correction, with the boosts of the priorities."""

    correction: Correction
    boosts: Mapping[Priority, int]


WaveDeed = Closing | Answering | Correcting
"""What can be done to a whole row of tickets that are all alike."""


class ByHand(Protocol):
    """The part of `Store` by which people set right what was judged, joined or parted wrong.

    `what` is the reference of a ticket (`T-…`) or the handle of a mail (`M-…`).
    """

    def answered(
        self,
        reference: str,
        at: datetime,
        by: str,
        how: str,
        *,
        agent: str = "",
        now: datetime | None = None,
    ) -> None:
        """Mark a ticket as answered by a human elsewhere.

        `by` says so; it was `agent` who answered, where one is named. `now` is when it is said,
        None: at once. Raises: NoSuchTicket.
        """

    def correct(
        self,
        what: str,
        correction: Correction,
        boosts: Mapping[Priority, int],
        by: str,
        now: datetime,
    ) -> None:
        """Set right what was judged wrong, and keep it as a label.

        Of a mail that became no ticket only the kind can be set right. What is spam lies in the
        view of spam from now on, and its acknowledgement is cancelled if it has not left; nothing
        follows for later mail of its sender. Mail that was filed, as spam or as automatic, and is
        a human's, is triaged once more as that: its clock starts at its arrival, and it is
        acknowledged only if it still may be; a ticket that was taken out waits again as it did.
        Raises: NoSuchTicket, NotPossible, also for one mail among several of a ticket.
        """

    def undo_correction(self, what: str, by: str, now: datetime) -> bool:
        """Take the last correction back; False if there is none. Raises: NoSuchTicket."""

    def merge(
        self, reference: str, into: str, by: str, now: datetime, *, one_person: bool = False
    ) -> None:
        """Let one ticket go into another one, which stands for both from now on.

        Its mails lie there, and what cites it joins there. Of two clocks that run the earlier one
        stays, and a ticket that waited for no answer waits as the other one did: nobody who is
        unanswered is lost. Results that clocks have had stay with their tickets. The more pressing
        priority, the greater boost, and the signals of both hold. At most one acknowledgement
        leaves for both: one that has left serves, else that of the younger mail goes on.
        Tickets of two requesters are merged only if `one_person` says that they are one: then
        both addresses take part, and an answer to either is an answer.
        Raises: NoSuchTicket, NotPossible (a second time, into itself, of two requesters).
        """

    def undo_merge(self, reference: str, by: str, now: datetime) -> None:
        """Take apart what was merged; `reference` is the one that went into another.

        Both wait as they did. What came in meanwhile lies with the ticket that it cites nearest;
        where it wants an answer and its ticket waited for none, that ticket goes on by the clock
        of the two. An acknowledgement that the merge cancelled goes on, unless the requester was
        acknowledged by the other one since. What people corrected meanwhile stays.
        Raises: NoSuchTicket, NotPossible (never merged; answered, closed, woken or hastened since;
        something merged or split off since, which goes first).
        """

    def split(
        self, message: MessageId, clock: Clocked, by: str, now: datetime, *, owner: str = ""
    ) -> str:
        """Make one mail a ticket of its own, and return its reference.

        What cites that mail later joins there. `clock` is the one that starts at its arrival. It
        keeps queue, priority and owner unless `owner` is given, is linked as related, and is not
        acknowledged: its requester has been written to. A ticket that only this mail had woken
        waits for no answer any more; else its deadline stays. Raises: NoSuchTicket, NotPossible
        (the last mail of its ticket, or none that wants an answer).
        """

    def undo_split(self, reference: str, by: str, now: datetime) -> None:
        """Put back what was split off as `reference`, with what came to it since.

        Both wait as they did, as one. Raises: NoSuchTicket, NotPossible (never split off;
        answered, closed, woken or hastened since, merged or split since: `merge` it instead).
        """

    def to_wave(
        self, reference: str, deed: WaveDeed, by: str, now: datetime, most: int = 200
    ) -> int:
        """Do `deed` to open tickets that stand in one row with this one, at most `most` of them.

        Returns how many are left: 0 when this one is done, too, which comes last. Call it again
        until then, also after it was broken off. Raises: NoSuchTicket, NotPossible (in no wave).
        """

    def in_one_row(self, reference: str, most: int) -> tuple[str, ...]:
        """Return a ticket's own reference, then others that stand in one row with it.

        At most `most` together, the oldest first. Raises: NoSuchTicket.
        """

    def undo_wave(self, reference: str, by: str, now: datetime, most: int = 200) -> int:
        """Take back the last correction of this ticket, of all in its wave that were given it.

        Returns how many are left, as `to_wave` does. Raises: NoSuchTicket, NotPossible (in no
        wave; never corrected).
        """

    def close_ticket(self, reference: str, closing: Closing, by: str, now: datetime) -> None:
        """Close a ticket; its requester is asked whether all is well once in a thread's life.

        They are not if they have written by then. Raises: NoSuchTicket; NotPossible while an update
        is owed, and for a check-back without an answer, a second one, or one that is past.
        """
