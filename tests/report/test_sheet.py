from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.desk import DAY, HOUR, LONDON, MONDAY, report, turn
from triage.report.response import by_hour
from triage.report.sheet import sheet


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-3, "-3"),
        (0.123456, "0.1235"),
        (timedelta(hours=1, seconds=30), "60.5"),
        (datetime(2026, 11, 23, 10, tzinfo=UTC), "2026-11-23T10:00:00+00:00"),
        ('a,\n"b"', 'a, "b"'),
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-", "'-"),
        ("@x", "'@x"),
        (" \t=x", "'=x"),
        ("\u202e=x", "'=x"),
    ],
)
def test_a_cell_is_a_bare_value_or_a_text_that_no_spreadsheet_runs(
    value: object, written: str
) -> None:
    assert read(sheet(("a", "b"), [(value, "x")])) == [["a", "b"], [written, "x"]]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_whatever_was_written_a_row_stays_one_line(rows: list[list[str]]) -> None:
    text = sheet(("a", "b"), rows)
    assert len(text.splitlines()) == 1 + len(rows)
    for row in read(text)[1:]:
        assert len(row) == 2
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_turns_are_summed_up_by_the_local_hour_in_which_they_began() -> None:
    sunday = MONDAY + 6 * DAY  # summer time began that night
    found = report(
        [
            turn(MONDAY + 9 * HOUR, MONDAY + 9.5 * HOUR, number=1),
            turn(MONDAY + 9.9 * HOUR, number=2),
            turn(sunday + 8 * HOUR, number=3),
            turn(MONDAY + 12 * HOUR, number=4),
        ]
    )
    counted = {hour: one.turns for hour, one in by_hour(found.waited, LONDON)}
    assert counted == {9: 3, 12: 1}
