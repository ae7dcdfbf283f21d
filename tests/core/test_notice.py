"""When a requester hears of a delay, and all that keeps such a word back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import NOW, TERMS
from triage.core.known import Known, Link
from triage.core.notice import (
    BEFORE,
    CAP,
    UNHAPPY_BOOST,
    UNHAPPY_WITHIN,
    Addressee,
    check_back_withheld,
    delay_at,
    delay_withheld,
    unhappy_lift,
)
from triage.core.terms import Limits
from triage.core.ticket import Priority, Status, TicketId

MINUTE = timedelta(minutes=1)
WAITS = Addressee(status=Status.OPEN, told=NOW + BEFORE, acknowledged=True)


@given(minutes=st.integers(1, 10_000))
def test_p5_a_word_of_a_delay_is_due_after_the_time_was_told_and_before_it_passes(
    minutes: int,
) -> None:
    told = NOW + minutes * MINUTE
    assert NOW < delay_at(told, NOW) < told


def test_it_is_due_ten_minutes_before_an_hour_has_passed() -> None:
    assert delay_at(NOW + 60 * MINUTE, NOW) == NOW + 50 * MINUTE


def test_who_was_told_a_quarter_of_an_hour_is_not_written_to_at_once() -> None:
    assert delay_at(NOW + 15 * MINUTE, NOW) == NOW + 10 * MINUTE


def test_whoever_waits_and_was_told_a_time_hears_that_it_will_be_missed() -> None:
    assert delay_withheld(WAITS, TERMS, NOW) == ""


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (replace(WAITS, answered=True), "answered"),
        (replace(WAITS, status=Status.WAITING), "answered"),
        (replace(WAITS, status=Status.DONE), "no_longer_waiting"),
        (replace(WAITS, acknowledged=False), "not_acknowledged"),
        (replace(WAITS, automatic=False), "wished_none"),
        (replace(WAITS, probable=True), "probably_answered"),
        (replace(WAITS, elsewhere=NOW - MINUTE), "answered_elsewhere"),
        (replace(WAITS, told=NOW), "service_down"),
        (replace(WAITS, left=CAP), "cap_reached"),
    ],
)
def test_p5_what_keeps_a_word_of_a_delay_back_has_a_name(to: Addressee, reason: str) -> None:
    assert delay_withheld(to, TERMS, NOW) == reason


def test_an_answer_of_yesterday_to_another_ticket_keeps_nothing_back() -> None:
    to = replace(WAITS, elsewhere=NOW - timedelta(hours=11))
    assert delay_withheld(to, TERMS, NOW) == ""


def test_nine_that_left_keep_nothing_back() -> None:
    assert delay_withheld(replace(WAITS, left=CAP - 1), TERMS, NOW) == ""


def test_a_ticket_that_was_put_off_is_no_answer() -> None:
    assert delay_withheld(replace(WAITS, status=Status.SNOOZED), TERMS, NOW) == ""


def test_a_desk_may_switch_delay_notices_off() -> None:
    terms = replace(TERMS, limits=Limits(delay_notices=False))
    assert delay_withheld(WAITS, terms, NOW) == "switched_off"


def test_nobody_is_written_to_in_shadow_mode() -> None:
    shadow = replace(TERMS, mode="shadow")
    assert delay_withheld(WAITS, shadow, NOW) == "shadow"
    assert check_back_withheld(replace(WAITS, status=Status.DONE), shadow) == "shadow"


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (Addressee(status=Status.WAITING, told=None, ticked=NOW, answered=True), ""),
        (
            Addressee(
                status=Status.DONE, told=None, ticked=NOW, written=NOW - MINUTE, answered=True
            ),
            "",
        ),
        (Addressee(status=Status.DONE, told=None, ticked=NOW), "never_answered"),
        (Addressee(status=Status.DONE, told=None, ticked=NOW, written=NOW + MINUTE), "wrote_since"),
        (Addressee(status=Status.OPEN, told=None, ticked=NOW), "reopened"),
        (Addressee(status=Status.MERGED, told=None, ticked=NOW), "merged"),
        (Addressee(status=Status.DONE, told=None, ticked=NOW, automatic=False), "wished_none"),
    ],
)
def test_only_who_has_been_silent_since_is_asked_whether_all_is_well(
    to: Addressee, reason: str
) -> None:
    assert check_back_withheld(to, TERMS) == reason


def asked(status: Status = Status.WAITING) -> Known:
    return Known(
        id=TicketId(1),
        reference="T-AAAAAAA",
        link=Link.TOKEN,
        status=status,
        requester="jo@example.net",
        participants=frozenset(),
        owner="maria",
        queue="orders",
        priority=Priority.NORMAL,
        subject="",
        opened=NOW,
        answer_by=None,
        checked_back=NOW,
    )


def test_who_is_unhappy_up_to_fourteen_days_after_a_check_back_goes_before() -> None:
    last = NOW + UNHAPPY_WITHIN
    assert unhappy_lift(asked(), ["complaint"], last) == UNHAPPY_BOOST
    assert unhappy_lift(asked(), ["complaint"], last + timedelta.resolution) == 0


def test_who_is_content_or_was_never_asked_goes_in_turn() -> None:
    assert unhappy_lift(asked(), ["compliment"], NOW) == 0
    assert unhappy_lift(replace(asked(), checked_back=None), ["complaint"], NOW) == 0


def test_a_ticket_that_is_open_already_is_lifted_no_second_time() -> None:
    assert unhappy_lift(asked(Status.OPEN), ["complaint"], NOW) == 0
