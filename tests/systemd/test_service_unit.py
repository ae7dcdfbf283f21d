"""What systemd makes of the unit, and the lines that a promise hangs on."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "systemd"
UNIT = FOLDER / "triage.service"
PROGRAM = "/opt/triage/bin/triage"
EXPOSURE = 15
"""The most that `systemd-analyze security` may say, in tenths: 1.5 is "OK"."""


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        shutil.which(program) is None, reason=f"{program} is not installed (Debian: systemd)"
    )


def directives(text: str) -> dict[str, dict[str, list[str]]]:
    """Return section → directive → its values, in their order."""
    sections: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            current = sections.setdefault(heading[1], {})
        elif line and not line.startswith("#"):
            name, value = line.split("=", 1)
            current.setdefault(name, []).append(value)
    return sections


SERVICE = directives(UNIT.read_text())["Service"]


@needs("systemd-analyze")
def test_the_service_is_exposed_no_more_than_one_and_a_half() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager"]
    done = subprocess.run(
        [*command, f"--threshold={EXPOSURE}", str(UNIT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1:]
    assert "Overall exposure level for triage.service" in done.stdout


@needs("systemd-analyze")
def test_systemd_has_nothing_to_say_against_the_unit(tmp_path: Path) -> None:
    # The program is not installed where the tests run; any that is stands in for it.
    standing_in = tmp_path / UNIT.name
    standing_in.write_text(UNIT.read_text().replace(PROGRAM, "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(standing_in)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert said == []
    assert done.returncode == 0, done.stderr


@needs("systemd-sysusers")
@needs("systemd-tmpfiles")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another account")
def test_systemd_makes_the_account_and_its_folders(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for command in (
        ["systemd-sysusers", f"--root={tmp_path}", str(FOLDER / "triage.sysusers")],
        ["systemd-tmpfiles", "--create", f"--root={tmp_path}", str(FOLDER / "triage.tmpfiles")],
    ):
        subprocess.run(command, capture_output=True, timeout=60, check=True)
    accounts = [line.split(":") for line in (tmp_path / "etc/passwd").read_text().splitlines()]
    (uid,) = [int(uid) for name, _, uid, *_ in accounts if name == SERVICE["User"][0]]
    state = tmp_path / "var/lib" / SERVICE["StateDirectory"][0]
    cache = tmp_path / "var/cache" / SERVICE["CacheDirectory"][0]
    credentials = tmp_path / "etc/triage/credentials"
    assert uid != 0
    assert state.stat().st_uid == cache.stat().st_uid == uid
    assert credentials.stat().st_uid == 0
    for folder in (state, cache, credentials):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_manager_waits_for_our_own_word_and_restarts_what_stands_still() -> None:
    assert SERVICE["Type"] == ["notify"]
    assert SERVICE["NotifyAccess"] == ["main"]
    assert int(SERVICE["WatchdogSec"][0]) >= 60
    assert SERVICE["Restart"] == ["always"]


def test_settings_that_cannot_be_used_are_not_tried_for_ever() -> None:
    assert SERVICE["RestartPreventExitStatus"] == ["78"]
    assert "StartLimitBurst" in directives(UNIT.read_text())["Unit"]


def test_a_reload_is_the_command_that_waits_for_the_verdict() -> None:
    assert SERVICE["ExecStart"] == [f"{PROGRAM} run"]
    assert SERVICE["ExecReload"] == [f"{PROGRAM} run --reload"]


def test_the_daemon_is_not_root_and_can_become_nobody_else() -> None:
    assert SERVICE["User"] == ["triage"]
    assert SERVICE["CapabilityBoundingSet"] == [""]
    assert SERVICE["NoNewPrivileges"] == ["yes"]
    assert "DynamicUser" not in SERVICE  # the store outlives it, under one owner


def test_it_can_write_its_store_and_its_cache_and_nothing_else() -> None:
    assert SERVICE["ProtectSystem"] == ["strict"]
    assert SERVICE["StateDirectory"] == SERVICE["CacheDirectory"] == ["triage"]
    assert "ReadWritePaths" not in SERVICE


def test_its_memory_and_tasks_are_bounded() -> None:
    assert SERVICE["MemoryMax"] == ["2G"]
    assert SERVICE["TasksMax"] == ["512"]


def test_no_password_stands_in_the_unit() -> None:
    assert "Environment" not in SERVICE
    assert "SetCredential" not in SERVICE
