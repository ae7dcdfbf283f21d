from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.identifiers import (
    ANCHOR,
    Minted,
    anchor,
    minted,
    plus_address,
    plus_token,
    read_minted,
    read_plus_address,
    reference,
    references_in,
)
from triage.errors import AddressUnusable

SECRET = b"a secret of this store"
OTHER = b"a secret of another store"
REF = reference(SECRET, b"first message")

secrets_of_stores = st.binary(min_size=16, max_size=32)
keys = st.binary(max_size=64)
sorts = st.sampled_from(["ack", "alert", "t", "reply"])


@given(secret=secrets_of_stores, key=keys, copy=st.integers(0, 9))
def test_a_reference_is_always_the_same_and_is_found_in_a_subject(
    secret: bytes, key: bytes, copy: int
) -> None:
    name = reference(secret, key, copy)
    assert re.fullmatch("T-[0-9ABCDEFGHJKMNPQRSTVWXYZ]{7}", name)
    assert name == reference(secret, key, copy)
    assert references_in(f"Re: your parcel [{name.lower()}] and {name}") == (name,)


def test_a_copy_of_a_reference_is_another_one() -> None:
    assert len({reference(SECRET, b"key", copy) for copy in range(50)}) == 50


@given(secret=secrets_of_stores, key=keys, sort=sorts, extra=st.text(max_size=20))
def test_a_minted_id_is_read_back_whatever_its_case_and_domain(
    secret: bytes, key: bytes, sort: str, extra: str
) -> None:
    name = reference(secret, key)
    made = minted(secret, sort, name, "desk.example", extra)
    local = made.rpartition("@")[0]
    for shown in (made, made.upper(), f"<{made}>", f" {local}@relay.example\r\n"):
        assert read_minted(secret, shown) == Minted(sort, name)


def test_an_id_minted_by_another_store_is_not_ours() -> None:
    assert read_minted(SECRET, minted(OTHER, "ack", REF, "desk.example")) is None


@given(place=st.integers(min_value=0), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_minted_id_with_one_character_changed_is_not_ours(place: int, letter: str) -> None:
    made = minted(SECRET, "ack", REF, "desk.example", "extra")
    local = made.rpartition("@")[0]
    place %= len(local)
    forged = f"{local[:place]}{letter}{local[place + 1 :]}@desk.example"
    assert (read_minted(SECRET, forged) is not None) == (forged == made)


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    acknowledgement = minted(SECRET, "ack", REF, "desk.example").rpartition("@")[0]
    signature = acknowledgement.rpartition(".")[2]
    assert read_minted(SECRET, f"t.{REF}.{signature}@desk.example") is None
    assert read_plus_address(SECRET, f"desk+t{REF[2:]}{signature}@desk.example") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<>",
        "a@b",
        "ack.t-abc@x",
        "ack." * 5000,
        "<ack.t-0000000.aaaaaaaaaaaaaaaa@x",
        "@",
        "ﬀ@x",
    ],
)
def test_what_is_no_name_of_ours_reads_as_none(text: str) -> None:
    assert read_minted(SECRET, text) is None
    assert read_plus_address(SECRET, text) is None


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert read_minted(SECRET, text) is None
    assert read_plus_address(SECRET, text) is None
    references_in(text)


def test_two_mails_of_one_sort_about_one_ticket_have_different_ids() -> None:
    first = minted(SECRET, "alert", REF, "desk.example", "warning:2026-03-02T09:00Z")
    second = minted(SECRET, "alert", REF, "desk.example", "breach:2026-03-02T09:00Z")
    assert first != second
    assert minted(SECRET, "alert", REF, "desk.example") not in {first, second}


def test_the_anchor_names_its_ticket() -> None:
    assert anchor(SECRET, REF, "desk.example").startswith("t.t-")
    assert read_minted(SECRET, anchor(SECRET, REF, "desk.example")) == Minted(ANCHOR, REF)


def test_a_message_id_of_a_domain_in_another_script_is_ascii() -> None:
    assert minted(SECRET, "ack", REF, "möbel.example").endswith("@xn--mbel-5qa.example")


def test_a_message_id_needs_a_domain() -> None:
    with pytest.raises(AddressUnusable):
        minted(SECRET, "ack", REF, "desk example\r\nBcc: x@y")


@given(secret=secrets_of_stores, key=keys, sort=st.sampled_from("tb"))
def test_a_plus_address_is_read_back_whatever_its_case(
    secret: bytes, key: bytes, sort: str
) -> None:
    name = reference(secret, key)
    address = plus_address("support@desk.example", plus_token(secret, sort, name))
    assert address.startswith("support+")
    assert address.endswith("@desk.example")
    assert len(address.partition("@")[0]) <= 64
    for shown in (address, address.upper(), address.replace("support+", "support+old+")):
        assert read_plus_address(secret, shown) == Minted(sort, name)


def test_mistyped_references_are_read_as_meant() -> None:
    assert references_in("about t-OIL1234 please") == ("T-0111234",)
    assert references_in("T\u20111234567, T-7654321; T-1234567") == ("T-1234567", "T-7654321")


@pytest.mark.parametrize(
    "text", ["T-123456", "T-12345678", "XT-1234567", "T 1234567", "T-12345U7", "[#1042]"]
)
def test_what_only_looks_like_a_reference_is_none(text: str) -> None:
    assert references_in(text) == ()
