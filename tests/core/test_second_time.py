"""What is told once a first time will be missed: it cannot be taken back again."""

from __future__ import annotations

from dataclasses import replace

from tests.core.test_forecast import HOUR, MINUTE, NOW, TWO, waits
from tests.core.test_telling import KNOWN, MARIA, terms
from triage.core.forecast import Newcomer, expected
from triage.core.load import Waiting
from triage.core.promise import Told
from triage.core.telling import Asked, tell
from triage.core.ticket import Priority

DUE = NOW - 30 * MINUTE
MISSED = NOW + 10 * MINUTE
NOT_BEFORE = MISSED + 40 * MINUTE


def second(*waiting: Waiting) -> Told:
    """Tell another time to somebody whose answer was due at `DUE` and told for `MISSED`."""
    asked = Asked(
        queue="orders",
        guess="orders",
        priority=Priority.NORMAL,
        deadline=DUE,
        place=DUE,
        not_before=NOT_BEFORE,
    )
    found = tell(asked, MARIA, terms(), replace(KNOWN, waiting=waiting), NOW)
    assert found is not None
    return found


def test_p5_a_second_time_is_well_after_the_first_even_where_the_queue_is_short() -> None:
    found = second()
    assert found.at == NOT_BEFORE
    assert found.target_at == DUE


def test_p5_a_second_time_counts_what_is_late_before_it_and_what_can_still_be_made() -> None:
    behind, before = waits(60, -20), waits(40, -40)
    assert second(behind).at == NOT_BEFORE
    assert second(before).at > second().at
    assert second(before, waits(30)).at > second(before).at


def minutes_of_late(*waiting: Waiting) -> float:
    found = expected(
        Newcomer("orders", DUE, DUE),
        replace(KNOWN, waiting=waiting, pace=replace(KNOWN.pace, spread=0.0)),
        TWO,
        NOW,
    )
    assert found is not None
    return round((found.at - NOW) / HOUR * 60, 1)


def test_a_late_mail_waits_for_the_late_before_it_and_not_for_those_behind() -> None:
    assert minutes_of_late() == 6.0
    assert minutes_of_late(waits(20, -20)) == 6.0
    assert minutes_of_late(waits(10, -40)) == 36.0


def test_of_four_mails_three_that_can_still_be_made_go_before_a_late_one() -> None:
    assert minutes_of_late(waits(10, -40), waits(15)) == 36.0 + 15 * 6.0 / 2
