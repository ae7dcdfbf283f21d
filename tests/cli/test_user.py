"""`triage user`: who may use the page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cli.conftest import Desk
from triage.core.accounts import LEAST_PASSWORD
from triage.store.accounts import Audited


def test_somebody_is_let_in_changed_and_listed(desk: Desk) -> None:
    made = desk.run("user", "add", "Maria", "--agent", "maria", "--queue", "returns")
    assert made.exit_code == 0, made.output
    assert len(made.stdout.strip()) >= LEAST_PASSWORD
    assert desk.run("user", "add", "Maria").exit_code == 1
    (one,) = desk.json("user", "list")
    assert (one["name"], one["role"], one["agent"]) == ("Maria", "agent", "maria")
    assert (one["queues"], one["disabled"]) == (["returns"], False)
    changed = ("--role", "lead", "--agent", "", "--queue", "all", "--zone", "Europe/Berlin")
    assert desk.run("user", "change", "Maria", *changed, "--disable").exit_code == 0
    (one,) = desk.json("user", "list")
    assert (one["role"], one["agent"], one["queues"]) == ("lead", "", [])
    assert (one["zone"], one["disabled"]) == ("Europe/Berlin", True)
    assert desk.run("user", "list").stdout == "Maria: lead, all queues, locked out\n"


def test_a_token_is_printed_once_and_taken_back(desk: Desk) -> None:
    assert desk.run("user", "add", "maria", "--role", "admin").exit_code == 0
    made = desk.run("user", "token", "maria", "report")
    assert made.exit_code == 0, made.output
    assert desk.store.token(bytes.fromhex(made.stdout.strip())) is not None
    assert desk.run("user", "token", "maria", "report", "--revoke").exit_code == 0
    assert desk.store.token(bytes.fromhex(made.stdout.strip())) is None
    again = desk.run("user", "token", "maria", "report", "--revoke")
    assert "no token called 'report'" in again.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "jo", "--agent", "marai"), 2, "did you mean 'maria'?"),
        (("add", "jo", "--queue", "return"), 2, "did you mean 'returns'?"),
        (("add", "jo", "--zone", "Europe/Londn"), 2, "did you mean 'Europe/London'?"),
        (("add", "jo", "--zone", "Mars/X"), 2, "'Mars/X'; an IANA name such as Europe/London"),
        (("add", " jo"), 2, "does not do as a name"),
        (("change", "jo"), 1, "nobody is called 'jo'"),
    ],
)
def test_what_is_nobodys_is_refused_with_the_remedy(
    desk: Desk, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = desk.run("user", *words)
    assert refused.exit_code == code
    assert said in " ".join(refused.stderr.split())
    assert desk.json("user", "list") == []


def test_who_gave_access_to_whom_is_written_down_and_listed(desk: Desk) -> None:
    desk.run("user", "add", "maria", "--queue", "returns")
    made = desk.run("user", "token", "maria", "report").stdout.strip()
    desk.run("user", "change", "maria", "--role", "lead", "--password")
    listed = desk.json("user", "audit")
    assert [one["action"] for one in listed] == ["user_changed", "token_made", "user_added"]
    assert listed[0]["what"] == "lead, returns; a new password"
    assert {one["about"] for one in listed} == {"maria"}
    shown = desk.run("user", "audit", "--action", "token_made").stdout
    assert shown.count("\n") == 1
    assert made not in shown
    assert desk.json("user", "audit", "--since", "1d", "--person", "nobody at all") == []


def test_the_end_of_what_was_set_is_listed_as_people_write_time(desk: Desk) -> None:
    until = "2026-11-22T20:19:56.980145+00:00"
    entry = Audited(
        at=datetime(2026, 11, 22, 19, tzinfo=UTC),
        person="jonas",
        action="switched_on",
        about="closed",
        detail={"what": until},
        address="192.0.2.1",
    )
    desk.store.audit(entry)
    shown = desk.run("user", "audit").stdout
    assert "jonas switched_on closed: until 2026-11-22 20:19  (192.0.2.1)" in shown
    assert desk.json("user", "audit")[0]["what"] == until


def test_tokens_are_listed_with_when_each_was_used(desk: Desk) -> None:
    desk.run("user", "add", "maria")
    desk.run("user", "token", "maria", "report")
    assert "never used" in desk.run("user", "tokens").stdout
    (one,) = desk.json("user", "tokens", "maria")
    assert (one["token"], one["used"], one["revoked"]) == ("report", None, None)
    assert desk.json("user", "tokens", "nobody") == []
