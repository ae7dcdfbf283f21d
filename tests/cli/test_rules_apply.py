"""`rules replay`, `rules apply`, `rules rollback` and `history` as people type them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import SETTINGS
from tests.store.desk import INBOX, arrival, mail
from tests.store.desk import Desk as Triaging
from triage.cli.group import cli
from triage.config.load import load_policy
from triage.config.shipped import shipped_rules
from triage.pipeline.terms import terms_of
from triage.store.byhand import Correction
from triage.store.sqlite import open_store

RULE = """version: 1
rules:
  - id: tried
    why: "Tried out"
    when: {words: [cracked]}
    then: {queue: %s}
"""


class Rules:
    """A folder with rules of its own, and a store in which three mails were triaged by them."""

    def __init__(self, folder: Path) -> None:
        self.config, self.folder = folder / "triage.toml", folder
        self.config.write_text(SETTINGS)
        (folder / "rules").mkdir()
        for name in ("queues.yaml", "roster.yaml"):
            shutil.copy(shipped_rules() / name, folder / "rules" / name)

    def draft(self, text: str, name: str = "50-tried.yaml") -> None:
        (self.folder / "rules" / name).write_text(text)

    def fill(self) -> list[str]:
        """Apply what lies there, and triage three mails; return their tickets."""
        policy, now = load_policy(self.config), datetime.now(UTC)
        store = open_store(self.folder / "triage.db")
        store.apply_set(policy.digest, policy.files, now - timedelta(days=2))
        desk = Triaging(store, terms_of(policy, "test"))
        desk.now = now
        store.start("here", 1, "boot", now)
        for at in range(3):
            text = "The top is cracked." if at else "The leg wobbles."
            raw = mail(text, sender=f"jo{at}@x{at}.test", message_id=f"<{at}@x>", subject=f"T{at}")
            store.receive(INBOX, [arrival(at + 1, raw, now - timedelta(minutes=3 - at))], now)
        references = [decision.reference for decision in desk.triage()]  # type: ignore[union-attr]
        store.correct(references[2], Correction(queue="care"), policy.service.boosts, "kim", now)
        store.finish()
        store.close()
        return references

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--config", str(self.config)])

    def json(self, *arguments: str) -> Any:
        result = self(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    return Rules(tmp_path)


def test_a_replay_names_what_changes_and_writes_nothing(rules: Rules) -> None:
    references = rules.fill()
    rules.draft(RULE % "care")
    before = (rules.folder / "triage.db").read_bytes()
    said = rules.json("rules", "replay", "--since", "30d")
    assert said["queue"] == [
        {"from": "returns", "to": "care", "count": 2, "mails": references[:0:-1]}
    ]
    assert (said["mails"], said["changed"], said["graver"]) == (3, 2, 0)
    assert said["agreement"] == {"n": 1, "before": 0, "after": 1}
    assert said["waits"] == "2 of 3 mails change, more than 5%"
    assert said["applied"]["number"] == 1
    told = rules("rules", "replay")
    assert f"returns→care 2  {references[2]}, {references[1]}" in told.stdout
    assert "0.0% → 100.0% as people set right (n=1)" in told.stdout
    assert "it would wait for 'triage rules apply'" in told.stderr
    assert (rules.folder / "triage.db").read_bytes() == before


def test_a_replay_tries_another_folder_and_the_newest_mails_alone(
    rules: Rules, tmp_path: Path
) -> None:
    rules.fill()
    other = tmp_path / "other"
    shutil.copytree(rules.folder / "rules", other)
    (other / "50-tried.yaml").write_text(RULE % "sales")
    said = rules.json("rules", "replay", "--rules", str(other), "--limit", "1")
    assert (said["mails"], said["found"], said["changed"]) == (1, 1, 1)
    assert said["queue"][0]["to"] == "sales"
    assert rules.json("rules", "replay")["changed"] == 0


def test_a_replay_without_an_applied_set_is_a_finding(rules: Rules) -> None:
    open_store(rules.folder / "triage.db").close()
    result = rules("rules", "replay")
    assert result.exit_code == 1
    assert "nothing was applied yet" in result.stderr


def test_a_span_that_is_none_is_wrong_usage(rules: Rules) -> None:
    result = rules("rules", "replay", "--since", "soon")
    assert result.exit_code == 2
    assert "write 30d, 12h or 2w" in result.stderr


def test_history_tells_who_applied_what_with_its_diff(rules: Rules) -> None:
    rules.fill()
    rules.draft(RULE % "care")
    assert rules("rules", "apply").exit_code == 0
    said = rules.json("history")
    last, first = said["sets"]
    assert (last["number"], last["in_force"], first["in_force"]) == (2, True, False)
    assert last["how"] == "apply"
    assert last["changes"] == [
        {"file": "rules/50-tried.yaml", "state": "new", "added": 6, "removed": 0}
    ]
    assert last["replay"]["changed"] == 2
    assert said["waits"] is None
    told = rules("history").stdout
    assert "rules/50-tried.yaml +6" in told
    diff = rules("history", "--diff", "2").stdout
    assert diff.startswith("--- /dev/null\n+++ b/rules/50-tried.yaml\n")
    assert "+    then: {queue: care}\n" in diff
    assert rules("history", "--diff", "7").exit_code == 1


def test_applying_what_is_in_force_changes_nothing(rules: Rules) -> None:
    rules.fill()
    result = rules("rules", "apply")
    assert result.exit_code == 0
    assert "nothing to apply" in result.stderr
    assert len(rules.json("history")["sets"]) == 1


def test_a_rollback_makes_a_new_set_and_the_files_wait(rules: Rules, tmp_path: Path) -> None:
    rules.fill()
    assert rules("rules", "rollback").exit_code == 1, "there is nothing to go back to"
    rules.draft(RULE % "care")
    assert rules("rules", "apply", "--now").exit_code == 0
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("")
    refused = rules("rules", "rollback", "1", "--write", str(full))
    assert refused.exit_code == 1
    assert len(rules.json("history")["sets"]) == 2
    result = rules("rules", "rollback", "1", "--write", str(tmp_path / "new"))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new/rules/queues.yaml").exists()
    assert not (tmp_path / "new/rules/50-tried.yaml").exists()
    said = rules.json("history")
    assert [one["number"] for one in said["sets"]] == [3, 2, 1]
    assert said["sets"][0]["how"] == "rollback to 1"
    assert said["waits"]["state"] == "rolled_back"
    assert "the rules on disk wait" in rules("queue").stderr
    assert "the rules on disk wait" in rules("check").stderr
    assert rules("rules", "apply").exit_code == 0
    assert rules.json("history")["waits"] is None


def test_faults_refuse_even_an_emergency(rules: Rules) -> None:
    rules.fill()
    rules.draft(RULE % "cares")
    result = rules("rules", "apply", "--now")
    assert result.exit_code == 78
    assert "50-tried.yaml:6:" in result.stderr
    assert len(rules.json("history")["sets"]) == 1
