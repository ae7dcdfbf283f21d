"""The tree of parts of a mail, found in one pass over the bytes, with caps on all of it.

Parts are spans of one buffer, so nothing is copied until a part is read. Each level costs one
search over its bytes and depth is capped, so work is linear in the size of the mail.

Source: RFC 2045 section 5 and 6, RFC 2046 section 5, RFC 2183.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.mail.headers import Headers, decoded, read_headers
from triage.core.mail.words import parameters, unbase64

MAX_PARTS = 500
MAX_DEPTH = 30
MAX_NESTED_BYTES = 32 * 1024 * 1024
"""Decoded bytes of messages inside messages, all together."""

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_FIRST_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?\n(?=[!-9;-~]+:|\r?\n)", re.MULTILINE
)
_BASE64_LINES = re.compile(rb"[A-Za-z0-9+/=\s]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its headers, what it says it is, and where its bytes stand in `buffer`.

    `children` are the parts of a multipart, or the one message inside a message part.
    """

    headers: Headers
    media_type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    buffer: bytes
    start: int
    end: int
    children: tuple[Part, ...] = ()

    @property
    def encoding(self) -> str:
        """The transfer encoding, lower case, or ""."""
        raw = self.headers.raw("Content-Transfer-Encoding") or ""
        return raw.partition(";")[0].partition("(")[0].strip(" \t\"'").casefold()

    @property
    def content_id(self) -> str:
        """The Content-ID without brackets, or ""."""
        return (self.headers.raw("Content-ID") or "").strip("<> ")

    def payload(self, limit: int | None = None) -> bytes:
        """Return the part's bytes with the transfer encoding undone, of the first `limit` raw."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        data = self.buffer[self.start : end]
        match self.encoding:
            case "base64":
                return _from_base64(data)
            case "quoted-printable":
                return binascii.a2b_qp(data)
            case "x-uuencode" | "uuencode" | "x-uue" | "uue":
                return unuuencode(data.splitlines())
            case _:
                return data

    def size(self) -> int:
        """Count the decoded bytes without decoding them where that can be told."""
        if self.encoding != "base64":
            return len(self.payload())
        letters = len(self.buffer[self.start : self.end].translate(None, b" \t\r\n="))
        return letters * 3 // 4

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in reading order; not what is in nested messages."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            if not part.media_type.startswith("message/"):
                waiting.extend(reversed(part.children))


class _Budget:
    """What one mail may still cost."""

    __slots__ = ("faults", "nested", "parts")

    def __init__(self) -> None:
        self.parts = MAX_PARTS
        self.nested = MAX_NESTED_BYTES
        self.faults: list[str] = []


def read_tree(raw: bytes) -> tuple[Part, tuple[str, ...]]:
    """Return the mail `raw` as a tree of parts, and what was broken in it. Never raises."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    lead = len(raw) - len(raw.lstrip(b"\r\n"))
    if raw.startswith(b"\xef\xbb\xbf"):
        lead = 3
    budget = _Budget()
    root = _read(raw, lead, len(raw), 0, "text/plain", budget)
    return root, tuple(dict.fromkeys((*root.headers.faults, *budget.faults)))


def _read(buffer: bytes, start: int, end: int, depth: int, default: str, budget: _Budget) -> Part:
    headers = read_headers(buffer, start, end)
    media_type, params = parameters(headers.raw("Content-Type") or default)
    if not _TYPE.fullmatch(media_type):
        media_type = "text/plain" if media_type in {"", "text", "plain"} else media_type
        media_type = media_type if "/" in media_type else "text/plain"
    disposition, more = parameters(headers.raw("Content-Disposition") or "")
    part = Part(
        headers=headers,
        media_type=media_type,
        parameters=params,
        disposition=disposition,
        filename=clean_name(more.get("filename") or params.get("name") or ""),
        buffer=buffer,
        start=headers.end,
        end=end,
    )
    if depth >= MAX_DEPTH:
        if media_type.startswith(("multipart/", "message/")):
            budget.faults.append("nested_too_deep")
        return part
    children: tuple[Part, ...] = ()
    if media_type.startswith("multipart/"):
        children = _parts_of(part, depth, budget)
    elif media_type in {"message/rfc822", "message/global", "message/news"}:
        children = _message_in(part, depth, budget)
    return part if not children else _with(part, children)


def _with(part: Part, children: tuple[Part, ...]) -> Part:
    return Part(
        headers=part.headers,
        media_type=part.media_type,
        parameters=part.parameters,
        disposition=part.disposition,
        filename=part.filename,
        buffer=part.buffer,
        start=part.start,
        end=part.end,
        children=children,
    )


def clean_name(name: str) -> str:
    """Return a file name without path, controls and line ends, at most 200 characters."""
    bare = name.replace("\\", "/").rpartition("/")[2].strip()
    return re.sub(r"\s+", " ", bare)[:200]


def _parts_of(part: Part, depth: int, budget: _Budget) -> tuple[Part, ...]:
    boundary = part.parameters.get("boundary", "").encode("utf-8", "ignore").rstrip()
    spans = _spans(part, boundary) if boundary else []
    if not spans:
        guess = _FIRST_BOUNDARY.search(part.buffer, part.start, min(part.end, part.start + 8192))
        spans = _spans(part, guess[1]) if guess else []
        budget.faults.append("boundary_guessed" if spans else "boundary_missing")
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    children = []
    for start, end in spans:
        if budget.parts <= 0:
            budget.faults.append("too_many_parts")
            break
        budget.parts -= 1
        children.append(_read(part.buffer, start, end, depth + 1, default, budget))
    return tuple(children)


def _spans(part: Part, boundary: bytes) -> list[tuple[int, int]]:
    """Return where each part between the boundary lines starts and ends."""
    mark, buffer = b"--" + boundary, part.buffer
    spans: list[tuple[int, int]] = []
    open_at = -1
    place = buffer.find(mark, part.start, part.end)
    while place >= 0:
        line_end = buffer.find(b"\n", place, part.end)
        line_end = part.end if line_end < 0 else line_end
        rest = buffer[place + len(mark) : min(line_end, place + len(mark) + 80)].strip()
        at_start = place == part.start or buffer[place - 1 : place] == b"\n"
        if at_start and rest in {b"", b"--"}:
            if open_at >= 0:
                spans.append((open_at, max(open_at, _before(buffer, place))))
            open_at = -1 if rest else min(line_end + 1, part.end)
            if rest or len(spans) > MAX_PARTS:
                break
        place = buffer.find(mark, max(line_end, place + 1), part.end)
    if open_at >= 0 and len(spans) <= MAX_PARTS:
        spans.append((open_at, part.end))
    return spans


def _before(buffer: bytes, place: int) -> int:
    """Return the end of the line before `place`: the line end belongs to the boundary."""
    place -= buffer[place - 1 : place] == b"\n"
    return place - (buffer[place - 1 : place] == b"\r")


def _message_in(part: Part, depth: int, budget: _Budget) -> tuple[Part, ...]:
    if budget.parts <= 0:
        budget.faults.append("too_many_parts")
        return ()
    budget.parts -= 1
    if part.encoding not in {"base64", "quoted-printable"}:
        lead = part.start
        while part.buffer[lead : lead + 1] in {b"\r", b"\n"} and lead < part.end:
            lead += 1
        return (_read(part.buffer, lead, part.end, depth + 1, "text/plain", budget),)
    if part.end - part.start > budget.nested:
        budget.faults.append("nested_too_large")
        return ()
    data = part.payload().lstrip(b"\r\n")
    budget.nested -= part.end - part.start
    return (_read(data, 0, len(data), depth + 1, "text/plain", budget),)


def _from_base64(data: bytes) -> bytes:
    """Decode base64; a text that was appended below it (a list's footer) is kept."""
    match = _BASE64_LINES.match(data)
    good = match.end() if match else 0
    if good == len(data):
        return unbase64(data)
    line = data.rfind(b"\n", 0, good) + 1
    head, tail = data[:line], data[line:]
    if not head.strip():
        foreign = len(re.sub(rb"[A-Za-z0-9+/=\s]+", b"", data))
        return data if foreign * 10 > len(data) else unbase64(data)
    if b" " not in tail.strip():
        return unbase64(data)
    return unbase64(head) + b"\n" + tail


def unuuencode(lines: list[bytes]) -> bytes:
    """Decode uuencoded lines; begin, end and what is broken are passed over."""
    out = []
    for line in lines:
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                continue
    return b"".join(out)


def title_of(part: Part) -> str:
    """Return the subject of the message inside a message part, or ""."""
    return decoded(part.children[0].headers.raw("Subject") or "") if part.children else ""
