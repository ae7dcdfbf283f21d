"""What whoever means ill may try at the door: none of it gets anything, and it is written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from tests.store.desk import NOW
from tests.web.conftest import PASSWORD, House, founded
from tests.web.test_deeds import opened
from triage.config.settings import WebSettings
from triage.core.accounts import MOST_FAILURES, MOST_FROM_ONE, Role
from triage.store.accounts import Audited
from triage.store.auditing import AuditAsked
from triage.store.trying import source
from triage.web.body import bounded
from triage.web.table import ROUTES


def audit(house: House, most: int = 1) -> list[Audited]:
    return [entry for _, entry in house.store.audit_of(AuditAsked(limit=most))]


async def raw(house: House, text: bytes) -> bytes:
    """Send bytes as they are, and return the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    try:
        writer.write(text)
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


async def wrong(house: House, name: str = "maria", **headers: str) -> int:
    async with house.browser() as browser:
        browser.timeout = 60  # each of many waits for its turn to be hashed
        data = {"name": name, "password": "x" * 20}
        return (await browser.post("/login", data=data, headers=headers)).status_code


def guessed(house: House, address: str, times: int) -> None:
    """Let somebody at an address have guessed at as many names."""
    for number in range(times):
        assert house.store.try_login(f"earlier{number}", address, house.clock())


# --- guessing -------------------------------------------------------------------------------------


async def test_many_guesses_at_once_are_no_more_than_one_after_the_other(house: House) -> None:
    house.add("maria")
    answers = await asyncio.gather(*(wrong(house) for _ in range(MOST_FAILURES + 6)))
    assert sorted(answers) == [401] * MOST_FAILURES + [429] * 6


async def test_an_office_at_one_address_does_not_wait_for_one_who_mistypes(
    house: House,
) -> None:
    house.add("maria")
    house.add("jonas")
    for _ in range(MOST_FAILURES):
        assert house.store.try_login("jonas", "127.0.0.1", house.clock())
    assert await wrong(house, "jonas") == 429
    async with house.browser() as browser:
        data = {"name": "maria", "password": PASSWORD}
        assert (await browser.post("/login", data=data)).status_code == 303


async def test_the_right_password_forgets_what_went_wrong_before(house: House) -> None:
    house.add("maria")
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            assert await wrong(house) == 401
        async with house.browser("maria") as browser:
            assert (await browser.get("/view/next")).status_code == 200


async def test_behind_a_proxy_that_is_named_each_client_counts_for_itself(tmp_path: Path) -> None:
    async with founded(tmp_path, WebSettings(proxies=("127.0.0.1",))) as house:
        house.add("maria")
        guessed(house, "198.51.100.7", MOST_FROM_ONE - 3)
        for number in range(3):
            told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
            assert await wrong(house, f"guess{number}", **told) == 401
        assert await wrong(house, "another", **{"X-Forwarded-For": "198.51.100.7"}) == 429
        assert await wrong(house, "another", **{"X-Forwarded-For": "198.51.100.8"}) == 401
        assert audit(house)[0].address == "198.51.100.8"


async def test_whoever_is_no_named_proxy_cannot_say_where_they_come_from(house: House) -> None:
    guessed(house, "127.0.0.1", MOST_FROM_ONE - 3)
    for number in range(3):
        told = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert await wrong(house, f"guess{number}", **told) == 401
    assert await wrong(house, "another", **{"X-Forwarded-For": "198.51.100.99"}) == 429
    assert audit(house)[0].address == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_one_household_counts_as_one_address(address: str, counts_as: str) -> None:
    assert source(address) == counts_as


async def test_a_refused_login_is_written_down_without_what_was_typed(house: House) -> None:
    house.add("maria")
    await wrong(house)
    await wrong(house, "hunter2-typed-for-a-name")
    unknown, known = audit(house, 2)
    assert (known.person, known.action) == ("maria", "refused")
    assert (unknown.person, unknown.action) == ("", "refused")
    assert "hunter2" not in repr(audit(house, 9))


# --- sessions -------------------------------------------------------------------------------------


async def test_a_session_that_somebody_brought_along_is_not_the_one_they_get(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as first:
        planted = dict(first.cookies)
    async with house.browser() as browser:
        browser.cookies.update(planted)
        data = {"name": "maria", "password": PASSWORD}
        answer = await browser.post("/login", data=data)
        assert planted["triage"] not in answer.headers["set-cookie"]
    async with house.browser() as thief:
        thief.cookies.update(planted)
        assert (await thief.get("/view/next")).status_code == 303


async def test_over_https_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    web = WebSettings(url="https://desk.northwind.example")
    async with founded(tmp_path, web) as house:
        house.add("maria")
        async with house.browser() as browser:
            browser.headers["Host"] = "desk.northwind.example"
            data = {"name": "maria", "password": PASSWORD}
            answer = await browser.post("/login", data=data)
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-triage=")
            for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
                assert part in cookie
            assert "Domain" not in cookie
            assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
            # Nobody is led around the proxy by a name that only the machine has.
            assert (await browser.get("/login", headers={"Host": "127.0.0.1"})).status_code == 421


async def test_without_https_nobody_logs_in_from_elsewhere(tmp_path: Path) -> None:
    async with founded(tmp_path, WebSettings(url="http://desk.northwind.example")) as house:
        house.add("maria")
        async with house.browser() as browser:
            browser.headers["Host"] = "desk.northwind.example"
            shown = await browser.get("/login")
            assert "Nobody can log in here" in shown.text
            data = {"name": "maria", "password": PASSWORD}
            answer = await browser.post("/login", data=data)
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers


# --- what is sent ---------------------------------------------------------------------------------


async def test_a_body_in_chunks_is_as_bounded_as_one_that_says_its_length(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 1024

    async with house.browser() as browser:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await browser.post("/login", content=endless(), headers=form)
        assert answer.status_code == 413
        long = await browser.post("/login", content=b"x" * 64 * 1024, headers=form)
        assert long.status_code == 413


async def test_a_body_that_comes_too_slowly_is_not_waited_for() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    with pytest.raises(HTTPException) as raised:
        await bounded(Request(scope, never), largest=1, patience=0.01).body()
    assert raised.value.status_code == 408


async def test_a_length_that_is_none_is_refused(house: House) -> None:
    for length in (b"-1", b"x", b"1, 2"):
        answer = await raw(
            house,
            b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + b"\r\n\r\nx",
        )
        assert answer.startswith(b"HTTP/1.1 400"), length


async def test_a_head_without_end_is_refused(house: House) -> None:
    answer = b""
    with suppress(ConnectionError):  # it need not be read to its end to be refused
        answer = await raw(house, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


# --- paths and methods ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "//view/next",
        "/view//next",
        "/view/next/",
        "/./view/next",
        "/static/../view/next",
        "/static/%2e%2e/view/next",
        "/static/..%2f..%2fview%2fnext",
        "/ticket/..%2fview%2fnext",
        "/view%2fnext",
        "/VIEW/NEXT",
        "/view/next%00",
        "/view/next;x=1",
        "/%61udit",
        "/api/v1/../../audit",
    ],
)
async def test_no_way_of_writing_a_path_leads_round_the_door(house: House, path: str) -> None:
    opened(house)
    house.add("maria")
    line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    answer = (await raw(house, line)).decode(errors="replace")
    assert answer.split(" ", 2)[1] in {"303", "404", "400", "401"}, answer
    assert "cracked" not in answer
    async with house.browser("maria") as browser:
        cookie = f"Cookie: triage={browser.cookies['triage']}\r\n"
    line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}Connection: close\r\n\r\n".encode()
    answer = (await raw(house, line)).decode(errors="replace")
    assert "root:" not in answer
    if "audit" in path or "61udit" in path:
        assert answer.split(" ", 2)[1] in {"403", "404"}, answer


async def test_head_and_options_tell_nobody_anything(house: House) -> None:
    async with house.browser() as browser:
        for route in ROUTES:
            if route.role is None or "{" in route.path:
                continue
            asked = await browser.request("HEAD", route.path)
            assert asked.status_code in {303, 401, 405}, route.path
            assert asked.content == b""
            assert (await browser.request("OPTIONS", route.path)).status_code == 405, route.path
            assert (await browser.request("TRACE", route.path)).status_code in {403, 405}


async def test_no_other_method_is_put_in_the_place_of_the_one_that_was_sent(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}):
            assert (await browser.get("/logout?_method=POST", headers=headers)).status_code == 405
        assert (await browser.get("/view/next")).status_code == 200


# --- what is written down -------------------------------------------------------------------------


async def test_what_is_refused_at_the_door_is_written_down(house: House) -> None:
    reference = opened(house)
    house.add("olga", Role.AGENT, "orders")
    async with house.browser("olga") as olga:
        await olga.get(f"/ticket/{reference}")
        assert (audit(house)[0].person, audit(house)[0].about) == ("olga", reference)
        assert audit(house)[0].detail == {"what": "not theirs to see"}
        await olga.get("/audit")
        assert audit(house)[0].detail == {"what": "is for the role admin"}
        await olga.post("/logout", headers={"Sec-Fetch-Site": "cross-site"})
        assert audit(house)[0].detail == {"what": "from another site"}
        await olga.get("/login", headers={"Host": "evil.example"})
        assert audit(house)[0].detail == {"what": "a foreign name of this host"}
        assert {entry.action for entry in audit(house, 4)} == {"refused"}


async def test_nobody_can_fill_the_audit_from_one_address(house: House) -> None:
    async with house.browser() as browser:
        for _ in range(60):
            await browser.post("/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert len(audit(house, 100)) < 30


async def test_the_audit_is_shown_to_admins_filtered_and_page_by_page(house: House) -> None:
    house.add("anna", Role.ADMIN)
    house.add("limited", Role.ADMIN, "orders")
    house.add("lena", Role.LEAD)
    for number in range(150):
        entry = Audited(
            at=NOW,
            person="jonas" if number % 2 else "maria",
            action="take",
            about=f"T-{number:07d}",
            detail={"what": "<script>alert(1)</script>"},
            address="192.0.2.1",
        )
        house.store.audit(entry)
    async with house.browser("lena") as lena, house.browser("limited") as limited:
        assert (await lena.get("/audit")).status_code == 403
        assert (await limited.get("/audit")).status_code == 404
    async with house.browser("anna") as anna:
        first = (await anna.get("/audit?action=take")).text
        assert "T-0000149" in first
        assert "T-0000049" not in first
        assert "<script>alert" not in first
        older = first.partition('href="/audit?action=take&amp;before=')[2].partition('"')[0]
        second = (await anna.get(f"/audit?action=take&before={older}")).text
        assert "T-0000049" in second
        assert "T-0000149" not in second
        mine = (await anna.get("/audit?person=jonas&about=T-0000001")).text
        assert "T-0000001" in mine
        assert "T-0000003" not in mine
        assert "Nothing of that kind" in (await anna.get("/audit?person=nobody")).text
        for odd in ("before=x", "since=yesterday", "before=-1", "since=9999-99-99"):
            assert (await anna.get(f"/audit?{odd}")).status_code == 200, odd
