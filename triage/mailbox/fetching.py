"""Fetching mail by PEEK: packed, in chunks where it is large, and past what cannot be fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError

from triage.core.arrival import Arrival, Sighting
from triage.mailbox.identity import FIELDS, identity
from triage.mailbox.trouble import LIBRARY_ERRORS

MOST_MAILS: Final = 50
MOST_BYTES: Final = 8 * 1024 * 1024
CHUNK: Final = 1024 * 1024
HEAD: Final = 262_144
WINDOW: Final = 500

Row = Mapping[bytes, object]
Beat = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a batch: the mails, and the UIDs that the server would not hand over."""

    arrivals: tuple[Arrival, ...]
    failed: frozenset[int]


def pack(uids: Iterable[int], sizes: Mapping[int, int]) -> Iterator[tuple[int, ...]]:
    """Split `uids` into batches of at most 50 mails and 8 MiB; a larger mail comes alone."""
    batch: list[int] = []
    load = 0
    for uid in uids:
        if batch and (len(batch) == MOST_MAILS or load + sizes[uid] > MOST_BYTES):
            yield tuple(batch)
            batch, load = [], 0
        batch.append(uid)
        load += sizes[uid]
    if batch:
        yield tuple(batch)


def windows(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Split `uids` into pieces that make a command of bearable length."""
    for start in range(0, len(uids), WINDOW):
        yield uids[start : start + WINDOW]


class Fetching:
    """The fetch commands of one connection, in the folder that is selected."""

    def __init__(self, client: IMAPClient, beat: Beat) -> None:
        self._client = client
        self._beat = beat

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return RFC822.SIZE in bytes of those that the server tells it of."""
        found: dict[int, int] = {}
        for window in windows(uids):
            for uid, row in self._rows(window, ["RFC822.SIZE"]).items():
                size = row.get(b"RFC822.SIZE")
                if isinstance(size, int):
                    found[uid] = size
        return found

    def marks(self, uids: Sequence[int]) -> dict[int, str]:
        """Return which mails a client marked as "answered", or as "forwarded" where that alone.

        The flags are only read. Source: RFC 3501 section 2.3.2; RFC 5788 ($Forwarded).
        """
        found: dict[int, str] = {}
        for window in windows(uids):
            for uid, row in self._rows(window, ["FLAGS"]).items():
                given = row.get(b"FLAGS")
                flags = {flag.lower() for flag in given} if isinstance(given, tuple) else set()
                if b"\\answered" in flags:
                    found[uid] = "answered"
                elif b"$forwarded" in flags:
                    found[uid] = "forwarded"
        return found

    def sightings(self, uids: Sequence[int], now: datetime) -> tuple[Sighting, ...]:
        """Return what names each mail, without its body; leaves out what cannot be read."""
        found: list[Sighting] = []
        for window in windows(uids):
            rows = self._rows(window, ["RFC822.SIZE", "INTERNALDATE", FIELDS])
            for uid, row in rows.items():
                head, size = _body(row), row.get(b"RFC822.SIZE")
                if head is None or not isinstance(size, int):
                    continue
                named = identity(head, size)
                found.append(Sighting(uid=uid, identity=named, internal_date=_date(row, now)))
        return tuple(found)

    def fetch(
        self, uids: Sequence[int], sizes: Mapping[int, int], max_message: int, now: datetime
    ) -> Fetched:
        """Fetch these mails whole, or the head of one that is larger than `max_message` bytes.

        `now` stands in for a date that the server does not tell.
        """
        small = [uid for uid in uids if sizes[uid] <= min(MOST_BYTES, max_message)]
        rows = self._rows(small, ["INTERNALDATE", "BODY.PEEK[]"]) if small else {}
        arrivals: list[Arrival] = []
        for uid in small:
            row = rows.get(uid, {})
            raw = _body(row)
            # An empty body of a mail that is not empty is a server that could not read it.
            if raw or (raw is not None and sizes[uid] == 0):
                arrivals.append(_arrival(uid, raw, sizes[uid], _date(row, now)))
        large = (uid for uid in uids if uid not in small)
        came = (self._large(uid, sizes[uid], max_message, now) for uid in large)
        arrivals.extend(arrival for arrival in came if arrival is not None)
        kept = frozenset(arrival.uid for arrival in arrivals)
        return Fetched(tuple(arrivals), frozenset(uids) - kept)

    def stub(self, uid: int, why: str, now: datetime, *, ask: bool) -> Arrival:
        """Make an arrival of a mail that cannot be fetched, with its head if that can be had.

        Without `ask` the server is not asked for anything.
        """
        size, date, head = 0, now, b""
        for items in (["RFC822.SIZE", "INTERNALDATE"], ["BODY.PEEK[HEADER]"]) if ask else ():
            row = self._rows([uid], items).get(uid, {})
            told = row.get(b"RFC822.SIZE")
            size = told if isinstance(told, int) else size
            date = _date(row, date)
            head = _body(row) or head
        return Arrival(
            uid=uid,
            raw=head,
            size=size,
            identity=identity(head, size),
            internal_date=date,
            truncated=bool(head),
            unreadable=why,
        )

    def _large(self, uid: int, size: int, max_message: int, now: datetime) -> Arrival | None:
        row = self._rows([uid], ["INTERNALDATE"]).get(uid, {})
        date = _date(row, now)
        if size > max_message:
            head = self._piece(uid, 0, HEAD)
            return _arrival(uid, head, size, date, truncated=True) if head else None
        raw = bytearray()
        # A short chunk is the end only where the size agrees: it may be an estimate.
        while len(raw) <= max_message:
            piece = self._piece(uid, len(raw), CHUNK)
            if piece is None or not (raw or piece):
                return None
            raw += piece
            if not piece or (len(piece) < CHUNK and len(raw) >= size):
                return _arrival(uid, bytes(raw), size, date)
        return _arrival(uid, bytes(raw[:HEAD]), size, date, truncated=True)

    def _piece(self, uid: int, start: int, length: int) -> bytes | None:
        row = self._rows([uid], [f"BODY.PEEK[]<{start}.{length}>"]).get(uid)
        return None if row is None else _body(row)

    def _rows(self, uids: Sequence[int], items: list[str]) -> dict[int, Row]:
        """Fetch `items`; a failing set is halved until what fails stands alone, and is left out.

        Raises what the library raises once the connection is no longer usable.
        """
        self._beat()
        try:
            rows: dict[int, Row] = self._client.fetch(uids, items)
        except LIBRARY_ERRORS as exc:
            if isinstance(exc, (OSError, IMAPClientAbortError)):
                raise
            # A refusal, or a line that cannot be read. Rows of the failed command may still
            # lie there, and would spoil the next one; a dead connection shows itself here.
            self._client.noop()
            self._client._imap.response("FETCH")  # noqa: SLF001 - no public way
            if len(uids) == 1:
                return {}
            middle = len(uids) // 2
            return self._rows(uids[:middle], items) | self._rows(uids[middle:], items)
        return rows


def _body(row: Row) -> bytes | None:
    """Return the BODY[…] of a row; b"" for NIL, None if the row has none."""
    for key, value in row.items():
        if key.startswith(b"BODY["):
            return value if isinstance(value, bytes) else b""
    return None


def _date(row: Row, default: datetime) -> datetime:
    date = row.get(b"INTERNALDATE")
    if not isinstance(date, datetime):
        return default
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _arrival(
    uid: int, raw: bytes, size: int, date: datetime, *, truncated: bool = False
) -> Arrival:
    return Arrival(
        uid=uid,
        raw=raw,
        size=size,
        identity=identity(raw, size),
        internal_date=date,
        truncated=truncated,
    )
