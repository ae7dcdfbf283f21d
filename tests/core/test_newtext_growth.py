"""Text made to cost much: ten times of it costs at most fifteen times the work."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from triage.core.mail.forwarded import forwarded_in
from triage.core.mail.newtext import MAX_LINES, new_text, own_lines
from triage.core.mail.ours import without_ours

LETTERS = "thank you for writing to us we have your message and will answer it by noon today "
BLOCK = "From: a@b.example\nSent: 3.3.2025 10:02\nTo: c@d.example\nSubject: x\n"
PIECES = [
    "> quoted\nanswer\n",
    "> quoted " + "x" * 70 + "\nand its wrapped end\n",
    ">" * 300 + " deep\n",
    "On 3 Mar 2025 at 10:02, a@b.example wrote\n",
    "On 3 Mar 2025 at 10:02, a@b.example wrote:\n\n> x\n\n",
    "2025-03-03 10:02 GMT+01:00 Some One\n",
    BLOCK + "> x\n",
    "From: a\n",
    "To: a@b.example\nDate: 3.3.2025\n\n",
    "---------- Forwarded message ----------\n",
    "-----\n\n",
    "_" * 60 + "\nconfidential\n",
    "-- \n",
    "Sent from my " + "phone " * 20 + "\n",
    "+49 431 123 456 78, " * 15 + "\n",
    "1.1.2025 " * 40 + "\n",
    "@" * 300 + "\n",
    "\n" * 9 + "x\n",
    LETTERS + "\n",
    LETTERS,
]
MARKUP = [
    '<div class="gmail_quote">',
    '<div class="gmail_quote">a:<blockquote>b</blockquote>c</div>',
    '<div class="gmail_quote"><div>x</div><blockquote>b</blockquote>',
    '<blockquote type="cite">',
    '<div id="Signature"><p>a</p></div>',
    '<div id="Signature"><p>' + LETTERS,
    '<div id="divRplyFwdMsg"></div><p>x</p>',
]


def work(read: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(2):
        start = process_time()
        read()
        best = min(best, process_time() - start)
    return best


def grows(read: Callable[[str], object], piece: str, size: int) -> None:
    small = piece * max(1, size // len(piece))
    large = piece * (10 * max(1, size // len(piece)))
    read(small)
    assert work(lambda: read(large)) <= 15 * work(lambda: read(small)) + 0.02


@pytest.mark.parametrize("piece", PIECES)
def test_new_text_grows_no_faster_than_the_text(piece: str) -> None:
    grows(new_text, piece, 4_000)
    grows(own_lines, piece, 4_000)
    grows(lambda text: forwarded_in(text, passed_on=True), piece, 4_000)


@pytest.mark.parametrize("head", ["To: ", "-----\nTo: ", "From: a\nTo: b\nSubject: c\nTo: "])
def test_words_without_end_cost_no_more_than_short_ones(head: str) -> None:
    short, long = f"{head}{'x ' * 198}\n" * 100, f"{head}{'x' * 396}\n" * 100
    assert work(lambda: new_text(long)) <= 2 * work(lambda: new_text(short)) + 0.02


@pytest.mark.parametrize("piece", MARKUP)
def test_containers_grow_no_faster_than_the_markup(piece: str) -> None:
    grows(lambda markup: new_text("body", markup), piece, 4_000)


@pytest.mark.parametrize("piece", PIECES)
def test_what_is_ours_grows_no_faster_than_the_text(piece: str) -> None:
    grows(lambda text: without_ours(text, [text[: len(text) // 2], LETTERS]), piece, 4_000)


def test_what_stands_beyond_the_lines_looked_at_is_kept() -> None:
    body = "x\n" * MAX_LINES + "On 3 Mar 2025, a@b.example wrote:\n> quoted"
    assert new_text(body).endswith("> quoted")
