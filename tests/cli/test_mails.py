"""Mail that became no ticket is listed, shown, explained and brought back by its handle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cli.conftest import Case, Desk
from triage.core.disposition import Explained
from triage.core.ticket import Kind

PILLS = Case(
    subject="Cheap pills",
    text="Buy now.",
    sender="s@example.net",
    explained=Explained(why=("the provider says spam",)),
)


@pytest.fixture
def handle(desk: Desk) -> str:
    desk.file(PILLS, Kind.SPAM)
    (mail,) = desk.json("queue", "spam")["mails"]
    return str(mail["mail"])


def test_the_view_shows_kind_sender_subject_why_age_and_what_brings_it_back(
    desk: Desk, handle: str
) -> None:
    result = desk.run("queue", "spam")
    for words in (handle, "spam", "s@example.net", "Cheap pills", "nothing says", "15 min old"):
        assert words in result.stdout
    assert f"triage correct {handle} --kind human" in result.stdout


def test_a_mail_is_shown_and_explained_by_its_handle(desk: Desk, handle: str) -> None:
    shown = desk.run("show", handle)
    assert "Buy now." in shown.stdout
    assert "on no ticket" in shown.stdout
    assert f"triage correct {handle} --kind human   (brings it back)" in shown.stdout
    told = desk.json("show", handle.lower())
    assert (told["mail"], told["ticket"], told["text"]) == (handle, None, "Buy now.")
    assert desk.json("show", handle, "--whole")["body"].strip() == "Buy now."
    explained = desk.json("explain", handle)
    assert (explained["kind"], explained["queue"], explained["file"]) == ("spam", None, handle)


def test_what_is_a_humans_goes_back_to_triage_and_can_be_undone(desk: Desk, handle: str) -> None:
    result = desk.run("correct", handle, "--kind", "human")
    assert result.exit_code == 0, result.output
    assert f"{handle}: human, triaged again at once" in result.stderr
    assert desk.json("queue", "spam")["mails"] == []
    assert desk.store.counts().messages == {"stored": 1}
    assert desk.run("correct", handle, "--undo").exit_code == 0
    assert desk.run("correct", handle, "--undo").exit_code == 1


def test_mail_is_moved_between_the_views(desk: Desk, handle: str) -> None:
    result = desk.run("correct", handle, "--kind", "bulk")
    assert f"{handle}: bulk, on no ticket" in result.stderr
    (mail,) = desk.json("queue", "automatic")["mails"]
    assert (mail["kind"], mail["mail"]) == ("bulk", handle)
    assert mail["why"].endswith(" says so")


def test_a_ticket_that_was_taken_out_comes_back_by_either_name(desk: Desk) -> None:
    reference = desk.open(Case())
    desk.run("correct", reference, "--kind", "spam")
    (mail,) = desk.json("queue", "spam")["mails"]
    assert mail["ticket"] == reference
    result = desk.run("correct", mail["mail"], "--kind", "human")
    assert f"{mail['mail']}: human, on {reference}" in result.stderr
    assert [one["reference"] for one in desk.json("queue")["tickets"]] == [reference]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("show", "M-99"), "there is no mail M-99"),
        (("explain", "M-99"), "there is no mail M-99"),
        (("correct", "M-99", "--kind", "human"), "there is no mail M-99"),
    ],
)
def test_a_mail_that_does_not_exist_is_said(desk: Desk, args: tuple[str, ...], said: str) -> None:
    result = desk.run(*args)
    assert result.exit_code == 1
    assert said in result.stderr


def test_only_the_kind_of_a_mail_is_set_right(desk: Desk, handle: str) -> None:
    result = desk.run("correct", handle, "--queue", "billing")
    assert result.exit_code == 1
    assert "only its kind" in result.stderr


def test_a_merged_ticket_is_found_by_its_own_reference(desk: Desk) -> None:
    first = desk.open(Case())
    second = desk.open(replace(Case(), text="And a chair."))
    desk.store.merge(second, first, "maria", desk.now)
    shown = desk.run("show", second)
    assert f"{second} was merged into {first}" in shown.stderr
    assert "And a chair" in shown.stdout
    assert desk.json("show", first)["merged"] == [second]
    assert desk.json("explain", second)["file"] == second
    refused = desk.run("close", second)
    assert refused.exit_code == 2
    assert f"{first} has no answer yet" in refused.stderr
    assert "with the requester now" in desk.run("answered", second, "--by", "phone").stderr
    assert desk.json("show", first)["status"] == "waiting"
    assert f"{first}: billing" in desk.run("correct", second, "--queue", "billing").stderr


def test_a_mail_on_a_ticket_is_explained_with_its_ticket(desk: Desk) -> None:
    reference = desk.open(Case(owner="maria", queue="returns"))
    (mail,) = desk.json("show", reference)["thread"]
    told, whole = desk.json("explain", mail["mail"]), desk.json("explain", reference)
    assert told == {**whole, "file": mail["mail"]}
    shown = desk.run("explain", mail["mail"]).stdout
    assert f"ticket   {reference} · returns · normal · owner maria" in shown


def test_a_filed_mail_is_explained_as_filed_and_what_it_became_is_said(
    desk: Desk, handle: str
) -> None:
    assert "none: filed where agents can see it" in desk.run("explain", handle).stdout
    reference = desk.open(Case())
    spam = desk.run("correct", reference, "--kind", "spam")
    assert f"{reference}: spam, out of the queue" in spam.stderr
    (mail,) = desk.json("show", reference)["thread"]
    shown = desk.run("explain", mail["mail"]).stdout
    assert f"none of its own: filed on {reference}" in shown
    human = desk.run("correct", reference, "--kind", "human")
    assert f"{reference}: human, returns, normal, no signals" in human.stderr
