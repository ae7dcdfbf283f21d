"""`triage wish`, and what `triage show` says beyond the hour."""

from __future__ import annotations

from tests.cli.conftest import Case, Desk
from triage.core.disposition import Explained
from triage.core.wish import ASKS_FOR_SILENCE


def test_a_wish_is_kept_shown_changed_and_forgotten(desk: Desk) -> None:
    who = "jo.park@example.net"
    kept = desk.run("wish", "Jo.Park@example.net", "--language", "DE", "--no-automatic")
    assert kept.exit_code == 0, kept.stderr
    assert kept.stderr.strip() == f"{who}: wants de · no automatic notes"
    assert desk.run("wish", who, "--contact", "phone after six").exit_code == 0
    (one,) = desk.json("wish")
    assert one == {
        "address": who,
        "name": "",
        "language": "de",
        "contact": "phone after six",
        "words": "",
        "automatic": False,
    }
    shown = desk.run("show", desk.open(Case())).stdout
    assert "wishes   wants de · by phone after six · no automatic notes" in shown
    assert desk.run("wish", who, "--automatic", "--language", "").exit_code == 0
    assert desk.run("wish", who).stdout.strip() == f"{who}  by phone after six"
    assert desk.run("wish", who, "--forget").exit_code == 0
    assert desk.json("wish") == []


def test_what_cannot_be_kept_is_refused(desk: Desk) -> None:
    for args, said in (
        (("--language", "de"), "name the requester's address"),
        (("jo", "--language", "de"), "'jo' is not a mail address"),
        (("jo@example.net", "--language", "german"), "'german' is not a language"),
        (("jo@example.net", "--forget", "--name", "Jo"), "give --forget alone"),
    ):
        refused = desk.run("wish", *args)
        assert refused.exit_code == 2
        assert said in " ".join(refused.stderr.split())


def test_a_mail_that_asks_for_silence_proposes_it_and_sets_nothing(desk: Desk) -> None:
    reference = desk.open(Case(flags=(ASKS_FOR_SILENCE,)))
    shown = " ".join(desk.run("show", reference).stdout.split())
    assert "triage wish jo.park@example.net --no-automatic" in shown
    assert desk.json("wish") == []


def test_what_is_needed_is_shown_as_known_or_missing(desk: Desk) -> None:
    without = desk.open(Case())
    assert desk.json("show", without)["round"]["missing"] == ["order_number"]
    assert "facts    order number is missing" in desk.run("show", without).stdout
    stated = Explained(facts={"order_number": "NW-123456", "phone": "1"})
    given = desk.open(Case(explained=stated, subject="Another"))
    told = desk.json("show", given)["round"]
    assert (told["facts"], told["missing"]) == ({"order_number": "NW-123456"}, [])
    assert "facts    order number NW-123456" in desk.run("show", given).stdout


def test_a_cause_is_suggested_at_closing_and_can_be_kept_later(desk: Desk) -> None:
    text = "The table arrived damaged; the box was torn."
    reference = desk.open(Case(text=text))
    closed = desk.run("close", reference, "--reason", "Sent a new one")
    assert closed.exit_code == 0
    assert "cause: damaged-in-transit, perhaps" in closed.stderr
    assert f"triage close {reference} --cause damaged-in-transit" in closed.stderr
    assert desk.json("show", reference)["round"]["cause"] is None
    assert desk.run("close", reference, "--cause", "damaged-in-transit").exit_code == 0
    assert desk.json("show", reference)["round"]["cause"] == "damaged-in-transit"


def test_a_kind_goodbye_closes_and_a_fix_closes_the_complaint(desk: Desk) -> None:
    leaving = desk.open(Case(flags=("churn_risk",), explained=Explained()))
    assert desk.run("close", leaving, "--goodbye").exit_code == 0
    assert desk.json("show", leaving)["events"][-1]["detail"]["reason"] == "a kind goodbye"
    angry = desk.open(Case(flags=("complaint",), subject="Shame"))
    assert desk.run("close", angry, "--reason", "Called them", "--fix", "New box").exit_code == 0
    (voice,) = desk.json("show", angry)["round"]["voices"]
    assert (voice["kind"], voice["fix"], voice["closed"] is None) == ("complaint", "New box", False)
    calm = desk.open(Case(subject="Calm"))
    refused = desk.run("close", calm, "--reason", "Fine", "--fix", "Nothing")
    assert refused.exit_code != 0
    assert desk.json("show", calm)["status"] == "open"
