from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Case, Desk
from triage import __version__
from triage.cli.group import COMMANDS, cli
from triage.cli.reference import commands_table

HEAVY = ("transformers", "onnxruntime", "sklearn", "pymap", "pydantic", "sqlite_utils", "rich")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **more}


def test_the_help_names_every_command_and_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "triage", "--help"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert all(f"\n  {name.partition(' ')[0]} " in done.stdout for name in COMMANDS)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click" in imported
    assert imported.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Usage: cli {name}")


def test_the_table_of_commands_names_their_arguments_and_options() -> None:
    rows = commands_table().splitlines()
    assert len(rows) == 2 + len(COMMANDS)
    assert any(
        row.startswith("| `triage queue [NAME]` |") and "`--limit N` `--forecast` `--json`" in row
        for row in rows
    )
    # A bar inside a cell is escaped, or the table would have another column there.
    assert all(row.replace("\\|", "").count("|") == 4 for row in rows)


def test_the_version_is_one_line_of_data() -> None:
    result = CliRunner().invoke(cli, ["version"])
    assert (result.stdout, result.stderr) == (f"triage {__version__}\n", "")
    told = json.loads(CliRunner().invoke(cli, ["version", "--json"]).stdout)
    assert list(told) == ["triage", "python", "libraries"]


@pytest.mark.parametrize(
    "args", [("nonsense",), ("queue", "--nonsense"), ("show",), ("explain",), ("answered", "T-1")]
)
def test_wrong_usage_exits_2(args: tuple[str, ...]) -> None:
    assert CliRunner().invoke(cli, args).exit_code == 2


def test_a_missing_settings_file_exits_78(tmp_path: Path) -> None:
    for command in (["queue"], ["run"], ["run", "--reload"], ["show", "T-0000000"]):
        result = CliRunner().invoke(cli, [*command, "--config", str(tmp_path / "none.toml")])
        assert result.exit_code == 78
        assert "none.toml: error: cannot be read: no such file" in result.stderr


def test_a_store_that_is_not_there_is_a_finding(desk: Desk) -> None:
    desk.config.write_text('store = "elsewhere.db"\n' + desk.config.read_text())
    result = desk.run("queue")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("triage: ")
    assert "there is none yet" in result.stderr
    assert not (desk.folder / "elsewhere.db").exists()


def test_a_reload_without_a_daemon_is_a_finding(desk: Desk) -> None:
    result = desk.run("run", "--reload")
    assert result.exit_code == 1
    assert "no daemon works on" in result.stderr


def test_a_reload_of_a_daemon_that_died_is_a_finding(desk: Desk) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(60)
    desk.store.start(os.uname().nodename, gone.pid, "boot", desk.now)
    result = desk.run("run", "--reload")
    assert result.exit_code == 1
    assert "no such process" in result.stderr


def seen_on_terminal(desk: Desk, *args: str, **env: str) -> str:
    """Run a command on a terminal of 80 columns, and return what is seen there."""
    main, other = pty.openpty()
    command = [sys.executable, "-m", "triage", *args, "--config", str(desk.config)]
    seen = b""
    with subprocess.Popen(
        command,
        env=environment(TERM="xterm-256color", COLUMNS="80", LINES="24", **env),
        stdin=other,
        stdout=other,
        stderr=other,
    ) as process:
        os.close(other)
        while select.select([main], [], [], 60)[0]:
            try:
                piece = os.read(main, 65536)
            except OSError:  # how Linux tells that the other side is closed
                break
            seen += piece
        assert process.wait(60) == 0
    os.close(main)
    return seen.decode()


def test_a_terminal_sees_colour_and_what_to_do_next(desk: Desk) -> None:
    reference = desk.open(Case())
    seen = seen_on_terminal(desk, "queue")
    assert "\x1b[32m● in 4" in seen
    assert f"next: triage show {reference}" in seen


def test_no_color_is_obeyed_on_a_terminal(desk: Desk) -> None:
    desk.open(Case())
    seen = seen_on_terminal(desk, "queue", NO_COLOR="1")
    assert "● in 4" in seen
    assert "\x1b[3" not in seen
