"""Alerts that are posted to a web server: signed, tried again, and never followed elsewhere."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.servers import make_certificate, web_sink
from triage.errors import MailDeferred, RelayRefused
from triage.outbox.hook import DELIVERY, SENT_AT, SIGNATURE, Hook, signature
from triage.outbox.services import notify

pytestmark = pytest.mark.usefixtures("in_time")

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BODY = '{"text":"Frist verpaßt"}'.encode()


async def post(hook: Hook) -> str:
    return await asyncio.to_thread(hook.post, BODY, "hook:T-AAAAAAA:breach", AT)


async def test_what_is_posted_is_signed_with_the_moment_it_was_sent() -> None:
    async with web_sink() as web:
        assert await post(Hook(web.address, "a key")) == "204"
        (one,) = web.posted
    assert one.line == "POST /hooks/desk?room=1 HTTP/1.1"
    assert one.body == BODY
    assert one.headers["content-type"] == "application/json"
    assert one.headers[DELIVERY.lower()] == "hook:T-AAAAAAA:breach"
    signed = signature("a key", one.headers[SENT_AT.lower()], one.body)
    assert one.headers[SIGNATURE.lower()] == f"sha256={signed}"
    assert signed != signature("another key", one.headers[SENT_AT.lower()], one.body)
    assert signed != signature("a key", AT.replace(year=2027).isoformat(), one.body)


async def test_without_a_key_nothing_is_signed() -> None:
    async with web_sink() as web:
        await post(Hook(web.address))
        assert SIGNATURE.lower() not in web.posted[0].headers


@pytest.mark.parametrize("status", ["500 Oh", "503 Busy", "429 Slower", "408 Slow"])
async def test_a_server_that_cannot_now_is_tried_again(status: str) -> None:
    async with web_sink() as web:
        web.answer(status)
        with pytest.raises(MailDeferred):
            await post(Hook(web.address))


@pytest.mark.parametrize("status", ["404 Nowhere", "401 No", "302 Elsewhere"])
async def test_a_server_that_will_not_have_it_is_left_in_peace_and_not_followed(
    status: str,
) -> None:
    async with web_sink() as web:
        web.answer(status)
        with pytest.raises(RelayRefused):
            await post(Hook(web.address))
        assert len(web.posted) == 1


async def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    async with web_sink() as web:
        gate = web.hold()
        with pytest.raises(MailDeferred):
            await post(Hook(web.address, timeout=0.2))
        gate.set()


async def test_errors_name_the_host_and_nothing_that_is_secret() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens on it
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/T0/secret-path"
        with pytest.raises(MailDeferred) as raised:
            await post(Hook(address, "secret-key"))
    assert "webhook 127.0.0.1" in str(raised.value)
    assert "secret" not in str(raised.value)


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    async with web_sink(certificate.server_context()) as web:
        address = f"https://localhost:{web.port}/"
        with pytest.raises(MailDeferred):
            await post(Hook(address))
        context = ssl.create_default_context(cafile=certificate.cert)
        assert await post(Hook(address, context=context)) == "204"


@pytest.mark.skipif(find_spec("apprise") is not None, reason="the extra `alerts` is installed")
def test_services_without_the_extra_say_what_to_install() -> None:
    with pytest.raises(RelayRefused, match=r"inbox-triage\[alerts\]"):
        notify("json://localhost/", "Northwind Home", "Breach")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
async def test_services_are_told_by_apprise() -> None:
    pytest.importorskip("apprise")
    async with web_sink() as web:
        addresses = f"# the room\njson://127.0.0.1:{web.port}/\n"
        assert await asyncio.to_thread(notify, addresses, "Northwind", "Breach: T-AAAAAAA") == "1"
        assert b"T-AAAAAAA" in web.posted[0].body
        web.answer("500 Oh")
        with pytest.raises(MailDeferred):
            await asyncio.to_thread(notify, addresses, "Northwind", "Breach")
        with pytest.raises(RelayRefused, match="address 1"):
            await asyncio.to_thread(notify, "nonsense", "Northwind", "Breach")
