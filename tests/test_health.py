"""How often the daemon looks at itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from triage.health import BEAT, beat_every


def test_without_a_watchdog_the_usual_beat_is_kept() -> None:
    assert beat_every({}) == BEAT


@pytest.mark.parametrize("seconds", [0.5, 2, 19, 20, 21, 90, 3600])
def test_every_watchdog_is_fed_twice_in_its_time_and_no_beat_is_rarer_than_usual(
    seconds: float,
) -> None:
    watchdog = timedelta(seconds=seconds)
    beat = beat_every({"WATCHDOG_USEC": str(watchdog // timedelta(microseconds=1))})
    assert timedelta() < beat <= watchdog / 2
    assert beat <= BEAT
