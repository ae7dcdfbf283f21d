"""What we answered and what we owe, by command: put down, proposed, accepted, dropped, listed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.conftest import Case, Desk
from triage.core.owed import OwedState, Owes, Source

HOUR = timedelta(hours=1)


def test_an_update_is_put_down_with_its_clock_and_listed(desk: Desk) -> None:
    reference = desk.open(Case())
    assert desk.run("answered", reference, "--by", "phone", "--agent", "jonas").exit_code == 0
    result = desk.run("owe", reference, "the carrier's word", "--by", "in 3 hours")
    assert result.exit_code == 0, result.output
    assert f"{reference}: an update is owed by" in result.stderr
    shown = desk.json("show", reference)
    (answer,) = shown["answers"]
    assert (answer["by"], answer["how"], answer["does"]) == ("jonas", "phone", "answers")
    (owed,) = shown["owed"]
    assert (owed["state"], owed["why"], owed["source"]) == ("open", "the carrier's word", "command")
    assert desk.json("queue", "owed")["updates"] == [owed]
    assert "1 update is owed" in desk.run("queue").stderr
    listed = desk.run("queue", "owed").stdout
    assert reference in listed
    assert "the carrier's word" in listed


def test_what_is_proposed_is_shown_and_taken_or_dropped(desk: Desk) -> None:
    reference = desk.open(Case())
    assert "no answer's words propose" in desk.run("owe", reference, "--accept").stderr
    _proposed(desk, reference)
    assert "--accept|--dropped" in desk.run("show", reference).stdout
    assert "1 update is proposed" in desk.run("queue").stderr
    assert desk.run("owe", reference, "--accept").exit_code == 0
    assert desk.json("queue", "owed")["updates"][0]["state"] == "open"
    assert desk.run("owe", reference, "--by", "tomorrow").exit_code == 1
    assert desk.run("owe", reference, "--dropped").exit_code == 0
    assert desk.json("queue", "owed")["updates"] == []
    assert "No update is owed" in desk.run("queue", "owed").stderr


def _proposed(desk: Desk, reference: str) -> None:
    """Have an update proposed, as the words of an answer would."""
    owes = Owes(due=desk.now + HOUR, warn_at=desk.now, why="I'll write by then")
    desk.store.owe(reference, owes, "maria", desk.now, Source.MAIL)
    with desk.store._writing() as db:
        db.execute("UPDATE owed SET state = 'proposed'")
    assert desk.store.owed(9)[0].state is OwedState.PROPOSED


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "say one of --by WHEN"),
        (("--accept", "--dropped"), "say one of --by WHEN"),
        (("--by", "soon"), "is no time ahead"),
        (("--by", "2020-01-01T10:00"), "is no time ahead"),
    ],
)
def test_an_update_by_no_time_is_wrong_usage(desk: Desk, given: tuple[str, ...], said: str) -> None:
    result = desk.run("owe", desk.open(Case()), *given)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_agent_who_is_none_answered_nothing(desk: Desk) -> None:
    reference = desk.open(Case())
    result = desk.run("answered", reference, "--by", "chat", "--agent", "jonnas")
    assert result.exit_code == 2
    assert "did you mean 'jonas'?" in result.stderr
    assert desk.json("show", reference)["answers"] == []
