"""What people type to find tickets: understood, or said what is wrong and where."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.findable import findable
from triage.core.query import (
    OPERATORS,
    Condition,
    Fault,
    Names,
    Narrows,
    NotUnderstood,
    Sought,
    Where,
    Word,
    understood,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = Names(
    queues=("returns", "orders"),
    agents={"maria": "maria", "maria lund": "maria"},
    mailboxes={"support": "support", "support@northwind.example": "support"},
    signals=("legal",),
    me="jonas",
)


def read(typed: str) -> Sought:
    return understood(typed, NAMES, NOW, BERLIN)


def fault(typed: str) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        read(typed)
    return caught.value


def test_words_phrases_beginnings_and_what_must_not_be_there_are_told_apart() -> None:
    assert read('cracked "order number" tab* -refund from:jo subject:"my table"').words == (
        Word(text="cracked"),
        Word(text="order number"),
        Word(text="tab", begins=True),
        Word(text="refund", wanted=False),
        Word(text="jo", where=Where.WHO),
        Word(text="my table", where=Where.SUBJECT),
    )


def test_an_operator_narrows_down_and_a_minus_turns_it_round() -> None:
    assert read('queue:returns -is:late owner:"Maria Lund" has:file to:support').conditions == (
        Condition(by=Narrows.QUEUE, value="returns"),
        Condition(by=Narrows.STATE, value="late", wanted=False),
        Condition(by=Narrows.OWNER, value="maria"),
        Condition(by=Narrows.FILE),
        Condition(by=Narrows.MAILBOX, value="support"),
    )
    assert read("is:mine owner:me").conditions == 2 * (Condition(by=Narrows.OWNER, value="jonas"),)
    assert read("owner:nobody").conditions == (Condition(by=Narrows.OWNER, value=""),)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-01", (2026, 11, 1)),
        ("2026-03", (2026, 3, 1)),
        ("2025", (2025, 1, 1)),
        ("today", (2026, 11, 23)),
        ("yesterday", (2026, 11, 22)),
        ("2w", (2026, 11, 9)),
    ],
)
def test_a_day_begins_where_whoever_types_it_lives(typed: str, day: tuple[int, int, int]) -> None:
    (condition,) = read(f"after:{typed}").conditions
    assert condition.value == datetime(*day, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("typed", "what", "at"),
    [
        ("table form:jo", Fault.UNKNOWN_OPERATOR, 6),
        ("table queue:retruns", Fault.UNKNOWN_VALUE, 6),
        ("is:lat", Fault.UNKNOWN_VALUE, 0),
        ("has:love", Fault.UNKNOWN_VALUE, 0),
        ("before:soon", Fault.NO_DATE, 0),
        ("before:2026-02-30", Fault.NO_DATE, 0),
        ("before:99999999d", Fault.NO_DATE, 0),
        ("a from:", Fault.NO_VALUE, 2),
        ('a "never closed', Fault.OPEN_QUOTE, 2),
        ("from:--", Fault.NOTHING_TO_FIND, 0),
        ("t*", Fault.TOO_SHORT, 0),
        ("a " * 40, Fault.TOO_LONG, 64),
        ("a" * 501, Fault.TOO_LONG, 500),
    ],
)
def test_what_is_wrong_is_said_with_its_place(typed: str, what: Fault, at: int) -> None:
    found = fault(typed)
    assert (found.fault, found.at) == (what, at)


def test_the_nearest_name_is_proposed_and_no_queue_that_may_not_be_seen() -> None:
    assert fault("form:jo").hint == "from"
    assert fault("queue:retruns").hint == "returns"
    assert "billing" not in fault("queue:biling").hint


def test_an_address_of_the_web_and_a_time_are_words() -> None:
    assert [word.text for word in read("https://a.example/x 12:30 re-order").words] == [
        "https://a.example/x",
        "12:30",
        "re-order",
    ]


def test_nothing_is_looked_for_by_signs_alone() -> None:
    assert read("- * ... :)").empty


@given(
    st.text()
    | st.lists(st.sampled_from([*(f"{o}:" for o in OPERATORS), '"', "-", "*", " ", "a", "桌"])).map(
        "".join
    )
)
def test_whatever_is_typed_is_understood_or_refused_at_a_place(typed: str) -> None:
    at = 0
    try:
        read(typed)
    except NotUnderstood as found:
        at = found.at
    assert 0 <= at <= len(typed)


@given(st.text())
def test_a_text_is_found_by_the_same_words_each_time(text: str) -> None:
    assert findable(text) == findable(text)
    assert "\0" not in findable(text)


def test_letters_without_spaces_between_words_stand_by_themselves() -> None:
    assert findable("我的桌子 table").split() == ["我", "的", "桌", "子", "table"]
    assert findable("\ufb01x \uff34able") == "fix Table"
