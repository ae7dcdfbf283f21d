"""`triage close`: referrals and causes by their names, or in words of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Case, Desk
from tests.cli.test_people import events
from triage.config.shipped import shipped_rules


@pytest.fixture
def named(desk: Desk) -> Desk:
    """Return a desk with a referral and a cause of its own."""
    rules: Path = desk.folder / "rules"
    rules.mkdir()
    for name in ("queues.yaml", "roster.yaml"):
        shutil.copy(shipped_rules() / name, rules)
    (rules / "referrals.yaml").write_text("referrals: {maker: {title: M, where: m@maker.test}}")
    (rules / "causes.yaml").write_text("causes: {late-carrier: The carrier was late}")
    return desk


def test_a_ticket_is_closed_by_the_name_of_a_referral_and_of_a_cause(named: Desk) -> None:
    reference = named.open(Case())
    closed = named.run("close", reference, "--referral", "maker", "--cause", "late-carrier")
    assert closed.exit_code == 0
    detail = events(named, reference)[-1]["detail"]
    assert (detail["referral"], detail["cause"]) == ("maker", "late-carrier")


@pytest.mark.parametrize(
    ("option", "typed", "said"),
    [
        ("--referral", "makr", "there is no referral 'makr': did you mean 'maker'?"),
        ("--cause", "late-carier", "there is no cause 'late-carier': did you mean 'late-carrier'?"),
    ],
)
def test_a_name_that_there_is_not_is_refused(
    named: Desk, option: str, typed: str, said: str
) -> None:
    reference = named.open(Case())
    why = () if option == "--referral" else ("--reason", "spam")
    refused = named.run("close", reference, *why, option, typed)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
    assert named.json("show", reference)["status"] == "open"


@pytest.mark.parametrize(
    "person",
    ["Anna Berg at the mill", "the shop next door, +44 20 7946 0018", "jonas", "Aya Haddad"],
)
def test_a_person_who_can_be_found_is_a_referral(named: Desk, person: str) -> None:
    reference = named.open(Case())
    assert named.run("close", reference, "--referral", person).exit_code == 0
    assert events(named, reference)[-1]["detail"]["referral"] == person


@pytest.mark.parametrize("nowhere", ["the shop next door", "them", "Somebody"])
def test_nobody_is_sent_nowhere(named: Desk, nowhere: str) -> None:
    (named.folder / "rules" / "referrals.yaml").unlink()
    reference = named.open(Case())
    refused = named.run("close", reference, "--referral", nowhere)
    assert refused.exit_code == 2
    assert "or a person by first and last name" in " ".join(refused.stderr.split())
    assert named.json("show", reference)["status"] == "open"


def test_an_answered_requester_is_asked_later_whether_all_is_well(named: Desk) -> None:
    reference = named.open(Case())
    early = named.run("close", reference, "--reason", "called", "--check-back", "in 3 days")
    assert early.exit_code == 1
    assert "has no answer yet: nobody can be asked whether all is well" in early.stderr
    assert named.run("answered", reference, "--by", "phone").exit_code == 0
    never = named.run("close", reference, "--check-back", "some day")
    assert never.exit_code == 2
    assert "'some day' is no time ahead" in never.stderr
    closed = named.run("close", reference, "--check-back", "in 3 days")
    assert closed.exit_code == 0
    assert "they are asked" in closed.stderr
    assert events(named, reference)[-1]["name"] == "check_back_set"
    again = named.run("close", reference, "--check-back", "friday")
    assert "is done already: nobody is asked any more" in again.stderr
