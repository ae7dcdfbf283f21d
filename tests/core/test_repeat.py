"""Who has to write again: counted in turns, at its edges, whatever they say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_decide import AROUND, decided, judged
from tests.store.desk import NOW, TERMS, mail
from triage.core.desk import Queue
from triage.core.disposition import Open
from triage.core.history import History
from triage.core.message import Trust
from triage.core.prediction import Prediction, SignalScore
from triage.core.repeat import MOST, WITHIN, repeated
from triage.core.ticket import Priority

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
COMPLAINT = Prediction(
    queue_scores={"returns": 0.9},
    queue_sure=True,
    priority_scores={Priority.NORMAL: 0.9},
    signals={"complaint": SignalScore(score=0.9, fired=True, sentence="This is a shame.")},
)


def wrote(*ago: timedelta, answered: tuple[timedelta, ...] = ()) -> History:
    answers = tuple(NOW - one for one in answered)
    return History(
        mails=tuple(NOW - one for one in ago), answered=max(answers, default=None), answers=answers
    )


@pytest.mark.parametrize(
    ("history", "complaint", "why"),
    [
        (wrote(2 * DAY), False, ""),
        (wrote(2 * DAY, DAY), False, "counted: 3 contacts without an answer in 14 days"),
        (wrote(timedelta(minutes=8), timedelta(minutes=4)), False, ""),
        (wrote(2 * DAY, DAY, answered=(DAY - MOMENT,)), False, ""),
        (wrote(WITHIN, DAY), False, ""),
        (wrote(WITHIN - MOMENT, DAY), False, "counted: 3 contacts without an answer in 14 days"),
        (wrote(answered=(9 * DAY, DAY)), False, ""),
        (wrote(answered=(9 * DAY, DAY)), True, "counted: a complaint after 2 answers in 14 days"),
        (wrote(answered=(WITHIN, DAY)), True, ""),
        (wrote(answered=(DAY,)), True, ""),
        (wrote(*(number * timedelta(hours=1) for number in range(1, MOST + 1))), False, ""),
    ],
)
def test_a_third_contact_or_a_complaint_after_two_answers_is_one_too_many(
    history: History, complaint: bool, why: str
) -> None:
    assert repeated(history, NOW, complaint=complaint) == why


@given(
    ago=st.lists(st.timedeltas(timedelta(minutes=11), 13 * DAY), max_size=8),
    later=st.timedeltas(timedelta(), timedelta(hours=1)),
)
def test_an_answer_to_the_last_mail_ends_the_count(ago: list[timedelta], later: timedelta) -> None:
    at: datetime = NOW
    history = wrote(*ago, answered=(timedelta(minutes=11) - timedelta(seconds=1),))
    assert repeated(history, at + later, complaint=False) == ""


def test_the_third_contact_is_high_and_says_why() -> None:
    third = decided(judged(), replace(AROUND, history=wrote(2 * DAY, DAY)))
    assert isinstance(third, Open)
    assert (third.priority, third.flags) == (Priority.HIGH, ("repeat_contact",))
    said = "signal repeat_contact, “counted: 3 contacts without an answer in 14 days”"
    assert f"priority high: {said}" in third.explained.why
    assert not third.gist.startswith("counted")


def test_a_complaint_after_two_answers_is_high() -> None:
    history = wrote(9 * DAY, 3 * DAY, answered=(8 * DAY, 2 * DAY))
    again = decided(judged(prediction=COMPLAINT), replace(AROUND, history=history))
    assert isinstance(again, Open)
    assert again.priority is Priority.HIGH
    assert set(again.flags) == {"complaint", "repeat_contact"}


def test_where_no_hour_is_promised_nobody_is_counted() -> None:
    terms = replace(TERMS, queues={"returns": Queue(name="returns", title="R", promise=False)})
    third = decided(judged(terms=terms), replace(AROUND, history=wrote(2 * DAY, DAY)), terms)
    assert isinstance(third, Open)
    assert (third.priority, third.flags) == (Priority.NORMAL, ())


def test_nobody_is_counted_for_a_forger_or_for_one_of_us() -> None:
    history = replace(AROUND, history=wrote(2 * DAY, DAY))
    forged = decided(judged(trust=Trust.FAIL), history)
    staff = decided(judged(mail(sender="jonas@northwind.example")), history)
    assert isinstance(forged, Open)
    assert isinstance(staff, Open)
    assert (forged.flags, staff.flags) == ((), ())
