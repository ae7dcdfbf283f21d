from __future__ import annotations

import re

import httpx

from tests.store.desk import mail
from tests.web.conftest import House
from triage.core.disposition import Open
from triage.core.ticket import Status
from triage.store.auditing import AuditAsked
from triage.store.connection import writing


def opened(house: House, subject: str = "Table") -> str:
    made = house.desk.take(
        mail("The top is cracked.", subject=subject, message_id=f"<{subject}@example.net>")
    )
    assert isinstance(made, Open)
    return made.reference


async def do(
    browser: httpx.AsyncClient, reference: str, name: str, **fields: str
) -> httpx.Response:
    """Look at a ticket, then send one of its forms, as a person does."""
    seen = (await browser.get(f"/ticket/{reference}")).text
    revision = re.search(r'name="revision" value="(\d+)"', seen)
    assert revision is not None
    data = {"revision": revision[1], **fields}
    return await browser.post(f"/ticket/{reference}/{name}", data=data)


async def test_who_takes_a_ticket_has_it(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    house.add("jonas", agent="jonas")
    owner = house.store.ticket(reference).row.owner
    other = "jonas" if owner == "maria" else "maria"
    async with house.browser(other) as browser:
        assert (await do(browser, reference, "take")).status_code == 303
    assert house.store.ticket(reference).row.owner == other
    (_, audited), *_ = house.store.audit_of(AuditAsked(limit=5))
    assert (audited.action, audited.about, audited.person) == ("take", reference, other)


async def test_what_has_changed_meanwhile_is_not_done_and_says_who_did_what(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        seen = (await browser.get(f"/ticket/{reference}")).text
        revision = re.search(r'name="revision" value="(\d+)"', seen)
        assert revision is not None
        house.store.answered(reference, house.clock(), "jonas", "phone")
        answer = await browser.post(
            f"/ticket/{reference}/close", data={"revision": revision[1], "reason": "spam"}
        )
        assert answer.status_code == 409
        assert "answered, Jonas Weber" in answer.text
    assert house.store.ticket(reference).row.status is Status.WAITING


async def test_a_correction_is_kept_and_taken_back(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert (await do(browser, reference, "correct", queue="billing")).status_code == 303
        assert house.store.ticket(reference).row.queue == "billing"
        assert (await do(browser, reference, "undo")).status_code == 303
        assert house.store.ticket(reference).row.queue == "returns"
        assert (await do(browser, reference, "correct", queue="nowhere")).status_code == 409
        assert (await do(browser, reference, "correct")).status_code == 409


async def test_an_answer_by_phone_stops_the_clock(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert (await do(browser, reference, "answered", how="phone")).status_code == 303
    row = house.store.ticket(reference).row
    assert (row.status, row.answer_by) == (Status.WAITING, None)


async def test_a_ticket_is_put_off_handed_over_owed_and_closed(house: House) -> None:
    first, second = opened(house, "Table"), opened(house, "Lamp")
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert (await do(browser, first, "snooze", until="tomorrow 09:00")).status_code == 303
        assert house.store.ticket(first).row.status is Status.SNOOZED
        assert (await do(browser, first, "snooze", until="yesterday")).status_code == 409
        assert (await do(browser, second, "hand-over", to="jonas")).status_code == 303
        assert house.store.ticket(second).row.owner == "jonas"
        assert (await do(browser, second, "hand-over", to="nobody")).status_code == 409
        assert (await do(browser, second, "close")).status_code == 409
        assert (await do(browser, second, "answered", how="chat")).status_code == 303
        assert (await do(browser, second, "owe", by="friday 16:00")).status_code == 303
        assert len(house.store.owed(5)) == 1
        assert (await do(browser, first, "close", reason="sent twice")).status_code == 303
        assert house.store.ticket(first).row.status is Status.DONE


def missed(house: House, reference: str) -> None:
    """Let the moment pass at which the update was due that is owed."""
    with writing(house.store._database) as db:
        db.execute("UPDATE owed SET state = 'breached', due = 1, warn_at = NULL")
        db.execute("DELETE FROM timer")


async def test_an_update_that_is_owed_shows_how_long_it_has_and_stays_when_that_is_over(
    house: House,
) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        await do(browser, reference, "answered", how="chat")
        await do(browser, reference, "owe", by="friday 16:00")
        for path in ("/view/owed", f"/ticket/{reference}"):
            text = (await browser.get(path)).text
            assert "update due Fri 16:00" in text
            assert 'role="timer" data-due="2026-11-27T' in text
        missed(house, reference)
        text = (await browser.get("/view/owed")).text
    assert re.search(rf'<li id="{reference}".*?class="row late".*?▲</i> late ', text, re.DOTALL)


async def test_an_update_owed_on_a_ticket_that_was_merged_is_owed_by_the_one_it_went_into(
    house: House,
) -> None:
    gone, stays = opened(house), opened(house, "Lamp")
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        await do(browser, gone, "answered", how="chat")
        await do(browser, gone, "owe", by="friday 16:00")
        await do(browser, gone, "merge", into=stays)
        assert house.store.ticket(gone).row.status is Status.MERGED
        text = (await browser.get("/view/owed")).text
    assert re.findall(r'<li id="(T-\w+)"', text) == [stays]


async def test_what_was_put_off_says_until_when(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        await do(browser, reference, "snooze", until="friday 09:00")
        text = (await browser.get("/view/snoozed")).text
    assert "until Fri 09:00" in text


async def test_why_it_stands_there_is_beside_a_ticket(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        text = (await browser.get(f"/ticket/{reference}")).text
    clock = house.store.ticket(reference).clocks[0]
    assert clock.why in text
    assert "counted" in text
