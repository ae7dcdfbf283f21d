from __future__ import annotations

from datetime import datetime, timedelta

from tests.store.desk import NOW, Desk, mail
from triage.store.arriving import arrivals

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY_AT_TEN = 10  # NOW, as an hour of the week


def write(desk: Desk, number: int, at: datetime) -> None:
    """Let so many mails come in the hour that begins at `at`."""
    for each in range(number):
        desk.now = at + timedelta(minutes=each)
        name = f"{at:%d%H}{each}@example.net"
        desk.take(mail(sender=name, subject=f"Table {name}", message_id=f"<{name}>"))


def learned(desk: Desk, now: datetime) -> list[float]:
    return arrivals(desk.store._db, now)


def test_an_hour_of_the_week_is_averaged_over_as_often_as_it_has_come(desk: Desk) -> None:
    write(desk, 4, NOW)
    write(desk, 3, NOW + DAY)
    write(desk, 2, NOW + 7 * DAY)
    on_tuesday = learned(desk, NOW + 8 * DAY)
    assert on_tuesday[MONDAY_AT_TEN] == 3.0
    assert on_tuesday[MONDAY_AT_TEN + 24] == 3.0  # it has come once, in eight days too
    assert learned(desk, NOW + 8 * DAY + HOUR)[MONDAY_AT_TEN + 24] == 1.5


def test_the_hour_that_is_not_over_does_not_count_yet(desk: Desk) -> None:
    write(desk, 4, NOW)
    assert learned(desk, NOW + timedelta(minutes=59)) == []
    assert learned(desk, NOW + HOUR)[MONDAY_AT_TEN] == 4.0


def test_a_working_day_that_has_not_come_is_like_those_that_have_and_a_weekend_is_not(
    desk: Desk,
) -> None:
    write(desk, 4, NOW)
    write(desk, 2, NOW + DAY)
    found = learned(desk, NOW + 2 * DAY)
    assert found[MONDAY_AT_TEN + 3 * 24] == 3.0
    assert found[MONDAY_AT_TEN + 5 * 24] == 0.0
    assert found[MONDAY_AT_TEN + 1] == 0.0
