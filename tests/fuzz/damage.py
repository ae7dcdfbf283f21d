"""Mails to damage, and the ways in which mail gets damaged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.core.hazards import MAIL, samples

LONGEST = 20_000
"""Bytes of a mail that are damaged; what comes after is left out."""

TOKENS = (
    b"\r\n",
    b"\n\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"=?utf-8?q?=00=ED=A0=80?=",
    b"=?x-unknown?b?////?=",
    b"Content-Type: multipart/mixed; boundary=\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b'Content-Type: text/plain; charset="utf-7"\r\n',
    b"Content-Transfer-Encoding: base64\r\n",
    b"filename*0*=utf-7''%00%ff; filename*99=x;",
    b"From: a@b.example, <<c@d.example>\r\n",
    b"Subject: =?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=\r\n",
    b"References: <a@b.example\r\n <c@d.example>\r\n",
    b"Auto-Submitted: auto-replied\r\n",
    b"Return-Path: <>\r\n",
    b"\r\n-- \r\n",
    b"\r\n> ",
    b"\r\nOn Mon, 3 Mar 2025 at 09:15, Ida <ida@kunde.example> wrote:\r\n",
    b"\r\n-----Original Message-----\r\nFrom: Ida\r\nSent: Monday\r\nSubject: x\r\n",
    b"<blockquote type=cite><div class=gmail_quote>",
    b"</html><table><td>",
    b"<!--",
    b"&#0;&#xd800;&nbsp;",
)


@cache
def made_up() -> tuple[bytes, ...]:
    """Return every mail of `tests/mail/`."""
    return tuple(path.read_bytes()[:LONGEST] for path in sorted(MAIL.rglob("*.eml")))


@cache
def public() -> tuple[bytes, ...]:
    """Return every file of the corpora beside the repository; nothing where they are absent."""
    return tuple(sample.data[:LONGEST] for sample in samples())


def damaged(seeds: Sequence[bytes], tokens: Sequence[bytes] = TOKENS) -> SearchStrategy[bytes]:
    """Return what draws one of `seeds` after one to five kinds of damage."""

    @st.composite
    def one(draw: st.DrawFn) -> bytes:
        raw = seeds[draw(st.integers(0, len(seeds) - 1))]
        for at in draw(st.lists(st.integers(0, len(DAMAGES) - 1), min_size=1, max_size=5)):
            raw = DAMAGES[at](draw, raw, tokens)
        return raw[: 2 * LONGEST]

    return one()


def _place(draw: st.DrawFn, raw: bytes) -> int:
    return draw(st.integers(0, max(0, len(raw) - 1)))


def _slice(draw: st.DrawFn, raw: bytes) -> tuple[int, int]:
    start = _place(draw, raw)
    return start, start + draw(st.sampled_from((1, 2, 10, 80, 1000, LONGEST)))


def _flip(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    at = _place(draw, raw)
    return raw[:at] + bytes([draw(st.integers(0, 255))]) + raw[at + 1 :]


def _cut(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    start, end = _slice(draw, raw)
    return raw[:start] + raw[end:]


def _double(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    start, end = _slice(draw, raw)
    return raw[:start] + raw[start:end] * draw(st.integers(2, 20)) + raw[end:]


def _put(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    at, token = _place(draw, raw), draw(st.sampled_from(tokens))
    return raw[:at] + token * draw(st.sampled_from((1, 1, 1, 50))) + raw[at:]


def _swap_headers(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    """Shuffle, lose or double header lines."""
    head, gap, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    lines = re.split(rb"(?<=\n)(?![ \t])", head)
    order = draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=12))
    chosen = [lines[at] for at in order]
    kept = [line for at, line in enumerate(lines) if at not in order]
    return b"".join(each if each.endswith(b"\n") else each + b"\n" for each in chosen + kept) + (
        gap[-2:] + body
    )


def _hurt_boundary(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    """Close a boundary too soon, lose it, lengthen it, or open its part once more."""
    named: list[bytes] = re.findall(rb'boundary="?([^"\r\n;]{1,70})', raw)
    if not named:
        return _cut(draw, raw, tokens)
    line: bytes = b"--" + draw(st.sampled_from(named))
    other = draw(st.sampled_from((b"", b"--", line + b"--", line + b"x", line + b"\r\n" + line)))
    found = [match.start() for match in re.finditer(re.escape(line), raw)]
    at = draw(st.sampled_from(found)) if found else 0
    return raw[:at] + other + raw[at + len(line) :]


def _recode(draw: st.DrawFn, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    """Let a mail claim another charset or transfer encoding than it has."""
    charset = draw(st.sampled_from((b"utf-7", b"utf-16", b"iso-2022-jp", b"big5", b"x", b"idna")))
    coding = draw(st.sampled_from((b"base64", b"quoted-printable", b"x-uuencode", b"7bit", b"x")))
    raw = re.sub(rb'(?i)charset="?[\w-]+', b"charset=" + charset, raw)
    coded: bytes = re.sub(rb"(?i)(transfer-encoding: ?)[\w-]+", rb"\g<1>" + coding, raw)
    return coded


Damage = Callable[[st.DrawFn, bytes, Sequence[bytes]], bytes]

DAMAGES: tuple[Damage, ...] = (
    _flip,
    _cut,
    _double,
    _put,
    _swap_headers,
    _hurt_boundary,
    _recode,
)
