"""Which texts are near-identical, and which say word for word the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triage.core.wave import FEWEST_WORDS, MOST_APART, Shape, same_words, shape

OUTAGE = """\
Hello Northwind team,

since last night I cannot log in to my account any more, the page says that the service is
unavailable. I need the invoice for order {number} today, and {name} at your hotline could not
help me either. Please tell me when it works again.

Kind regards
{name} {name}
"""
WORDS = st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=FEWEST_WORDS, max_size=80)


def outage(name: str, number: int) -> str:
    return OUTAGE.format(name=name, number=number)


def alike(one: str, other: str) -> bool:
    first, second = shape(one), shape(other)
    assert first is not None
    assert second is not None
    return first.like(second)


def test_a_copied_complaint_is_alike_whatever_the_names_and_numbers() -> None:
    assert alike(outage("Ann", 123456), outage("Bartholomew", 99))


def test_the_shortest_text_that_is_ever_alike_has_twenty_words() -> None:
    nineteen = " ".join(f"w{chr(97 + at)}" for at in range(FEWEST_WORDS - 1))
    assert shape(nineteen) is None
    assert shape(f"{nineteen} more") is not None


def test_a_text_without_spaces_is_read_by_its_letters() -> None:
    text = "昨夜からアカウントにログインできません。サービスは利用できないと表示されます。"
    assert alike(text, text + "急ぎです")
    assert not alike(
        text, "注文した机の天板にひびが入って届きました。新しい天板を送ってください。お願いします。"
    )


def test_what_a_form_brings_is_not_alike_for_the_form() -> None:
    form = (
        "You received this message through the contact form of our site. The person who wrote it"
        " has agreed to our terms of use and to the storage of what was entered here, and asks for"
        " an answer by mail to the address that is named above. Message: {}. This mail was made"
        " by the form and the site that it stands on is looked after by our own people. Please do"
        " not forward it to anybody outside of the company, for it may hold personal matters."
    )
    table = form.format("the legs of my table came without any screws at all")
    lamp = form.format("please cancel the reading lamp that I ordered on Monday")
    assert not alike(table, lamp)


@given(words=WORDS, strange=st.lists(st.integers(0, 10**6), min_size=6, max_size=9, unique=True))
def test_more_than_five_strange_words_are_never_alike(words: list[str], strange: list[int]) -> None:
    added = " ".join("z" + "".join(chr(105 + int(d)) for d in str(number)) for number in strange)
    text = " ".join(words)
    assert len(strange) > MOST_APART
    assert not alike(text, f"{text} {added}")


@given(words=WORDS)
def test_alike_is_mutual_and_a_text_is_like_itself(words: list[str]) -> None:
    one = shape(" ".join(words))
    other = shape(" ".join(words[:-1]))
    assert one is not None
    assert one.like(one)
    assert other is None or one.like(other) == other.like(one)
    assert Shape.unpacked(*one.packed()) == one


@given(words=WORDS, at=st.integers(0, 79), word=st.text("klmn", min_size=2, max_size=6))
def test_what_is_alike_is_found_by_a_band(words: list[str], at: int, word: str) -> None:
    changed = [*words]
    changed[at % len(words)] = word
    one, other = shape(" ".join(words)), shape(" ".join(changed))
    assert one is not None
    assert other is not None
    if 20 * len(one.sequences & other.sequences) >= 19 * len(one.sequences | other.sequences):
        assert set(one.bands()) & set(other.bands())


@given(st.text())
def test_any_text_has_a_shape_or_none(text: str) -> None:
    found = shape(text)
    assert found is None or all(-(2**63) <= band < 2**63 for band in found.bands())
    assert same_words("", text) == same_words("", text)


def test_the_same_words_are_the_same_but_for_names_digits_and_case() -> None:
    first = "Dear Ms. Lund,\nmy order 1234 is LATE.\n\nBest regards,\nAnn O'Brien-Smith"
    second = "dear Jonas,\nMy order 98765 is late.\nBest regards, Bo Li"
    assert same_words("Order 1", first) == same_words("order 22", first)
    assert same_words("", first) == same_words("", second)
    assert same_words("", first) == same_words("", first.replace("Ann O'Brien-Smith", "Bo Li"))
    assert same_words("", first) == same_words("", first.replace("Ms. Lund", "Mr. Weber"))


def test_whatever_is_no_name_is_read() -> None:
    text = "Hello team,\nmy lamp is dark.\nRegards\nAnn"
    for other in (
        text.replace("Ann", "it burns"),
        text.replace("Ann", "HELP"),
        text.replace("Ann", "PS: there is smoke"),
        text.replace("team", "smoke everywhere"),
        text.replace("dark", "dark and hot"),
        text.replace("dark.", "dark?"),
        f"{text}\nthe house is on fire",
    ):
        assert same_words("", other) != same_words("", text), other


def test_the_subject_counts() -> None:
    assert same_words("Lamp", "It is dark.") != same_words("Fire", "It is dark.")
