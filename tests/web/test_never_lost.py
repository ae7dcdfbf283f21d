"""What somebody has typed stays theirs, whatever becomes of session, browser, ticket or page."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from playwright.async_api import FilePayload, expect

from tests.servers.sink import SmtpSink
from tests.store.desk import bounce, mail
from tests.web.browser import PHONE, chromium, let_in, needs_chromium, window
from tests.web.conftest import House
from tests.web.posting import JSON, UNDONE, looked, opened_form, press, relayed
from triage.core.disposition import Open
from triage.core.outgoing import State
from triage.core.reply import RELAY_SIZE

TEXT, SAVED = "#reply-text", ".of-reply .saved"
CARRIER = "dispatch@carrier.example"


def asked(house: House, number: int = 1) -> str:
    made = house.desk.take(
        mail(
            f"The top of table {number} is cracked.",
            message_id=f"<a{number}@example.net>",
            sender=f"Jo Park <jo{number}@example.net>",
        )
    )
    assert isinstance(made, Open)
    return made.reference


def people(house: House) -> None:
    for name in ("maria", "jonas"):
        house.add(name, agent=name)


@needs_chromium
async def test_who_is_logged_out_is_told_and_finds_all_of_it_and_nobody_else_does(
    house: House,
) -> None:
    reference = asked(house)
    people(house)
    forgiven = ("401", "409")
    async with chromium() as browser, window(browser, house, "maria", forgiven=forgiven) as page:
        await page.goto(f"/ticket/{reference}")
        await page.keyboard.press("r")
        await page.keyboard.type("It leaves today")
        await expect(page.locator(SAVED)).to_have_text("saved 10:00")
        await page.context.clear_cookies()
        await page.keyboard.type(", by courier.")
        await expect(page.locator(SAVED)).to_contain_text("not logged in any more")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#said")).to_contain_text("not logged in any more")
        await let_in(page.context, house, "jonas")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#said")).to_contain_text("logged in as jonas now")
        await page.goto(f"/ticket/{reference}")
        await page.keyboard.press("r")
        fresh = "Hello Jo,\n\n\n\nJonas Weber\nNorthwind Home"
        await expect(page.locator(TEXT)).to_have_value(fresh)
        assert house.store.drafts_of("jonas", reference) == ()
        await let_in(page.context, house, "maria")
        await page.goto(f"/ticket/{reference}")
        whole = "Hello Jo,\n\nIt leaves today, by courier.\n\nMaria Lund\nNorthwind Home"
        await expect(page.locator(TEXT)).to_have_value(whole)
    assert house.store.replies(reference) == ()


@needs_chromium
async def test_undo_goes_on_to_the_next_ticket_and_brings_the_mail_back_into_its_form(
    house: House,
) -> None:
    references = {asked(house), asked(house, 2)}
    people(house)
    async with chromium() as browser, window(browser, house, "maria") as page:
        for reference in references:
            await page.goto(f"/ticket/{reference}")
            if take := await page.locator("[data-does=take]").count():
                await page.keyboard.press("c")
                await expect(page.locator("[data-does=take]")).to_have_count(take - 1)
        await page.goto("/view/waiting")
        await page.keyboard.press("n")
        thread = page.locator("#thread")
        first = str(await thread.get_attribute("data-ticket"))
        (second,) = references - {first}
        await page.keyboard.press("r")
        await page.keyboard.type("A new top leaves today.")
        whole = await page.locator(TEXT).input_value()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#toasts")).to_contain_text("Sent to jo")
        await page.keyboard.press("n")
        await expect(thread).to_have_attribute("data-ticket", second)
        await expect(page.locator("#toasts .toast")).to_contain_text("Sent to jo")
        await page.keyboard.press("z")
        await expect(thread).to_have_attribute("data-ticket", first)
        await expect(page.locator(TEXT)).to_have_value(whole)
        assert house.store.replies(first) == ()
        await page.keyboard.press("r")
        await page.keyboard.press("Escape")
        await expect(page.locator("#subject")).to_be_focused()
        await page.locator(".of-reply .under .discard").click()
        await expect(page.locator(TEXT)).not_to_have_value(whole)
        await page.keyboard.press("z")
        await expect(page.locator(TEXT)).to_have_value(whole)
        await page.goto(f"/ticket/{second}")
        await page.keyboard.press("m")
        await page.keyboard.type("A friend of the house")
        await page.reload()
        await expect(page.locator("#note-text")).to_have_value("A friend of the house")
        await expect(page.locator("#note-text")).to_be_visible()
        await expect(page.locator(TEXT)).to_be_hidden()


@needs_chromium
async def test_a_window_that_dies_within_a_second_of_the_last_key_has_lost_nothing(
    house: House,
) -> None:
    reference = asked(house)
    people(house)
    async with chromium() as browser, window(browser, house, "maria", forgiven=("Fail",)) as page:
        await page.route("**/draft", lambda route: route.abort())
        await page.goto(f"/ticket/{reference}")
        await page.keyboard.press("r")
        await page.locator("#reply-cc").fill("kim@example.net")
        await page.locator(TEXT).fill("Nobody at the desk has read this.")
        again = await page.context.new_page()
        await page.close()
        await again.goto(f"/ticket/{reference}")
        await expect(again.locator(TEXT)).to_have_value("Nobody at the desk has read this.")
        await expect(again.locator("#reply-cc")).to_have_value("kim@example.net")
        await expect(again.locator(SAVED)).to_have_text("saved 10:00")
    (draft,) = house.store.drafts_of("maria", reference)
    assert draft.fields["cc"] == "kim@example.net"


@needs_chromium
async def test_a_macro_is_chosen_by_keys_and_a_file_let_go_anywhere_goes_with_the_mail(
    house: House,
) -> None:
    reference = asked(house)
    people(house)
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(f"/ticket/{reference}")
        await page.keyboard.press("r")
        await page.keyboard.type(";invoice")
        await page.keyboard.press("Enter")
        chosen = re.compile("^Hello Jo,\n\nThe invoice is attached as a PDF")
        await expect(page.locator(TEXT)).to_have_value(chosen)
        await page.evaluate(  # in one go: the thread is read anew while somebody writes
            """() => {
              const files = new DataTransfer()
              files.items.add(new File(["%PDF-1.4"], "drawing.pdf"))
              const about = { bubbles: true, cancelable: true, dataTransfer: files }
              document.querySelector("#thread").dispatchEvent(new DragEvent("drop", about))
            }"""
        )
        await expect(page.locator(".of-reply .files li")).to_contain_text("drawing.pdf")
        await expect(page.locator(".of-reply .files li")).to_have_count(1)


@needs_chromium
async def test_on_a_phone_the_bar_opens_the_form_and_what_fails_is_seen_where_one_is(
    house: House,
) -> None:
    reference = asked(house)
    people(house)
    house.store.keep(RELAY_SIZE, "300000")
    async with chromium() as browser, window(browser, house, "maria", size=PHONE) as page:
        await page.goto(f"/ticket/{reference}")
        await page.evaluate("window.same = true")
        await page.locator(".deeds a.main").tap()
        await expect(page.locator(TEXT)).to_be_focused()
        assert await page.evaluate("window.same"), "the page stays"
        await page.locator("#reply-cc").focus()
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        big = FilePayload(name="big.bin", mimeType="application/pdf", buffer=b"x" * 300_000)
        await page.locator(".of-reply [type=file]").set_input_files(big)
        said = page.locator("#said")
        await expect(said).to_contain_text("big.bin is too large")
        await expect(said).to_be_in_viewport()
        box = await said.bounding_box()
        assert box is not None
        seen = "([x, y]) => document.elementFromPoint(x, y).id"
        assert await page.evaluate(seen, [box["x"] + 20, box["y"] + 9]) == "said"


async def test_what_came_back_is_not_called_accepted_and_stands_there_until_it_is_mended(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    people(house)
    async with house.browser("maria") as browser, relayed(house, sink) as post:
        fields = await opened_form(browser, reference)
        text = "Hello Jo,\n\na new top leaves today.\n\nMaria"
        await press(browser, reference, {**fields, "text": text})
        house.clock.now += UNDONE
        await post.next("sent")
        page = unescape((await browser.get(f"/ticket/{reference}")).text)
        assert "accepted by the relay" in page
        (one,) = house.store.replies(reference)
        house.desk.now = house.clock.now
        name = sink.deliveries[0].raw.partition(b"Message-ID: <")[2].split(b">")[0].decode()
        house.desk.take(bounce(name, "jo1@example.net"))
        house.clock.now += timedelta(hours=1)
        page = unescape((await browser.get(f"/ticket/{reference}")).text)
        assert one.state is State.SENT
        assert "came back: not delivered to jo1@example.net" in page
        assert "accepted by the relay" not in page
        fields = {**await opened_form(browser, reference), "to": "kim@example.net"}
        told = await press(browser, reference, {**fields, "text": text})
        anyway = {**fields, "text": text}
        await press(browser, reference, anyway, anyway="answered", looked=looked(told)[0])
        page = unescape((await browser.get(f"/ticket/{reference}")).text)
        assert "came back: not delivered" not in page


async def test_the_form_of_another_account_is_neither_kept_nor_sent(house: House) -> None:
    reference = asked(house)
    people(house)
    async with house.browser("maria") as maria, house.browser("jonas") as jonas:
        fields = {**await opened_form(maria, reference), "text": "Hello Jo,\n\nit left.\n\nMaria"}
        for path in ("reply", "draft", "discard"):
            data = {**fields, "after": "answered"}
            answer = await jonas.post(f"/ticket/{reference}/{path}", data=data, headers=JSON)
            assert answer.status_code == 409, path
            assert answer.json()["detail"] == "You are logged in as jonas now."
        note = {**await opened_form(maria, reference, "note"), "text": "She is a friend."}
        assert (await jonas.post(f"/ticket/{reference}/note", data=note)).status_code == 409
    assert house.store.drafts_of("jonas", reference) == ()
    assert house.store.remarks(reference) == ()
    assert house.store.replies(reference) == ()


async def test_a_mail_called_back_is_opened_where_whoever_did_it_is(house: House) -> None:
    reference = asked(house)
    people(house)
    async with house.browser("maria") as browser:
        for here, there in (
            ("/view/next?open=T-0000000&page=2", f"/view/next?open={reference}&page=2"),
            ("/ticket/T-0000000", f"/ticket/{reference}"),
            ("https://evil.example/", f"/ticket/{reference}"),
        ):
            fields = await opened_form(browser, reference)
            text = "Hello Jo,\n\na new top leaves today.\n\nMaria"
            told = await press(browser, reference, {**fields, "text": text})
            assert told["undo"] == f"/ticket/{reference}/take-back"
            headers = {"HX-Request": "true", "HX-Current-URL": f"{house.url}{here}"}
            if here.startswith("https"):
                headers["HX-Current-URL"] = here
            back = await browser.post(
                str(told["undo"]), data={"mail": str(told["mail"])}, headers=headers
            )
            assert back.headers["hx-redirect"] == there


async def test_a_question_goes_on_with_whom_it_was_asked_and_tells_nobody_else(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    people(house)
    async with house.browser("maria") as browser, relayed(house, sink) as post:
        fields = await opened_form(browser, reference, "third_party")
        first = {**fields, "to": CARRIER, "subject": "Where is it?", "text": "Where is NW-123456?"}
        await press(browser, reference, first)
        house.clock.now += UNDONE
        await post.next("sent")
        (question,) = sink.deliveries
        name = question.raw.partition(b"Message-ID: ")[2].split()[0].decode()
        house.desk.take(
            mail(
                "It is in Hamburg.",
                sender=f"Dispatch <{CARRIER}>",
                subject="Re: Where is it?",
                message_id="<c1@carrier.example>",
                more=f"In-Reply-To: {name}\nReferences: {name}",
            )
        )
        fields = await opened_form(browser, reference, "third_party")
        assert (fields["to"], fields["subject"]) == (CARRIER, "Re: Where is it?")
        await press(browser, reference, {**fields, "text": "When does it leave?"})
        other = {**await opened_form(browser, reference, "third_party"), "to": "x@else.example"}
        await press(browser, reference, {**other, "text": "Do you know more?"})
        house.clock.now += UNDONE
        await post.next("sent")
        await post.next("sent")
        _, on, new = sorted(await sink.delivered(3), key=lambda one: b"know more" in one.raw)
        page = unescape((await browser.get(f"/ticket/{reference}")).text)
    assert on.rcpt_tos == (CARRIER,)
    assert b"In-Reply-To: <c1@carrier.example>" in on.raw
    assert "> It is in Hamburg." in on.words
    assert b"c1@carrier.example" not in new.raw
    assert "Hamburg" not in new.words
    assert {one.state for one in house.store.replies(reference)} == {State.SENT}
    assert len(house.store.side_threads(reference)) == 2
    assert page.count('class="card message ours"') == 3, "each stands there once"
    assert "It is in Hamburg." in page
    assert "takes no part in this ticket: not verified" not in page
