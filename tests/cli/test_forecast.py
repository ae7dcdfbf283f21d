from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.cli.conftest import MINUTE, Case, Desk
from triage.core.misses import Outlook

SOON = Case(subject="Nearly due", due_in=2 * MINUTE, arrived_ago=58 * MINUTE)
"""Due before anybody has written an answer, whether somebody is there or nobody."""


def test_what_will_be_late_is_listed_with_what_one_more_agent_would_change(desk: Desk) -> None:
    reference = desk.open(SOON)
    output = desk.run("queue", "--forecast")
    first, second, *_ = output.stdout.splitlines()
    assert "expect 1 (1\N{EN DASH}1) late; with one more agent now: 1 (1\N{EN DASH}1)." in first
    assert reference in second
    assert "Nearly due" in second
    assert "their pace is assumed, not measured" in output.stderr


def test_nothing_that_waits_is_nothing_late(desk: Desk) -> None:
    assert "expect 0 (0\N{EN DASH}0) late" in desk.run("queue", "--forecast").stdout


def test_the_forecast_as_json(desk: Desk) -> None:
    reference = desk.open(SOON)
    found = desk.json("queue", "--forecast")
    assert set(found) == {"now", "forecast", "with_one_more", "measured", "yesterday"}
    assert set(found["forecast"]) == {"until", "late", "low", "high", "tickets"}
    (ticket,) = found["forecast"]["tickets"]
    assert ticket["reference"] == reference
    assert ticket["probability"] > 0.8
    assert found["measured"] is False


def test_yesterdays_forecasts_stand_beside_what_came(desk: Desk) -> None:
    zone = ZoneInfo("Europe/London")
    yesterday = datetime.now(zone).date() - timedelta(days=1)
    at = datetime.combine(yesterday, time(11), zone).astimezone(UTC)
    for mean, low in ((2.0, 1), (0.0, 0)):
        outlook = Outlook(until=at + timedelta(hours=1), mean=mean, low=low, high=3, late=())
        desk.store.keep_foreseen(outlook, at)
    said = desk.run("queue", "--forecast").stderr
    assert "Yesterday 2 were expected and 0 came late; 1 of 2 forecasts held." in said
