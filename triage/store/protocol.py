"""The store, as whole operations: each method is one transaction, or none.

Instants are aware UTC. Every method may be called from any thread but by one at a time:
the daemon gives the writing ones to its single store thread, readers have a store of their own.
Any of them may raise `StoreBusy`; nothing of the operation has then happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from triage.core.cited import Cited
from triage.core.disposition import Disposition, Enqueue
from triage.core.known import Question, Received, Surroundings
from triage.core.load import Load
from triage.core.notice import Addressee
from triage.core.outgoing import Outgoing, Readiness, Sort
from triage.core.ticket import MessageId, OutboxId, Priority, Status
from triage.core.timer import Acts, Timer
from triage.store.accounts import Accounts
from triage.store.byhand import ByHand
from triage.store.folders import Folders
from triage.store.guarding import Guarding
from triage.store.learning import Learning
from triage.store.lists import Pages
from triage.store.ourword import OurWord
from triage.store.owners import Owners
from triage.store.promises import Decided, Promises
from triage.store.reached import Reached
from triage.store.recounting import Recounting
from triage.store.replying import Replying
from triage.store.reporting import Reporting
from triage.store.round import InTheRound
from triage.store.switching import Switching
from triage.store.tuning import Tuning
from triage.store.verdicts import Orders
from triage.store.versions import Versions
from triage.store.views import (
    Burden,
    Counts,
    Filed,
    InJunk,
    JournalEntry,
    MailView,
    TicketRow,
    TicketView,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """An outgoing mail with what is true of its ticket at this moment.

    `alike` counts the tickets that wait in its row of a wave, itself only if it does.
    `guess` and `place` are the ticket's. `decided` is the time that this mail is to tell, `load`
    what waits; of mail that tells none both are None. `addressee` is of whoever a later note goes
    to; `listed` are the references and kinds of the alerts that a digest stands for; `stands`
    says that what an alert tells of is still to be done. `loads` counts everybody's open tickets,
    where it is asked for. `being_answered`: an answer of one of us to the requester is on its way,
    or may have left.
    """

    mail: Outgoing
    status: Status | None
    owner: str
    queue: str
    priority: Priority | None
    answer_by: datetime | None
    answered: bool
    arrived: datetime | None
    language: str | None
    requester_name: str
    gist: str
    promised_at: datetime | None
    paused: bool
    alike: int = 0
    loads: Callable[[], Mapping[str, int]] = dict
    addressee: Addressee | None = None
    listed: tuple[tuple[str, str], ...] = ()
    stands: bool = True
    guess: str = ""
    place: datetime | None = None
    decided: Decided | None = None
    load: Load | None = None
    being_answered: bool = False


class Store(
    Accounts,
    ByHand,
    Folders,
    Guarding,
    InTheRound,
    Learning,
    Owners,
    Orders,
    OurWord,
    Pages,
    Promises,
    Reached,
    Recounting,
    Replying,
    Reporting,
    Switching,
    Tuning,
    Versions,
    Protocol,
):
    """Everything that is kept. Two databases can stand behind it."""

    # --- the running instance -----------------------------------------------------------------

    def start(self, host: str, pid: int, boot: str, now: datetime) -> None:
        """Take the store for this daemon and recover what the last run left.

        Claimed mail becomes pending; mail in flight becomes unknown, but alerts to our own
        staff become pending. Raises: StoreInUse while another daemon works on it.
        """

    def beat(self, now: datetime) -> None:
        """Say that this daemon still works on the store. Raises: StoreInUse if it lost it."""

    def finish(self) -> None:
        """Give the store back, so that the next daemon starts at once."""

    # --- triage -------------------------------------------------------------------------------

    def begin_triage(
        self,
        now: datetime,
        fresh: timedelta,
        limit: int,
        resting: Collection[MessageId] = (),
    ) -> tuple[Received, ...]:
        """Hand out the next messages to triage but for `resting`, at most `limit`.

        First what is younger than `fresh` and can still be acknowledged, then the rest, oldest
        first. The attempt is on
        disk before a message is touched: one that was tried before comes alone, and one that
        was tried three times is set aside instead.
        """

    def sent_mails(self, asked: Mapping[MessageId, Cited]) -> Mapping[MessageId, tuple[bytes, ...]]:
        """Return what we sent, and answered by hand, on the tickets that each message cites.

        By a valid signature, or by a Message-ID of ours. A message without any is left out.
        """

    def settle(
        self, question: Question, decide: Callable[[Surroundings], Disposition]
    ) -> Disposition:
        """Look the surroundings up, decide, and carry the decision out, all in one transaction."""

    def put_back(self, messages: Sequence[MessageId]) -> None:
        """Return messages to triage, their attempt not counted."""

    def set_aside(
        self,
        message: MessageId,
        error: str,
        now: datetime,
        *,
        sender: str = "",
        sender_name: str = "",
        subject: str = "",
    ) -> None:
        """Make a message that cannot be triaged a visible ticket in `unsure`.

        Whose it is and what it is about is shown where that much could be read.
        """

    # --- send ---------------------------------------------------------------------------------

    def claim(
        self,
        now: datetime,
        prepare: Callable[[Recheck], Readiness],
        sorts: Collection[Sort] = tuple(Sort),
    ) -> Outgoing | None:
        """Take the next mail of these sorts that is due, as `prepare` says it stands, or None.

        `prepare` runs inside the transaction: the payload it makes is on disk before the mail
        is handed out. What it cancels, expires or puts off is written, and the next one taken, up
        to fifty in one go: None says that nothing is left, or, if `due` says so, that there is
        more to be asked for.
        """

    def due(self, now: datetime, sorts: Collection[Sort] = tuple(Sort)) -> bool:
        """Say whether any mail of these sorts waits to be claimed."""

    def inflight(self, mail: OutboxId, now: datetime) -> bool:
        """Put on disk that DATA begins; the promised time is frozen on the ticket.

        False: it is no longer claimed (a human was faster), and must not be sent.
        """

    def sent(self, mail: OutboxId, now: datetime, reply: str) -> None:
        """Record that the relay accepted the mail."""

    def unknown(self, mail: OutboxId, now: datetime, reason: str) -> None:
        """Record that the mail may have left: it is shown, and never sent again."""

    def retry(self, mail: OutboxId, next_at: datetime, reason: str) -> None:
        """Return a mail to `pending` after a definite refusal for now; counts the attempt."""

    def unclaim(self, mail: OutboxId, reason: str) -> None:
        """Return a claimed mail to `pending` untried: its attempt is not counted."""

    def failed(self, mail: OutboxId, now: datetime, reason: str) -> None:
        """Record a refusal for good, with a note on the ticket."""

    # --- watch --------------------------------------------------------------------------------

    def next_timer(self) -> datetime | None:
        """Return when the watch must act next."""

    def fire(self, now: datetime, act: Callable[[Timer], Acts]) -> tuple[Timer, ...]:
        """Fire timers that are due, each once, stamped with its own moment; some at once.

        Those of tickets that stand in one row share what their alerts are made for.
        The event, what it causes and the removal of the timer are one transaction.
        """

    def alarm(self, name: str, reason: str, mails: Sequence[Enqueue], now: datetime) -> None:
        """Write an alarm of the service itself down, with the mails that tell of it.

        The mails' purposes keep a trouble that lasts from being told again and again.
        """

    # --- reading ------------------------------------------------------------------------------

    def queue(self, name: str | None, limit: int) -> tuple[TicketRow, ...]:
        """List what waits for an answer, in the order in which it must be answered."""

    def ticket(self, reference: str) -> TicketView:
        """Return everything about one ticket, also one that was merged. Raises: NoSuchTicket."""

    def mail(self, message: MessageId) -> MailView:
        """Return one mail, on a ticket or on none. Raises: NoSuchTicket."""

    def filed(self, kinds: tuple[str, ...], limit: int) -> tuple[Filed, ...]:
        """List mail that became no ticket of its own, newest first."""

    def in_junk(self, limit: int) -> tuple[InJunk, ...]:
        """List what lies in junk and looks like a customer's, newest first."""

    def journal(self, after: int, limit: int) -> tuple[JournalEntry, ...]:
        """List what happened after the entry of that number, in the order it was written."""

    def raw(self, message: MessageId) -> bytes:
        """Return a message byte for byte. Raises: LookupError."""

    def counts(self) -> Counts:
        """Count what lies where."""

    def burden(self) -> Burden:
        """Count what people have to look at."""

    def setting(self, name: str) -> str | None:
        """Return what is kept under `name` between runs, or None."""

    def keep(self, name: str, value: str) -> None:
        """Keep a short text between runs."""

    def close(self) -> None:
        """Close the connection. The store is not used afterwards."""
