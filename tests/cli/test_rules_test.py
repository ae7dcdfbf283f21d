"""`triage rules test`: what people and scripts read of the tests beside the rules."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from tests.cli.conftest import Desk
from tests.trial.desk import desk_of
from triage.cli.group import cli

RULES = """version: 1
rules:
  - id: injury
    why: Somebody may be hurt
    when: {words: [injur*]}
    then: {priority: urgent, flag: safety}
  - id: press
    why: A journalist, most likely with a deadline
    when: {words: [journalist, reporter]}
    then: {queue: care, boost: 30}
  - id: late
    why: Always too late
    when: {words: reporter}
    then: {queue: sales}
"""
GOOD = """version: 1
tests:
  - name: press
    mail: {text: "I am a reporter and write a story about your fine chairs."}
    expect: {queue: care, boost: 30}
"""
BAD = """version: 1
tests:
  - name: press is not mistaken for an injury
    at: "2026-11-20T16:50+00:00"
    mail: {from: kim@news.example, text: "I am a reporter. Was a child injured?"}
    expect:
      queue: care
      not_rules: [injury]
  - name: hello
    mail: {text: Hello there}
    expect: {queue: unsure}
"""


def run(folder: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["rules", "test", "--rules", str(folder), *args])


def rules(folder: Path, test: str, text: str = RULES) -> Path:
    desk_of(folder, {"30-desk.yaml": text, "30-desk.test.yaml": test})
    return folder


def test_what_passes_is_said_in_one_line(tmp_path: Path) -> None:
    result = run(rules(tmp_path, GOOD))
    assert (result.exit_code, result.stdout) == (0, "1 test · 1 passed\n")


def test_what_fails_is_told_with_its_place_and_the_words_that_hit(tmp_path: Path) -> None:
    result = run(rules(tmp_path, BAD))
    assert result.exit_code == 1
    folded = " ".join(result.stdout.replace(f"{tmp_path}/", "").split())
    assert folded == (
        "✗ press is not mistaken for an injury 30-desk.test.yaml:3 "
        "not_rules expected [injury], got [injury, press, late] (line 8) "
        "fired injury (30-desk.yaml:3) “injured” → priority urgent, flag safety "
        "press (30-desk.yaml:7) “reporter” → queue care, boost +30 "
        "late (30-desk.yaml:11) “reporter”; overruled: queue sales: 'press' had set care "
        "2 tests · 1 passed · 1 failed"
    )


def test_cover_names_what_no_test_makes_fire(tmp_path: Path) -> None:
    result = run(rules(tmp_path, GOOD), "--cover")
    assert result.exit_code == 1
    folded = " ".join(result.stdout.replace(f"{tmp_path}/", "").split())
    assert folded == (
        "• injury 30-desk.yaml:3 no test makes it fire "
        "• late 30-desk.yaml:11 it fires, and is overruled each time "
        "1 test · 1 passed · 2 of 3 rules fire, 66 %"
    )


def test_full_coverage_is_fine(tmp_path: Path) -> None:
    tests = f"{GOOD}  - {{name: hurt, mail: {{text: He was injured}}, expect: {{kind: human}}}}\n"
    result = run(rules(tmp_path, tests), "--cover")
    assert result.exit_code == 0
    assert result.stdout.endswith("2 tests · 2 passed · 3 of 3 rules fire, 100 %\n")


def test_a_test_that_is_named_is_told_in_full(tmp_path: Path) -> None:
    result = run(rules(tmp_path, BAD), "HELL")
    assert result.exit_code == 0
    folded = " ".join(result.stdout.replace(f"{tmp_path}/", "").split())
    assert folded.startswith("✓ hello 30-desk.test.yaml:9 kind human")
    assert "ticket unsure · normal · boost 0 · owner " in folded
    assert folded.endswith("ack sent: verified fired no rule 1 test · 1 passed")


def test_a_name_that_no_test_bears_is_wrong_usage(tmp_path: Path) -> None:
    result = run(rules(tmp_path, GOOD), "pres s")
    assert result.exit_code == 2
    assert "no test is called 'pres s'; did you mean 'press'?" in result.stderr
    assert run(tmp_path, "press", "--cover").exit_code == 2


def test_json_has_everything(tmp_path: Path) -> None:
    result = run(rules(tmp_path, BAD), "--cover", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["passed"], report["failed"]) == (1, 1)
    first, second = report["tests"]
    assert first["differences"] == [
        {
            "key": "not_rules",
            "expected": "[injury]",
            "got": "[injury, press, late]",
            "line": 8,
        }
    ]
    assert (first["name"], first["line"], first["passed"], first["broken"]) == (
        "press is not mistaken for an injury",
        3,
        False,
        "",
    )
    assert first["rules"] == ["injury", "press", "late"]
    assert first["fired"][0]["evidence"] == ["injured"]
    assert second["passed"]
    cover = report["cover"]
    assert (cover["share"], cover["rules"], cover["untested"]) == (1.0, 3, [])
    assert [one["rule"] for one in cover["overruled"]] == ["late"]


def test_a_fault_in_a_file_of_tests_is_told_in_its_line(tmp_path: Path) -> None:
    result = run(rules(tmp_path, GOOD.replace("queue: care", "queue: cares")))
    assert result.exit_code == 78
    file = f"{tmp_path}/30-desk.test.yaml"
    assert result.stderr.splitlines() == [
        f"{file}:5:21: error: there is no queue 'cares'",
        "    5 |     expect: {queue: cares, boost: 30}",
        "      |                     ^",
        "    = help: did you mean 'care'?",
    ]


def test_where_there_are_no_tests_that_is_said(tmp_path: Path) -> None:
    desk_of(tmp_path, {"30-desk.yaml": RULES})
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (0, "0 tests · 0 passed\n")
    assert result.stderr == f"there are no tests: {tmp_path}/*.test.yaml\n"
    assert run(tmp_path, "--cover").exit_code == 1


def test_what_a_mail_says_draws_nothing_on_the_terminal(tmp_path: Path) -> None:
    test = GOOD.replace("- name: press", '- name: "pr\\u001b[31mess"').replace("30}", "31}")
    result = run(rules(tmp_path, test))
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout


def test_the_shipped_rules_pass_their_tests_and_every_one_is_tested(desk: Desk) -> None:
    """So they do for a desk of another mailbox, that trusts no mail exchanger."""
    result = CliRunner().invoke(cli, ["rules", "test", "--cover", "--config", str(desk.config)])
    assert result.exit_code == 0, result.output
    assert "100 %" in result.stdout
