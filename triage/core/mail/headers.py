"""Tolerant access to header lines: bytes in, values out, and no exception on the way.

The standard library's parser is not used for structure: it stops at the first odd line, so
that a From below it is lost, and its work grows with depth times lines.

Source: RFC 5322 sections 2.2 and 3.6, RFC 6532 (8-bit headers).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from triage.core.mail.charset import clean, decode
from triage.core.mail.words import decode_words

MAX_HEADER_BYTES = 256 * 1024
"""Header bytes that are read of one part; what is beyond is passed over."""
MAX_VALUE = 64 * 1024
"""Bytes that are read of one header value."""
MAX_HEADERS = 2000
MAX_IDS = 200

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[\w-]+|x-[\w-]+|received|"
    rb"return-path|reply-to|sender|in-reply-to|references|list-[\w-]+|auto-submitted|"
    rb"precedence|delivered-to|dkim-signature|thread-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)
_ID = re.compile(r"<([^<>]{1,998})>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Headers:
    """The header lines of a mail or of a part: (name as written, raw unfolded value).

    `end` is where the body starts, counted in the buffer that was read.
    """

    items: tuple[tuple[str, bytes], ...]
    end: int
    faults: tuple[str, ...] = ()

    def raw(self, name: str) -> str | None:
        """Return the first value of `name`, not decoded, or None."""
        wanted = name.casefold()
        for key, value in self.items:
            if key.casefold() == wanted:
                return text_of(value)
        return None

    def get(self, name: str) -> str | None:
        """Return the first value of `name`, decoded and on one line, or None."""
        value = self.raw(name)
        return None if value is None else decoded(value)

    def all_raw(self, name: str) -> list[str]:
        """Return every value of `name`, not decoded, topmost first."""
        wanted = name.casefold()
        return [text_of(value) for key, value in self.items if key.casefold() == wanted]


def text_of(value: bytes) -> str:
    """Return a raw header value as text on one line; 8-bit bytes are read as what they are."""
    text = decode(value[:MAX_VALUE])
    return text.replace("\n", "").strip()


def decoded(value: str) -> str:
    """Return a header's text with its encoded words read, on one line."""
    return clean(decode_words(value)).replace("\n", " ").strip()


def read_headers(buffer: bytes, start: int = 0, end: int | None = None) -> Headers:
    """Read the header lines of `buffer` from `start`, up to the empty line, or `end`.

    A line that is no header among headers is passed over; one that starts the text ends the
    header, even without the empty line between. Lines beyond the caps are not read. Linear.
    """
    stop = len(buffer) if end is None else end
    items: list[tuple[str, list[bytes]]] = []
    faults: list[str] = []
    place = start
    while place < stop:
        line_end = buffer.find(b"\n", place, stop)
        after = stop if line_end < 0 else line_end + 1
        if place - start > MAX_HEADER_BYTES or len(items) >= MAX_HEADERS:
            faults.append("header_cut")
            place = _past_header(buffer, place, stop)
            break
        line = buffer[place:after].rstrip(b"\r\n")
        if not line:
            place = after
            break
        if line[:1] in b" \t":
            if items:
                items[-1][1].append(line)
        elif field := _FIELD.match(line):
            items.append((field[1].decode("ascii"), [line[field.end() :]]))
        elif place > start and not line.startswith((b"From ", b">From ")):
            if not _KNOWN.match(buffer, after, stop):
                faults.append("header_without_end")
                break
            faults.append("odd_header_line")
        elif place == start and not line.startswith((b"From ", b">From ")):
            break
        place = after
    values = tuple((name, b"".join(lines).strip()) for name, lines in items)
    return Headers(values, place, tuple(faults))


def _past_header(buffer: bytes, place: int, stop: int) -> int:
    ends = [
        found + len(mark)
        for mark in (b"\n\n", b"\r\n\r\n")
        if (found := buffer.find(mark, place, stop)) >= 0
    ]
    return min(ends, default=stop)


def message_ids(value: str | None) -> tuple[str, ...]:
    """Return the message-ids in `value` without brackets, in order, each once.

    Without brackets, any word with an @ is taken. White space inside brackets is a fold that
    went wrong and is dropped. At most the first and the last of `MAX_IDS` are kept.
    """
    if not value:
        return ()
    found = [_SPACE.sub("", match) for match in _ID.findall(value)]
    if not found:
        found = [word.strip("<>,;") for word in value.split() if "@" in word and len(word) < 999]
    unique = list(dict.fromkeys(identifier for identifier in found if identifier))
    return tuple(unique[:1] + unique[1:][-(MAX_IDS - 1) :])


def instant(value: str | None) -> datetime | None:
    """Return the instant a Date header names, with the sender's own offset, or None."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value[:200])
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # an instant before year 1 or after 9999 in UTC is none
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return aware
