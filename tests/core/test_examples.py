from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.examples import example_values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maria Lund, Northwind Home", ["Northwind Home"]),
        ("Maria Lund, NORTHWIND\nHOME", ["NORTHWIND HOME"]),
        ("write to support@northwind.example.", ["support@northwind.example"]),
        ("see https://shop.other.example/faq", ["shop.other.example"]),
        ("call +1 206 555 0142 now", ["+1 206 555 0142"]),
        ("call (206) 555-0100", ["(206) 555-0100"]),
        ("call 555\u20110199", ["555\u20110199"]),
        ("call +12065550123", ["+12065550123"]),
        ("Acme (example), Acme (example)", ["(example)"]),
        ("Acme(example)", ["Acme(example)"]),
        ("Northwind Home, 555-0111, a.example", ["Northwind Home", "555-0111", "a.example"]),
    ],
)
def test_a_marked_value_is_found_in_order_and_once(text: str, found: list[str]) -> None:
    assert example_values(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a northern wind, home at last",
        "for example. We",
        "shop.example.com is a real suffix",
        "my-example and counterexample",
        "call +49 30 901820, or 555 0234",
        "order 5550112345, ref 5550123, 15550 and T-5550123",
    ],
)
def test_what_a_desk_really_writes_is_not_taken_for_an_example(text: str) -> None:
    assert example_values(text) == []


@given(st.text(alphabet="+0123456789 .-()example@", max_size=3000))
def test_any_text_is_searched_quickly(text: str) -> None:
    assert all(value in " ".join(text.split()) for value in example_values(text))
