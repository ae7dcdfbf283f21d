from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.mail.addresses import MAX_ADDRESSES, address_list, is_address, sender_of
from triage.core.mail.words import decode_words, parameters
from triage.core.message import Address


@pytest.mark.parametrize(
    ("value", "addr", "name"),
    [
        ("Ida@Kunde.example", "ida@kunde.example", ""),
        ('"Berg, Ida" <ida@kunde.example>', "ida@kunde.example", "Berg, Ida"),
        ("ida@kunde.example (Ida Berg)", "ida@kunde.example", "Ida Berg"),
        ("a@b.example <ida@kunde.example>", "ida@kunde.example", "a@b.example"),
        ('"Ida <ida@kunde.example>', "ida@kunde.example", "Ida"),
        ("<ida@kunde.example", "ida@kunde.example", ""),
        ("mailto:ida@kunde.example", "ida@kunde.example", ""),
        ("=?utf-8?Q?J=C3=B6rg_=3Cj=40b.example=3E?=", "j@b.example", "Jörg"),
        ('"two words"@kunde.example', '"two words"@kunde.example', ""),
    ],
)
def test_one_author_is_found_in_odd_shapes(value: str, addr: str, name: str) -> None:
    assert sender_of([value])[0] == Address(addr, name)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a@b.example, c@d.example",
        "a@b.example c@d.example",
        "<a@b.example> c@d.example",
        "a@b@c.example",
        "test test@kunde.example",
        "alice@a)bob@evil.example",
        "undisclosed-recipients:;",
        "Ida <>",
        "a@b.example, broken@",
    ],
)
def test_whatever_is_not_one_valid_author_is_none(value: str) -> None:
    assert sender_of([value])[0] is None


def test_two_from_lines_are_two_authors() -> None:
    sole, found = sender_of(["a@b.example", "c@d.example"])
    assert sole is None
    assert len(found) == 2


def test_groups_are_opened() -> None:
    value = "Team: a@b.example, C <c@d.example>; e@f.example"
    assert [a.addr for a in address_list(value)] == ["a@b.example", "c@d.example", "e@f.example"]


def test_a_list_without_end_is_cut() -> None:
    assert len(address_list("a@b.example," * (MAX_ADDRESSES + 5))) == MAX_ADDRESSES


@given(st.text(alphabet='"()<>,;:@.\\ab =?', max_size=200))
def test_any_list_gives_valid_addresses_only(value: str) -> None:
    assert all(is_address(found.addr) for found in address_list(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8?B?w6Q?=", "ä"),
        ("=?utf-8*en?Q?what?_now?=", "what? now"),
        ("=?utf-8?Q?cut=20off", "cut off"),
        ("=?no-such-charset?Q?plain?=", "plain"),
        ("=? is no word", "=? is no word"),
    ],
)
def test_encoded_words_are_read_in_odd_shapes(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="a;b.pdf"', "a;b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''%E2%82%AC.pdf", "€.pdf"),
        ("attachment; filename=\"x.pdf\"; filename*0*=utf-8''%C3%A4; filename*1=.pdf", "ä.pdf"),
        ('attachment; filename="=?utf-8?Q?=C3=A4.pdf?="', "ä.pdf"),
        ('attachment; filename="never closed.pdf', "never closed.pdf"),
        ("attachment; filename*1=lost; filename=kept.pdf", "kept.pdf"),
    ],
)
def test_parameters_are_read_in_odd_shapes(value: str, name: str) -> None:
    assert parameters(value)[1]["filename"] == name


@given(st.text(alphabet="=?utf-8QqBb*'%;\" \\()a", max_size=300))
def test_any_header_value_is_read(value: str) -> None:
    decode_words(value)
    parameters(value)
