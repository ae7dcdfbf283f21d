"""What programs read and do: the page's own deeds, as JSON, with tokens."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from tests.store.desk import mail
from tests.web.conftest import House
from triage.core.accounts import Role
from triage.core.disposition import Open
from triage.store.auditing import AuditAsked
from triage.store.byhand import Correction
from triage.store.views import TicketRow
from triage.web.api.cursor import paged, read_cursor
from triage.web.api.described import DEEDS
from triage.web.api.hours import SWITCHES
from triage.web.api.people import FOR_PEOPLE, INSTEAD
from triage.web.api.table import ways
from triage.web.door.identity import new_id, written
from triage.web.door.pace import TOKEN_BURST
from triage.web.table import PAGES, ROUTES

WAYS = ways(PAGES)


@asynccontextmanager
async def program(
    house: House, name: str, called: str = "robot"
) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client with a token of this account."""
    secret = new_id()
    house.store.keep_token(called, name, secret, house.clock())
    headers = {"Authorization": f"Bearer {written(secret)}"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers) as client:
        yield client


def opened(house: House, number: int = 1) -> str:
    made = house.desk.take(
        mail(
            "The top is cracked.",
            sender=f"Jo Park <jo{number}@example.net>",
            message_id=f"<{number}@example.net>",
        )
    )
    assert isinstance(made, Open)
    return made.reference


async def test_a_program_reads_lists_and_tickets(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        assert (await client.get("/api/v1/me")).json()["agent"] == "maria"
        (row,) = (await client.get("/api/v1/views/waiting")).json()["tickets"]
        assert (row["reference"], row["queue"], row["status"]) == (reference, "returns", "open")
        (row,) = (await client.get("/api/v1/queues/returns")).json()["tickets"]
        whole = (await client.get(f"/api/v1/tickets/{reference}")).json()
        assert whole["thread"][0]["text"] == "The top is cracked."
        assert whole["events"][0]["name"] == "opened"
        assert (await client.get("/api/v1/views/nothing")).status_code == 404


async def test_a_list_is_walked_through_by_its_cursor(house: House) -> None:
    references = {opened(house, number) for number in range(5)}
    house.add("maria")
    async with program(house, "maria") as client:
        seen: list[str] = []
        path: str | None = "/api/v1/views/all?limit=2"
        while path is not None:
            answer = (await client.get(path)).json()
            seen += [row["reference"] for row in answer["tickets"]]
            following = answer["next"]
            path = following and f"/api/v1/views/all?limit=2&cursor={following}"
        assert sorted(seen) == sorted(references)
        long = f"limit={'9' * 5000}"
        for wrong in ("limit=0", "limit=x", "limit=1000", long, "cursor=!", "cursor=e30"):
            answer = await client.get(f"/api/v1/views/all?{wrong}")
            assert answer.status_code == 422, wrong
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_list_that_moves_meanwhile_leaves_out_nothing_that_stays(house: House) -> None:
    references = [opened(house, number) for number in range(4)]
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        first = (await client.get("/api/v1/views/waiting?limit=2")).json()
        given = [row["reference"] for row in first["tickets"]]
        house.store.answered(given[1], house.clock(), "maria", "phone")
        rest = (await client.get(f"/api/v1/views/waiting?cursor={first['next']}")).json()
        assert {*given, *(row["reference"] for row in rest["tickets"])} == set(references)


async def test_whoever_deals_with_all_that_was_given_is_given_the_rest(house: House) -> None:
    references = [opened(house, number) for number in range(9)]
    house.add("maria", agent="maria")
    done: list[str] = []
    async with program(house, "maria") as client:
        following: str | None = ""
        while following is not None:
            path = f"/api/v1/views/waiting?limit=2&cursor={following}"
            given = (await client.get(path)).json()
            following = given["next"]
            for row in given["tickets"]:
                house.store.answered(row["reference"], house.clock(), "maria", "phone")
                done.append(row["reference"])
    assert sorted(done) == sorted(references)


def test_a_row_that_moved_down_takes_nobody_with_it() -> None:
    rows = [row(number) for number in range(40)]
    some, following = paged(rows, None, 10)
    assert following is not None
    last, *others = reversed(some)
    moved = [*reversed(others), *rows[10:30], last, *rows[30:]]
    rest, _ = paged(moved, read_cursor(following), 40)
    assert {one.reference for one in (*some, *rest)} == {one.reference for one in rows}


def row(number: int) -> TicketRow:
    return cast("TicketRow", SimpleNamespace(reference=f"T-{number:07d}"))


async def test_a_deed_says_what_was_done_and_how_it_is_taken_back(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        revision = (await client.get(f"/api/v1/tickets/{reference}")).json()["revision"]
        told = (
            await client.post(
                f"/api/v1/tickets/{reference}/correct",
                json={"revision": revision, "queue": "orders"},
            )
        ).json()
        assert told["ticket"] == reference
        assert told["revision"] > revision
        assert house.store.ticket(reference).row.queue == "orders"
        assert told["undo"] is not None
        assert (await client.post(told["undo"], json={})).status_code == 200
        assert house.store.ticket(reference).row.queue == "returns"
    (number, entry) = house.store.audit_of(AuditAsked(limit=9))[-1]
    assert (number, entry.person, entry.action, entry.about) == (1, "maria", "correct", reference)


async def test_many_tickets_are_dealt_with_at_once(house: House) -> None:
    first, second = opened(house, 1), opened(house, 2)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        seen = house.store.ticket(first).row.revision
        body = {"ticket": [f"{first}:{seen}", f"{second}:999"], "queue": "orders"}
        told = (await client.post("/api/v1/bulk/correct", json=body)).json()
        schema = await schema_of(client, "/api/v1/bulk/correct")
        assert set(schema["required"]) == told.keys()
        assert told["done"] == [first]
        assert [one["ticket"] for one in told["refused"]] == [second]
        assert told["undo"].startswith("/api/v1/undo/")
        assert (await client.post(told["undo"], json={})).status_code == 200
        assert house.store.ticket(first).row.queue == "returns"
        none = await client.post("/api/v1/bulk/take", json={"ticket": [f"{second}:999"]})
        assert (none.status_code, none.headers["content-type"]) == (409, "application/problem+json")
        assert [one["ticket"] for one in none.json()["refused"]] == [second]


async def schema_of(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Return what the document says that a deed answers."""
    document = (await client.get("/api/v1/openapi.json")).json()
    answer = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]
    return whole(document, answer["schema"])


def whole(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with all that it is made of put together."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return whole(document, document["components"]["schemas"][name])
    parts = [whole(document, part) for part in schema.get("allOf", ())]
    return {
        **schema,
        "required": sum((one["required"] for one in parts), schema.get("required", [])),
    }


async def test_a_program_searches_as_people_do(house: House) -> None:
    reference = opened(house)
    house.add("maria")
    async with program(house, "maria") as client:
        found = (await client.get("/api/v1/search", params={"q": "cracked queue:returns"})).json()
        assert [row["reference"] for row in found["tickets"]] == [reference]
        assert found["next"] is None
        wrong = await client.get("/api/v1/search", params={"q": "cracked quue:returns"})
        assert (wrong.status_code, wrong.json()["at"]) == (422, 8)
        assert (await client.get("/api/v1/search")).status_code == 422
        assert (await client.get("/api/v1/filed", params={"view": "spam"})).json() == {"mails": []}


async def test_a_program_answers_and_calls_its_answer_back(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        path = f"/api/v1/tickets/{reference}"
        seen = (await client.get(path)).json()["revision"]
        text = "Dear Jo Park,\n\nplease find the form attached.\n\nMaria Lund"
        body: dict[str, object] = {"revision": seen, "text": text}
        held = await client.post(f"{path}/reply", json=body)
        assert held.status_code == 422
        (doubt,) = held.json()["doubts"]
        assert not doubt["blocks"]
        sent = await client.post(f"{path}/reply", json={**body, "looked": [doubt["key"]]})
        assert sent.status_code == 200, sent.text
        (mail_,) = house.store.replies(reference)
        assert (mail_.mail, mail_.state) == (sent.json()["mail"], "pending")
        assert sent.json()["undo"] == f"{path}/take-back"
        back = await client.post(sent.json()["undo"], json={"mail": sent.json()["mail"]})
        assert back.status_code == 200, back.text
        assert house.store.replies(reference) == ()
        late = await client.post(f"{path}/reply", json={**body, "revision": seen - 1})
        assert late.status_code == 409


async def test_a_try_that_comes_twice_is_one_mail(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        path = f"/api/v1/tickets/{reference}"
        revision = (await client.get(path)).json()["revision"]
        words = "Dear Jo,\n\na new top leaves today.\n\nMaria"
        body = {"revision": revision, "text": words, "key": "one-mail-of-a-robot"}
        told = [await client.post(f"{path}/reply", json=body) for _ in range(2)]
    assert [one.status_code for one in told] == [200, 200]
    assert len({one.json()["mail"] for one in told}) == 1
    assert len(house.store.replies(reference)) == 1


async def test_who_acts_on_what_is_no_longer_so_is_told_who_did_what(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    revision = house.store.ticket(reference).row.revision
    house.store.correct(reference, Correction(queue="orders"), {}, "jonas", house.clock())
    async with program(house, "maria") as client:
        path = f"/api/v1/tickets/{reference}/close"
        answer = await client.post(path, json={"revision": revision, "reason": "it is done"})
        assert answer.status_code == 409
        problem = answer.json()
        assert problem["changed"]["by"] == "jonas"
        assert problem["changed"]["what"] == "corrected"
        assert problem["revision"] == house.store.ticket(reference).row.revision
        assert "Jonas Weber" in problem["detail"]
        assert house.store.ticket(reference).row.status == "open"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("{}", 428, "'revision' is missing."),
        ("[1]", 422, "Send one object."),
        ("{", 422, "That is no JSON."),
        ('{"revision": 1, "force": true}', 422, "There is no 'force': revision."),
        ('{"revision": {"a": 1}}', 422, "a text, a number, or a list"),
        ("[" * 100_000, 413, "too large"),
    ],
)
async def test_what_cannot_be_read_is_said(house: House, body: str, status: int, said: str) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        answer = await client.post(
            f"/api/v1/tickets/{reference}/take",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert said in answer.json()["detail"]


async def test_a_form_is_no_json(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with program(house, "maria") as client:
        path = f"/api/v1/tickets/{reference}/take"
        assert (await client.post(path, data={"revision": "1"})).status_code == 422


async def test_who_sees_one_queue_reads_nothing_of_another(house: House) -> None:
    reference = opened(house)
    house.add("olga", Role.ADMIN, "orders")
    async with program(house, "olga") as client:
        for way in WAYS:
            if way.route.method == "GET":
                named = {"message": 1, "file": 0, "filed": "M-1"}
                path = way.route.path.format(ticket=reference, queue="returns", view="all", **named)
                answer = await client.get(path)
                assert reference not in answer.text, path
                assert "cracked" not in answer.text, path
        answer = await client.post(f"/api/v1/tickets/{reference}/take", json={"revision": 1})
        assert answer.status_code == 404


async def test_a_token_that_was_taken_back_is_of_no_use(house: House) -> None:
    house.add("maria")
    async with program(house, "maria") as client:
        assert (await client.get("/api/v1/me")).status_code == 200
        (token,) = house.store.tokens("maria")
        assert token.used == house.clock()
        assert house.store.revoke_token("robot", "maria", house.clock())
        answer = await client.get("/api/v1/me")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
        (last,) = house.store.audit_of(AuditAsked(limit=1))
        assert (last[1].action, last[1].detail) == ("refused", {"what": "no such token"})


async def test_a_token_opens_nothing_that_is_made_for_people(house: House) -> None:
    reference = opened(house)
    house.add("anna", Role.ADMIN, agent="maria")
    async with program(house, "anna") as client:
        for route in PAGES:
            if route.role is not None and "{" not in route.path.replace("{ticket}", ""):
                path = route.path.replace("{ticket}", reference)
                answer = await client.request(route.method, path)
                assert answer.status_code == 401, f"{route.method} {route.path}"
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_the_token_of_a_disabled_account_is_of_no_use_either(house: House) -> None:
    account = house.add("maria")
    async with program(house, "maria") as client:
        house.store.keep_account(replace(account, disabled=True), None, house.clock())
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_token_that_asks_too_often_has_to_wait(house: House) -> None:
    house.add("maria")
    async with program(house, "maria") as client, program(house, "maria", "other") as other:
        for _ in range(TOKEN_BURST):
            assert (await client.get("/api/v1/me")).status_code == 200
        answer = await client.get("/api/v1/me")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        assert (await other.get("/api/v1/me")).status_code == 200
        house.clock.now += timedelta(seconds=1)
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_figures_of_people_and_of_all_queues_are_not_for_everybody(house: House) -> None:
    house.add("lena", Role.LEAD)
    house.add("maria", Role.AGENT, "returns")
    async with program(house, "lena") as lead, program(house, "maria") as agent:
        whole = (await lead.get("/api/v1/report?period=today")).json()
        assert whole["agents"] is not None
        assert "staffing" in whole
        part = (await agent.get("/api/v1/report")).json()
        assert part["queue"] == "returns"
        assert part["agents"] is None
        assert "staffing" not in part
        assert whole["goodwill"]["budget"] == "500.00"
        assert part["goodwill"]["budget"] is None
        assert (await agent.get("/api/v1/report?queue=orders")).status_code == 422


# --- what is written down of it -------------------------------------------------------------------


async def test_every_way_of_the_api_is_in_its_document(house: House) -> None:
    house.add("maria")
    async with program(house, "maria") as client:
        told = (await client.get("/api/v1/openapi.json")).json()
    assert told["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, one in told["paths"].items() for method in one}
    served = {
        (route.method, route.path)
        for route in ROUTES
        if route.path.startswith("/api/") and not route.path.endswith("openapi.json")
    }
    assert described == served
    assert set(told["webhooks"]) == {"event"}
    names = [one["operationId"] for path in told["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)))
    assert references <= told["components"]["schemas"].keys()


def test_all_of_the_page_is_a_programs_too_or_it_says_why_not() -> None:
    ways_ = {f"{way.route.method} {way.route.path}" for way in WAYS}
    page = {f"{route.method} {route.path}" for route in PAGES}
    deeds = {f"POST {path}" for path in DEEDS} | {f"POST /team/hour/{name}" for name in SWITCHES}
    assert page == deeds | INSTEAD.keys() | FOR_PEOPLE.keys()
    assert not deeds & FOR_PEOPLE.keys()
    assert not deeds & INSTEAD.keys()
    for name, path in INSTEAD.items():
        assert {f"GET /api/v1{path}", f"POST /api/v1{path}"} & ways_, name


def test_an_api_route_is_as_closed_as_the_page_that_it_is_made_from() -> None:
    by_path = {route.path: route for route in PAGES if route.method == "POST"}
    for way in WAYS:
        made_from = by_path.get(way.route.path.replace("/api/v1/tickets/", "/ticket/"))
        if made_from is not None:
            assert (way.route.role, way.route.names) == (made_from.role, made_from.names)
        assert way.route.role is not None


async def test_the_examples_of_the_document_are_true(house: House) -> None:
    house.add("lena", Role.LEAD, agent="maria")
    tried = 0
    async with program(house, "lena") as client:
        told = (await client.get("/api/v1/openapi.json")).json()
        for number, (path, one) in enumerate(told["paths"].items()):
            body = one.get("post", {}).get("requestBody")
            example = body and body["content"]["application/json"].get("example")
            if not example:
                continue
            reference = opened(house, number)
            if "revision" in example:
                example["revision"] = house.store.ticket(reference).row.revision
            if path.endswith("/undo"):
                correction = {"revision": example["revision"], "queue": "orders"}
                path_before = f"/api/v1/tickets/{reference}/correct"
                done = await client.post(path_before, json=correction)
                example["revision"] = done.json()["revision"]
            if path.endswith("/switches/end"):
                switch = {"address": "robot@shop.example", "what": "automatic"}
                await client.post("/api/v1/switches/sender", json=switch)
            answer = await client.post(path.format(ticket=reference), json=example)
            assert answer.status_code == 200, (path, answer.text)
            assert set((await schema_of(client, path))["required"]) <= answer.json().keys(), path
            tried += 1
    assert tried == sum(bool(takes.example) for takes in (*DEEDS.values(), *SWITCHES.values()))


async def test_the_page_about_it_is_for_whoever_is_logged_in(house: House) -> None:
    house.add("maria")
    async with house.browser() as nobody:
        assert (await nobody.get("/api")).status_code == 303
    async with house.browser("maria") as browser:
        shown = await browser.get("/api")
        assert shown.status_code == 200
        for way in WAYS:
            assert way.route.path in shown.text


async def test_what_there_is_not_is_a_problem_too(house: House) -> None:
    house.add("maria")
    async with program(house, "maria") as client:
        for method, path, status in (
            ("GET", "/api/v1/nothing", 404),
            ("DELETE", "/api/v1/me", 405),
            ("GET", "/api/v1/tickets/T-0000000", 404),
        ):
            answer = await client.request(method, path)
            assert (answer.status_code, answer.json()["status"]) == (status, status)
            assert answer.headers["content-type"] == "application/problem+json"
