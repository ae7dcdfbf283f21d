"""Mail that became no ticket: seen by those who see every queue, and brought out by one key."""

from __future__ import annotations

import httpx

from tests.store.desk import mail
from tests.web.conftest import House
from tests.web.test_undo import HTMX, toast
from triage.core.accounts import Role
from triage.core.disposition import Filed
from triage.store.auditing import AuditAsked

SPAM = "X-Spam-Flag: YES"
LIST = "List-Id: <news.example.net>\nPrecedence: list"


def filed(house: House, text: str, more: str, number: int = 1) -> str:
    made = house.desk.take(mail(text, message_id=f"<f{number}@example.net>", more=more))
    assert isinstance(made, Filed), made
    (message,) = house.store._db.execute("SELECT max(id) FROM message").fetchone()
    return f"M-{message}"


async def says(browser: httpx.AsyncClient, house: House, handle: str, name: str) -> httpx.Response:
    kind = house.store._db.execute(
        "SELECT kind FROM message WHERE id = ?", (handle.removeprefix("M-"),)
    ).fetchone()[0]
    return await browser.post(f"/filed/{handle}/{name}", data={"kind": kind}, headers=HTMX)


async def test_spam_and_automatic_mail_lie_in_views_of_their_own(house: House) -> None:
    spam, news = filed(house, "Win a safe.", SPAM), filed(house, "Our news.", LIST, 2)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        shown = (await browser.get("/view/spam")).text
        assert (f'id="{spam}"' in shown, f'id="{news}"' in shown) == (True, False)
        shown = (await browser.get(f"/view/automatic?open={news}")).text
        assert (f'id="{spam}"' in shown, f'id="{news}"' in shown) == (False, True)
        assert "Our news." in shown
        assert "Win a safe." in (await browser.get(f"/filed/{spam}")).text
        pane = (await browser.get(f"/filed/{spam}", headers=HTMX)).text
        assert "<html" not in pane
        assert (await browser.get("/filed/M-999")).status_code == 404
        assert (await browser.get("/filed/x")).status_code == 404


async def test_not_spam_makes_it_a_ticket_and_can_be_taken_back(house: House) -> None:
    spam = filed(house, "My table is cracked.", SPAM)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        answer = await says(browser, house, spam, "not_spam")
        told, undo = toast(answer)
        assert told == "Learned: not spam."
        assert f'hx-get="/filed/{spam}"' in answer.text  # until it is what it is said to be
        assert "/not_spam" not in answer.text
        house.desk.triage()
        (row,) = house.store.queue(None, 5)
        assert row.subject == "Cracked table"
        shown = (await browser.get(f"/filed/{spam}", headers=HTMX)).text
        assert f'href="/ticket/{row.reference}"' in shown
        assert "My table is cracked." in shown
        assert "hx-trigger" not in shown
        back = await browser.post(str(undo), headers=HTMX)
        assert toast(back) == ("Taken back.", None)
    assert house.store.queue(None, 5) == ()


async def test_automatic_mail_is_a_humans_or_spam_by_one_key(house: House) -> None:
    news = filed(house, "Our news.", LIST)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert (await says(browser, house, news, "spam")).status_code == 200
        assert f'id="{news}"' in (await browser.get("/view/spam")).text
        stale = await browser.post(f"/filed/{news}/not_spam", data={"kind": "list"})
        assert stale.status_code == 409
        assert (await says(browser, house, news, "not_spam")).status_code == 200
        house.desk.triage()
    assert len(house.store.queue(None, 5)) == 1
    assert [one.action for _, one in house.store.audit_of(AuditAsked(limit=2))] == [
        "correct",
        "correct",
    ]


async def test_who_is_held_to_some_queues_sees_none_of_it(house: House) -> None:
    spam = filed(house, "Win a safe.", SPAM)
    house.add("olga", Role.ADMIN, "orders")
    async with house.browser("olga") as browser:
        assert "/view/spam" not in (await browser.get("/view/waiting")).text
        for path in ("/view/spam", "/view/automatic", f"/filed/{spam}"):
            assert (await browser.get(path)).status_code == 404, path
        assert (await says(browser, house, spam, "not_spam")).status_code == 404
