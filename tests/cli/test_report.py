"""`triage report`: how a time went, on a real store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import pytest

from tests.cli.conftest import MINUTE, Case, Desk
from triage.cli.period import Ago, Point, period
from triage.core.ticket import Kind
from triage.store.byhand import Closing

RESPONSE = {
    "turns", "answered", "decided", "in_time", "share", "on_wall", "share_on_wall", "late_open",
    "waits", "closed", "does", "business", "wall", "oldest_open",
}  # fmt: skip
KEYS = {
    "since", "until", "now", "queue", "response", "queues", "days", "oldest", "causes", "promises",
    "breaches", "breach_reasons", "staffing", "complaints", "compliments", "leaving", "goodwill",
    "remedies", "acknowledgements", "agents",
}  # fmt: skip
PROMISES = {
    "told", "kept", "share", "told_before", "not_told", "still_open", "broken", "delays",
    "expected", "before_expected", "outlooks",
}  # fmt: skip
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Give the desk a turn answered in time, one late and open, one closed, and a newsletter."""
    answered = desk.open(Case(arrived_ago=50 * MINUTE, due_in=10 * MINUTE))
    desk.store.answered(answered, desk.now - 20 * MINUTE, "maria", "phone")
    desk.open(Case(queue="orders", arrived_ago=90 * MINUTE, due_in=-30 * MINUTE, name="Bo <b>"))
    closed = desk.open(Case(queue="orders", flags=("complaint",)))
    closing = Closing(reason="a duplicate", cause="late-carrier")
    desk.store.close_ticket(closed, closing, "maria", desk.now)
    desk.file(Case(), Kind.BULK)
    return desk


def test_the_shape_of_the_json_stays(told: Desk) -> None:
    found = told.json("report")
    assert set(found) == KEYS
    assert set(found["response"]) == RESPONSE
    assert set(found["queues"][0]) == RESPONSE | {"queue"}
    assert set(found["days"][0]) == RESPONSE | {"day"}
    assert set(found["promises"]) == PROMISES
    assert set(found["response"]["business"]) == {"p50", "p90", "p99"}
    assert set(found["oldest"][0]) == {
        "ticket", "queue", "since", "deadline", "business", "wall", "late",
    }  # fmt: skip
    assert found["agents"] is None


def test_a_late_mail_that_waits_is_a_miss(told: Desk) -> None:
    found = told.json("report")["response"]
    assert (found["turns"], found["decided"], found["in_time"], found["share"]) == (3, 2, 1, 0.5)
    assert (found["late_open"], found["closed"], found["answered"]) == (1, 1, 1)
    assert found["does"] == {"answers": 1, "asks": 0, "promises": 0}
    assert found["wall"]["p50"] == 30.0
    assert found["wall"]["p99"] == pytest.approx(90, abs=2)


def test_of_one_queue_there_is_that_queue_alone(told: Desk) -> None:
    found = told.json("report", "--queue", "orders")
    assert [one["queue"] for one in found["queues"]] == ["orders"]
    assert found["response"]["in_time"] == 0
    result = told.run("report", "--queue", "order")
    assert result.exit_code == 2
    assert "orders" in result.output


def test_causes_come_first_and_no_share_comes_alone(told: Desk) -> None:
    result = told.run("report")
    assert result.exit_code == 0, result.output
    head, _, rest = result.stdout.partition("What brought most mail")
    (line,) = [line for line in head.splitlines() if "Answered in time" in line]
    assert "50 %" in line
    assert "p99" in line
    assert "oldest open" in line
    assert "The carrier was late" in rest.split("How long answers took")[0]
    assert "By person" not in rest
    assert "By person" in told.run("report", "--agents").stdout


def test_why_mail_was_not_acknowledged_is_told(told: Desk) -> None:
    found = told.json("report")["acknowledgements"]
    assert {"kind": "bulk", "reason": "bulk", "mails": 1} in found["withheld"]
    assert {"state": "cancelled", "reason": "answered", "mails": 1} in found["not_sent"]


def test_people_are_told_of_only_where_somebody_asks(told: Desk) -> None:
    found = told.json("report", "--agents")["agents"]
    assert [(one["agent"], one["answered"], one["complaints"]) for one in found] == [
        ("maria", 1, 1)
    ]


def test_the_page_is_written_and_names_nobody(told: Desk) -> None:
    path = told.folder / "report.html"
    result = told.run("report", "--html", str(path))
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    document = path.read_text()
    assert document.startswith("<!DOCTYPE html>")
    assert "Jo Park" not in document
    assert "Northwind Home" in document


def test_a_page_that_cannot_be_written_is_one_clear_line(told: Desk) -> None:
    result = told.run("report", "--html", str(told.folder / "none" / "report.html"))
    assert result.exit_code == 1
    assert "cannot be written: no such file or directory" in result.stderr


def test_of_an_empty_store_there_is_a_report(desk: Desk) -> None:
    result = desk.run("report")
    assert result.exit_code == 0, result.output
    assert "Nothing" in result.stdout or "No mail." in result.stdout
    found = desk.json("report", "--since", "24h")
    assert (found["response"]["turns"], found["response"]["share"]) == (0, None)
    assert found["causes"] == []


@pytest.mark.parametrize("typed", ["", "7", "0d", "d", "9999w", "2026-13-01", "yesterday", "-7d"])
def test_what_is_no_time_is_refused_with_an_example(desk: Desk, typed: str) -> None:
    result = desk.run("report", f"--since={typed}")
    assert result.exit_code == 2
    assert "write 7d, 24h, 4w or 2026-11-01" in result.stderr


def test_a_time_that_ends_before_it_begins_is_refused(desk: Desk) -> None:
    result = desk.run("report", "--since", "7d", "--until", "2w")
    assert result.exit_code == 2
    assert "it begins when it ends, or later" in result.stderr


def test_json_and_a_page_are_not_both_given(desk: Desk) -> None:
    assert desk.run("report", "--json", "--html", "x.html").exit_code == 2


def test_without_hours_there_is_no_report(desk: Desk) -> None:
    rules = desk.folder / "rules"
    rules.mkdir()
    (rules / "roster.yaml").write_text("nonsense: [")
    result = desk.run("report")
    assert result.exit_code == 1
    assert "no report while the rules have faults" in result.stderr


def test_days_go_back_by_the_calendar_and_hours_as_they_pass() -> None:
    """London changed its clocks on Sunday 29 March."""
    now = datetime(2026, 3, 30, 11, 30, tzinfo=UTC)
    assert period(Ago(days=7), None, now, LONDON)[0] == datetime(2026, 3, 23, 12, 30, tzinfo=UTC)
    assert period(Ago(hours=168), None, now, LONDON)[0] == now - timedelta(days=7)


def test_a_day_is_in_the_time_that_it_ends_and_nothing_ends_after_now() -> None:
    first, end = period(date(2026, 3, 28), date(2026, 3, 29), NOW, LONDON)
    assert first == datetime(2026, 3, 28, tzinfo=UTC)
    assert end == datetime(2026, 3, 29, 23, tzinfo=UTC)
    assert period(date(2026, 3, 28), date(2026, 4, 9), NOW, LONDON)[1] == NOW
    with pytest.raises(click.BadParameter):
        period(date(2026, 4, 1), None, NOW, LONDON)


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("7d", Ago(days=7)),
        ("24H", Ago(hours=24)),
        (" 4 w", Ago(days=28)),
        ("2026-11-01", date(2026, 11, 1)),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, point: Ago | date) -> None:
    assert Point().convert(typed, None, None) == point
