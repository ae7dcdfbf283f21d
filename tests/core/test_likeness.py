from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.likeness import likeness, one_apart, skeleton

OWN = "northwind.example"


@pytest.mark.parametrize(
    "domain",
    [
        "northwlnd.example",
        "n0rthwind.example",
        "no\N{CYRILLIC SMALL LETTER ER}thwind.example",
        "n\N{CYRILLIC SMALL LETTER O}rthwind.test",
        "xn--nrthwind-nbh.example",
        "n\u00f6rthwind.example",
        "north-wind.test",
        "nothwind.example",
        "northwinds.test",
        "norhtwind.example",
        "mail.northwimd.example",
        "northwind-support.example",
        "support-northwind.test",
        "northwind-example.test",
        "nortnwind.co.uk",
        "northwind.example.evil.test",
        "www.northwind.example.evil.test",
    ],
)
def test_a_domain_made_after_ours_is_seen_through(domain: str) -> None:
    found = likeness(domain, OWN)
    assert found is not None
    assert found.sure
    assert "northwind" in found.why


@pytest.mark.parametrize(
    "domain", ["northwind.test", "northwind-fans.example", "northwindsupport.test"]
)
def test_a_likeness_that_an_honest_firm_may_have_is_not_sure(domain: str) -> None:
    found = likeness(domain, OWN)
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    "domain",
    [
        OWN,
        "mail.northwind.example",
        "Northwind.Example.",
        "kunde.example",
        "southwind.example",
        "northwood.example",
        "example",
        "gmail.com",
        "wind.example",
        "",
        "xn--\ufffd.example",
    ],
)
def test_our_own_and_the_unrelated_are_like_nothing(domain: str) -> None:
    assert likeness(domain, OWN) is None


@pytest.mark.parametrize(
    ("domain", "own"),
    [
        ("walter.de", "walker.de"),
        ("dhi.de", "dhl.de"),
        ("ups.com", "ups.de"),
        ("usp.com", "ups.com"),
        ("cari.com", "carl.com"),
        ("shop.firm.co.uk", "desk.firm.co.uk"),
        ("other.co.uk", "co.uk"),
    ],
)
def test_short_names_are_like_many(domain: str, own: str) -> None:
    assert likeness(domain, own) is None


def test_a_short_name_in_disguise_is_seen_through() -> None:
    found = likeness("dh1.de", "dhl.de")
    assert found is not None
    assert found.sure


def test_a_skeleton_is_what_a_reader_sees() -> None:
    assert skeleton("\uff2d\u0430r\u00eda") == skeleton("maria")
    assert skeleton("M\u0430ri\u200b\u0430 Lund") == skeleton("Maria Lund")
    assert skeleton("modem") == skeleton("modern")
    assert skeleton("Maria") != skeleton("Marta")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("wind", "wind", False),
        ("wind", "wnd", True),
        ("wind", "wimd", True),
        ("wind", "widn", True),
        ("wind", "winds", True),
        ("wind", "xwind", True),
        ("wind", "dwin", False),
        ("wind", "winter", False),
        ("", "a", True),
        ("ab", "ba", True),
    ],
)
def test_one_letter_apart(one: str, other: str, *, apart: bool) -> None:
    assert one_apart(one, other) is apart
    assert one_apart(other, one) is apart


@given(st.text(min_size=1, max_size=20), st.data())
def test_one_letter_more_less_or_other_is_one_apart(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters())
    assert one_apart(text, text[:at] + letter + text[at:])
    assert one_apart(text, text[:at] + text[at + 1 :])
    assert one_apart(text, text[:at] + letter + text[at + 1 :]) is (letter != text[at])


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    found = likeness(one, other)
    assert found is None or found.why
    assert likeness(one, one) is None
