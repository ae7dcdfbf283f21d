"""What a mail program broke is whole again, and what a person ended stays as it is."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.mail.unwrapped import unwrapped

WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=9), min_size=30, max_size=80)


@given(WORDS, st.integers(60, 78))
def test_a_paragraph_is_whole_again(words: list[str], width: int) -> None:
    paragraph = " ".join(words)  # without a full stop: where one ends, a short line may be a name
    broken = textwrap.wrap(paragraph, width)
    # One line that is as wide as can be, so that the width shows.
    said = "\n".join(["x" * width, "", *broken])
    assert unwrapped(said) == f"{'x' * width}\n\n{paragraph}"


@given(st.text("ab \n>-*1.", max_size=400))
def test_no_character_moves_and_nothing_but_breaks_changes(text: str) -> None:
    made = unwrapped(text)
    assert len(made) == len(text)
    assert all(new == old or (old, new) == ("\n", " ") for old, new in zip(text, made, strict=True))


WIDE = "The table that I ordered in September has arrived, and its top is cracked"


@pytest.mark.parametrize(
    "text",
    [
        f"{WIDE}.\nKind regards\nJo",
        f"{WIDE}\n- the top is cracked in two places and somebody has to look at it",
        f"{WIDE}\n\nextraordinarily long words come after an empty line",
        f"> {WIDE}\n> extraordinarily",
        f"{WIDE * 3}\nextraordinarily",
        "Short.\nLines.",
        "",
    ],
)
def test_what_a_person_ended_stays(text: str) -> None:
    assert unwrapped(text) == text
