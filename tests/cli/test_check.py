from __future__ import annotations

import json
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.conftest import SETTINGS, Desk
from tests.trial.desk import desk_of
from triage.cli.ending import in_words
from triage.cli.group import cli
from triage.config.shipped import shipped_rules
from triage.config.toml import SYSTEM_PLACE
from triage.errors import Fault


def test_a_good_desk_is_fine(desk: Desk) -> None:
    result = desk.run("check")
    assert result.exit_code == 0, result.output
    assert "fine · 1 mailbox, 8 queues" in result.stdout
    assert "mode is shadow" in result.stderr
    assert desk.json("check") == []


@pytest.mark.skipif(SYSTEM_PLACE.is_file(), reason="this machine has a desk of its own")
def test_where_there_are_no_settings_nothing_is_fine(tmp_path: Path) -> None:
    runner = CliRunner()
    with chdir(tmp_path):
        result = runner.invoke(cli, ["check"])
        as_json = runner.invoke(cli, ["check", "--json"])
    assert (result.exit_code, as_json.exit_code) == (78, 78)
    assert "fine" not in result.output
    assert result.stdout == (
        f"triage.toml: error: not found, and neither is {SYSTEM_PLACE}\n"
        "    = help: name one with --config FILE\n"
    )
    assert [fault["file"] for fault in json.loads(as_json.stdout)] == ["triage.toml"]


def test_every_fault_is_said_at_once_with_its_place_and_a_suggestion(desk: Desk) -> None:
    desk.config.write_text('moode = "live"\n' + SETTINGS.replace("host = ", "hst = "))
    result = desk.run("check")
    assert result.exit_code == 78
    assert f"{desk.config}:1:1: error: unknown key 'moode'" in result.stdout
    assert "= help: did you mean 'mode'?" in result.stdout
    assert f"{desk.config}:8:1: error: unknown key 'hst'" in result.stdout
    assert "nothing was changed" in result.stderr


def test_faults_as_json_are_a_list(desk: Desk) -> None:
    desk.config.write_text('moode = "live"\n' + SETTINGS)
    result = desk.run("check", "--json")
    assert result.exit_code == 78
    assert json.loads(result.stdout) == [
        {
            "file": str(desk.config),
            "line": 1,
            "column": 1,
            "text": "unknown key 'moode'",
            "help": "did you mean 'mode'?",
            "level": "error",
        }
    ]


def test_a_password_in_the_settings_is_never_repeated(desk: Desk) -> None:
    desk.config.write_text(SETTINGS + 'password = "hunter2"\n')
    for command in (("check",), ("check", "--json"), ("queue",), ("run",)):
        result = desk.run(*command)
        assert result.exit_code == 78
        assert "hunter2" not in result.output


def test_a_fault_of_a_rule_is_shown_in_its_line(desk: Desk) -> None:
    file = desk.folder / "30-desk.yaml"
    file.write_text("rules:\n  - then: {queue: press, bost: 30}\n")
    fault = Fault(str(file), 2, 27, "unknown action 'bost'", "did you mean 'boost'?")
    assert in_words(fault).splitlines() == [
        f"{file}:2:27: error: unknown action 'bost'",
        "    2 |   - then: {queue: press, bost: 30}",
        "      |                           ^",
        "    = help: did you mean 'boost'?",
    ]


def test_a_fault_without_a_place_stands_alone(desk: Desk) -> None:
    assert in_words(Fault("rules", 0, 0, "there is no folder rules")) == (
        "rules: error: there is no folder rules"
    )


def test_what_will_not_do_what_was_meant_is_warned_of(desk: Desk) -> None:
    rules = "version: 1\nrules:\n  - {id: a, why: x, when: {from: '*'}, then: {boost: 5}}\n"
    desk_of(desk.folder / "rules", {"30-desk.yaml": rules})
    file = f"{desk.folder}/rules/30-desk.yaml"
    result = desk.run("check")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:7] == [
        f"{desk.folder}/rules: warning: none of the 1 rules has a test",
        f"    = help: begin with {desk.folder}/rules/30-desk.test.yaml",
        f"{file}:3:34: warning: '*' covers every value",
        "    3 |   - {id: a, why: x, when: {from: '*'}, then: {boost: 5}}",
        "      |                                  ^",
        "    = help: leave 'from' out, or narrow it",
        result.stdout.splitlines()[-1],
    ]
    assert "triage.toml: 2 warnings · 1 mailbox" in result.stdout
    assert desk.run("check", "--strict").exit_code == 1
    warned = desk.json("check")
    assert [(one["line"], one["level"]) for one in warned] == [(0, "warning"), (3, "warning")]


def test_tests_that_fail_and_rules_without_one_are_warned_of(desk: Desk) -> None:
    rules = (
        "version: 1\nrules:\n"
        "  - {id: a, why: x, when: {words: one}, then: {boost: 5}}\n"
        "  - {id: b, why: x, when: {words: two}, then: {boost: 5}}\n"
    )
    test = "tests:\n  - {name: first, mail: {text: One}, expect: {boost: 6}}\n"
    desk_of(desk.folder / "rules", {"30-desk.yaml": rules, "30-desk.test.yaml": test})
    told = [(one["line"], one["column"], one["text"], one["help"]) for one in desk.json("check")]
    assert told == [
        (2, 47, "the test 'first' fails: boost is 5, not 6", "triage rules test"),
        (
            4,
            10,
            "no test makes the rule 'b' fire",
            f"add one to {desk.folder}/rules/30-desk.test.yaml",
        ),
    ]


def test_faults_of_tests_stand_beside_those_of_rules(desk: Desk) -> None:
    rules = "version: 1\nrules:\n  - {id: a, why: x, whn: {words: one}}\n"
    test = "tests:\n  - {name: first, mail: {text: One}, expect: {bost: 6}}\n"
    folder = desk.folder / "rules"
    folder.mkdir()
    for name in ("queues.yaml", "roster.yaml"):
        (folder / name).write_text((shipped_rules() / name).read_text())
    (folder / "30-desk.yaml").write_text(rules)
    (folder / "30-desk.test.yaml").write_text(test)
    result = desk.run("check")
    assert result.exit_code == 78
    assert "30-desk.test.yaml:2:47: error: unknown key 'bost'" in result.stdout
    assert "30-desk.yaml:3:21: error: unknown key 'whn'" in result.stdout
    assert "= help: did you mean 'boost'?" in result.stdout
