"""Everything an admin edits, read as one: all faults together, or one policy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from triage.config.advice import advice
from triage.config.load import load_policy
from triage.config.reference import desk_fields_table, rule_fields_table, settings_table
from triage.config.shipped import shipped_rules
from triage.core.ticket import UNSURE
from triage.errors import ConfigError

TODAY = date(2026, 11, 20)
TOML = """\
brand = "Birch & Co"
[[mailbox]]
name = "support"
address = "support@birch.test"
host = "127.0.0.1"
security = "none"
queue = "care"
[relay]
host = "127.0.0.1"
security = "none"
"""
ROSTER = """\
timezone: Europe/Berlin
open: {mon-fri: ["08:00-18:00"]}
agents:
  - {id: edda, name: Edda Lindgren, mail: edda@birch.test, speaks: [en]}
"""


def desk(folder: Path, toml: str = TOML) -> Path:
    """Write a desk of its own: the shipped rules with another roster, and the shipped prompts."""
    shutil.copytree(shipped_rules(), folder / "rules")
    (folder / "rules" / "roster.yaml").write_text(ROSTER)
    path = folder / "triage.toml"
    path.write_text(toml)
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_policy(path, environment={}, today=TODAY)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]


def test_the_shipped_desk_is_whole() -> None:
    policy = load_policy(None, today=TODAY)
    taught = {label.name for label in policy.teaching.queues}
    assert taught == set(policy.queues) - {UNSURE}
    assert {"en", "de"} <= set(policy.texts.languages)
    assert policy.settings.own_addresses == {
        "support@northwind.example",
        "billing@northwind.example",
        "orders@northwind.example",
    }
    signals = {label.name for label in policy.teaching.signals}
    set_by_rules = {name for rule in policy.rules for name in rule.then.signals}
    grave = {"safety", "legal", "repeat_contact", "churn_risk", "vulnerable"}
    assert set_by_rules == grave <= signals


def test_a_desk_of_ones_own_is_read_from_beside_its_settings(tmp_path: Path) -> None:
    policy = load_policy(desk(tmp_path), environment={}, today=TODAY)
    assert policy.settings.brand == "Birch & Co"
    assert [agent.id for agent in policy.roster.agents] == ["edda"]
    assert policy.teaching.queues


def test_the_faults_of_all_files_come_together(tmp_path: Path) -> None:
    path = desk(tmp_path, TOML.replace("brand", "brnd"))
    rules = tmp_path / "rules"
    (rules / "roster.yaml").write_text(ROSTER.replace("Europe/Berlin", "Europe/Berln"))
    queues = (rules / "queues.yaml").read_text().replace("boosts:", "bosts:")
    (rules / "queues.yaml").write_text(queues)
    (rules / "50-own.yaml").write_text(
        "rules:\n  - {id: own, why: x, when: {words: a}, then: {queue: car, assign: mary}}\n"
    )
    texts = tmp_path / "prompts" / "acknowledgement"
    texts.mkdir(parents=True)
    (texts / "en.txt").write_text("Hello {{ frist_name }}")
    found = faults(path)
    assert [fault.partition(": error: ")[2].partition("\n")[0] for fault in found[1:]] == [
        "there is no queue 'car'",
        "there is no agent 'mary'",
        "unknown key 'bosts'",
        "there is no time zone 'Europe/Berln'",
        "'brand' is missing",
        "unknown key 'brnd'",
    ]
    assert found[0].startswith("prompts/acknowledgement/en.txt:1:")
    assert "frist_name" in found[0]


def test_a_mailbox_names_a_queue_that_exists(tmp_path: Path) -> None:
    path = desk(tmp_path, TOML.replace('"care"', '"cares"'))
    assert faults(path) == [
        "triage.toml:7:9: error: there is no queue 'cares'\n    = help: did you mean 'care'?"
    ]


def test_live_is_refused_while_an_example_could_reach_a_requester(tmp_path: Path) -> None:
    live = 'mode = "live"\n' + TOML.replace("Birch & Co", "Northwind Home")
    path = desk(tmp_path, live.replace("support@birch.test", "support@northwind.example"))
    own = ROSTER.replace("edda@birch.test", "edda@northwind.example")
    (tmp_path / "rules" / "roster.yaml").write_text(f'{own}phone: "+1 206 555 0142"\n')
    texts = tmp_path / "prompts" / "acknowledgement"
    texts.mkdir(parents=True)
    shipped = load_policy(None, today=TODAY).settings.prompts
    assert shipped is not None
    text = (shipped / "acknowledgement" / "en.txt").read_text()
    (texts / "en.txt").write_text(f"{text}See help.shop.example\n")
    last = text.count("\n") + 1
    remedy = '\n    = help: put your own here, or stay with mode = "shadow"'
    said = " is an example and would reach a requester"
    assert faults(path) == [
        f"prompts/acknowledgement/en.txt:{last}:5: error: 'help.shop.example'{said}{remedy}",
        f"rules/roster.yaml:4:43: error: 'edda@northwind.example'{said}{remedy}",
        f"rules/roster.yaml:5:8: error: '+1 206 555 0142'{said}{remedy}",
        f"triage.toml:2:9: error: 'Northwind Home'{said}{remedy}",
        f"triage.toml:5:11: error: 'support@northwind.example'{said}{remedy}",
    ]


@pytest.mark.parametrize("name", ["delay/en.txt", "check_back/de.txt", "delay/en.html"])
def test_live_is_refused_while_an_example_stands_in_any_note(tmp_path: Path, name: str) -> None:
    path = desk(tmp_path, 'mode = "live"\n' + TOML)
    note = tmp_path / "prompts" / name
    note.parent.mkdir(parents=True)
    words = "automatic {{ agent_name }} {{ reference }} {{ earlier_at }} {{ promised_at }}\n"
    note.write_text(f"{words}Call +1 206 555 0142.\n")
    assert [fault.splitlines()[0] for fault in faults(path)] == [
        f"prompts/{name}:2:6: error: '+1 206 555 0142' is an example and would reach a requester"
    ]


def test_live_is_refused_while_an_agent_bears_a_shipped_name(tmp_path: Path) -> None:
    path = desk(tmp_path, 'mode = "live"\n' + TOML)
    roster = tmp_path / "rules" / "roster.yaml"
    roster.write_text(ROSTER.replace("Edda Lindgren", '"tom\u0061\u0301s  REY"'))
    assert [fault.splitlines()[0] for fault in faults(path)] == [
        "rules/roster.yaml:4:22: error: 'tom\u0061\u0301s  REY' is an example and would reach a "
        "requester"
    ]
    path.write_text(TOML)
    load_policy(path, environment={}, today=TODAY)


def test_live_is_allowed_with_a_desk_of_ones_own(tmp_path: Path) -> None:
    policy = load_policy(desk(tmp_path, 'mode = "live"\n' + TOML), environment={}, today=TODAY)
    assert policy.settings.mode == "live"


def test_the_digest_changes_with_any_file_and_with_nothing_else(tmp_path: Path) -> None:
    path = desk(tmp_path)
    first = load_policy(path, environment={}, today=TODAY).digest
    assert load_policy(path, environment={}, today=date(2027, 1, 1)).digest == first
    rules = tmp_path / "rules" / "30-desk.yaml"
    rules.write_text(rules.read_text() + "\n# a note\n")
    assert load_policy(path, environment={}, today=TODAY).digest != first


def test_what_is_worth_a_word_is_said_without_being_a_fault(tmp_path: Path) -> None:
    policy = load_policy(desk(tmp_path), environment={}, today=TODAY)
    said = "\n".join(advice(policy))
    assert "nobody is on_call" in said
    assert "nobody is duty_manager" in said
    assert "no phone is named" in said
    assert "there is no [relay]" not in said
    assert "alerts leave by the relay that everything else leaves by" in said


def test_a_way_of_their_own_for_alerts_is_not_missed_where_there_is_one(tmp_path: Path) -> None:
    hook = TOML + '\n[alerts]\nwebhook = "https://hooks.example/desk"\n'
    policy = load_policy(desk(tmp_path, hook), environment={}, today=TODAY)
    assert "everything else leaves by" not in "\n".join(advice(policy))


def test_without_a_relay_it_is_said_that_alerts_wait_for_one(tmp_path: Path) -> None:
    without = TOML.partition("[relay]")[0]
    policy = load_policy(desk(tmp_path, without), environment={}, today=TODAY)
    assert "there is no [relay]: alerts to agents need one" in "\n".join(advice(policy))


def test_the_tables_of_the_readme_name_every_field_with_its_meaning() -> None:
    settings, rules, fields = settings_table(), rule_fields_table(), desk_fields_table()
    assert '| `mode` | `"shadow"` | `shadow`: decide and show' in settings
    assert "| `[[mailbox]] poll_every` | `60` | pause between polls" in settings
    assert "| `when, unless` | `from` | globs over the addresses of From |" in rules
    assert "| `queues.yaml` | `resolve_after` |" in fields
    for table in (settings, rules, fields):
        rows = table.splitlines()
        assert all(row.count(" | ") == 2 and not row.endswith("|  |") for row in rows)


class Meanwhile(date):
    """A day that writes to the desk when its year is asked for: after a first file was read."""

    write: Callable[[], object]

    @property
    def year(self) -> int:
        self.write()
        return TODAY.year


def written_meanwhile(write: Callable[[], object]) -> date:
    day = Meanwhile(TODAY.year, TODAY.month, TODAY.day)
    day.write = write
    return day


def test_a_file_that_is_mended_while_it_is_read_is_kept_as_it_was_checked(tmp_path: Path) -> None:
    path = desk(tmp_path)
    holidays = ROSTER + "holidays: {country: DE}\n"
    (tmp_path / "rules" / "roster.yaml").write_text(holidays)
    rule = tmp_path / "rules" / "50-own.yaml"
    rule.write_text("rules: [")
    mended = "rules:\n  - {id: own, why: ours, when: {subject: hello}, then: {queue: care}}\n"
    day = written_meanwhile(lambda: rule.write_text(mended))
    policy = load_policy(path, environment={}, today=day)
    assert policy.files["rules/50-own.yaml"] == mended
    assert "own" in {one.id for one in policy.rules}
    assert policy.digest == load_policy(path, environment={}, today=TODAY).digest


def test_files_that_never_stand_still_are_not_taken(tmp_path: Path) -> None:
    path = desk(tmp_path)
    holidays = ROSTER + "holidays: {country: DE}\n"
    (tmp_path / "rules" / "roster.yaml").write_text(holidays)
    note = tmp_path / "rules" / "note.txt"
    note.write_text("")
    day = written_meanwhile(lambda: note.write_text(f"{note.read_text()}."))
    with pytest.raises(ConfigError, match="change while they are read"):
        load_policy(path, environment={}, today=day)
