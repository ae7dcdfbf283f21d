"""A queue that people keep correcting raises its hand, and says by which words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.overruled import FEWEST, Placed, overruled, rule_file, telling_words

MOVED = [f"The candle number {name} has no scent." for name in ("ivy", "oak", "elm", "ash")]
STAYED = [
    f"Where is my parcel to {name}? It has no tracking."
    for name in ("Ulm", "Graz", "Bern", "Metz", "Gent", "Lund", "Brno", "Pisa")
]


def placed(moved: int, stayed: int) -> list[Placed]:
    texts = [(MOVED[at % 4], "returns") for at in range(moved)]
    texts += [(STAYED[at % 8], "") for at in range(stayed)]
    return [Placed(queue="orders", subject="", text=text, moved_to=to) for text, to in texts]


def test_three_in_ten_of_eight_is_too_much_and_the_words_say_why() -> None:
    (told,) = overruled(placed(4, 8))
    assert (told.queue, told.moved, told.placed, told.moved_to) == ("orders", 4, 12, "returns")
    assert {"candle", "scent"} <= set(told.words)
    assert not {"has", "parcel", "ivy"} & set(told.words)


@pytest.mark.parametrize(
    ("moved", "stayed", "many"), [(2, 6, 0), (3, 7, 1), (3, 8, 0), (7, 0, 0), (8, 0, 1), (3, 4, 0)]
)
def test_below_the_share_or_the_number_nothing_is_said(moved: int, stayed: int, many: int) -> None:
    assert len(overruled(placed(moved, stayed))) == many


def test_where_nothing_stayed_no_words_tell_and_there_is_no_rule() -> None:
    (told,) = overruled(placed(FEWEST, 0))
    assert told.words == ()
    assert rule_file(told, date(2026, 11, 23)) == ""


def test_the_rule_ends_after_a_week_and_moves_the_words_where_people_did() -> None:
    (told,) = overruled(placed(4, 8))
    text = rule_file(told, date(2026, 11, 23))
    assert "id: overruled-orders-2026-11-23" in text
    assert "until: 2026-11-30" in text
    assert 'then: {queue: "returns"}' in text
    assert '"scent"' in text


texts = st.lists(st.text(max_size=40), max_size=6)


@given(moved=texts, stayed=texts)
def test_whatever_is_written_a_telling_word_stands_in_half_and_is_rarer_elsewhere(
    moved: list[str], stayed: list[str]
) -> None:
    for word in telling_words(moved, stayed):
        assert sum(word in text.casefold() for text in moved) * 2 >= len(moved)
        assert not all(word in text.casefold() for text in stayed)
