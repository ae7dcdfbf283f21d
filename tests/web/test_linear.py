"""Opening a hostile mail costs work in proportion to its size, as receiving it does.

Work is CPU time of this process, the least of some rounds: see `tests/core/test_linear.py`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from triage.core.mail.folded import folded
from triage.core.mail.opened import opened
from triage.core.mail.remote import remote
from triage.web.render import Reader
from triage.web.thread.passages import passage
from triage.web.thread.sanitised import document

SMALL = 20_000
"""Bytes of the smaller mail; the other has ten times as many."""
MOST = 15
ROUNDS = 5
FLOOR = 0.002
"""Seconds under which a mail costs nothing worth comparing."""
READER = Reader(language="en", zone=ZoneInfo("UTC"), now=datetime(2026, 11, 23, tzinfo=UTC))
HTML = b"Content-Type: text/html; charset=utf-8\n\n"
SHAPES = {
    "blanks before what a picture leads to": (HTML + b"<p>x<img src=", b" "),
    "blanks behind a background": (HTML + b"<table background=", b"\n"),
    "blanks in a sheet": (HTML + b"<style>p{background:url(", b" "),
    "blanks before a width": (HTML + b"<img src=//a.example/ width", b" "),
    "marks of character references": (HTML, b"&"),
    "numbers of characters": (HTML, b"&#"),
    "open marks of style": (HTML, b"<b><p>"),
    "links that say another place": (b"\n", b"http://a.example/<"),
    "brackets behind a link": (b"\n", b"http://a.example/" + b")" * 1500 + b" "),
    "quotes within quotes": (b"\n", b"> > > On Monday Maria wrote:\n"),
    "lines that are no end": (b"\n", b"-- \n"),
}


def spent(raw: bytes) -> float:
    """Return the CPU seconds of showing a mail, the least of some rounds."""
    rounds = []
    for _ in range(2):
        begun = time.process_time()
        mail = opened(raw)
        folded(mail.text, "x")
        passage(mail.text, READER)
        if mail.html is not None:
            remote(mail.html)
            document(mail.html, mail.by_id, "en")
        rounds.append(time.process_time() - begun)
    return max(FLOOR, min(rounds))


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_times_the_mail_is_at_most_fifteen_times_the_work(shape: str) -> None:
    head, piece = SHAPES[shape]
    small, large = (
        b"From: jo@example.net\n" + head + piece * (size // len(piece))
        for size in (SMALL, 10 * SMALL)
    )
    growth = [spent(large) / spent(small)]
    while min(growth) > MOST and len(growth) < ROUNDS:
        growth.append(spent(large) / spent(small))
    assert min(growth) <= MOST, growth
