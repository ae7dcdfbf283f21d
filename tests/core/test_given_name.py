from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.given_name import given_name


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Jo Park", "Jo"),
        ("  Jo Park ", "Jo"),
        ("Jo P.", "Jo"),
        ("Jo PARK", "Jo"),
        ("Anna-Lena Gro\u00df", "Anna-Lena"),
        ("Zo\u00eb O\u2019Neil", "Zo\u00eb"),
        ("Zoe\u0308 O'Neil", "Zo\u00eb"),
        ("Ludwig van Beethoven", "Ludwig"),
        ("Mary Jane Watson", "Mary"),
        ("DeShawn Miller", "DeShawn"),
    ],
)
def test_a_plain_name_gives_its_first(shown: str, name: str) -> None:
    assert given_name(shown) == name


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Jo",
        "info",
        "PARK, Jo",
        "Park, Jo",
        "PARK Jo",
        "Park Jo",
        "Wang Wei",
        "Nagy J\u00e1nos",
        "JO PARK",
        "jo park",
        "J. Park",
        "J Park",
        "Dr. Jo Park",
        "Dr Jo Park",
        "Frau Park",
        "The Parks",
        "Jo & Kim Park",
        "Jo und Kim Park",
        "Jo and Kim Park",
        "Jo Park (Acme)",
        "Jo Park via Acme",
        "'Jo Park'",
        "jo@park.example",
        "Jo Park jo@park.example",
        "Acme GmbH",
        "Customer Care",
        "Nordic Design Studio",
        "Jo Park \U0001f600",
        "\U0001f600 \U0001f600",
        "Jo 2",
        "Jo\tPark",
        "Jo\r\nBcc: x",
        "Jo {{ agent_name }}",
        "=?utf-8?q?Jo?= Park",
        "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432",
        "J\u043e Park",  # a Cyrillic o
        "\u738b \u4f1f",
        "Jo\u202e Park",
        "One Two Three Four Five",
        "A" + "a" * 30 + " Park",
    ],
)
def test_a_name_in_doubt_gives_none(shown: str) -> None:
    assert given_name(shown) == ""


@given(st.text(max_size=60))
def test_a_given_name_is_one_harmless_word_of_the_display_name(shown: str) -> None:
    name = given_name(shown)
    assert len(name) <= 24
    assert all(letter.isalpha() or letter in "-'\u2019" for letter in name)
