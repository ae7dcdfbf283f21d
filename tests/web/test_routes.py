"""Every route of the table, whoever added it: a new one is held to all of this."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from tests.store.desk import mail
from tests.web.conftest import House
from triage.core.accounts import Role
from triage.core.disposition import Filed, Open
from triage.web.files import static_name
from triage.web.routes import Names, Route
from triage.web.table import ROUTES

CLOSED = [route for route in ROUTES if route.role is not None]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket in the queue `returns`, and a mail that became none."""

    reference: str
    filed: str
    message: str


def put(house: House) -> Ticket:
    kind = "Content-Type: multipart/mixed; boundary=b"
    file = "Content-Type: application/pdf\r\n\r\ncracked"
    text = f"--b\r\n\r\nThe top is cracked.\r\n--b\r\n{file}\r\n--b--"
    made = house.desk.take(mail(text, message_id="<one@example.net>", more=kind))
    assert isinstance(made, Open)
    shown = house.store.ticket(made.reference)
    assert shown.row.queue == "returns"
    spam = mail("Win a cracked safe.", message_id="<two@example.net>", more="X-Spam-Flag: YES")
    assert isinstance(house.desk.take(spam), Filed)
    (filed,) = house.store.filed(("spam",), 2)
    return Ticket(made.reference, filed.handle, str(shown.messages[0].id))


def path_of(route: Route, ticket: Ticket) -> str:
    """Fill a path in with what is there."""
    values = {
        "{ticket}": ticket.reference,
        "{queue}": "returns",
        "{view}": "waiting",
        "{filed}": ticket.filed,
        "{deed}": "1",
        "{message}": ticket.message,
        "{file}": "0",
    }
    path = route.path
    for name, value in values.items():
        path = path.replace(name, value)
    assert "{" not in path, f"{named(route)}: say what its path is filled in with"
    return path


async def asked(browser: httpx.AsyncClient, route: Route, ticket: Ticket) -> httpx.Response:
    async with browser.stream(route.method, path_of(route, ticket)) as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            first = await anext(answer.aiter_bytes())  # it has no end
            return httpx.Response(answer.status_code, content=first)
        await answer.aread()
        return answer


def test_no_route_stands_behind_another_one() -> None:
    every = [(route.method, route.path) for route in ROUTES]
    assert len(every) == len(set(every))


def test_every_part_of_a_path_says_what_it_names() -> None:
    named_by = {"{ticket}": Names.TICKET, "{queue}": Names.QUEUE, "{filed}": Names.FILED}
    for route in ROUTES:
        for part, names in named_by.items():
            assert (part in route.path) == (route.names is names), named(route)


def test_what_changes_something_is_never_asked_for_by_a_link() -> None:
    assert {route.method for route in ROUTES} <= {"GET", "POST"}
    assert [named(route) for route in ROUTES if route.role is None] == [
        "GET /login",
        "POST /login",
        "GET /login/provider",
        "GET /login/provider/back",
        "GET /static/{digest}/{name}",
    ]


async def test_nobody_is_answered_without_a_session(house: House) -> None:
    ticket = put(house)
    async with house.browser() as browser:
        for route in CLOSED:
            answer = await asked(browser, route, ticket)
            assert answer.status_code in {303, 401}, named(route)
            assert "cracked" not in answer.text, named(route)
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/login?next="), named(route)


async def test_nobody_is_answered_by_a_session_that_is_not_theirs(house: House) -> None:
    ticket = put(house)
    async with house.browser() as browser:
        for wrong in ("0" * 64, "", "x", "'; DROP TABLE session; --"):
            for route in CLOSED:
                cookies = {"Cookie": f"triage={wrong}"}
                answer = await browser.request(
                    route.method, path_of(route, ticket), headers=cookies
                )
                assert answer.status_code in {303, 401}, (named(route), wrong)


async def test_what_another_site_asks_for_changes_nothing(house: House) -> None:
    ticket = put(house)
    house.add("maria", Role.ADMIN)
    async with house.browser("maria") as browser:
        for route in ROUTES:
            if route.method == "GET":
                continue
            answer = await browser.request(
                route.method,
                path_of(route, ticket),
                headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
            )
            assert answer.status_code == 403, named(route)


async def test_who_may_see_one_queue_finds_nothing_of_another(house: House) -> None:
    ticket = put(house)
    house.add("olga", Role.ADMIN, "orders")
    house.add("rita", Role.ADMIN, "returns")
    house.add("anna", Role.ADMIN)
    async with (
        house.browser("olga") as olga,
        house.browser("rita") as rita,
        house.browser("anna") as anna,
    ):
        for route in CLOSED:
            if route.names is not Names.NOTHING:
                assert (await asked(olga, route, ticket)).status_code == 404, named(route)
                # What lies in no queue is for those who see every queue.
                may = anna if route.names is Names.FILED else rita
                # A deed without what was seen is refused, to whoever may see the ticket.
                # A program is told apart what it left out. Source: RFC 6585 section 3.
                refused = {409, 422, 428} if route.path.startswith("/api/") else {409}
                allowed = refused if route.method == "POST" else {200}
                assert (await asked(may, route, ticket)).status_code in allowed, named(route)
            elif route.method == "GET":
                answer = await asked(olga, route, ticket)
                assert ticket.reference not in answer.text, named(route)
                assert "cracked" not in answer.text, named(route)


@pytest.mark.parametrize("reference", ["T-0000000", "x", "..%2f..", "T-1' OR 1=1"])
async def test_what_is_not_there_is_not_found(house: House, reference: str) -> None:
    house.add("maria")
    async with house.browser("maria") as browser:
        assert (await browser.get(f"/ticket/{reference}")).status_code == 404


async def test_a_role_that_is_too_low_is_refused(house: House) -> None:
    ticket = put(house)
    house.add("maria", Role.AGENT)
    async with house.browser("maria") as browser:
        for route in CLOSED:
            if route.role is not Role.AGENT:
                assert (await asked(browser, route, ticket)).status_code == 403, named(route)


async def test_a_file_is_there_under_its_own_hash_alone(house: House) -> None:
    async with house.browser() as browser:
        path = static_name("style.css")
        assert (await browser.get(path)).status_code == 200
        for wrong in ("/static/000000000000/style.css", "/static/x/..%2f..%2fapp.py"):
            assert (await browser.get(wrong)).status_code == 404, wrong


async def test_what_a_requester_wrote_is_shown_as_text_alone(house: House) -> None:
    made = house.desk.take(
        mail("<script>alert(1)</script>", subject="<img src=x onerror=alert(1)>")
    )
    assert isinstance(made, Open)
    house.add("maria")
    async with house.browser("maria") as browser:
        for path in (f"/ticket/{made.reference}", "/view/waiting"):
            text = (await browser.get(path)).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "&lt;img src=x" in text
