"""Text into sentences: nothing lost, nothing unbounded, in any language."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.model.sentences import LONGEST, LONGEST_TEXT, MOST, clipped, letters, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Hi,\n\nThe chair broke. I sit on the floor! Can you help?",
            ("Hi, The chair broke.", "I sit on the floor!", "Can you help?"),
        ),
        (
            "Order nr. 12 came today, cf. the photo of J. Smith.",
            ("Order nr. 12 came today, cf. the photo of J. Smith.",),
        ),
        ("my chair broke. i want another one", ("my chair broke.", "i want another one")),
        (
            "this line was wrapped by the mail client at some width or\nother. Then the next.",
            (
                "this line was wrapped by the mail client at some width or other.",
                "Then the next.",
            ),
        ),
        (
            "What is missing:\n- two screws M6\n- the left armrest",
            ("What is missing:", "- two screws M6", "- the left armrest"),
        ),
        ("椅子が壊れました。返金してください！", ("椅子が壊れました。", "返金してください！")),  # noqa: RUF001
        (
            "«C'est cassé !» dit-elle… Et puis quoi ?",
            ("«C'est cassé !» dit-elle…", "Et puis quoi ?"),
        ),
        ("", ()),
        (" \n\t\n ", ()),
        ("ok", ("ok",)),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


@given(st.text(max_size=3000))
def test_nothing_is_lost_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(st.text(alphabet="ab. \n-!。é", max_size=400), st.integers(1, 2000))
@example(".- ", 284)
def test_however_much_is_written_there_are_few_short_sentences(text: str, times: int) -> None:
    found = sentences(text * times)
    assert len(found) <= MOST
    # Grouped sentences are as long as they must be for all of the text to be read.
    assert all(len(each) <= 2 * LONGEST + LONGEST_TEXT // MOST for each in found)


def test_the_last_words_of_a_very_long_text_are_read() -> None:
    found = sentences("We have been customers for years. " * 2000 + "The cable is smoking.")
    assert found[-1].endswith("The cable is smoking.")


@given(st.text(max_size=200), st.integers(1, 150))
def test_a_clipped_text_keeps_its_head_and_its_tail(text: str, longest: int) -> None:
    short = clipped(text, longest)
    assert len(short) <= longest + 2
    assert text.startswith(short[: longest // 2])
    assert longest < 4 or not text or short.endswith(text[-1])


def test_a_japanese_sign_says_as_much_as_three_letters() -> None:
    assert letters("返品、abc 1") == 9
