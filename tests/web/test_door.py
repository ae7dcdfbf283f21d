"""What is written wrongly on purpose is refused like anything else: in words, with the headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.conftest import House, founded
from tests.web.test_deeds import opened
from tests.web.test_hardening import audit, raw
from triage.config.settings import WebSettings
from triage.core.accounts import MOST_FROM_ONE
from triage.core.disposition import Open

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize("host", [b"[", b"[::1", b"127.0.0.1]", b"a b", b"\xff", b"http://["])
async def test_a_name_of_the_host_that_is_none_is_refused(house: House, host: bytes) -> None:
    answer = await raw(
        house, b"GET /login HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 421"), answer
    assert b"content-security-policy" in answer


@pytest.mark.parametrize("origin", [b"http://[", b"null", b"\xff", b"http://127.0.0.1:1"])
async def test_an_origin_that_is_none_is_refused(house: House, origin: bytes) -> None:
    answer = await raw(
        house,
        b"POST /logout HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: a=b\r\nContent-Length: 0\r\n"
        b"Connection: close\r\nOrigin: " + origin + b"\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 403"), answer
    assert b"content-security-policy" in answer


@pytest.mark.parametrize(
    "path", ["//[", "http://[", "//evil.example", "/\\evil.example", "/\t/evil.example", "x:/y"]
)
async def test_where_to_go_on_is_a_path_of_ours_or_home(house: House, path: str) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        answer = await browser.get("/login", params={"next": path})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        shown = await browser.get("/next", params={"from": path})
        assert (shown.status_code, shown.headers["location"]) == (303, "/view/next")


async def test_a_proxy_that_adds_a_line_of_its_own_is_believed_and_not_the_one_before(
    tmp_path: Path,
) -> None:
    async with founded(tmp_path, WebSettings(proxies=("127.0.0.1",))) as proxied:
        answers = []
        for number in range(MOST_FROM_ONE - 3):
            assert proxied.store.try_login(f"other{number}", "198.51.100.7", proxied.clock())
        for number in range(4):
            body = b"name=guess%d&password=x" % number
            answer = await raw(
                proxied,
                b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + FORM
                + b"X-Forwarded-For: 203.0.113.%d\r\nX-Forwarded-For: 198.51.100.7\r\n" % number
                + b"Content-Length: %d\r\n\r\n" % len(body)
                + body,
            )
            answers.append(answer)
        assert [answer[:12] for answer in answers] == [b"HTTP/1.1 401"] * 3 + [b"HTTP/1.1 429"]
        assert audit(proxied)[0].address == "198.51.100.7"


async def test_nobody_fills_the_audit_from_the_many_addresses_of_one_network(
    tmp_path: Path,
) -> None:
    async with founded(tmp_path, WebSettings(proxies=("127.0.0.1",))) as proxied:
        async with proxied.browser() as browser:
            for number in range(60):
                told = {"Sec-Fetch-Site": "cross-site", "X-Forwarded-For": f"2001:db8::{number:x}"}
                await browser.post("/logout", headers=told)
        assert len(audit(proxied, 100)) < 30


async def test_letters_that_are_none_are_refused_and_not_taken_for_a_fault(house: House) -> None:
    reference = opened(house)
    house.add("maria")
    async with house.browser("maria") as browser:
        assert (await browser.get("/search", params={"q": "a\x00b"})).status_code == 200
        sent = await browser.post(
            f"/api/v1/tickets/{reference}/note",
            content=b'{"text": "call \\ud800 back"}',
            headers={"Content-Type": "application/json"},
        )
        assert sent.status_code == 422, sent.text


async def test_a_mail_without_a_single_byte_can_be_opened(house: House) -> None:
    made = house.desk.take(b"")
    assert isinstance(made, Open)
    house.add("maria")
    async with house.browser("maria") as browser:
        assert (await browser.get(f"/ticket/{made.reference}")).status_code == 200
