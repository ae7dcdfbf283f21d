from __future__ import annotations

import html
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.mail.ours import without_ours

ACKNOWLEDGEMENT = """Hello Ida,

thank you for writing to Northwind Home. I have your message about the oak bed and will
answer it myself by 11:30 today. This is an automatic note; you need not do anything.

If you want to add something, just answer this mail: https://northwind.example/t/42

Maria Lindqvist
Northwind Home — "Customer care"
"""
ANSWER = "Yes, the oak bed ships tomorrow.\n\nMaria\nNorthwind Home"
OWN = "It arrived broken.\n\nPlease send another one."


def quoted(text: str) -> str:
    return textwrap.indent(text, "> ", lambda _: True)


def wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 37))


@pytest.mark.parametrize(
    "kept_below",
    [
        ACKNOWLEDGEMENT,
        ACKNOWLEDGEMENT.replace("\n\n", "\n"),
        wrapped(ACKNOWLEDGEMENT),
        quoted(wrapped(ACKNOWLEDGEMENT)),
        quoted(quoted(ACKNOWLEDGEMENT)),
        ACKNOWLEDGEMENT.replace(" ", "\xa0  "),
        html.escape(ACKNOWLEDGEMENT),
        ACKNOWLEDGEMENT.replace('"', "„").replace("—", "-"),
        ACKNOWLEDGEMENT.replace("https://northwind.example", "https://safe.example/?u=northwind"),
        "-----\n" + ACKNOWLEDGEMENT,
        "On Mon, 3 Mar 2025 at 10:02, Maria <support@northwind.example> wrote:\n" + ACKNOWLEDGEMENT,
    ],
)
def test_our_acknowledgement_below_an_answer_is_taken_out(kept_below: str) -> None:
    assert without_ours(f"{OWN}\n\n{kept_below}", [ACKNOWLEDGEMENT]) == OWN


def test_it_is_taken_out_above_an_answer_and_between_two_texts() -> None:
    assert without_ours(f"{ACKNOWLEDGEMENT}\n{OWN}", [ACKNOWLEDGEMENT]) == OWN
    between = without_ours(f"{OWN}\n\n{ACKNOWLEDGEMENT}\n\nIda Berg", [ACKNOWLEDGEMENT])
    assert between == f"{OWN}\n\nIda Berg"


def test_an_answer_of_ours_and_the_acknowledgement_below_it_are_taken_out() -> None:
    text = f"{OWN}\n\n{ANSWER}\n\nAm 3.3.2025 schrieb Maria:\n{ACKNOWLEDGEMENT}"
    assert without_ours(text, [ACKNOWLEDGEMENT, ANSWER]).startswith(OWN)
    assert "ships tomorrow" not in without_ours(text, [ACKNOWLEDGEMENT, ANSWER])


def test_a_phrase_of_ours_that_the_requester_repeats_stays() -> None:
    text = (
        "You wrote:\nI have your message about the oak bed and will\nWhen will you?\n\n"
        "the oak bed ships tomorrow\nDoes it?"
    )
    assert without_ours(text, [ACKNOWLEDGEMENT, ANSWER]) == text


def test_answers_between_pieces_of_our_text_are_kept_with_them() -> None:
    first, second = ACKNOWLEDGEMENT.split("This is an automatic note", 1)
    text = f"{first}\nNo, by ten, please.\n\nThis is an automatic note{second}"
    assert without_ours(text, [ACKNOWLEDGEMENT]) == text


@pytest.mark.parametrize("answer", ["\U0001f44d", "https://parcel.example/1", "?!"])
def test_an_answer_without_words_is_an_answer(answer: str) -> None:
    first, second = ACKNOWLEDGEMENT.split("This is an automatic note", 1)
    text = f"{first}\n{answer}\nThis is an automatic note{second}"
    assert without_ours(text, [ACKNOWLEDGEMENT]) == text


def test_a_phrase_repeated_above_our_whole_text_does_not_keep_it() -> None:
    said = "I have your message about the oak bed and will"
    text = f"{said}\nSo do it!\n\n{ACKNOWLEDGEMENT}"
    assert without_ours(text, [ACKNOWLEDGEMENT]) == f"{said}\nSo do it!"


@pytest.mark.parametrize("text", [ACKNOWLEDGEMENT, quoted(ACKNOWLEDGEMENT), "", "\n"])
def test_where_nothing_would_remain_everything_does(text: str) -> None:
    assert without_ours(text, [ACKNOWLEDGEMENT]) == text


def test_text_without_spaces_between_words_is_told_too() -> None:
    ours = "お問い合わせありがとうございます。担当者が本日中にご返信いたします。"
    assert without_ours(f"届きません。\n{ours}", [ours]) == "届きません。"


@given(
    st.lists(st.sampled_from([*ACKNOWLEDGEMENT.split("\n"), "", "mine", "> mine", "-----"])),
    st.lists(st.sampled_from([ACKNOWLEDGEMENT, ANSWER, "", "one two"]), max_size=3),
)
def test_nothing_is_invented_and_words_are_never_all_lost(
    lines: list[str], sent: list[str]
) -> None:
    text = "\n".join(lines)
    left = without_ours(text, sent)
    assert set(left.split("\n")) <= {*lines, ""}
    assert left.count("mine") == text.count("mine")
    assert bool(left.strip()) == bool(text.strip())


@given(st.text(), st.lists(st.text(), max_size=2))
def test_no_text_makes_it_fail(text: str, sent: list[str]) -> None:
    assert set(without_ours(text, sent).split("\n")) <= {*text.split("\n"), ""}
