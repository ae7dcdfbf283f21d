"""Search on the page: what is found, what is wrong with what was typed, and who finds what."""

from __future__ import annotations

from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.accounts import Role


async def test_a_ticket_is_found_by_its_words_and_opened_by_its_name(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        for typed in ("crack*", "from:jo", "is:waiting table", 'subject:table "top is"'):
            text = (await browser.get("/search", params={"q": typed})).text
            assert f'id="{reference}"' in text, typed
        assert "Nothing was found" in (await browser.get("/search?q=zebra")).text
        assert "from:jo" in (await browser.get("/search")).text
        named = await browser.get("/search", params={"q": reference.lower()})
        assert named.headers["location"].startswith(f"/ticket/{reference}")


async def test_what_is_wrong_is_shown_at_its_place(house: House) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        answer = await browser.get("/search", params={"q": "table form:<jo>"})
        assert answer.status_code == 200
        assert "<mark>form:&lt;jo&gt;</mark>" in answer.text
        assert "There is no form: to look by. There is: from." in answer.text
        for typed in ('"', "queue:nowhere", "before:soon", "a" * 501, "x:", "NEAR(", "a OR", "'"):
            answer = await browser.get("/search", params={"q": typed})
            assert answer.status_code == 200, typed


async def test_no_other_queue_is_found_named_or_proposed(house: House) -> None:
    reference = opened(house)
    house.add("olga", Role.AGENT, "orders")
    async with house.browser("olga") as browser:
        for typed in ("crack*", "is:waiting", reference, "queue:returns", "queue:return", "-zebra"):
            answer = await browser.get("/search", params={"q": typed})
            assert answer.status_code == 200
            assert f'id="{reference}"' not in answer.text, typed
            assert "Was meant: returns" not in answer.text, typed
        opened_beside = await browser.get("/search", params={"q": "zebra", "open": reference})
        assert "cracked" not in opened_beside.text


async def test_text_is_sent_compressed_but_to_no_other_site(house: House) -> None:
    opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        page = await browser.get("/view/waiting")
        assert page.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in page.headers["vary"]
        elsewhere = await browser.get("/view/waiting", headers={"Sec-Fetch-Site": "cross-site"})
        assert elsewhere.status_code == 200
        assert "content-encoding" not in elsewhere.headers
