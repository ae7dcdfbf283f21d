"""The thread that watches one folder: connect, take over what is new, wait, and again.

Whatever goes wrong ends its connection, is kept as the folder's last error, and is tried again
after a growing pause. Nothing on the server is changed.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Final, ParamSpec, TypeVar

import structlog

from triage.config.settings import MailboxSettings
from triage.core.arrival import Folder, Role
from triage.errors import AuthenticationRefused, StoreBusy, TriageError
from triage.mailbox import READ_SECONDS, Bell, Connection
from triage.pipeline.instore import Clock, StoreThread
from triage.pipeline.place import place_of
from triage.pipeline.takeover import Ended, FirstLook, FolderSync, Surroundings
from triage.store.protocol import Store

P = ParamSpec("P")
T = TypeVar("T")

# Seconds: getting a connection ends within a few timeouts of 15 s each; after so much more than
# anything may take, without a sign of life, a thread counts as stuck.
CONNECTING: Final = 120.0
GRACE: Final = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long a thread waits, in seconds; `uniform` is where chance comes from.

    `refused` bounds the pause after the server refused the account: more would lock it out.
    `again` is the pause before a mail that could not be fetched is tried again, `absent` the
    one before a missing folder is looked for again. The first IDLE after mail came
    lasts `settle`: some servers miss what arrives just as IDLE begins. A server that says
    nothing for `read` counts as gone.
    """

    uniform: Callable[[float, float], float] = random.uniform
    shortest: float = 1.0
    longest: float = 300.0
    refused: tuple[float, float] = (300.0, 900.0)
    again: float = 60.0
    absent: float = 60.0
    settle: float = 10.0
    read: float = READ_SECONDS

    def backoff(self, failures: int) -> float:
        """Return the pause after a failure, with `failures` earlier ones in a row."""
        return self.uniform(self.shortest, min(self.longest, 2.0 ** min(failures, 20)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """How a watched folder is doing; `beat` and `due` are monotonic seconds.

    `beat` is the last sign of life of its thread; after `due` without another it is stuck.
    `path` is "" until the folder is known; `absent`: the account has none of sent mail, or of
    junk.
    """

    path: str = ""
    connected: bool = False
    absent: bool = False
    last_sync: datetime | None = None
    last_error: str = ""
    beat: float = 0.0
    due: float = float("inf")


def _quietly(_folder: Folder, _done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched, and with what.

    `password` is asked for at each connection. `arrived`, `refused` and `progress` are called
    in the watching thread: the first after new mail is committed, the second once when the
    server begins to refuse the account, the third while a baseline is read (done, of how many).
    """

    mailbox: MailboxSettings
    role: Role
    password: Callable[[], str]
    store: Store
    in_store: StoreThread
    clock: Clock
    arrived: Callable[[], None]
    refused: Callable[[AuthenticationRefused], None]
    progress: Callable[[Folder, int, int], None] = _quietly
    pace: Pace = field(default_factory=Pace)


class WatchingThread(threading.Thread):
    """One run of a watch; `before` is the stuck one whose place it takes."""

    def __init__(self, watch: Watched, before: WatchingThread | None = None) -> None:
        super().__init__(name=f"{watch.mailbox.name} {watch.role}", daemon=True)
        self.bell = Bell()
        self.state = WatchState()
        self.names = {"mailbox": watch.mailbox.name, "role": watch.role.value}
        self._watch = watch
        self._ended = threading.Event()
        self._connection: Connection | None = None
        self.sync: FolderSync | None = None
        self.absent_since: datetime | None = None
        self._failures = 0
        self._refused = False
        if before is not None:
            self.state = replace(before.state, connected=False, due=float("inf"))
            self.absent_since = before.absent_since
            if (stuck := before.sync) is not None:
                self.sync = self._new_sync(stuck.folder, stuck.suspects.remaining())

    def end(self) -> None:
        """Ask this thread to end; from now on it writes nothing."""
        self._ended.set()
        self.bell.ring()

    def sever(self) -> None:
        """Break the connection, so that a call that blocks in it fails."""
        if (connection := self._connection) is not None:
            connection.shutdown()

    def run(self) -> None:
        """Connect and watch, again and again, until told to end."""
        try:
            while not self._ended.is_set():
                pause = self._watch_until_error()
                self._alive(pause + GRACE)
                if not self._ended.is_set():
                    self.bell.wait(pause)
        finally:
            self.state = replace(self.state, connected=False, due=float("inf"))
            self.bell.close()

    def _watch_until_error(self) -> float:
        """Work on one connection until it breaks; return how long to wait before the next."""
        pace = self._watch.pace
        try:
            self._work()
        except Ended:
            return 0.0
        except AuthenticationRefused as exc:
            self._note(exc)
            if not self._refused:
                self._refused = True
                self._watch.refused(exc)
            return pace.uniform(*pace.refused)
        except Exception as exc:  # noqa: BLE001 - any error drops the connection and starts afresh
            self._note(exc)
            if self.sync is not None:
                self.sync.suspects.broke_off(blame=not isinstance(exc, StoreBusy))
            self._failures += 1
            return pace.backoff(self._failures - 1)
        finally:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.drop()
        return 0.0

    def _note(self, exc: Exception) -> None:
        # Only our own errors are safe to show: others may quote a mail.
        expected = isinstance(exc, TriageError)
        error = str(exc) if expected else type(exc).__name__
        at = {} if expected else {"at": place_of(exc)}
        self.state = replace(self.state, connected=False, last_error=error)
        if not self._ended.is_set():
            log.warning("mailbox_lost", error=error, **at, **self.names)

    def _work(self) -> None:
        """Watched the folder on one connection, until told to end; then log out."""
        self._alive(CONNECTING + GRACE)
        watch = self._watch
        connection = Connection(watch.mailbox, watch.password(), self._beat, watch.pace.read)
        self._connection = connection
        self._refused = False
        self.state = replace(self.state, connected=True)
        log.info("mailbox_connected", idle=connection.idles, **self.names)
        sync: FolderSync | None = None
        lively = True
        while not self._ended.is_set():
            if sync is None:
                sync = self._find(connection)
            if sync is not None:
                lively |= sync.cycle(connection)
            self._failures = 0
            now = watch.clock()
            self.state = replace(self.state, last_sync=now, last_error="", absent=sync is None)
            self._rest(connection, sync, watch.pace.settle if lively else float("inf"))
            lively = False
        connection.close()

    def _find(self, connection: Connection) -> FolderSync | None:
        """Begin with the folder; None while the account has none of sent mail, or of junk."""
        mailbox, role = self._watch.mailbox, self._watch.role
        path = _path(connection, mailbox, role)
        if path is None:
            if self.absent_since is None:
                self.absent_since = self._watch.clock()
                log.info("folder_missing", **self.names)
            return None
        if self.sync is None or self.sync.folder.path != path:
            self.sync = self._new_sync(Folder(mailbox.name, path, role), ())
        self.sync.begin()
        self.state = replace(self.state, path=path, absent=False)
        return self.sync

    def _new_sync(self, folder: Folder, suspects: Iterable[int]) -> FolderSync:
        watch = self._watch
        around = Surroundings(
            store=watch.store,
            in_store=self._in_store,
            clock=watch.clock,
            arrived=watch.arrived,
            progress=watch.progress,
            max_message=watch.mailbox.max_message,
            again=watch.pace.again,
        )
        look = FirstLook(self.absent_since) if self.absent_since is not None else None
        return FolderSync(folder, around, self._ended, suspects=suspects, first_look=look)

    def _rest(self, connection: Connection, sync: FolderSync | None, most: float) -> None:
        """Wait for mail. The length of an IDLE varies, lest mailboxes march in step."""
        mailbox, pace = self._watch.mailbox, self._watch.pace
        idle = mailbox.idle_for.total_seconds() * pace.uniform(0.9, 1.1)
        poll = mailbox.poll_every.total_seconds()
        if sync is None:  # nothing is selected, so there is nothing to idle on
            self._alive(pace.absent + pace.read + GRACE)
            self.bell.wait(pace.absent)
            return
        soonest = sync.suspects.next_try()
        self._alive(max(idle, poll) + pace.read + GRACE)
        connection.rest(self.bell, min(idle, soonest, most), min(poll, soonest))

    def _in_store(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Wait for the store as long as it takes: it has a watchdog of its own."""
        self._alive(float("inf"))
        try:
            return self._watch.in_store.wait(work, *args, **kwargs)
        finally:
            self._beat()

    def _alive(self, seconds: float) -> None:
        """Give a sign of life, and say within how many seconds the next one comes."""
        now = monotonic()
        self.state = replace(self.state, beat=now, due=now + seconds)

    def _beat(self) -> None:
        self._alive(self._watch.pace.read + GRACE)


def _path(connection: Connection, mailbox: MailboxSettings, role: Role) -> str | None:
    """Return the name of a folder as the server has it, or None if it has none."""
    match role:
        case Role.INBOX:
            return mailbox.folder
        case Role.SENT:
            return connection.find_sent(mailbox.sent)
        case Role.JUNK:
            return connection.find_junk(mailbox.junk if isinstance(mailbox.junk, str) else "")
