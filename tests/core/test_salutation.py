"""How an answer begins and ends before anybody has written it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.salutation import begun, stepping_in, with_line

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")


def test_an_answer_begins_with_their_name_and_ends_with_ours() -> None:
    made = begun("en", "en", "Jo", "Jonas Weber", "Northwind Home", "")
    assert made.text == "Hello Jo,\n\n\n\nJonas Weber\nNorthwind Home"


def test_who_steps_in_says_so_behind_the_greeting() -> None:
    made = begun("en", "en", "", "Jonas Weber", "Northwind Home", "Maria")
    line = "I'm Jonas, stepping in for Maria; I have read your mail."
    assert made.opening == f"Hello,\n\n{line}"
    assert stepping_in("en", "en", "Jonas Weber", "Maria") == line
    assert stepping_in("en", "en", "Jonas Weber", "") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_the_desk_has_its_words(language: str) -> None:
    made = begun(language, "en", "Zoë", "Jonas Weber", "Northwind Home", "Maria")
    assert "Jonas" in made.opening
    assert "Maria" in made.opening
    assert "{" not in made.text
    assert (
        language == "en" or made.opening != begun("en", "en", "Zoë", "Jonas", "", "Maria").opening
    )


def test_where_there_are_no_words_in_their_language_the_desks_are_used() -> None:
    assert begun("ja", "de", "", "Jonas Weber", "N", "").opening == "Guten Tag,"
    assert begun(None, "ja", "", "Jonas Weber", "N", "").opening == "Hello,"
    assert begun("pt-BR", "en", "", "Jonas Weber", "N", "").opening == "Olá:"


def test_a_line_stands_behind_the_greeting_or_before_all() -> None:
    assert with_line("Hello,\n\nit left.", "LINE") == "Hello,\n\nLINE\n\nit left."
    assert with_line("It left today.", "LINE") == "LINE\n\nIt left today."
    assert with_line("It left today.", "") == "It left today."


@given(text=st.text(max_size=200), line=st.text(min_size=1, max_size=40))
def test_a_line_that_is_put_in_takes_nothing_away(text: str, line: str) -> None:
    made = with_line(text, line)
    assert line in made
    assert len(made) == len(text) + len(line) + 2
