"""What somebody decides for themselves."""

from __future__ import annotations

import asyncio

from tests.web.conftest import PASSWORD, House
from tests.web.test_deeds import opened
from triage.core.accounts import MOST_FAILURES
from triage.store.auditing import AuditAsked

NEW = "another long password"


async def test_who_chooses_a_language_and_a_zone_reads_by_them(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        before = (await browser.get("/view/waiting")).text
        data = {"language": "de", "zone": "Asia/Tokyo"}
        assert (await browser.post("/me", data=data)).status_code == 303
        after = (await browser.get("/view/waiting")).text
        assert '<html lang="en">' in before
        assert '<html lang="de">' in after
        due = house.store.ticket(reference).row.answer_by
        assert due is not None
        assert f"{(due.hour + 9) % 24:02}:{due.minute:02}" in after
        settings = (await browser.get("/me")).text
        assert 'value="Asia/Tokyo"' in settings
        assert "Deutsch" in settings


async def test_what_is_no_language_and_no_zone_is_refused(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        for data in ({"language": "xx"}, {"zone": "Nowhere/Land"}, {"zone": "../etc/passwd"}):
            assert (await browser.post("/me", data=data)).status_code == 409, data
    found = house.store.account("maria")
    assert found is not None
    assert (found[0].language, found[0].zone) == ("", "")


async def test_a_new_password_ends_every_other_session(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as here, house.browser("maria") as elsewhere:
        assert len(house.store.sessions("maria", house.clock())) == 2
        data = {"old": PASSWORD, "new": NEW}
        assert (await here.post("/me/password", data=data)).status_code == 303
        assert (await here.get("/me?done=password")).status_code == 200
        assert (await elsewhere.get("/me")).status_code == 303
        assert len(house.store.sessions("maria", house.clock())) == 1
        old = await elsewhere.post("/login", data={"name": "maria", "password": PASSWORD})
        new = await elsewhere.post("/login", data={"name": "maria", "password": NEW})
        assert (old.status_code, new.status_code) == (401, 303)
    actions = [entry.action for _, entry in house.store.audit_of(AuditAsked(limit=9))]
    assert "password" in actions


async def test_who_does_not_know_the_old_password_gets_no_new_one(house: House) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        wrong = {"old": "x" * 20, "new": NEW}
        assert (await browser.post("/me/password", data=wrong)).status_code == 409
        short = {"old": PASSWORD, "new": "short"}
        assert (await browser.post("/me/password", data=short)).status_code == 409
        tried = [
            house.store.try_login("maria", "192.0.2.1", house.clock()) for _ in range(MOST_FAILURES)
        ]
        assert tried == [True] * (MOST_FAILURES - 2) + [False] * 2  # both of the page count, too
        right = {"old": PASSWORD, "new": NEW}
        assert "quarter of an hour" in (await browser.post("/me/password", data=right)).text
    assert len(house.store.sessions("maria", house.clock())) == 1


async def test_guesses_of_the_old_password_at_once_are_no_more_than_one_by_one(
    house: House,
) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        browser.timeout = 60
        wrong = {"old": "x" * 20, "new": NEW}
        answers = await asyncio.gather(
            *(browser.post("/me/password", data=wrong) for _ in range(MOST_FAILURES + 3))
        )
    told = ["quarter of an hour" in answer.text for answer in answers]
    assert told.count(False) == MOST_FAILURES
