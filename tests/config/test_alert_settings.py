"""Ways for alerts beside the watched account and its relay, and what is refused of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from triage.config.settings import Settings
from triage.config.toml import load_settings
from triage.errors import ConfigError

DESK = """
brand = "Northwind Home"

[[mailbox]]
name = "support"
address = "support@northwind.example"
host = "127.0.0.1"
security = "none"
"""


def read(folder: Path, more: str = "") -> Settings:
    path = folder / "triage.toml"
    path.write_text(DESK + more)
    return load_settings(path, {})


def faults(folder: Path, more: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read(folder, more)
    return [str(fault) for fault in raised.value.faults]


def test_requesters_hear_of_delays_unless_a_desk_does_not_want_it(tmp_path: Path) -> None:
    assert read(tmp_path).notices.delay
    assert not read(tmp_path, "[notices]\ndelay = false\n").notices.delay


def test_without_settings_alerts_have_no_way_of_their_own(tmp_path: Path) -> None:
    assert read(tmp_path).alerts.ways == ()


def test_a_webhook_a_second_relay_and_where_their_secrets_come_from_are_read(
    tmp_path: Path,
) -> None:
    more = """
[alerts]
webhook = "https://hooks.northwind.example/desk"
webhook_secret = {credential = "hook"}
sender = "alerts@elsewhere.example"
[alerts.relay]
host = "127.0.0.1"
security = "none"
"""
    alerts = read(tmp_path, more).alerts
    assert alerts.ways == ("webhook",)
    assert alerts.webhook_secret.credential == "hook"
    assert alerts.relay is not None
    assert alerts.relay.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('webhook = "ftp://x.example/"', "this is no address of the web"),
        ('webhook = "https://"', "this is no address of the web"),
        ('webhook = "http://hooks.example/"', "would show what is posted to all"),
        ('webhook = "https://me:it@hooks.example/"', "a password does not belong in this file"),
        ('webhook_secret = {variable = "KEY"}', "no webhook that would be signed"),
        ("webhook_address = {}", "'webhook_address' has no source"),
        ('services = {variable = "A", credential = "B"}', "'services' has more than one source"),
        ('sender = "alerts@elsewhere.example"', "alerts that have a relay of their own"),
        ('[alerts.relay]\nhost = "127.0.0.1"\nsecurity = "none"', "which address alerts come from"),
        ('webhok = "https://x.example"', "did you mean 'webhook'?"),
    ],
)
def test_a_way_that_cannot_be_gone_is_refused(tmp_path: Path, more: str, said: str) -> None:
    assert any(said in fault for fault in faults(tmp_path, f"[alerts]\n{more}\n"))


def test_a_second_relay_is_checked_as_the_first_one_is(tmp_path: Path) -> None:
    more = '[alerts]\nsender = "a@b.example"\n[alerts.relay]\nhost = "mx.b.example"\n'
    found = faults(tmp_path, more + 'security = "none"\n')
    assert any("an open connection to mx.b.example" in fault for fault in found)
    assert any("triage.toml:13" in fault for fault in found)


def test_services_need_the_extra(tmp_path: Path) -> None:
    more = '[alerts]\nservices = {credential = "apprise"}\n'
    if find_spec("apprise") is None:
        assert "inbox-triage[alerts]" in faults(tmp_path, more)[0]
    else:
        assert read(tmp_path, more).alerts.ways == ("services",)
