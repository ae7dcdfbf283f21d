"""Figures as people read them."""

from __future__ import annotations

import pytest

from triage.report.words import signed, size

KB, MB = 1024, 1024 * 1024


@pytest.mark.parametrize(
    ("many", "written"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (KB, "1 KB"),
        (KB * 3 // 2, "1.5 KB"),
        (28 * KB - 1, "27 KB"),
        (MB - 1, "1023 KB"),
        (15 * MB - 1, "14.9 MB"),
        (150 * MB, "150 MB"),
        (5000 * 1024 * MB, "5000 GB"),
    ],
)
def test_a_size_is_never_written_as_more_than_it_is(many: int, written: str) -> None:
    assert size(many) == written


def test_a_weight_has_its_sign() -> None:
    assert (signed(0.25), signed(-1.26)) == ("+0.2", "\N{MINUS SIGN}1.3")
