"""What an answer needs to know, from every mail of a ticket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triage.core.needed import needed, too_often

NAMES = st.sampled_from(["order_number", "invoice_number", "phone"])
STATED = st.lists(st.dictionaries(NAMES, st.text(min_size=1, max_size=3)), max_size=4)


def test_a_fact_of_any_mail_is_known_and_a_later_one_corrects_it() -> None:
    found = needed(
        ("order_number", "phone"),
        [{"order_number": "NW-111111"}, {}, {"order_number": "NW-222222", "other": "x"}],
    )
    assert found.known == {"order_number": "NW-222222"}
    assert found.missing == ("phone",)


@given(needs=st.lists(NAMES, unique=True), stated=STATED)
def test_what_is_needed_is_known_or_missing_and_never_both(
    needs: list[str], stated: list[dict[str, str]]
) -> None:
    found = needed(needs, stated)
    assert sorted([*found.known, *found.missing]) == sorted(needs)
    assert all(any(name in one for one in stated) for name in found.known)


def test_to_ask_once_is_fair() -> None:
    assert [too_often(asks) for asks in (0, 1, 2)] == [False, False, True]
