from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.report.calibration import BINS, calibration

said = st.lists(st.tuples(st.floats(0, 1), st.booleans()))


def test_who_is_as_often_right_as_they_are_sure_has_no_error() -> None:
    found = calibration([(0.75, True)] * 3 + [(0.75, False)] + [(1.0, True)] * 5)
    assert found.error == pytest.approx(0)
    assert [(one.low, one.many, one.right) for one in found.bins] == [(0.7, 4, 0.75), (0.9, 5, 1)]


def test_who_is_sure_and_wrong_has_all_of_it() -> None:
    assert calibration([(1.0, False)] * 3).error == pytest.approx(1)
    assert calibration([]).error == 0


def test_at_its_lower_end_a_sureness_is_of_a_bin_and_at_its_upper_end_of_the_next() -> None:
    found = calibration([(0.5, True), (0.499, True), (1.0, True), (0.0, True)])
    assert [one.low for one in found.bins] == [0.0, 0.4, 0.5, 0.9]


@given(said)
def test_every_one_is_in_one_bin_and_the_error_is_a_share(every: list[tuple[float, bool]]) -> None:
    found = calibration(every)
    assert sum(one.many for one in found.bins) == len(every) == found.many
    assert len(found.bins) <= BINS
    assert 0 <= found.error <= 1 + 1e-9
    for one in found.bins:
        assert one.low - 1e-9 <= one.sure <= one.high + 1e-9
