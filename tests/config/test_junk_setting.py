"""`junk` of a mailbox: the server's own by default, another by name, or none at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.toml import load_settings
from triage.errors import ConfigError

DESK = """\
brand = "Birch & Co"

[[mailbox]]
name = "support"
address = "support@birch.test"
host = "127.0.0.1"
security = "none"
"""


def load(folder: Path, line: str) -> object:
    path = folder / "triage.toml"
    path.write_text(f"{DESK}{line}\n")
    return load_settings(path).mailboxes[0].junk


@pytest.mark.parametrize(
    ("line", "junk"),
    [("", ""), ('junk = "Spam"', "Spam"), ("junk = false", False), ("junk = true", True)],
)
def test_junk_is_the_servers_own_a_named_folder_or_none(
    tmp_path: Path, line: str, junk: object
) -> None:
    assert load(tmp_path, line) == junk


@pytest.mark.parametrize(
    "line",
    [
        "junk = 1",
        'junk = "INBOX"',
        'sent = "Mine"\njunk = "Mine"',
        'folder = "Desk"\nsent = "Desk"',
        'junk = ["Spam"]',
    ],
)
def test_no_folder_is_watched_as_two_things(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path, line)
