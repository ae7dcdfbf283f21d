"""The tests that come with the shipped rules are no trap for who makes the desk their own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from triage.config.casefile import load_cases
from triage.config.load import Policy, load_policy
from triage.config.shipped import shipped_rules
from triage.trial.cases import run_cases

THEIRS = ("roster.test.yaml", "lists.test.yaml")
"""What an admin adapts or deletes together with the files of these names."""

SCHEMA = re.compile(r"# yaml-language-server: \$schema=(schema/[a-z]+\.schema\.json)\n")
ROSTER = """version: 1
timezone: %s
open: {mon-fri: ["10:00-16:00"]}
holidays: {country: %s}
agents:
  - {id: kim, name: Kim Okafor, mail: kim@tallpines.example, speaks: [en, de]}
"""


OWN = """version: 1
rules:
  - id: everything
    why: Whatever else is said of it
    when: {from: "*"}
    then: {flag: seen}
"""


def other_desk(folder: Path, zone: str, country: str) -> Policy:
    """Return the shipped desk with other people, hours, times, addresses, and a rule."""
    shutil.copytree(shipped_rules(), folder)
    for name in THEIRS:
        (folder / name).unlink()
    (folder / "roster.yaml").write_text(ROSTER % (zone, country))
    queues = folder / "queues.yaml"
    slow = queues.read_text().replace("answer_within: 1h", "answer_within: 3h")
    queues.write_text(slow.replace("{urgent: 15m}", "{urgent: 30m}").replace("15m", "25m"))
    lists = folder / "lists.yaml"
    lists.write_text(re.sub(r'(?m)^    - ".*"$', '    - "*@tallpines.example"', lists.read_text()))
    (folder / "05-own.yaml").write_text(OWN)
    return load_policy(None, rules=folder)


@pytest.mark.parametrize(
    ("zone", "country"), [("Australia/Sydney", "AU"), ("America/Los_Angeles", "US")]
)
def test_they_pass_for_other_people_hours_times_and_addresses_and_beside_other_rules(
    tmp_path: Path, zone: str, country: str
) -> None:
    folder = tmp_path / "rules"
    policy = other_desk(folder, zone, country)
    cases = load_cases(folder, policy)
    assert len(cases) > 100
    assert [f"{one.case.name}: {one.differences}" for one in run_cases(policy, cases).failed] == []


@pytest.mark.parametrize("name", THEIRS)
def test_those_that_do_not_say_so_at_their_head(name: str) -> None:
    head = (shipped_rules() / name).read_text().partition("version:")[0]
    assert name.replace(".test", "") in head
    assert "delete" in head


def test_every_shipped_file_names_its_schema_for_editors() -> None:
    for path in sorted(shipped_rules().glob("*.yaml")):
        named = SCHEMA.match(path.read_text())
        assert named is not None, path.name
        assert (path.parent / named[1]).is_file()
        assert named[1].startswith(f"schema/{'test' if '.test.' in path.name else ''}")
