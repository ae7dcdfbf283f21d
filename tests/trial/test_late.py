"""The simulation of late mail: the answers of the period, dealt out in the order of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from triage.trial.late import USUAL, Waiting, handling, late

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
EACH = timedelta(minutes=6)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def waiting(arrived: int, due: int | None, boost: int = 0) -> Waiting:
    return Waiting(at(arrived), None if due is None else at(due), boost)


def count(mails: Sequence[Waiting], *answers: int, until: int = 500) -> int:
    return late(mails, [at(one) for one in answers], EACH, at(until))


def test_an_answer_at_the_deadline_is_in_time_and_a_microsecond_later_is_not() -> None:
    assert count([waiting(0, 60)], 60) == 0
    later = [at(60) + timedelta(microseconds=1)]
    assert late([waiting(0, 60)], later, EACH, at(500)) == 1


def test_what_nobody_answers_is_late_once_its_deadline_is_past() -> None:
    assert count([waiting(0, 60)], until=60) == 0
    assert count([waiting(0, 60)], until=61) == 1


def test_mail_without_a_deadline_comes_last_and_is_never_late() -> None:
    assert count([waiting(0, None), waiting(5, 65)], 30) == 0
    assert count([waiting(0, None)]) == 0


def test_a_boost_brings_a_mail_before_one_that_is_due_sooner() -> None:
    soon, boosted = waiting(0, 60), waiting(0, 70, 25)
    assert count([soon, waiting(0, 70)], 40, 65) == 0
    assert count([soon, boosted], 40, 65) == 1


def test_an_answer_goes_to_what_waited_when_work_on_it_began() -> None:
    # At 34 only the first waits, though the second, due sooner, is there at 40.
    assert count([waiting(0, 300), waiting(35, 50)], 40, 45) == 0
    assert count([waiting(0, 300), waiting(35, 43)], 40, 45) == 1
    assert count([waiting(38, 50)], 40) == 0, "nothing else was there to be worked on"


def test_an_answer_takes_the_middle_pause_of_enough_of_them() -> None:
    pauses = [timedelta(minutes=one) for one in range(1, 12)]
    assert handling(pauses) == timedelta(minutes=6)
    assert handling([timedelta(minutes=1)] * 9) == USUAL


mails = st.lists(
    st.builds(
        waiting,
        st.integers(0, 200),
        st.one_of(st.none(), st.integers(0, 400)),
        st.sampled_from([-60, 0, 25, 60]),
    ),
    max_size=20,
)


@given(mails, st.lists(st.integers(0, 400), max_size=20), st.integers(0, 400))
def test_one_answer_more_never_makes_more_mail_late_than_one(
    given_mails: list[Waiting], answers: list[int], more: int
) -> None:
    before = count(given_mails, *answers)
    assert 0 <= before <= len(given_mails)
    assert count(given_mails, *answers, more) <= before + 1
    assert count(given_mails, *answers) == before, "it is the same each time"
