"""The README is tried out: what it says to type exists, and what it says to write is accepted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from triage.cli.group import COMMANDS
from triage.cli.reference import command_of
from triage.config.load import load_policy
from triage.config.settings import Mode

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SPANS = re.findall(
    r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
)
TYPED = "\n".join([text for language, text in BLOCKS if language == "sh"] + SPANS)
GROUPED = {name.partition(" ")[0] for name in COMMANDS if " " in name}
COMMAND_LINES = re.findall(
    rf"(?:^|[/ ])triage ((?:(?:{'|'.join(GROUPED) or '-'}) )?[a-z]+)\b([^\n&]*)",
    TYPED,
    re.MULTILINE,
)


def block(language: str) -> str:
    """Return what the README says to write in `language`, its blocks one below the other."""
    return "\n".join(text for name, text in BLOCKS if name == language)


def test_every_command_in_it_exists_and_takes_the_options_shown() -> None:
    assert len(COMMAND_LINES) > 10
    for name, rest in COMMAND_LINES:
        assert name in COMMANDS or name in GROUPED, f"triage {name}"
        with command_of(name) as context:
            known = {option for param in context.command.params for option in param.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known, f"triage {name}{rest}"


def test_every_command_there_is_stands_in_it() -> None:
    assert {name for name, _ in COMMAND_LINES} | set(SPANS) >= COMMANDS.keys()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Set up what the README describes: its settings, the shipped desk, and its rule."""
    for folder in ("rules", "prompts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "rules/90-readme.yaml").write_text(block("yaml"))
    settings = tmp_path / "triage.toml"
    settings.write_text(block("toml"))
    return settings


def test_its_settings_and_its_rule_are_accepted(desk: Path) -> None:
    policy = load_policy(desk, environment={}, today=date(2026, 1, 5))
    assert policy.settings.mode is Mode.SHADOW
    assert [mailbox.address for mailbox in policy.settings.mailboxes] == [
        "support@northwind.example"
    ]
    assert policy.settings.relay is not None
    assert "trade-fair" in {rule.id for rule in policy.rules}


def test_the_credentials_of_its_settings_are_those_of_its_drop_in(desk: Path) -> None:
    settings = load_policy(desk, environment={}, today=date(2026, 1, 5)).settings
    assert settings.relay is not None
    named = {settings.relay.password.credential}
    named |= {mailbox.password.credential for mailbox in settings.mailboxes}
    assert set(re.findall(r"^LoadCredential=([^:]+):", block("ini"), re.MULTILINE)) == named


def test_every_path_in_it_exists() -> None:
    ours = re.compile(r"\.?(?:rules|prompts|systemd|tests|triage|ci)/[\w/.-]*")
    paths = [span for span in SPANS if ours.fullmatch(span)]
    assert len(paths) > 15
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_its_tables_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
