"""The store on SQLite: one class whose every method is one transaction, or one reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from triage.core.arrival import Arrival, Folder, Sighting
from triage.core.cited import Cited
from triage.core.disposition import Disposition, Enqueue
from triage.core.known import Question, Received, Surroundings
from triage.core.outgoing import Outgoing, Readiness, Sort, State
from triage.core.ticket import MessageId, OutboxId
from triage.core.timer import Acts, Timer
from triage.store import (
    forecasting,
    instance,
    junk,
    noting,
    past,
    reading,
    receiving,
    said,
    sending,
    setting,
    settling,
    triaging,
    watching,
)
from triage.store.folders import FolderState
from triage.store.protocol import Recheck
from triage.store.sqlite_accounts import SqliteAccounts
from triage.store.sqlite_doing import SqliteDoing
from triage.store.sqlite_guarding import SqliteGuarding
from triage.store.sqlite_ourword import SqliteOurWord
from triage.store.sqlite_owners import SqliteOwners
from triage.store.sqlite_pages import SqlitePages
from triage.store.sqlite_promises import SqlitePromises
from triage.store.sqlite_reached import SqliteReached
from triage.store.sqlite_recounting import SqliteRecounting
from triage.store.sqlite_replying import SqliteReplying
from triage.store.sqlite_reporting import SqliteReporting
from triage.store.sqlite_round import SqliteRound
from triage.store.sqlite_switching import SqliteSwitching
from triage.store.sqlite_tuning import SqliteTuning
from triage.store.sqlite_versions import SqliteVersions
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


class SqliteStore(
    SqliteAccounts,
    SqliteDoing,
    SqliteGuarding,
    SqliteOwners,
    SqliteOurWord,
    SqlitePages,
    SqlitePromises,
    SqliteReached,
    SqliteRecounting,
    SqliteReplying,
    SqliteReporting,
    SqliteRound,
    SqliteSwitching,
    SqliteTuning,
    SqliteVersions,
):
    """`Store` in one SQLite file. See `store/protocol.py` for what each method promises."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or make the file. Raises: StoreTooNew, StoreBusy."""
        super().__init__(path, read_only=read_only)
        self._me: instance.Daemon | None = None

    def start(self, host: str, pid: int, boot: str, now: datetime) -> None:
        me = instance.Daemon(host, pid, boot)
        with self._writing() as db:
            instance.start(db, me, now)
        self._me = me

    def beat(self, now: datetime) -> None:
        if self._me is not None:
            with self._writing() as db:
                instance.beat(db, self._me, now)

    def finish(self) -> None:
        if self._me is not None:
            with self._writing() as db:
                instance.finish(db, self._me)
            self._me = None

    def folder_state(self, folder: Folder) -> FolderState | None:
        return receiving.folder_state(self._db, folder)

    def seen(self, folder: Folder) -> frozenset[int]:
        return receiving.seen(self._db, folder)

    def take_baseline(
        self, folder: Folder, uidvalidity: int, present: Sequence[Sighting], now: datetime
    ) -> None:
        with self._writing() as db:
            receiving.take_baseline(db, folder, uidvalidity, present, now)

    def rebind(self, folder: Folder, uidvalidity: int, present: Sequence[Sighting]) -> int:
        with self._writing() as db:
            return receiving.rebind(db, folder, uidvalidity, present)

    def receive(self, folder: Folder, arrivals: Sequence[Arrival], now: datetime) -> int:
        with self._writing() as db:
            return receiving.receive(db, folder, arrivals, now)

    def count_failure(self, folder: Folder, uid: int) -> int:
        with self._writing() as db:
            return receiving.count_failure(db, folder, uid)

    def gone(self, folder: Folder, uids: frozenset[int], now: datetime) -> None:
        with self._writing() as db:
            receiving.gone(db, folder, uids, now)

    def begin_triage(
        self,
        now: datetime,
        fresh: timedelta,
        limit: int,
        resting: Collection[MessageId] = (),
    ) -> tuple[Received, ...]:
        with self._writing() as db:
            return triaging.begin_triage(db, now, fresh, limit, resting)

    def sent_mails(self, asked: Mapping[MessageId, Cited]) -> Mapping[MessageId, tuple[bytes, ...]]:
        return said.sent_mails(self._db, asked)

    def settle(
        self, question: Question, decide: Callable[[Surroundings], Disposition]
    ) -> Disposition:
        with self._writing() as db:
            forecasting.learn_pace(db, question.now)
            around = triaging.surroundings(db, question)
            decision = decide(around)
            settling.settle(db, question, decision)
            past.keep_surroundings(db, question, around)
            return decision

    def put_back(self, messages: Sequence[MessageId]) -> None:
        with self._writing() as db:
            triaging.put_back(db, messages)

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
        with self._writing() as db:
            triaging.set_aside(
                db, message, error, now, sender=sender, sender_name=sender_name, subject=subject
            )

    def claim(
        self,
        now: datetime,
        prepare: Callable[[Recheck], Readiness],
        sorts: Collection[Sort] = tuple(Sort),
    ) -> Outgoing | None:
        with self._writing() as db:
            return sending.claim(db, now, prepare, sorts)

    def due(self, now: datetime, sorts: Collection[Sort] = tuple(Sort)) -> bool:
        return sending.due(self._db, now, sorts)

    def inflight(self, mail: OutboxId, now: datetime) -> bool:
        with self._writing() as db:
            return sending.inflight(db, mail, now)

    def sent(self, mail: OutboxId, now: datetime, reply: str) -> None:
        with self._writing() as db:
            sending.end_inflight(db, mail, State.SENT, now, reply)

    def unknown(self, mail: OutboxId, now: datetime, reason: str) -> None:
        with self._writing() as db:
            sending.end_inflight(db, mail, State.UNKNOWN, now, reason)

    def retry(self, mail: OutboxId, next_at: datetime, reason: str) -> None:
        with self._writing() as db:
            sending.retry(db, mail, next_at, reason)

    def unclaim(self, mail: OutboxId, reason: str) -> None:
        with self._writing() as db:
            sending.unclaim(db, mail, reason)

    def failed(self, mail: OutboxId, now: datetime, reason: str) -> None:
        with self._writing() as db:
            sending.end_inflight(db, mail, State.FAILED, now, reason)

    def next_timer(self) -> datetime | None:
        return watching.next_timer(self._db)

    def fire(self, now: datetime, act: Callable[[Timer], Acts]) -> tuple[Timer, ...]:
        with self._writing() as db:
            return watching.fire(db, now, act)

    def alarm(self, name: str, reason: str, mails: Sequence[Enqueue], now: datetime) -> None:
        with self._writing() as db:
            noting.note(db, None, now, "alarm", {"name": name, "reason": reason})
            for mail in mails:
                noting.enqueue(db, mail, None, now)

    def queue(self, name: str | None, limit: int) -> tuple[TicketRow, ...]:
        return reading.queue(self._db, name, limit)

    def ticket(self, reference: str) -> TicketView:
        return reading.ticket(self._db, reference)

    def mail(self, message: MessageId) -> MailView:
        return reading.mail(self._db, message)

    def filed(self, kinds: tuple[str, ...], limit: int) -> tuple[Filed, ...]:
        return reading.filed(self._db, kinds, limit)

    def in_junk(self, limit: int) -> tuple[InJunk, ...]:
        return junk.in_junk(self._db, limit)

    def journal(self, after: int, limit: int) -> tuple[JournalEntry, ...]:
        return reading.journal(self._db, after, limit)

    def raw(self, message: MessageId) -> bytes:
        return reading.raw(self._db, message)

    def counts(self) -> Counts:
        return reading.counts(self._db)

    def burden(self) -> Burden:
        return reading.burden(self._db)

    def setting(self, name: str) -> str | None:
        return setting.read_setting(self._db, name)

    def keep(self, name: str, value: str) -> None:
        with self._writing() as db:
            setting.keep_setting(db, name, value)

    def close(self) -> None:
        self._database.close()


def open_store(path: Path, *, read_only: bool = False) -> SqliteStore:
    """Open the store at `path`; made where it is missing, but never by a reader.

    Raises: StoreTooNew, StoreBusy, StoreMissing.
    """
    return SqliteStore(path, read_only=read_only)
