from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from triage.training.evaluate_figures import Confusion, Hits, auroc, calibration_error, share

LABELS = ["orders", "returns", "billing", "care"]
pairs = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1)
scores = st.lists(st.integers(0, 20).map(lambda number: number / 20), min_size=1, max_size=40)


def test_a_share_of_nothing_is_not_known() -> None:
    assert share([]) is None
    assert share([True, False, True, True]) == 0.75


def test_the_calibration_error_is_the_gap_of_each_bin_by_what_it_holds() -> None:
    # Bin (0.6, 0.667]: 0.65 twice, one right: gap 0.15. Bin (0.867, 0.933]: 0.9 twice, both right.
    assert calibration_error([0.65, 0.65, 0.9, 0.9], [True, False, True, True]) == pytest.approx(
        0.5 * 0.15 + 0.5 * 0.1
    )


def test_a_score_at_the_edge_of_a_bin_is_in_the_lower_one() -> None:
    # 0.6 is 9/15: with 0.55 in the bin (8/15, 9/15], so their gaps cancel out.
    assert calibration_error([0.55, 0.6], [True, False]) == pytest.approx(abs(0.45 - 0.6) / 2)
    assert calibration_error([0.65, 0.6], [True, False]) == pytest.approx((0.35 + 0.6) / 2)


def test_certainty_that_is_always_right_has_no_calibration_error() -> None:
    assert calibration_error([1.0, 1.0, 0.0], [True, True, False]) == 0.0
    assert calibration_error([], []) is None


def test_the_auroc_counts_pairs_in_order_and_ties_half() -> None:
    # Of six pairs: 0.9 is above both, 0.5 above one and level with one, 0.2 below one, level none.
    assert auroc([0.9, 0.5, 0.2], [0.5, 0.1]) == pytest.approx((2 + 1.5 + 1) / 6)
    assert auroc([0.9], []) is None


@given(known=scores, unknown=scores)
def test_the_auroc_is_that_of_scikit_learn(known: list[float], unknown: list[float]) -> None:
    right = roc_auc_score([1] * len(known) + [0] * len(unknown), [*known, *unknown])
    assert auroc(known, unknown) == pytest.approx(float(right))


@given(pairs)
def test_the_macro_f1_is_that_of_scikit_learn(given_pairs: list[tuple[str, str]]) -> None:
    true, said = zip(*given_pairs, strict=True)
    right = f1_score(true, said, average="macro", zero_division=0.0)
    assert Confusion.of(given_pairs).macro_f1 == pytest.approx(float(right))


@given(pairs)
def test_every_pair_is_counted_once(given_pairs: list[tuple[str, str]]) -> None:
    confusion = Confusion.of(given_pairs, LABELS)
    assert confusion.total == len(given_pairs)
    assert confusion.accuracy == np.mean([true == said for true, said in given_pairs])
    wrong = sum(count for count, _, _ in confusion.mistakes)
    assert wrong == sum(true != said for true, said in given_pairs)


def test_a_confusion_keeps_the_order_it_was_given_and_names_others_after_it() -> None:
    confusion = Confusion.of([("urgent", "low"), ("odd", "low")], ["urgent", "low"])
    assert confusion.labels == ("urgent", "low", "odd")
    assert confusion.counts == ((0, 1, 0), (0, 0, 0), (0, 1, 0))
    assert confusion.hits("low") == Hits(right=0, said=2, true=0)
    assert confusion.mistakes == ((1, "urgent", "low"), (1, "odd", "low"))


def test_precision_recall_and_f1_by_hand() -> None:
    hits = Hits(right=3, said=4, true=6)
    assert (hits.precision, hits.recall, hits.f1) == (0.75, 0.5, 0.6)
    assert (Hits().precision, Hits().recall, Hits().f1) == (None, None, None)
    assert hits + Hits(1, 1, 1) == Hits(4, 5, 7)
