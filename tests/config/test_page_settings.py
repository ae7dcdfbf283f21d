"""What is reached by the web: what of its settings is read, and what is refused."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.config.test_alert_settings import faults, read
from triage.config.load import load_policy
from triage.errors import ConfigError

NO_AUTHLIB = find_spec("authlib") is None


def test_there_is_no_page_and_no_stream_unless_they_are_asked_for(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.web is None
    assert settings.events.webhook == ""


def test_a_page_behind_a_proxy_is_read(tmp_path: Path) -> None:
    more = '[web]\nurl = "https://desk.northwind.example"\nproxies = ["127.0.0.1", "::1"]\n'
    web = read(tmp_path, more).web
    assert web is not None
    assert web.secure
    assert web.address == "https://desk.northwind.example"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('url = "desk.northwind.example"', "this is no address of the web"),
        ('url = "http://desk.northwind.example"', "without https nobody can log in at desk"),
        ('host = "0.0.0.0"', "without https nobody can log in at 0.0.0.0"),
        ('url = "https://desk.example/triage"', "stands at the root of a name of its own"),
        ('proxies = ["gateway"]', "'gateway' is no address of a proxy"),
    ],
)
def test_a_page_that_nobody_could_use_is_refused(tmp_path: Path, more: str, said: str) -> None:
    assert any(said in fault for fault in faults(tmp_path, f"[web]\n{more}\n"))


@pytest.mark.skipif(NO_AUTHLIB, reason="Authlib is not installed (extra oidc)")
def test_a_provider_is_read(tmp_path: Path) -> None:
    more = '[web.oidc]\nissuer = "https://id.example/realm"\nclient_id = "desk"\n'
    web = read(tmp_path, f"[web]\n{more}").web
    assert web is not None
    assert web.oidc is not None
    assert (web.oidc.claim, web.oidc.only) == ("email", False)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('issuer = "id.example"\nclient_id = "desk"', "this is no address of a provider"),
        ('issuer = "http://id.example"\nclient_id = "desk"', "would let anybody log in"),
        ('issuer = "https://id.example"\nclient_id = " "', "'client_id' is empty"),
        ('issuer = "https://id.example"', "client_id"),
        ('issuer = "https://i.example"\nclient_id = "d"\nclient_secret = {}', "has no source"),
    ],
)
def test_a_provider_that_could_not_be_asked_is_refused(
    tmp_path: Path, more: str, said: str
) -> None:
    assert any(said in fault for fault in faults(tmp_path, f"[web.oidc]\n{more}\n"))


@pytest.mark.skipif(not NO_AUTHLIB, reason="Authlib is installed")
def test_a_provider_without_authlib_names_the_extra(tmp_path: Path) -> None:
    more = '[web.oidc]\nissuer = "https://id.example"\nclient_id = "desk"\n'
    assert any("inbox-triage[oidc]" in fault for fault in faults(tmp_path, more))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('webhook = "http://crm.example/in"', "would show what is posted to all"),
        ('webhook = "https://crm.example/in"', "events are signed, and no key is named"),
        ('webhook = "https://u:p@crm.example/in"', "a password does not belong in this file"),
        ('queues = ["returns"]', "it is not said where events are posted to"),
        ('webhook = "https://a.example"\nwebhook_secret = {}', "'webhook_secret' has no source"),
    ],
)
def test_events_that_could_not_be_trusted_are_refused(tmp_path: Path, more: str, said: str) -> None:
    assert any(said in fault for fault in faults(tmp_path, f"[events]\n{more}\n"))


def test_events_of_a_queue_that_there_is_not_are_refused(tmp_path: Path) -> None:
    more = '[events]\nwebhook = "http://127.0.0.1/"\nwebhook_secret = {variable = "K"}\n'
    read(tmp_path, f'{more}queues = ["retruns"]\n')
    with pytest.raises(ConfigError) as raised:
        load_policy(tmp_path / "triage.toml")
    assert "there is no queue 'retruns'" in str(raised.value)
