from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.domains import ending, organisation, shown, within


@pytest.mark.parametrize(
    ("domain", "sold", "end"),
    [
        ("kunde.example", "kunde.example", "example"),
        ("mail.kunde.example.", "kunde.example", "example"),
        ("www.Shop.co.uk", "shop.co.uk", "co.uk"),
        ("co.uk", "", "co.uk"),
        ("a.b.gmx.de", "gmx.de", "de"),
        ("example", "", "example"),
        ("", "", ""),
    ],
)
def test_the_name_that_was_sold_is_found(domain: str, sold: str, end: str) -> None:
    assert (organisation(domain), ending(domain)) == (sold, end)


def test_below_a_name_means_whole_labels() -> None:
    assert within("a.kunde.example", "kunde.example")
    assert within("Kunde.example", "kunde.example.")
    assert not within("notkunde.example", "kunde.example")
    assert not within("kunde.example", "")


def test_punycode_is_shown_as_people_see_it() -> None:
    assert shown("xn--mnchen-3ya.example") == "münchen.example"
    assert shown("xn--\N{SNOWMAN}.xn--999999999b.xn--").endswith(".xn--")


@given(st.text(max_size=80))
def test_any_text_is_taken_for_a_domain(text: str) -> None:
    assert within(text, text) == bool(text.casefold().rstrip("."))
    assert shown(text) is not None
    assert organisation(text) == "" or within(text, organisation(text))
