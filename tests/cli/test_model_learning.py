"""`model train`, `history` and `rollback`: what was taught is told, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Case, Desk
from tests.model.conftest import silent
from tests.model.lessons import SMALL
from triage.cli.model_train import taught_now
from triage.cli.opening import opened
from triage.config.load import load_policy
from triage.core.ticket import Priority
from triage.model.cache import cache_folder
from triage.store.byhand import Correction
from triage.store.learning import Outcome, Taught

FIGURES = {
    "queue, earlier corrections": {
        "mails": 40,
        "before": {"accuracy": 0.9, "log_loss": 0.3, "calibration_error": 0.02},
        "after": {"accuracy": 0.95, "log_loss": 0.2, "calibration_error": 0.01},
    }
}


def taught(desk: Desk, heads: str, outcome: Outcome, labels: int = 0, why: str = "") -> None:
    desk.store.keep_taught(
        Taught(
            at=desk.now - timedelta(minutes=5),
            heads=heads,
            encoder="an-encoder",
            teaching="digest",
            through=labels,
            labels=labels,
            figures=FIGURES if labels else {},
            outcome=outcome,
            why=why,
        )
    )


def three(desk: Desk) -> None:
    taught(desk, "first", Outcome.LIVE, why="the prompts alone")
    taught(desk, "second", Outcome.LIVE, 40)
    taught(desk, "third", Outcome.WAITING, 41, "queue, examples: 0.950 right before, 0.900 after")


def test_before_anything_was_learnt_history_says_so(desk: Desk) -> None:
    assert desk.json("model", "history")["heads"] == []
    assert "nothing was learnt yet" in desk.run("model", "history").stderr


def test_history_names_what_judges_what_waits_and_why(desk: Desk) -> None:
    three(desk)
    heads = desk.json("model", "history")["heads"]
    assert [(one["number"], one["outcome"], one["judges"]) for one in heads] == [
        (3, "waiting", False),
        (2, "live", True),
        (1, "live", False),
    ]
    assert heads[0]["why"].startswith("queue, examples")
    assert heads[1]["figures"] == FIGURES
    assert heads[1]["labels"] == 40
    shown = desk.run("model", "history").stdout
    assert "0.900 → 0.950 (earlier corrections)" in shown
    assert "judges" in shown
    assert "the prompts alone" in shown


def test_history_lists_as_many_as_are_asked_for(desk: Desk) -> None:
    three(desk)
    assert [one["number"] for one in desk.json("model", "history", "--limit", "1")["heads"]] == [3]


def test_rollback_lets_earlier_heads_judge_and_says_when_learning_goes_on(desk: Desk) -> None:
    three(desk)
    result = desk.run("model", "rollback")
    assert result.exit_code == 0
    assert "heads 1 judge again; taken back: 2" in result.stderr
    assert "not taught again before there is a new correction" in result.stderr
    heads = desk.json("model", "history")["heads"]
    assert [(one["outcome"], one["judges"]) for one in heads] == [
        ("waiting", False),
        ("rolled_back", False),
        ("live", True),
    ]


def test_rollback_to_what_never_judged_is_refused(desk: Desk) -> None:
    three(desk)
    result = desk.run("model", "rollback", "3")
    assert result.exit_code == 1
    assert "there are no earlier heads 3" in result.stderr
    assert desk.json("model", "history")["heads"][1]["judges"]


@pytest.mark.model
def test_train_teaches_at_once_what_was_corrected_and_then_knows_all_of_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "cache"
    own.mkdir()
    (own / "encoders").symlink_to(cache_folder() / "encoders")
    monkeypatch.setenv("CACHE_DIRECTORY", str(own))
    policy = replace(load_policy(None), teaching=SMALL)
    right = Correction(queue="travel")
    early, late = desk.now - timedelta(minutes=1), desk.now
    for at, text in ((early, "I got a parking fine."), (late, "Our car was towed away.")):
        reference = desk.open(Case(subject="Hello", text=text))
        desk.store.correct(reference, right, dict.fromkeys(Priority, 0), "maria", at)
    with opened(desk.config, read_only=False) as place:
        taught = taught_now(place, policy, silent)
        assert taught is not None
        assert taught.labels == 1  # the other one can still be undone
        assert taught_now(place, policy, silent) is None
    heads = desk.json("model", "history")["heads"]
    assert [(one["labels"], one["why"]) for one in heads] == [
        (1, taught.why),
        (0, "the prompts alone"),
    ]
