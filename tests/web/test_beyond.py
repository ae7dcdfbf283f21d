"""What is done to a ticket beyond its answer: put right, given, entered, merged, split, alike."""

from __future__ import annotations

import re
from html import unescape

import httpx
from playwright.async_api import expect

from tests.store.desk import mail
from tests.store.test_waves import arrive
from tests.web.browser import chromium, needs_chromium, window
from tests.web.conftest import House
from tests.web.posting import UNDONE
from triage.core.accounts import Role
from triage.core.disposition import Open
from triage.core.outgoing import State
from triage.core.prediction import Prediction, SignalScore
from triage.core.ticket import Status
from triage.core.wave import WAVE

COMPLAINS = Prediction(
    queue_scores={"returns": 0.9},
    queue_sure=True,
    signals={"complaint": SignalScore(score=0.9, sentence="It is broken", fired=True)},
)


def asked(house: House, number: int = 1, sender: str = "Jo Park <jo@example.net>") -> str:
    raw = mail(f"It is broken, {number}.", sender=sender, message_id=f"<b{number}@example.net>")
    made = house.desk.take(raw)
    assert isinstance(made, Open)
    return made.reference


async def do(
    browser: httpx.AsyncClient, house: House, reference: str, name: str, **more: str
) -> int:
    data = {"revision": str(house.store.ticket(reference).row.revision), **more}
    return (await browser.post(f"/ticket/{reference}/{name}", data=data)).status_code


async def test_a_remedy_is_written_down_and_shown(house: House) -> None:
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert await do(browser, house, reference, "remedy") == 409
        told = {"decided": "a new top", "happened": "it cracked", "kept_word": "no"}
        assert await do(browser, house, reference, "remedy", **told) == 303
        page = (await browser.get(f"/ticket/{reference}/more")).text
    (remedy,) = house.store.in_the_round(reference).remedies
    assert (remedy.decided, remedy.kept_word, remedy.final) == ("a new top", False, True)
    assert "we did not keep our word" in page
    assert "Maria Lund decided, " in page


async def test_an_agent_gives_up_to_their_limit_and_more_needs_a_duty_manager(
    house: House,
) -> None:
    reference = asked(house)
    roster = house.policy.roster
    manager = roster.duty_managers[0].id
    giver = next(agent.id for agent in roster.agents if agent.id != manager)
    house.add("giver", agent=giver)
    house.add("olga")
    gift = {"kind": "voucher", "reason": "two weeks late"}
    async with house.browser("giver") as browser, house.browser("olga") as olga:
        assert await do(browser, house, reference, "gift", amount="20", **gift) == 303
        assert await do(browser, house, reference, "gift", amount="400", **gift) == 409
        more = {"amount": "400", "approved_by": manager, **gift}
        assert await do(browser, house, reference, "gift", **more) == 303
        for wrong in ("nothing", "0", "-1", "1.234"):
            assert await do(browser, house, reference, "gift", amount=wrong, **gift) == 409, wrong
        assert await do(olga, house, reference, "gift", amount="5", **gift) == 409
        page = (await browser.get(f"/ticket/{reference}/more")).text
        assert "80.00 GBP left this month" in page
        assert await do(browser, house, reference, "gift-back") == 303
        assert "480.00 GBP left" in (await browser.get(f"/ticket/{reference}/more")).text


async def test_a_complaint_is_closed_in_the_register_with_what_was_done(house: House) -> None:
    house.desk.model.prediction = COMPLAINS
    reference = asked(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert "Complaint" in (await browser.get(f"/ticket/{reference}/more")).text
        told = {"kind": "complaint", "fix": "thicker boxes", "closed": "1"}
        assert await do(browser, house, reference, "voice", **told) == 303
        assert await do(browser, house, reference, "voice", kind="praise") == 409
        assert await do(browser, house, reference, "voice", **told, revision="0") == 409
    (voice,) = house.store.in_the_round(reference).voices
    assert (voice.fix, voice.closed is not None) == ("thicker boxes", True)


def of_complaint(page: str) -> tuple[str, dict[str, str]]:
    """Return the form of a complaint, and its hidden fields."""
    form = page.partition("/voice")[2].partition("</form>")[0]
    return form, dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form))


async def test_whoever_writes_of_a_complaint_on_its_ticket_stays_there(house: House) -> None:
    house.desk.model.prediction = COMPLAINS
    reference = asked(house)
    house.add("maria", agent="maria")
    path, more = f"/ticket/{reference}/voice", f"/ticket/{reference}/more"
    async with house.browser("maria") as browser:
        _, fields = of_complaint((await browser.get(more)).text)
        answer = await browser.post(path, data={**fields, "closed": "1"})
        form, fields = of_complaint((await browser.get(more)).text)
        by_script = await browser.post(path, data=fields, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["location"]) == (303, more)
    assert by_script.headers["hx-redirect"] == more
    assert 'name="closed" value="1" checked' in form, "written of anew, it stays closed"


async def test_a_ticket_goes_into_another_and_comes_out_again(house: House) -> None:
    first, second = asked(house, 1), asked(house, 2)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        page = (await browser.get(f"/ticket/{second}/more")).text
        assert f'<option value="{first}">' in page
        assert await do(browser, house, second, "merge") == 409
        assert await do(browser, house, second, "merge", other="T-0000000") == 409
        assert await do(browser, house, second, "merge", into=first) == 303
        assert house.store.ticket(second).row.status is Status.MERGED
        assert await do(browser, house, first, "unmerge", gone=second) == 303
    assert house.store.ticket(second).row.status is Status.OPEN


async def test_nobody_merges_into_what_they_may_not_see(house: House) -> None:
    first, second = asked(house, 1), asked(house, 2)
    house.add("rita", Role.AGENT, "returns", agent="maria")
    house.add("lead", Role.LEAD)
    async with house.browser("lead") as lead, house.browser("rita") as rita:
        data = {"revision": str(house.store.ticket(first).row.revision), "queue": "billing"}
        assert (await lead.post(f"/ticket/{first}/correct", data=data)).status_code == 303
        assert first not in (await rita.get(f"/ticket/{second}/more")).text
        assert await do(rita, house, second, "merge", other=first) == 409
    assert house.store.ticket(second).row.status is Status.OPEN


async def test_one_mail_becomes_a_ticket_and_is_put_back(house: House) -> None:
    reference = asked(house)
    more = "In-Reply-To: <b1@example.net>\nReferences: <b1@example.net>"
    house.desk.take(mail("And my lamp hums.", message_id="<lamp@example.net>", more=more))
    house.add("maria", agent="maria")
    lamp = int(house.store.ticket(reference).messages[-1].id)
    async with house.browser("maria") as browser:
        assert "And my lamp hums." in (await browser.get(f"/ticket/{reference}/more")).text
        assert await do(browser, house, reference, "split", mail="999") == 409
        assert await do(browser, house, reference, "split", mail=str(lamp)) == 303
        (part,) = house.store.ticket(reference).related
        assert house.store.ticket(part).row.answer_by is not None
        assert await do(browser, house, part, "unsplit") == 303
    assert len(house.store.ticket(reference).messages) == 2


def whom(page: str) -> list[str]:
    return re.findall(r'name="ticket" value="([^"]+)" checked', page)


def hidden(page: str) -> dict[str, str | list[str]]:
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    return {"key": key[1], "seen": re.findall(r'name="seen" value="([^"]+)"', page)}


async def test_one_text_answers_all_that_are_alike_and_is_called_back_whole(house: House) -> None:
    references = arrive(house.desk, range(WAVE))
    house.clock.now = house.desk.now
    house.add("maria", agent="maria")
    path = f"/ticket/{references[0]}/alike"
    text = "you can log in again; {{ reference }} is closed with this. Sorry!"
    async with house.browser("maria") as browser:
        page = (await browser.get(path)).text
        assert whom(page) == references
        data = {**hidden(page), "text": text, "ticket": references[:-1]}
        more = "In-Reply-To: <w0@visitors.example>\nReferences: <w0@visitors.example>"
        late = mail(
            "It works again.",
            sender="Visitor 1 <v1@d1.example>",
            message_id="<late@visitors.example>",
            more=more.replace("w0", "w1"),
        )
        house.desk.take(late)
        preview = await browser.post(path, data={**data, "step": "preview"})
        shown = unescape(preview.text)
        assert f"{references[0]} is closed with this" in shown
        assert house.store.replies(references[0]) == ()
        chosen = whom(preview.text)
        assert references[1] not in chosen, "who wrote again stands alone"
        assert references[-1] not in chosen, "who was not chosen"
        data = {**hidden(preview.text), "text": text, "ticket": chosen, "step": "send"}
        sent = await browser.post(path, data=data)
        assert "Call them all back" in sent.text
        again = await browser.post(path, data=data)
        assert "Call them all back" in again.text, "a second press is the same"
        assert [len(house.store.replies(one)) for one in chosen] == [1] * len(chosen)
        (reply,) = house.store.replies(chosen[0])
        assert f"{chosen[0]} is closed with this" in reply.text
        key = str(hidden(preview.text)["key"])
        back = await browser.post(f"{path}-back", data={"batch": key})
        assert back.status_code == 303
        house.clock.now += UNDONE
        assert (await browser.post(f"{path}-back", data={"batch": key})).status_code == 409
    assert not any(house.store.replies(one) for one in references)
    assert State.SENT not in {one.state for one in house.store.ticket(chosen[0]).outgoing}


@needs_chromium
async def test_an_answer_to_many_outlives_its_window_and_is_forgotten_once_it_is_sent(
    house: House,
) -> None:
    references = arrive(house.desk, range(WAVE))
    house.clock.now = house.desk.now
    house.add("maria", agent="maria")
    path, text = f"/ticket/{references[0]}/alike", "#alike-text"
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(path)
        await page.locator(text).fill("You can log in again.")
        again = await page.context.new_page()
        await page.close()
        await again.goto(path)
        await expect(again.locator(text)).to_have_value("You can log in again.")
        await again.get_by_role("button", name="Preview").click()
        await again.get_by_role("button", name="Send to").click()
        await expect(again.locator(".sending")).to_contain_text("leave in")
        await again.goto(path)
        await expect(again.locator(text)).to_have_value("")
    assert all(house.store.replies(one) for one in references)


async def test_what_is_not_known_of_one_leaves_that_one_out(house: House) -> None:
    references = arrive(house.desk, range(WAVE))
    house.clock.now = house.desk.now
    house.add("maria", agent="maria")
    path = f"/ticket/{references[0]}/alike"
    async with house.browser("maria") as browser:
        page = (await browser.get(path)).text
        data = {**hidden(page), "text": "Invoice {{ invoice_number }}.", "step": "preview"}
        preview = await browser.post(path, data={**data, "ticket": references})
        assert whom(preview.text) == []
        assert "invoice_number is not known." in preview.text
        none = await browser.post(path, data={**data, "step": "send", "ticket": references})
        assert none.status_code == 422
        assert "Invoice {{ invoice_number }}." in none.text, "nothing of it is lost"
        gaps = re.findall(r'name="gap" value="([^"]+)"', preview.text)
        assert gaps == references
        data = {**hidden(preview.text), "text": "It works again.", "gap": references[1:]}
        mended = await browser.post(path, data={**data, "step": "preview"})
        assert whom(mended.text) == references[1:]
        await browser.post(path, data={**data, "step": "send", "ticket": references[1:2]})
    assert [bool(house.store.replies(one)) for one in references[:3]] == [False, True, False]


async def test_a_ticket_is_closed_by_a_referral_a_person_or_a_goodbye_and_by_one_of_them(
    house: House,
) -> None:
    references = [asked(house, number) for number in range(3)]
    house.add("maria", agent="maria")
    referral = next(iter(house.policy.referrals))
    async with house.browser("maria") as browser:
        page = (await browser.get(f"/ticket/{references[0]}")).text
        assert f'<option value="{referral}">' in page
        for wrong in (
            {},
            {"referral": "nowhere"},
            {"person": "the shop next door"},
            {"referral": referral, "reason": "spam"},
            {"reason": "spam", "cause": "nothing"},
        ):
            assert await do(browser, house, references[0], "close", **wrong) == 409, wrong
        ways = ({"referral": referral}, {"person": "Ida Brandt"}, {"goodbye": "1"})
        for reference, way in zip(references, ways, strict=True):
            assert await do(browser, house, reference, "close", **way) == 303, way
            assert house.store.ticket(reference).row.status is Status.DONE
