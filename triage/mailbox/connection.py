"""One connection to one mailbox, used by one thread; every call blocks, none for ever."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from imapclient import IMAPClient

from triage.config.settings import MailboxSettings
from triage.core.arrival import Arrival, Sighting
from triage.errors import MailboxUnavailable
from triage.mailbox.bell import Bell
from triage.mailbox.dialling import dial
from triage.mailbox.fetching import Beat, Fetched, Fetching
from triage.mailbox.idle import Woken, announced, idle_wait
from triage.mailbox.special import Listed, choose_junk, choose_sent
from triage.mailbox.trouble import LIBRARY_ERRORS, talking

# A SEARCH reply is one line, and the library takes a million bytes of it: 90,000 UIDs.
SEARCH_WINDOW: Final = 50_000
READ_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as it was selected."""

    uidvalidity: int
    uidnext: int
    exists: int


def _no_beat() -> None:
    """Tell nobody."""


class Connection:
    """A logged-in connection. After MailboxUnavailable it must be dropped.

    Folders are opened with EXAMINE and mail is read with PEEK: nothing on the server changes.
    `beat` is called before each command, so that a thread at work is not taken for stuck.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        password: str,
        beat: Beat = _no_beat,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        """Connect and log in; a server silent for `read_seconds` counts as gone.

        Raises: MailboxUnavailable, and AuthenticationRefused if the server refuses the account.
        """
        self._mailbox = settings.name
        self._beat = beat
        self._client: IMAPClient = dial(settings, password, read_seconds)
        self._fetching = Fetching(self._client, beat)
        with talking(self._mailbox, "capability"):
            try:
                self._idles = b"IDLE" in self._client.capabilities()
            except LIBRARY_ERRORS:
                self.drop()
                raise

    def select(self, path: str) -> Selected:
        """Open a folder read-only.

        Raises: MailboxUnavailable, also where there is no such folder.

        Source: RFC 3501 section 6.3.2 (EXAMINE).
        """
        self._beat()
        with talking(self._mailbox, "select"):
            reply = self._client.select_folder(path, readonly=True)
            announced(self._client)  # what SELECT itself says is no news
            selected = Selected(
                int(reply[b"UIDVALIDITY"]), int(reply.get(b"UIDNEXT", 0)), int(reply[b"EXISTS"])
            )
        if selected.uidvalidity < 1:
            raise MailboxUnavailable(self._mailbox, "select (no UIDVALIDITY)")
        return selected

    def uids(self, selected: Selected, since: int = 1) -> frozenset[int]:
        """Return the UIDs in the folder, from `since` on.

        A large folder is searched in windows. `n:*` always names the last mail, also where its
        UID is below n, so the answer is filtered.

        Source: RFC 3501 section 6.4.8.
        """
        found: set[int] = set()
        low = since
        end = selected.uidnext or 2**32
        with talking(self._mailbox, "search"):
            while selected.exists - len(found) > SEARCH_WINDOW and low < end:
                found |= self._search(f"{low}:{low + SEARCH_WINDOW - 1}")
                low += SEARCH_WINDOW
            found |= {uid for uid in self._search(f"{low}:*") if uid >= low}
        return frozenset(found)

    def _search(self, window: str) -> set[int]:
        self._beat()
        return set(self._client.search(["UID", window]))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return RFC822.SIZE in bytes, of those that the server tells it of."""
        with talking(self._mailbox, "fetch"):
            return self._fetching.sizes(uids)

    def marks(self, uids: Sequence[int]) -> dict[int, str]:
        """Return which of these mails a client marked as "answered" or "forwarded"."""
        with talking(self._mailbox, "fetch"):
            return self._fetching.marks(uids)

    def sightings(self, uids: Sequence[int], now: datetime) -> tuple[Sighting, ...]:
        """Return what names each mail, without its body; leaves out what cannot be read.

        `now` stands in for a date that the server does not tell.
        """
        with talking(self._mailbox, "fetch"):
            return self._fetching.sightings(uids, now)

    def fetch(
        self, uids: Sequence[int], sizes: Mapping[int, int], max_message: int, now: datetime
    ) -> Fetched:
        """Fetch a batch (see `pack`); a mail above `max_message` bytes comes as its head.

        What the server refuses or garbles is named in `failed`, and does not spoil the rest.
        """
        with talking(self._mailbox, "fetch"):
            return self._fetching.fetch(uids, sizes, max_message, now)

    def stub(self, uid: int, why: str, now: datetime, *, ask: bool) -> Arrival:
        """Make an arrival of a mail that cannot be fetched, with its head if that can be had.

        Without `ask` the server is not asked for anything.
        """
        with talking(self._mailbox, "fetch"):
            return self._fetching.stub(uid, why, now, ask=ask)

    def find_sent(self, wanted: str = "") -> str | None:
        """Return the folder of sent mail, or None if there is none; `wanted` names it."""
        return choose_sent(self._list(), wanted)

    def find_junk(self, wanted: str = "") -> str | None:
        """Return the folder of junk, or None if there is none; `wanted` names it."""
        return choose_junk(self._list(), wanted)

    def _list(self) -> list[Listed]:
        self._beat()
        with talking(self._mailbox, "list"):
            # Decoded one by one: a single folder with a broken name must not hide all others.
            self._client.folder_encode = False
            try:
                return list(self._client.list_folders("", "*"))
            finally:
                self._client.folder_encode = True

    def rest(self, bell: Bell, idle_for: float, poll_every: float) -> Woken:
        """Wait until the folder may have changed or `bell` rings.

        By IDLE for at most `idle_for` seconds; without IDLE, `poll_every` seconds.
        """
        with talking(self._mailbox, "idle"):
            if announced(self._client):
                return Woken.EVENT
            if self._idles:
                woken = idle_wait(self._client, bell.fileno(), idle_for)
                bell.silence()
                return woken
            woken = Woken.WAKE if bell.wait(poll_every) else Woken.TIMEOUT
            self._client.noop()
            return woken

    @property
    def idles(self) -> bool:
        """Whether the server has IDLE."""
        return self._idles

    def shutdown(self) -> None:
        """Break the connection from any thread: a call that blocks in it then fails at once."""
        # Only the socket, not the library's file: that one is locked while it reads. And not
        # by the TLS object's own method, which would pull itself from under the reader.
        with suppress(OSError):
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def drop(self) -> None:
        """Close at once, without a word to the server."""
        self.shutdown()
        with suppress(*LIBRARY_ERRORS):
            self._client.shutdown()

    def close(self) -> None:
        """Log out and close."""
        try:
            self._client.logout()
        except LIBRARY_ERRORS:
            self.drop()
