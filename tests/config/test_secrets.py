"""Where passwords come from, and that nothing shows them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from triage.config.secrets import Password, read_secret
from triage.config.settings import Secret
from triage.errors import ConfigError

WHERE = "mailbox support"


def command(code: str) -> Secret:
    return Secret(command=(sys.executable, "-c", code))


def refused(secret: Secret, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        read_secret(secret, WHERE, environment or {})
    chained = caught.value.__cause__
    assert "hunter2" not in f"{caught.value}{chained!r}"
    return str(caught.value)


def test_a_credential_is_read_from_systemds_folder(tmp_path: Path) -> None:
    (tmp_path / "imap").write_text("hunter2\n")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_secret(Secret(credential="imap"), WHERE, given) == "hunter2"


def test_a_variable_and_a_command_give_it_too() -> None:
    assert read_secret(Secret(variable="PW"), WHERE, {"PW": "hunter2"}) == "hunter2"
    assert read_secret(command("print('hunter2')"), WHERE, {}) == "hunter2"


def test_only_one_trailing_line_end_is_taken_off() -> None:
    assert read_secret(command("print('hunter2 \\n')"), WHERE, {}) == "hunter2 \n"


def test_no_source_is_no_password() -> None:
    assert read_secret(Secret(), WHERE, {}) == ""


def test_a_command_is_run_without_a_shell() -> None:
    secret = Secret(command=(sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME;x"))
    assert read_secret(secret, WHERE, {}) == "$HOME;x"


def test_a_password_hides_from_repr() -> None:
    assert "hunter2" not in repr([Password("hunter2")])


def test_what_goes_wrong_names_the_source_and_never_the_password(tmp_path: Path) -> None:
    inside = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    (tmp_path / "binary").write_bytes(b"hunter2\xff")
    assert refused(Secret(credential="imap")).startswith(
        "mailbox support: error: there is no credential 'imap' outside systemd"
    )
    assert "the credential 'imap' cannot be read" in refused(Secret(credential="imap"), inside)
    assert "cannot be read" in refused(Secret(credential="binary"), inside)
    assert "is not the name of" in refused(Secret(credential="../etc/passwd"), inside)
    assert "the environment variable PW is empty" in refused(Secret(variable="PW"))
    assert "ended with 3" in refused(command("print('hunter2'); raise SystemExit(3)"))
    assert "its password is empty" in refused(command("print()"))
    assert "did not print UTF-8" in refused(
        command("import sys; sys.stdout.buffer.write(b'hunter2\\xff')")
    )
    assert "did not start" in refused(Secret(command=("/nonexistent/pass", "hunter2")))
