"""Logging in by an OpenID provider: one of our accounts, or nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

if find_spec("authlib") is None:
    pytest.skip("Authlib is not installed (extra oidc)", allow_module_level=True)

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.store.desk import NOW
from tests.web.conftest import PASSWORD, House, founded
from tests.web.openid import CLIENT, SECRET, OpenId, openid
from triage.config.settings import OidcSettings, Secret, WebSettings
from triage.core.accounts import Account
from triage.store.auditing import AuditAsked
from triage.web.door.provider import PATIENCE

MARIA = "maria@northwind.example"


@pytest.fixture
async def provider() -> AsyncIterator[OpenId]:
    async with asyncio.timeout(60), openid(NOW) as running:
        yield running


@pytest.fixture
async def house(tmp_path: Path, provider: OpenId) -> AsyncIterator[House]:
    oidc = OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=Secret(command=("printf", SECRET)),
        name="Northwind ID",
    )
    async with founded(tmp_path, WebSettings(oidc=oidc)) as house:
        yield house


async def sent(browser: httpx.AsyncClient, next_: str = "/view/waiting") -> str:
    """Begin, and return where the browser is sent to."""
    answer = await browser.get("/login/provider", params={"next": next_})
    assert answer.status_code == 303, answer.text
    assert "HttpOnly" in answer.headers["set-cookie"]
    return answer.headers["location"]


async def came_back(browser: httpx.AsyncClient, provider: OpenId) -> httpx.Response:
    answer = provider.approve(await sent(browser))
    return await browser.get("/login/provider/back", params=dict(answer))


async def is_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/view/next")).status_code == 200


async def test_who_has_an_account_comes_in_and_goes_on(house: House, provider: OpenId) -> None:
    house.add(MARIA)
    async with house.browser() as browser:
        assert "Log in with Northwind ID" in (await browser.get("/login")).text
        answer = await came_back(browser, provider)
        assert (answer.status_code, answer.headers["location"]) == (303, "/view/waiting")
        assert await is_in(browser)
        ((_, last),) = house.store.audit_of(AuditAsked(limit=1))
        assert (last.person, last.action) == (MARIA, "login")


async def test_nobody_gets_an_account_by_it(house: House, provider: OpenId) -> None:
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 401
        assert not await is_in(browser)
    assert house.store.accounts() == ()
    house.store.keep_account(Account(name=MARIA, role="agent", disabled=True), "x", NOW)  # type: ignore[arg-type]
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 401
    ((_, last),) = house.store.audit_of(AuditAsked(limit=1))
    assert (last.action, last.detail["what"]) == (
        "refused",
        "by provider: that is nobody's account here",
    )


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"exp": int((NOW - timedelta(minutes=5)).timestamp())},
        {"iat": int((NOW + timedelta(minutes=5)).timestamp())},
        {"nonce": "of another try"},
        {"nonce": None},
        {"exp": None},
        {"sub": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": ["maria@northwind.example"]},
    ],
    ids=str,
)
async def test_what_a_token_must_not_say_lets_nobody_in(
    house: House, provider: OpenId, says: dict[str, object]
) -> None:
    house.add(MARIA)
    provider.says = says
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 401
        assert not await is_in(browser)


async def test_a_token_that_another_key_signed_lets_nobody_in(
    house: House, provider: OpenId
) -> None:
    house.add(MARIA)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": str(provider.key.kid)})
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 401


async def test_a_token_that_nobody_signed_or_the_client_did_lets_nobody_in(
    house: House, provider: OpenId
) -> None:
    house.add(MARIA)
    async with house.browser() as browser:
        address = await sent(browser)
        answer = dict(provider.approve(address))
        claims = provider.id_token(provider.codes[answer["code"]]).split(".")[1]
        provider.token = f"eyJhbGciOiJub25lIn0.{claims}."
        assert (await browser.get("/login/provider/back", params=answer)).status_code == 401
    async with house.browser() as browser:
        answer = dict(provider.approve(await sent(browser)))
        asked = provider.codes[answer["code"]]
        key = OctKey.import_key(SECRET)
        whole = jwt.decode(provider.id_token(asked), provider.key).claims
        provider.token = jwt.encode({"alg": "HS256"}, whole, key)
        assert (await browser.get("/login/provider/back", params=answer)).status_code == 401


async def test_a_key_that_is_new_is_fetched(house: House, provider: OpenId) -> None:
    house.add(MARIA)
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 303
    provider.key = RSAKey.generate_key(2048, auto_kid=True)
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 303


async def test_an_answer_is_of_use_once_in_one_browser_and_for_a_while(
    house: House, provider: OpenId
) -> None:
    house.add(MARIA)
    async with house.browser() as browser, house.browser() as other:
        answer = dict(provider.approve(await sent(browser)))
        # Another browser, which somebody leads to the address that was meant for this one.
        assert (await other.get("/login/provider/back", params=answer)).status_code == 401
        wrong = {**answer, "state": "x"}
        assert (await browser.get("/login/provider/back", params=wrong)).status_code == 401
        assert (await browser.get("/login/provider/back", params=answer)).status_code == 401
        assert (await came_back(browser, provider)).status_code == 303
        answer = dict(provider.approve(await sent(browser)))
        house.clock.now += PATIENCE + timedelta(seconds=1)
        assert (await browser.get("/login/provider/back", params=answer)).status_code == 401


@pytest.mark.parametrize(
    "answer", [{"error": "access_denied"}, {"code": "made up"}, {"iss": "https://evil.example"}]
)
async def test_another_answer_lets_nobody_in(
    house: House, provider: OpenId, answer: dict[str, str]
) -> None:
    house.add(MARIA)
    async with house.browser() as browser:
        right = dict(provider.approve(await sent(browser)))
        if "error" in answer:
            del right["code"]
        shown = await browser.get("/login/provider/back", params={**right, **answer})
        assert shown.status_code == 401
        assert not await is_in(browser)


async def test_what_the_token_leaves_out_is_asked_for(house: House, provider: OpenId) -> None:
    house.add(MARIA)
    provider.says = {"email": None, "email_verified": None}
    provider.info = {"sub": "248289761001", "email": MARIA, "email_verified": True}
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 303
    provider.info["sub"] = "somebody else"
    async with house.browser() as browser:
        assert (await came_back(browser, provider)).status_code == 401


async def test_a_provider_that_is_away_is_said(tmp_path: Path) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:1", client_id=CLIENT, only=True)
    async with founded(tmp_path, WebSettings(oidc=oidc)) as house:
        house.add(MARIA)
        async with house.browser() as browser:
            answer = await browser.get("/login/provider")
            assert answer.status_code == 401
            ((_, last),) = house.store.audit_of(AuditAsked(limit=1))
            assert "the provider cannot be asked" in str(last.detail["what"])
            assert 'name="password"' not in answer.text
            data = {"name": MARIA, "password": PASSWORD}
            assert (await browser.post("/login", data=data)).status_code == 403


async def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    async with founded(tmp_path) as house, house.browser() as browser:
        assert (await browser.get("/login/provider")).status_code == 404
        assert (await browser.get("/login/provider/back?code=x&state=y")).status_code == 404
