from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.identity import body_digest, content_key, loose_subject

MAIL = (
    b"From: ida@kunde.example\r\nDate: Mon, 3 Mar 2025 10:02:00 +0100\r\nSubject: Bed\r\n"
    b"Message-ID: <a@kunde.example>\r\n\r\nThe bed creaks.\r\n"
)


def test_copies_that_came_by_two_addresses_are_one_mail() -> None:
    other = b"Return-Path: <x@y>\r\nDelivered-To: billing@northwind.example\r\n" + MAIL
    assert content_key(other) == content_key(MAIL)
    assert content_key(MAIL.replace(b"\r\n", b"\n") + b"\n \n") == content_key(MAIL)
    folded = MAIL.replace(b"Mon, 3", b"Mon,\r\n\t3")
    assert content_key(folded) == content_key(MAIL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ida@", b"eve@"),
        (b"10:02", b"10:03"),
        (b"Bed", b"Table"),
        (b"<a@", b"<b@"),
        (b"creaks", b"broke"),
    ],
)
def test_mails_that_say_different_things_are_two(old: bytes, new: bytes) -> None:
    assert content_key(MAIL.replace(old, new, 1)) != content_key(MAIL)


def test_two_who_filled_in_one_form_with_the_same_words_are_two() -> None:
    ida, eve = (b"Reply-To: %s@x\r\n" % who + MAIL for who in (b"ida", b"eve"))
    assert len({content_key(ida), content_key(eve), content_key(MAIL)}) == 3


def test_mails_without_an_end_of_the_header_are_told_apart() -> None:
    assert content_key(b"From: a\rSubject: b\r\rone") != content_key(b"From: a\rSubject: b\r\rtwo")


@given(st.binary(max_size=300))
def test_any_bytes_have_a_key(data: bytes) -> None:
    assert len(content_key(data)) == 32


@pytest.mark.parametrize(
    "subject",
    ["Bed", "Re: Bed", "AW: WG: Bed", "SV: Re[2]: Bed", "Fwd: [Desk #12] Bed", "Re\uff1a Bed"],
)
def test_reply_marks_and_tags_are_no_part_of_a_subject(subject: str) -> None:
    assert loose_subject(subject) == "bed"


def test_near_duplicates_share_a_digest() -> None:
    assert body_digest("Order 12 is late!") == body_digest("order  12 is\nlate")
    assert body_digest("Order 12 is late") != body_digest("Order 34 is late")
    assert body_digest("Order 12 is late") != body_digest("Order 12 is here")
