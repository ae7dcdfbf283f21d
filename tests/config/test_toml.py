"""`triage.toml`: what it becomes, and everything that can be wrong in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.settings import Mode, Security
from triage.config.shipped import shipped_prompts, shipped_rules
from triage.config.toml import SYSTEM_PLACE, find_settings, load_settings
from triage.config.tomlfile import read_toml
from triage.errors import ConfigError

GOOD = """\
brand = "Birch & Co"
language = "de"
phone = "+49 30 1234"

[[mailbox]]
name = "support"
address = "support@birch.test"
aliases = ["help@birch.test"]
host = "imap.birch.test"
poll_every = 30
idle_for = 90.5
password = {credential = "imap-support"}

[[mailbox]]
name = "billing"
address = "billing@birch.test"
host = "127.0.0.1"
security = "none"

[relay]
host = "smtp.birch.test"
user = "triage"
password = {command = ["pass", "show", "relay"]}

[model]
threads = 1

[acknowledge]
unverified = "known"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "triage.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    """Every fault as it is printed, with the file's name alone."""
    path = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    return [str(fault).replace(str(path), "triage.toml") for fault in caught.value.faults]


def with_mailbox(text: str) -> str:
    return f'brand = "B"\n[[mailbox]]\n{text}'


def test_a_file_becomes_settings_with_spans_and_absolute_paths(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD), {})
    support, billing = settings.mailboxes
    assert (settings.brand, settings.language, settings.mode) == ("Birch & Co", "de", Mode.SHADOW)
    assert support.poll_every == timedelta(seconds=30)
    assert support.idle_for == timedelta(seconds=90.5)
    assert support.password.credential == "imap-support"
    assert billing.security is Security.NONE
    assert settings.relay is not None
    assert settings.relay.password.command == ("pass", "show", "relay")
    assert settings.model.threads == 1
    assert settings.store == tmp_path / "triage.db"
    assert settings.own_addresses == {
        "support@birch.test",
        "help@birch.test",
        "billing@birch.test",
    }


def test_the_store_lies_in_the_state_directory_unless_the_file_says_otherwise(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, GOOD)
    state = {"STATE_DIRECTORY": "/var/lib/triage:/var/lib/more"}
    assert load_settings(path, state).store == Path("/var/lib/triage/triage.db")
    write(tmp_path, 'store = "mine.db"\n' + GOOD)
    assert load_settings(path, state).store == tmp_path / "mine.db"


def test_rules_and_prompts_are_those_given_else_beside_the_file_else_shipped(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, GOOD)
    assert load_settings(path, {}).rules == shipped_rules()
    assert load_settings(path, {}).prompts == shipped_prompts()
    (tmp_path / "rules").mkdir()
    assert load_settings(path, {}).rules == tmp_path / "rules"
    (tmp_path / "other").mkdir()
    write(tmp_path, 'rules = "other"\n' + GOOD)
    assert load_settings(path, {}).rules == tmp_path / "other"


def test_the_shipped_folders_exist() -> None:
    assert (shipped_rules() / "queues.yaml").is_file()
    assert (shipped_prompts() / "queues").is_dir()


def test_the_file_given_is_used_even_if_it_is_missing_then_the_one_here(tmp_path: Path) -> None:
    missing = tmp_path / "no.toml"
    assert find_settings(missing, tmp_path) == missing
    here = write(tmp_path, GOOD)
    assert find_settings(None, tmp_path) == here
    empty = tmp_path / "empty"
    empty.mkdir()
    assert find_settings(None, empty) == (SYSTEM_PLACE if SYSTEM_PLACE.is_file() else None)


def test_all_faults_are_said_at_once_with_place_and_suggestion(tmp_path: Path) -> None:
    text = """\
brnd = "B"
mode = "lve"

[[mailbx]]
name = "x"

[[mailbox]]
name = "support"
address = "support@birch.test"
host = "imap.birch.test"
prot = 993
security = "none"
poll_every = "often"
password = "hunter2"

[relay]
host = "smtp.birch.test"
port = 70000
"""
    assert faults(tmp_path, text) == [
        "triage.toml:1:1: error: 'brand' is missing",
        "triage.toml:1:1: error: unknown key 'brnd'\n    = help: did you mean 'brand'?",
        "triage.toml:2:8: error: 'mode' cannot be 'lve'\n    = help: did you mean 'live'?",
        "triage.toml:4:1: error: unknown key 'mailbx'\n    = help: did you mean 'mailbox'?",
        "triage.toml:11:1: error: unknown key 'prot'\n    = help: did you mean 'port'?",
        "triage.toml:12:12: error: an open connection to imap.birch.test would show the mail "
        "and the password to all\n    = help: use 'tls' or 'starttls'",
        "triage.toml:13:14: error: 'poll_every' should be a number of seconds, not 'often'",
        "triage.toml:14:12: error: a password does not belong in this file\n    = help: password "
        '= {credential = "NAME"}, {variable = "NAME"} or {command = ["…"]}',
        "triage.toml:18:8: error: 'port' should be less than or equal to 65535, not 70000",
    ]


@pytest.mark.parametrize(
    "password",
    [
        '"hunter2"',
        '{credential = "a", hunter2 = 1}',
        "{variable = 4711}",
        '{command = "pass hunter2"}',
    ],
)
def test_what_may_be_a_password_is_never_quoted(tmp_path: Path, password: str) -> None:
    text = with_mailbox(
        f'name = "a"\naddress = "a@b.test"\nhost = "imap.b.test"\npassword = {password}\n'
    )
    said = "\n".join(faults(tmp_path, text))
    assert "triage.toml:6:" in said
    assert "4711" not in said
    assert "pass hunter2" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brand = ", "triage.toml:1:9: error: invalid value at the end of the file"),
        ('brand = "a"\nbrand = "b"\n', "triage.toml:2:12: error: cannot overwrite a value"),
        ("[relay\n", "triage.toml:1:7: error: expected ']' at the end of a table declaration"),
    ],
)
def test_a_syntax_error_has_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert faults(tmp_path, text) == [said]


def test_bytes_that_are_not_utf8_have_their_place(tmp_path: Path) -> None:
    path = tmp_path / "triage.toml"
    path.write_bytes(b'brand = "a"\nphone = "\xff"\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    (fault,) = caught.value.faults
    assert (fault.line, fault.column, fault.text) == (2, 10, "not UTF-8 text")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: no such file or directory"):
        load_settings(tmp_path / "no.toml", {})


ONE = 'name = "a"\naddress = "a@b.test"\nhost = "localhost"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('brand = "B"\n', "triage.toml:1:1: error: no mailbox is watched"),
        (f'brand = ""\n[[mailbox]]\n{ONE}', "triage.toml:1:9: error: 'brand' is empty"),
        (
            f'brand = "B"\nlanguage = "english"\n[[mailbox]]\n{ONE}',
            "triage.toml:2:12: error: 'english' is not a language",
        ),
        (
            f'brand = "B"\nmode = "live"\n[[mailbox]]\n{ONE}',
            "triage.toml:2:8: error: mode 'live' sends mail and needs a relay",
        ),
        (
            with_mailbox(f"{ONE}[[mailbox]]\n{ONE.replace('a@b', 'c@b')}"),
            "triage.toml:7:8: error: a second mailbox is called 'a'",
        ),
        (
            with_mailbox(f'{ONE}[[mailbox]]\n{ONE}aliases = ["A@b.test"]'.replace('"a"', '"z"', 1)),
            "triage.toml:8:11: error: a@b.test already belongs to mailbox 'z'",
        ),
        (
            with_mailbox(ONE.replace("a@b.test", "A <a@b.test>")),
            "triage.toml:4:11: error: 'A <a@b.test>' is not a mail address",
        ),
        (
            with_mailbox(ONE.replace("localhost", "imap.b.test")),
            "triage.toml:2:1: error: the mailbox has no password",
        ),
        (
            with_mailbox(f'{ONE}password = {{credential = "a", variable = "b"}}'),
            "triage.toml:6:12: error: the password has more than one source",
        ),
        (with_mailbox(f"{ONE}password = {{}}"), "triage.toml:6:12: error: the password has no"),
        (
            with_mailbox(f"{ONE}idle_for = 1800"),
            "triage.toml:6:12: error: 'idle_for' should be more than 0 and at most 1740 seconds",
        ),
        (with_mailbox(f"{ONE}[model]\nencoder = 'nope'"), "triage.toml:7:11: error: there is no"),
        (with_mailbox(f"{ONE}ca_file = 'no.pem'"), "triage.toml:6:11: error: there is no file"),
        ('brand = "B"\n[mailbox]\nname = "a"\n', "triage.toml:2:1: error: 'mailbox' is a list"),
        (
            f'brand = "B"\nmailboxes = []\n[[mailbox]]\n{ONE}',
            "triage.toml:2:1: error: unknown key 'mailboxes'",
        ),
    ],
)
def test_what_does_not_hold_together_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    assert faults(tmp_path, text)[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'port = "587"',
            "6:8: error: 'port' should be a whole number, not '587'\n"
            "    = help: digits alone, such as 25, without quotation marks",
        ),
        (
            "[relay]\nhost = 'localhost'\nconnections = 2.0",
            "8:15: error: 'connections' should be a whole number, not 2.0\n"
            "    = help: digits alone, such as 25, without quotation marks",
        ),
        (
            '[acknowledge]\nnull_sender = "yes"',
            "7:15: error: 'null_sender' should be true or false, not 'yes'\n"
            "    = help: true or false, without quotation marks",
        ),
        (
            "[acknowledge]\nper_sender_hour = true",
            "7:19: error: 'per_sender_hour' should be a whole number, not True\n"
            "    = help: digits alone, such as 25, without quotation marks",
        ),
        (
            '[model]\naccuracy_when_sure = "0.9"',
            "7:22: error: 'accuracy_when_sure' should be a number, not '0.9'\n"
            "    = help: a number such as 0.95, without quotation marks",
        ),
    ],
)
def test_a_value_of_another_type_is_a_fault_and_not_guessed_at(
    tmp_path: Path, text: str, said: str
) -> None:
    assert faults(tmp_path, with_mailbox(f"{ONE}{text}")) == [f"triage.toml:{said}"]


keys = st.text("abc-_", min_size=1, max_size=4)
plain = st.one_of(
    st.integers(0, 99).map(str),
    st.sampled_from(["true", "1979-05-27T07:32:00Z", "0x1F", "1_000", "-2.5e3"]),
    st.text('ab #=[]{},"\\\n', max_size=6).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    st.text("ab #=[]{},\"\n'", max_size=6)
    .filter(lambda text: "'''" not in text and not text.endswith("'"))
    .map(lambda text: f"'''{text}'''"),
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3).map(lambda some: f"[{', '.join(some)}]"),
    max_leaves=5,
)


@given(
    st.dictionaries(keys, values, max_size=5), st.lists(st.dictionaries(keys, values), max_size=2)
)
def test_every_key_is_found_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory,
    top: dict[str, str],
    tables: list[dict[str, str]],
) -> None:
    lines = [f"{key} = {value} # = note" for key, value in top.items()]
    for table in tables:
        lines += ["  [[t-t]]", *(f"\t{key} = {value}" for key, value in table.items())]
    text = "\n".join(lines)
    path = write(tmp_path_factory.mktemp("toml"), text)
    document = read_toml(path)
    rows = text.split("\n")
    for loc, place in document.keys.items():
        if isinstance(loc[-1], str):
            assert rows[place.line - 1][place.column - 1 :].startswith((loc[-1], "[[t-t]]"))
    for key in top:
        assert (key,) in document.keys
    for at, table in enumerate(tables):
        for key in table:
            assert ("t-t", at, key) in document.keys
