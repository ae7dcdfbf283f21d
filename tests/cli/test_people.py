"""What people say of a ticket: answered elsewhere, judged wrong, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cli.conftest import MINUTE, Case, Desk


def events(desk: Desk, reference: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.json("show", reference)["events"]
    return found


def test_an_answer_by_phone_stops_the_clock(desk: Desk) -> None:
    reference = desk.open(Case())
    result = desk.run("answered", reference, "--by", "phone")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "with the requester now" in result.stderr
    shown = desk.json("show", reference)
    assert shown["status"] == "waiting"
    assert shown["clocks"][0]["result"] == "met"
    assert shown["outgoing"][0]["state"] == "cancelled"


def test_an_answer_at_the_deadline_itself_is_in_time(desk: Desk) -> None:
    reference = desk.open(Case(due_in=-5 * MINUTE, arrived_ago=65 * MINUTE))
    deadline = (desk.now - 5 * MINUTE).isoformat()
    assert desk.run("answered", reference, "--by", "phone", "--at", deadline).exit_code == 0
    assert desk.json("show", reference)["clocks"][0]["result"] == "met"


def test_an_answer_in_the_future_is_wrong_usage(desk: Desk) -> None:
    reference = desk.open(Case())
    tomorrow = (desk.now + timedelta(days=1)).isoformat()
    result = desk.run("answered", reference, "--by", "phone", "--at", tomorrow)
    assert result.exit_code == 2
    assert "it lies in the future" in result.stderr


@pytest.mark.parametrize("at", ["half past five", "25:00", "2026-13-01T10:00"])
def test_a_time_that_is_none_is_wrong_usage(desk: Desk, at: str) -> None:
    result = desk.run("answered", "T-0000000", "--by", "phone", "--at", at)
    assert result.exit_code == 2
    assert "write 17:50 or" in result.stderr


def test_a_correction_changes_the_ticket_and_can_be_taken_back(desk: Desk) -> None:
    reference = desk.open(Case(flags=("complaint",)))
    given = ("--queue", "billing", "--priority", "high", "--signal", "complaint=no")
    result = desk.run("correct", reference, *given, "--signal", "legal=yes")
    assert result.exit_code == 0
    assert f"{reference}: billing, high, legal" in result.stderr
    shown = desk.json("show", reference)
    assert (shown["queue"], shown["priority"], shown["boost"]) == ("billing", "high", 25)
    assert desk.run("correct", reference, "--undo").exit_code == 0
    back = desk.json("show", reference)
    assert (back["queue"], back["priority"], back["signals"]) == (
        "returns",
        "normal",
        ["complaint"],
    )
    names = [event["name"] for event in events(desk, reference)]
    # Each counts the clock anew, by the hours of the shipped desk.
    assert [name for name in names if name != "recounted"][-2:] == [
        "corrected",
        "correction_undone",
    ]


@pytest.mark.parametrize("kind", ["auto_reply", "Out_Of_Office", "BULK"])
def test_a_kind_is_given_as_it_is_shown(desk: Desk, kind: str) -> None:
    reference = desk.open(Case())
    result = desk.run("correct", reference, "--kind", kind)
    assert result.exit_code == 0, result.output
    assert events(desk, reference)[-1]["detail"]["kind"] == kind.casefold()


def test_nothing_to_take_back_is_a_finding(desk: Desk) -> None:
    reference = desk.open(Case())
    result = desk.run("correct", reference, "--undo")
    assert result.exit_code == 1
    assert "there is no correction to take back" in result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "say what is right"),
        (("--undo", "--queue", "billing"), "say what is right"),
        (("--queue", "biling"), "did you mean 'billing'?"),
        (("--signal", "complant=yes"), "did you mean 'complaint'?"),
        (("--signal", "complaint"), "write NAME=yes or NAME=no"),
        (("--priority", "huge"), "'huge' is not one of 'urgent', 'high'"),
        (("--kind", "robot"), "'robot' is not one of 'human', 'auto_reply'"),
    ],
)
def test_a_correction_that_means_nothing_is_wrong_usage(
    desk: Desk, given: tuple[str, ...], said: str
) -> None:
    reference = desk.open(Case())
    result = desk.run("correct", reference, *given)
    assert result.exit_code == 2
    assert said in result.stderr
    assert [event["name"] for event in events(desk, reference)] == ["opened"]


def test_a_ticket_without_an_answer_closes_only_for_a_reason_or_a_referral(desk: Desk) -> None:
    reference = desk.open(Case())
    refused = desk.run("close", reference)
    assert refused.exit_code == 2
    assert "has no answer yet" in refused.stderr
    assert desk.run("close", reference, "--referral", "carrier").exit_code == 0
    assert desk.json("show", reference)["status"] == "done"
    closed = events(desk, reference)[-1]
    assert closed["detail"]["referral"] == "carrier"
    assert "is done already" in desk.run("close", reference).stderr


def test_an_answered_ticket_closes_without_a_word(desk: Desk) -> None:
    reference = desk.open(Case())
    desk.run("answered", reference, "--by", "phone")
    assert desk.run("close", reference, "--cause", "bad packaging").exit_code == 0
    assert events(desk, reference)[-1]["detail"]["cause"] == "bad packaging"


def test_a_reason_and_a_referral_exclude_each_other(desk: Desk) -> None:
    result = desk.run("close", "T-0000000", "--reason", "spam", "--referral", "them")
    assert result.exit_code == 2
