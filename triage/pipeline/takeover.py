"""Taking over one folder: what the server has and `seen` has not is fetched and stored.

Not UNSEEN, and not "newer than the last": a gap, a UID that shows late and a mail that somebody
has read or flagged are all just not in `seen` yet. A UID enters `seen` only in the transaction
that keeps its bytes, so a crash at any line repeats a fetch and loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final, ParamSpec, Protocol, TypeVar

import structlog

from triage.core.arrival import Arrival, Folder, Role, Sighting, identity_of
from triage.core.worded import worded
from triage.mailbox import Connection, Selected, pack
from triage.pipeline.instore import Clock
from triage.pipeline.suspects import Suspects
from triage.store.protocol import Store

P = ParamSpec("P")
T = TypeVar("T")

# After so many failures a mail is kept as a stub, so that somebody sees it.
MOST_FAILURES: Final = 5
# Up to this many mails the whole folder is compared each time; above, every `FULL_EVERY` seconds.
WHOLE: Final = 50_000
FULL_EVERY: Final = 270.0
WINDOW: Final = 500
GONE_AT_ONCE: Final = 5_000
UNREADABLE: Final = worded("the mail server could not hand this mail over")

log = structlog.get_logger(__name__)


class InStore(Protocol):
    """Runs work on the store's single thread, and returns when it is committed."""

    def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` there; raises what it raises."""


class Ended(Exception):
    """The thread was told to stop: it must not write any more."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """When a folder was first looked at: `beyond` is the first UID that came later.

    `uidvalidity` is 0 where there was no such folder yet. `at` is a whole second, as a server's
    dates are: what came in the same second is new.
    """

    at: datetime
    uidvalidity: int = 0
    beyond: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", self.at.replace(microsecond=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a folder's sync works with.

    `arrived` is called after new mail is committed; `progress` with how many mails of a baseline
    are done, of how many. `again` is the pause in seconds before a mail that failed is tried
    again.
    """

    store: Store
    in_store: InStore
    clock: Clock
    arrived: Callable[[], None]
    progress: Callable[[Folder, int, int], None]
    max_message: int
    again: float


class FolderSync:
    """The sync of one folder by one thread, over any number of connections."""

    def __init__(
        self,
        folder: Folder,
        around: Surroundings,
        ended: threading.Event,
        *,
        suspects: Iterable[int] = (),
        first_look: FirstLook | None = None,
    ) -> None:
        self.folder = folder
        self.suspects = Suspects(around.again, suspects)
        self._around = around
        self._ended = ended
        self._first_look = first_look
        self._gone: set[int] = set()
        self._seen: set[int] = set()
        self._uidvalidity = 0
        self._next_full = 0.0

    def begin(self) -> None:
        """Begin on a new connection: what is in the store counts, not what was remembered."""
        state = self._stored(self._around.store.folder_state, self.folder)
        self._uidvalidity = state.uidvalidity if state else 0
        self._seen = set(self._stored(self._around.store.seen, self.folder)) if state else set()
        self._next_full = 0.0

    def cycle(self, connection: Connection) -> bool:
        """Compare the folder with `seen`, and take over what is new; return whether any was.

        Raises: MailboxUnavailable, StoreBusy, Ended.
        """
        selected = connection.select(self.folder.path)
        if not self._uidvalidity:
            self._take_baseline(connection, selected)
        elif self._uidvalidity != selected.uidvalidity:
            self._rebind(connection, selected)
        overdue = monotonic() >= self._next_full or not self.suspects.next_try()
        full = selected.exists <= WHOLE or overdue
        since = 1 if full else max(self._seen, default=0) + 1
        present = connection.uids(selected, since)
        if full:
            self._next_full = monotonic() + FULL_EVERY
            self.suspects.keep_only(present - self._seen)
        new = sorted(present - self._seen)
        self._take(connection, new)
        # A server that lists fewer than it has must not make mail look deleted.
        if full and len(present) >= selected.exists:
            self._note_gone(self._seen - present - self._gone)
        if self.folder.role is Role.INBOX:
            self._note_marks(connection)
        return bool(new)

    # --- beginning ------------------------------------------------------------------------------

    def _take_baseline(self, connection: Connection, selected: Selected) -> None:
        """Take what lies in the folder as known, as of the first look at it.

        A first attempt that broke off counts as that look: what came since then is new.
        """
        uids = connection.uids(selected)
        beyond = max(uids, default=0) + 1
        look = self._first_look or FirstLook(self._around.clock(), selected.uidvalidity, beyond)
        self._first_look = look
        same = look.uidvalidity == selected.uidvalidity
        older = sorted(uid for uid in uids if uid < look.beyond or not same)
        present = self._sightings(connection, older)
        if same:
            unread = set(older) - {sighting.uid for sighting in present}
            present += [_placeholder(uid, look.at) for uid in sorted(unread)]
        else:
            present = [sighting for sighting in present if sighting.internal_date < look.at]
        store = self._around.store
        self._stored(store.take_baseline, self.folder, selected.uidvalidity, present, look.at)
        log.info("baseline_taken", count=len(present), **self._names())
        self.begin()

    def _rebind(self, connection: Connection, selected: Selected) -> None:
        present = self._sightings(connection, sorted(connection.uids(selected)))
        store = self._around.store
        known = self._stored(store.rebind, self.folder, selected.uidvalidity, present)
        log.warning("folder_rebound", known=known, count=len(present), **self._names())
        self._gone.clear()
        self.suspects.keep_only(frozenset())
        self.begin()

    def _sightings(self, connection: Connection, uids: Sequence[int]) -> list[Sighting]:
        """Look at each mail's head; leaves out what cannot be read, or broke the connection."""
        found: list[Sighting] = []
        done = 0
        for group in self.suspects.groups(uids, WINDOW):
            self.suspects.looking = group
            found += connection.sightings(group, self._around.clock())
            self.suspects.looking = ()
            done += len(group)
            self._around.progress(self.folder, done, len(uids))
        return found

    # --- taking over ----------------------------------------------------------------------------

    def _take(self, connection: Connection, new: Sequence[int]) -> None:
        fresh = [uid for uid in new if uid not in self.suspects]
        for start in range(0, len(fresh), WINDOW):
            window = self.suspects.trying = tuple(fresh[start : start + WINDOW])
            sizes = connection.sizes(window)
            for batch in pack([uid for uid in window if uid in sizes], sizes):
                self.suspects.trying = batch
                self._failed(connection, self._fetch(connection, sizes))
            self.suspects.trying = ()
            self._failed(connection, [uid for uid in window if uid not in sizes])
        for uid in self.suspects.due(new):
            self._take_alone(connection, uid)

    def _take_alone(self, connection: Connection, uid: int) -> None:
        """Try one mail that failed before; the attempt is on disk before it is made."""
        times = self._count_failure(uid)
        self.suspects.trying = (uid,)
        if times > MOST_FAILURES:
            # Asking for its head is tried once: it may break the connection, too.
            self._give_up(connection, uid, ask=times == MOST_FAILURES + 1)
        elif not (sizes := connection.sizes([uid])) or self._fetch(connection, sizes):
            if times == MOST_FAILURES:
                self._give_up(connection, uid, ask=True)
            else:
                self.suspects.failed(uid)
        self.suspects.trying = ()

    def _fetch(self, connection: Connection, sizes: dict[int, int]) -> frozenset[int]:
        """Fetch what is being tried, and store what came; return what did not."""
        around = self._around
        fetched = connection.fetch(self.suspects.trying, sizes, around.max_message, around.clock())
        self._keep(fetched.arrivals)
        return fetched.failed

    def _failed(self, connection: Connection, uids: Iterable[int]) -> None:
        for uid in uids:
            if self._count_failure(uid) >= MOST_FAILURES:
                self._give_up(connection, uid, ask=True)
            else:
                self.suspects.failed(uid)

    def _give_up(self, connection: Connection, uid: int, *, ask: bool) -> None:
        """Keep a stub of a mail that cannot be fetched, with its head if that can be had."""
        self._keep([connection.stub(uid, UNREADABLE, self._around.clock(), ask=ask)])
        log.warning("mail_unreadable", uid=uid, **self._names())

    def _keep(self, arrivals: Sequence[Arrival]) -> None:
        if not arrivals:
            return
        now = self._around.clock()
        count = self._stored(self._around.store.receive, self.folder, arrivals, now)
        for arrival in arrivals:
            self._seen.add(arrival.uid)
            self.suspects.cleared(arrival.uid)
        log.info("mail_received", new=count, count=len(arrivals), **self._names())
        if count:
            self._around.arrived()

    def _note_gone(self, uids: set[int]) -> None:
        for start in range(0, len(uids), GONE_AT_ONCE):
            part = frozenset(sorted(uids)[start : start + GONE_AT_ONCE])
            self._stored(self._around.store.gone, self.folder, part, self._around.clock())
            self._gone |= part

    def _note_marks(self, connection: Connection) -> None:
        """Look at the flags of mails that wait for an answer: a client marks what it answered."""
        store = self._around.store
        waiting = self._stored(store.uids_waiting, self.folder, WINDOW)
        marks = connection.marks(sorted(waiting)) if waiting else {}
        if marks:
            news = self._stored(store.hinted, self.folder, marks, self._around.clock())
            log.info("mail_marked", count=news, **self._names())

    # --- the store ------------------------------------------------------------------------------

    def _count_failure(self, uid: int) -> int:
        return self._stored(self._around.store.count_failure, self.folder, uid)

    def _stored(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on the store's thread, unless this thread was told to stop meanwhile.

        Asked on the store's thread: one that was replaced must not write under the UIDVALIDITY
        that its successor has set.
        """

        def unless_ended() -> T:
            if self._ended.is_set():
                raise Ended
            return work(*args, **kwargs)

        if self._ended.is_set():
            raise Ended
        return self._around.in_store(unless_ended)

    def _names(self) -> dict[str, str]:
        return {"mailbox": self.folder.mailbox, "role": self.folder.role.value}


def _placeholder(uid: int, now: datetime) -> Sighting:
    """Stand in for a mail of the baseline that cannot be read: it is known all the same."""
    return Sighting(uid=uid, identity=identity_of(b"", b"", b"uid %d" % uid, 0), internal_date=now)
