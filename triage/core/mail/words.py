"""Encoded words and parameters of headers, in all the broken shapes they come in.

Source: RFC 2047 sections 2 and 6.2 (encoded words), RFC 2231 sections 3 and 4 (parameters).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from triage.core.mail.charset import clean, codec_for, decode

MAX_PARAMETERS = 100

_START = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?")
_END = re.compile(r"\?=(?![0-9A-F]{2}(?:[^\s=]|=[0-9A-F]{2}))")
_PLAIN = -1
_SEGMENT = re.compile(r"^([^*]+)(?:\*(\d{1,3}))?(\*)?$")


def decode_words(value: str) -> str:
    """Return `value` with its encoded words decoded.

    Bytes of neighbouring words in one charset are joined first, for senders cut in the middle
    of a character. A word without its end is read to the end of the line. Never raises.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    for plain, charset, data in _tokens(value):
        if charset is None:
            if pending is not None:
                out.append(decode(pending[1], pending[0]))
                pending = None
            out.append(plain)
        elif pending is not None and pending[0].casefold() == charset.casefold():
            pending = (charset, pending[1] + data)
        else:
            if pending is not None:
                out.append(decode(pending[1], pending[0]))
            pending = (charset, data)
    if pending is not None:
        out.append(decode(pending[1], pending[0]))
    return clean("".join(out)).replace("\n", " ")


def _tokens(value: str) -> Iterator[tuple[str, str | None, bytes]]:
    """Yield (plain text, None, b"") and ("", charset, bytes) in order, each once."""
    place, after_word = 0, False
    while start := _START.search(value, place):
        end = _END.search(value, start.end())
        if end is None and " " in value[start.end() :].strip():
            break
        between = value[place : start.start()]
        if between and not (after_word and between.isspace()):
            yield between, None, b""
        text = value[start.end() : end.start() if end else len(value)]
        yield "", start[1], _word_bytes(start[2], text)
        place, after_word = (end.end() if end else len(value)), True
    if place < len(value):
        yield value[place:], None, b""


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"\n", b" ").replace(b"=\r", b""), header=True)
    return unbase64(raw)


def unbase64(data: bytes) -> bytes:
    """Decode base64 that may be padded in the middle, cut off, or full of foreign bytes."""
    out = []
    for chunk in re.sub(rb"[^A-Za-z0-9+/=]+", b"", data).split(b"="):
        whole = chunk[: len(chunk) - 1] if len(chunk) % 4 == 1 else chunk
        if whole:
            out.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(out)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the bare value, lower case, and the parameters of a structured header.

    `value` is unfolded and not yet decoded. Continuations, charsets and encoded words in
    quotes are resolved; of two parameters with one name the first counts. At most
    `MAX_PARAMETERS` are read. Never raises.
    """
    pieces = _split(value)
    segments: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces[1 : MAX_PARAMETERS + 1]:
        name, equals, text = piece.partition("=")
        match = _SEGMENT.match(name.strip().casefold())
        if not equals or match is None:
            continue
        order = int(match[2] or 0) if match[2] or match[3] else _PLAIN
        segments.setdefault(match[1], {}).setdefault(order, (_unquoted(text), bool(match[3])))
    bare = re.sub(r"\(.{0,200}?\)", "", pieces[0]).strip(" \t\"'").casefold() if pieces else ""
    return bare, {name: _joined(parts) for name, parts in segments.items()}


def _split(value: str) -> list[str]:
    """Split at the semicolons outside quotes."""
    pieces, place, start, quoted = [], 0, 0, False
    while place < len(value):
        char = value[place]
        if char == "\\" and quoted:
            place += 1
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            pieces.append(value[start:place])
            start = place + 1
        place += 1
    tail = value[start:]
    # A quote that never closes swallowed the rest: split it as if there were none.
    pieces += tail.split(";") if quoted else [tail]
    return pieces


def _unquoted(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        text = text[1:].removesuffix('"')
        text = re.sub(r'\\(["\\])', r"\1", text)
    return text


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """Join the segments of a parameter; its plain twin for old readers counts without them."""
    if _PLAIN in parts:
        whole = 0 in parts
        parts = {at: part for at, part in parts.items() if (at != _PLAIN) == whole}
    charset, data = "", b""
    for order in sorted(parts):
        text, encoded = parts[order]
        if encoded:
            if not charset and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            data += unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
        else:
            data += text.encode("utf-8", "surrogateescape")
    text = decode(data, charset if codec_for(charset) else None)
    return decode_words(text).replace("\n", " ").strip()
