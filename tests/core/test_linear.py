"""Hostile mail costs work in proportion to its size: ten times the mail, at most fifteen times.

Work is CPU time of this process, the least of some rounds, and a shape fails only if every round
of comparing shows more: what others do on the machine can slow a round, never speed one up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from triage.core.mail.kind import OwnAddresses, kind
from triage.core.mail.parse import parse

SMALL = 10_000
"""Bytes of the smaller mail; the other has ten times as many."""
TIMES = 10
MOST = 15
ROUNDS = 5
FLOOR = 0.001
"""Seconds under which a mail costs nothing worth comparing."""
NOBODY = OwnAddresses(frozenset(), frozenset(), "desk-1")
HEAD = b"From: ida@kunde.example\nTo: support@northwind.example\nSubject: Bed\n"
BOUNCE = b"Return-Path: <>\nFrom: MAILER-DAEMON@relay.example\nSubject: Undeliverable\n\n"
HTML = b"Content-Type: text/html\n\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"


def again(piece: bytes, head: bytes = HEAD + b"\n", tail: bytes = b"") -> Callable[[int], bytes]:
    """Return what makes a mail of about so many bytes out of one piece."""
    return lambda size: head + piece * (size // len(piece)) + tail


def markup(piece: bytes, tail: bytes = b"x") -> Callable[[int], bytes]:
    return again(piece, HEAD + HTML, tail)


def field(name: bytes, piece: bytes) -> Callable[[int], bytes]:
    return again(piece, b"From: ida@kunde.example\n" + name + b": ", b"\n\nThe bed creaks.")


def nested(size: int) -> bytes:
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(size // 50)
    )
    return HEAD + b"".join(levels) + b"\nx"


def attributes(size: int) -> bytes:
    names = b" ".join(b"a%d='1'" % number for number in range(size // 10))
    return HEAD + HTML + b"<p " + names + b">x</p>"


def reports(size: int) -> bytes:
    blocks = (
        b"Final-Recipient: rfc822; a%d@kunde.example\nAction: failed\nStatus: 5.0.0\n\n" % number
        for number in range(size // 75)
    )
    head = b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: "
    return HEAD + head + b"message/delivery-status\n\n" + b"".join(blocks)


SHAPES: dict[str, Callable[[int], bytes]] = {
    "multiparts in multiparts": nested,
    "one boundary at every level": again(b"--b\n" + MIXED, HEAD + MIXED),
    "many parts": again(b"--b\n\nhello\n", HEAD + MIXED),
    "almost boundaries": again(b"--bx\n", HEAD + MIXED + b"--b\n\n"),
    "messages in messages": again(b"Content-Type: message/rfc822\n\n", HEAD),
    "twins without end": again(
        b"--b\n\nhello\n--b\n" + HTML + b"<p>hello\n",
        HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n",
    ),
    "open blocks": markup(b"<div>"),
    "open fonts": markup(b"<font>"),
    "open tables": markup(b"<table><tr><td>"),
    "rows of paragraphs": again(b"<tr><td><p>a<td>b", HEAD + HTML + b"<table>"),
    "one row of empty cells": again(b"<td><br>", HEAD + HTML + b"<table><tr><td>a", b"<td>b"),
    "open lists": markup(b"<ul><li>"),
    "open quotes": markup(b"<blockquote type=cite>"),
    "quotes side by side": markup(b"<div class=gmail_quote>a</div>"),
    "hidden blocks": markup(b'<div style="display:none">'),
    "blocks without a size": markup(b'<div style="font-size:0">x</div>'),
    "links": markup(b"<a href='http://x.example/'>x"),
    "less-thans": markup(b"<"),
    "tags without end": markup(b'<a href="'),
    "comments without end": markup(b"<!--"),
    "titles without end": markup(b"<title"),
    "style sheets without end": markup(b"<style>"),
    "rules of a style sheet": again(b".a{display:none}", HEAD + HTML + b"<style>", b"</style>x"),
    "comments of a style sheet": again(b"/*", HEAD + HTML + b"<style>", b"</style>x"),
    "characters that show nothing": markup(b"&zwnj; &nbsp;"),
    "attributes": attributes,
    "quotes in To": field(b"To", b'"'),
    "backslashes in To": field(b"To", b'"\\'),
    "comments in To": field(b"To", b"("),
    "angles in To": field(b"To", b"<a@b,"),
    "words in From": field(b"From", b"a "),
    "ats in From": field(b"From", b"@."),
    "encoded words": field(b"Subject", b"=?utf-8?q?a?= "),
    "encoded words without end": field(b"Subject", b"=?utf-8?q?"),
    "parameters": field(b"Content-Type", b"text/plain; a*0*=x"),
    "quotes in a parameter": field(b"Content-Type", b'; name="'),
    "references": field(b"References", b"<a@b> "),
    "references without end": field(b"References", b"<"),
    "results of authentication": field(b"Authentication-Results", b"a; (("),
    "many headers": again(b"X-A: b\n", HEAD),
    "many authors": again(b"From: a@b.example\n", b""),
    "odd lines among headers": again(b"no header\n", HEAD),
    "folds": again(b" b\n", HEAD + b"X-A: a\n"),
    "quote marks": again(b">"),
    "almost quotes": again(b"> a\nb\n"),
    "almost attributions": again(b"On Mon, 3 Mar 2025 at 10:02, Maria wrote\n"),
    "attributions": again(b"On Mon, 3 Mar 2025 at 10:02, a@b.example wrote:\n\n"),
    "almost copied headers": again(b"From: a\n\n"),
    "rules": again(b"-"),
    "blanks": again(b" "),
    "empty lines": again(b"\n"),
    "soft line ends": again(b"a \n", HEAD + b"Content-Type: text/plain; format=flowed\n\n"),
    "uuencoded files": again(b"begin 644 a\nM\nend\n"),
    "uuencoded files without end": again(b"begin 644 a\nM\n", tail=b"\nend\n"),
    "padding": again(b"=a", HEAD + b"Content-Transfer-Encoding: base64\n\n"),
    "shifts": again(b"\x1b$B\x1b(B", HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n"),
    "failures in words": again(b"a@b.example 550 x\n", BOUNCE),
    "addresses in a bounce": again(b"a@", BOUNCE),
    "ids in a bounce": again(b"Message-ID: <a@b.example>\n", BOUNCE),
    "reported recipients": reports,
}


def spent(raw: bytes) -> float:
    """Return the CPU seconds of reading a mail, the least of some rounds."""
    rounds = []
    for _ in range(3):
        begun = time.process_time()
        kind(parse(raw), NOBODY)
        rounds.append(time.process_time() - begun)
    return max(FLOOR, min(rounds))


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_times_the_mail_is_at_most_fifteen_times_the_work(shape: str) -> None:
    small, large = SHAPES[shape](SMALL), SHAPES[shape](TIMES * SMALL)
    growth = [spent(large) / spent(small)]
    while min(growth) > MOST and len(growth) < ROUNDS:
        growth.append(spent(large) / spent(small))
    assert min(growth) <= MOST, growth
