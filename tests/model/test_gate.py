"""New heads judge only where they are not worse on mails that they had not seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.training.gate import Compared, Held, figures, recency, refusal

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def held(*right: int, sure: float = 0.9, weights: list[float] | None = None) -> Held:
    return Held(
        np.full(len(right), sure, np.float32),
        np.asarray(right, np.bool_),
        np.asarray(weights or [1.0] * len(right), np.float32),
    )


def refused(before: Held, after: Held) -> str:
    return refusal([Compared("queue", before, after)])


def test_the_same_heads_are_not_worse() -> None:
    same = held(1, 1, 0, 1)
    assert refused(same, same) == ""


@pytest.mark.parametrize(("lost", "refuses"), [(1, False), (2, False), (3, True), (8, True)])
def test_a_mail_or_two_may_be_chance_and_three_are_not(lost: int, refuses: bool) -> None:
    before, after = held(*[1] * 10), held(*[0] * lost, *[1] * (10 - lost))
    assert bool(refused(before, after)) is refuses


@pytest.mark.parametrize(("lost", "refuses"), [(19, False), (20, False), (21, True)])
def test_of_a_thousand_slack_lets_some_go_whose_loss_is_no_chance(lost: int, refuses: bool) -> None:
    before, after = held(*[1] * 1000, sure=0.5), held(*[0] * lost, *[1] * (1000 - lost), sure=0.5)
    assert refused(before, after) != ""
    assert bool(refusal([Compared("signal", before, after, slack=0.02)])) is refuses


def test_what_is_gained_counts_against_what_is_lost() -> None:
    before, after = held(1, 1, 1, 1, 0, 0, 0, 0), held(0, 0, 0, 0, 1, 1, 1, 1)
    assert refused(before, after) == ""


def test_an_old_correction_weighs_less_than_a_new_one() -> None:
    weights = recency([NOW, NOW - timedelta(days=14), NOW - timedelta(days=28)], NOW)
    assert weights.tolist() == pytest.approx([1.0, 0.5, 0.25])
    lost, kept = [0] * 4, [1] * 4
    young = held(*lost, *kept, weights=[1.0] * 8)
    before = held(*[1] * 8, weights=[1.0] * 8)
    assert young.accuracy == 0.5
    assert held(*lost, *kept, weights=[0.25] * 4 + [1.0] * 4).accuracy == 0.8
    assert refused(before, young) != ""


def test_to_be_as_right_and_far_less_sure_of_it_is_worse() -> None:
    many = [1] * 60
    assert "log loss" in refused(held(*many, sure=0.97), held(*many, sure=0.5))
    assert refused(held(*many, sure=0.97), held(*many, sure=0.96)) == ""


def test_to_be_sure_of_what_is_wrong_is_worse() -> None:
    mails = [1, 0] * 40
    assert refused(held(*mails, sure=0.55), held(*mails, sure=0.95)) != ""


def test_calibration_error_is_how_far_sureness_is_from_being_right() -> None:
    assert held(*[1] * 9, 0, sure=0.9).calibration_error == pytest.approx(0.0, abs=1e-6)
    assert held(*[1] * 5, *[0] * 5, sure=0.9).calibration_error == pytest.approx(0.4, abs=1e-6)


def test_of_few_mails_calibration_may_be_off_by_chance_and_of_many_not() -> None:
    for count, refuses in ((6, False), (60, True)):
        mails = [1, 1, 1, 1, 0] * 2 * count
        said = refused(held(*mails, sure=0.8), held(*mails, sure=0.855))
        assert ("calibration" in said) is refuses


def test_nothing_to_compare_refuses_nothing_and_has_no_figures() -> None:
    nothing = Compared("queue", held(), held())
    assert refusal([nothing]) == ""
    assert figures([nothing]) == {}


def test_the_figures_say_how_many_mails_and_both_sides() -> None:
    said = figures([Compared("queue", held(1, 0), held(1, 1))])
    assert said == {
        "queue": {
            "mails": 2,
            "before": {"accuracy": 0.5, "log_loss": 1.204, "calibration_error": 0.4},
            "after": {"accuracy": 1.0, "log_loss": 0.1054, "calibration_error": 0.1},
        }
    }


rows = st.lists(st.booleans(), min_size=1, max_size=60)


@given(rows, st.floats(0.01, 0.99))
def test_what_gets_everything_right_as_surely_is_never_refused(
    before: list[bool], sure: float
) -> None:
    was = held(*before, sure=sure)
    now = held(*[1] * len(before), sure=max(sure, 0.5))
    assert "right before" not in refused(was, now)
