"""What was done on the page is taken back by the path that its answer names."""

from __future__ import annotations

import json

import httpx

from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.accounts import Role
from triage.core.ticket import Status
from triage.store.auditing import AuditAsked

HTMX = {"HX-Request": "true"}


def toast(answer: httpx.Response) -> tuple[str, str | None]:
    told = json.loads(answer.headers["hx-trigger"])["toast"]
    return told["text"], told["undo"]


async def did(
    browser: httpx.AsyncClient, house: House, reference: str, name: str, **fields: str
) -> httpx.Response:
    revision = str(house.store.ticket(reference).row.revision)
    answer = await browser.post(
        f"/ticket/{reference}/{name}", data={"revision": revision, **fields}, headers=HTMX
    )
    assert answer.status_code == 200, answer.text
    return answer


async def test_each_deed_says_what_was_done_and_names_what_takes_it_back(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    before = house.store.ticket(reference).row
    async with house.browser("maria") as browser:
        for name, fields, said in (
            ("snooze", {"until": "tomorrow 09:00"}, "Put off until Tue 09:00."),
            ("close", {"reason": "sent twice"}, "Closed."),
            ("correct", {"queue": "billing"}, "Learned: "),
            ("correct", {"kind": "spam"}, "Learned: spam."),
            ("correct", {"signal": "complaint=yes"}, "Learned: complaint."),
        ):
            told, undo = toast(await did(browser, house, reference, name, **fields))
            assert told.startswith(said), told
            assert house.store.ticket(reference).row != before
            assert undo is not None
            back = await browser.post(undo, headers=HTMX)
            assert toast(back) == ("Taken back.", None)
            assert 'id="thread"' in back.text
            after = house.store.ticket(reference).row
            assert (after.status, after.queue, after.flags, after.answer_by) == (
                before.status,
                before.queue,
                before.flags,
                before.answer_by,
            ), name


async def test_what_somebody_did_since_is_not_taken_back(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        _, undo = toast(await did(browser, house, reference, "hand-over", to="jonas"))
        house.store.answered(reference, house.clock(), "jonas", "phone")
        refused = await browser.post(str(undo), headers=HTMX)
    assert refused.status_code == 409
    assert "answered, Jonas Weber" in refused.text
    assert house.store.ticket(reference).row.owner == "jonas"


async def test_a_signal_or_a_kind_that_is_none_is_refused(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        for fields in ({"signal": "love=yes"}, {"signal": "legal=maybe"}, {"kind": "human"}):
            data = {"revision": "1", **fields}
            answer = await browser.post(f"/ticket/{reference}/correct", data=data)
            assert answer.status_code == 409, fields


async def test_who_moved_a_ticket_out_of_their_sight_may_take_that_back(house: House) -> None:
    reference = opened(house)
    house.add("ruth", Role.AGENT, "returns")
    async with house.browser("ruth") as ruth:
        answer = await did(ruth, house, reference, "correct", queue="billing")
        assert "cracked" not in answer.text
        _, undo = toast(answer)
        assert undo is not None
        assert not undo.startswith("/ticket/")
        assert (await ruth.get(f"/ticket/{reference}")).status_code == 404
        assert (await ruth.post(undo, headers=HTMX)).status_code == 204
        assert (await ruth.get(f"/ticket/{reference}")).status_code == 200
    assert house.store.ticket(reference).row.status is Status.OPEN


async def test_one_deed_is_done_to_many_and_each_that_was_not_is_named(house: House) -> None:
    names = [opened(house, subject) for subject in ("Table", "Lamp", "Chair")]
    house.add("maria", agent="maria")
    rows = [house.store.ticket(name).row for name in names]
    chosen = [f"{row.reference}:{row.revision}" for row in rows]
    house.store.answered(names[1], house.clock(), "jonas", "phone")
    async with house.browser("maria") as browser:
        answer = await browser.post(
            "/bulk/close", data={"ticket": chosen, "reason": "a wave"}, headers=HTMX
        )
        told, undo = toast(answer)
        assert answer.status_code == 204
        assert told.startswith("Closed. 2 tickets.")
        assert f"{names[1]}: It has changed meanwhile (answered, Jonas Weber" in told
        statuses = [house.store.ticket(name).row.status for name in names]
        assert statuses == [Status.DONE, Status.WAITING, Status.DONE]
        back = await browser.post(str(undo), headers=HTMX)
        assert toast(back)[0] == "2 tickets as before."
    assert house.store.ticket(names[0]).row.status is Status.OPEN
    actions = [entry.action for _, entry in house.store.audit_of(AuditAsked(limit=9))]
    assert actions[:4] == ["undo", "undo", "close", "close"]


async def test_a_program_is_told_in_json_what_went_and_what_not(house: House) -> None:
    reference = opened(house)
    row = house.store.ticket(reference).row
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        answer = await browser.post(
            "/bulk/take",
            data={"ticket": [f"{reference}:{row.revision}", "T-0000000:1"]},
            headers={"Accept": "application/json"},
        )
    told = answer.json()
    assert told["done"] == [reference]
    assert [one["ticket"] for one in told["refused"]] == ["T-0000000"]
    assert told["undo"].startswith("/undo/")


async def test_many_are_at_most_a_hundred_each_as_it_was_seen(house: House) -> None:
    house.add("maria", agent="maria")
    many = [f"T-{number:07d}:1" for number in range(101)]
    async with house.browser("maria") as browser:
        for chosen in ([], ["T-0000000"], ["x:1"], many):
            answer = await browser.post("/bulk/take", data={"ticket": chosen})
            assert answer.status_code == 409, chosen


async def test_whom_we_answered_is_asked_later_whether_all_is_well_while_the_desk_is_open(
    house: House,
) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        path = f"/ticket/{reference}"
        # Beside an answer it is always offered, beside a bare closing only after one.
        assert (await browser.get(path)).text.count('name="check_back"') == 1
        await did(browser, house, reference, "answered", how="phone")
        assert (await browser.get(path)).text.count('name="check_back"') == 2
        told, undo = toast(await did(browser, house, reference, "close", check_back="in 3 days"))
        assert told == "Closed; they are asked Thu 08:00."  # when the desk opens, in her zone
        assert "wants to ask later" in (await browser.get(f"/ticket/{reference}")).text
        assert undo is not None
        assert toast(await browser.post(undo, headers=HTMX)) == ("Taken back.", None)
        none = await browser.post(
            f"/ticket/{reference}/close",
            data={
                "revision": str(house.store.ticket(reference).row.revision),
                "check_back": "some day",
            },
            headers=HTMX,
        )
        assert none.status_code == 409
        assert "That is no moment to come" in none.text
