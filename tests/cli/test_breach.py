from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tests.cli.conftest import MINUTE, Case, Desk
from tests.store.desk import TERMS
from triage.core.acting import act
from triage.store.sqlite import open_store


@pytest.fixture
def missed(desk: Desk) -> str:
    """Return the reference of a ticket whose deadline passed half an hour ago."""
    reference = desk.open(Case(due_in=-30 * MINUTE, arrived_ago=timedelta(hours=2)))
    now = datetime.now(UTC)
    store = open_store(desk.folder / "triage.db")
    store.fire(now, partial(act, terms=TERMS, secret=b"secret", now=now))
    store.close()
    return reference


def test_why_a_deadline_was_missed_is_shown_and_set_right(desk: Desk, missed: str) -> None:
    assert missed in desk.run("breach", missed).stdout
    shown = desk.run("breach", missed, "--reason", "burst")
    assert shown.exit_code == 0, shown.output
    assert "first due" in shown.stdout
    assert "burst (says" in shown.stdout
    (one,) = json.loads(desk.run("breach", missed, "--json").stdout)["breaches"]
    assert (one["ticket"], one["clock"], one["reason"]) == (missed, "first", "burst")
    assert one["by"]
    assert "breach explained" in desk.run("show", missed).stdout


def test_a_ticket_in_time_has_no_breach(desk: Desk) -> None:
    reference = desk.open(Case())
    asked = desk.run("breach", reference)
    assert (asked.exit_code, asked.stdout) == (0, "")
    assert desk.run("breach", reference, "--reason", "burst").exit_code == 1


def test_a_reason_is_one_of_a_closed_set(desk: Desk, missed: str) -> None:
    assert desk.run("breach", missed, "--reason", "weather").exit_code == 2
