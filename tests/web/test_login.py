from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import PASSWORD, House, founded
from triage.config.settings import WebSettings
from triage.core.accounts import IDLE, MOST_FAILURES, WINDOW, Role


async def test_nobody_sees_a_page_without_a_session(house: House) -> None:
    async with house.browser() as browser:
        answer = await browser.get("/view/next?x=1")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=%2Fview%2Fnext%3Fx%3D1"


async def test_who_logs_in_goes_on_where_they_wanted(house: House) -> None:
    house.add("maria")
    async with house.browser() as browser:
        data = {"name": "Maria", "password": PASSWORD, "next": "/view/waiting"}
        answer = await browser.post("/login", data=data)
        assert (answer.status_code, answer.headers["location"]) == (303, "/view/waiting")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("triage=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert (await browser.get("/view/waiting")).status_code == 200


async def test_nobody_is_led_to_another_site(house: House) -> None:
    house.add("maria")
    for asked in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1"):
        async with house.browser() as browser:
            data = {"name": "maria", "password": PASSWORD, "next": asked}
            answer = await browser.post("/login", data=data)
            assert answer.headers["location"] == "/", asked


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(house: House) -> None:
    house.add("maria")
    async with house.browser() as browser:
        wrong = await browser.post("/login", data={"name": "maria", "password": "x" * 20})
        unknown = await browser.post("/login", data={"name": "nobody", "password": "x" * 20})
        assert (wrong.status_code, unknown.status_code) == (401, 401)
        assert wrong.text.replace("maria", "nobody") == unknown.text


async def test_who_guesses_has_to_wait(house: House) -> None:
    house.add("maria")
    for _ in range(MOST_FAILURES):
        assert house.store.try_login("maria", "192.0.2.1", house.clock())
    async with house.browser() as browser:
        data = {"name": "maria", "password": PASSWORD}
        assert (await browser.post("/login", data=data)).status_code == 429
        house.clock.now += WINDOW + timedelta(seconds=1)
        assert (await browser.post("/login", data=data)).status_code == 303


async def test_a_session_ends_by_itself_and_by_leaving(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        house.clock.now += IDLE
        assert (await browser.get("/view/next")).status_code == 303
    async with house.browser("maria") as one, house.browser("maria") as other:
        assert (await one.post("/logout")).status_code == 303
        assert (await one.get("/view/next")).status_code == 303
        assert (await other.get("/view/next")).status_code == 200
        assert (await other.post("/logout/everywhere")).status_code == 303
        assert (await other.get("/view/next")).status_code == 303


async def test_who_is_locked_out_or_has_another_role_is_out_at_once(house: House) -> None:
    account = house.add("maria")
    async with house.browser("maria") as browser:
        house.store.keep_account(type(account)(name="maria", role=Role.LEAD), None, house.clock())
        assert (await browser.get("/view/next")).status_code == 303


async def test_what_another_site_sends_is_turned_away(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            assert (await browser.post("/logout", headers=headers)).status_code == 403
        assert (await browser.get("/view/next")).status_code == 200


async def test_a_browser_that_says_nothing_of_sites_is_asked_for_its_origin(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        cookies = dict(browser.cookies)
    async with httpx.AsyncClient(base_url=house.url, cookies=cookies) as old:
        assert (await old.post("/logout")).status_code == 403
        foreign = {"Origin": "https://evil.example"}
        assert (await old.post("/logout", headers=foreign)).status_code == 403
        assert (await old.post("/logout", headers={"Origin": house.url})).status_code == 303


async def test_a_foreign_name_for_this_host_is_refused(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get("/login", headers={"Host": "evil.example"})).status_code == 421


async def test_every_answer_has_the_usual_headers(house: House) -> None:
    async with house.browser() as browser:
        for path in ("/login", "/view/next", "/nothing"):
            headers = (await browser.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "server" not in headers


NAVIGATES = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Dest": "document"}


async def test_what_is_refused_in_a_window_is_a_page_with_ways_on(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        came = {"Referer": f"{house.url}/view/all"}
        for path, status in (("/ticket/T-AAAAAAA", 404), ("/rules", 403), ("/logout", 405)):
            shown = await browser.get(path, headers=NAVIGATES | came)
            assert shown.status_code == status
            assert shown.headers["content-type"].startswith("text/html")
            assert '<main id="main" class="door">' in shown.text
            assert 'href="/view/all">Back</a>' in shown.text
            assert 'href="/">To the queue</a>' in shown.text
        wrong = {"language": "", "zone": "Mars/X"}
        mine = {"Referer": f"{house.url}/me"}
        told = await browser.post("/me", data=wrong, headers=NAVIGATES | mine)
        assert "There is no such zone" in told.text
        assert 'href="/me">Back</a>' in told.text


async def test_what_is_refused_in_a_window_leads_to_no_other_site(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        for came in ("https://evil.example/view/all", f"{house.url}//evil.example", "http://["):
            shown = await browser.get("/nothing", headers=NAVIGATES | {"Referer": came})
            assert shown.status_code == 404
            assert "Back" not in shown.text


@pytest.mark.parametrize("asked", [{"Sec-Fetch-Dest": "iframe"}, {"HX-Request": "true"}])
async def test_a_script_and_a_frame_are_refused_in_one_sentence(
    house: House, asked: dict[str, str]
) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        said = await browser.get("/nothing", headers=NAVIGATES | asked)
        assert said.text == "There is nothing here that you may see.\n"


@pytest.mark.parametrize(
    "told", [{"Origin": "http://desk.northwind.example"}, {"X-Forwarded-Proto": "http"}]
)
async def test_a_desk_with_https_says_why_nobody_logs_in_without_it(
    tmp_path: Path, told: dict[str, str]
) -> None:
    web = WebSettings(url="https://desk.northwind.example", proxies=("127.0.0.1",))
    async with founded(tmp_path, web) as house:
        house.add("maria")
        async with house.browser() as browser:
            browser.headers["Host"] = "desk.northwind.example"
            data = {"name": "maria", "password": PASSWORD}
            answer = await browser.post("/login", data=data, headers=told)
            assert answer.status_code == 403
            assert "Nobody can log in here" in answer.text
            assert "set-cookie" not in answer.headers
            shown = await browser.get("/login", headers=told)
            assert "Nobody can log in here" in shown.text
            over_https = {"Origin": web.url, "X-Forwarded-Proto": "https"}
            entered = await browser.post("/login", data=data, headers=over_https)
            assert entered.status_code == 303
