"""The form in a real browser: what is written there is never lost, and never leaves by mistake."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.servers.sink import Cut, SmtpSink
from tests.store.desk import mail
from tests.web.browser import PHONE, chromium, faults_of, needs_chromium, window
from tests.web.conftest import House
from tests.web.posting import UNDONE, relayed
from triage.core.disposition import Open
from triage.core.ticket import Status

pytestmark = needs_chromium
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")

LEFT = 'Object.keys(localStorage).filter((key) => key.includes("/ticket/"))'
PUT_FILES = """(area, [how, name]) => {
  const files = new DataTransfer()
  files.items.add(new File(["%PDF-1.4 drawing"], name, { type: "application/pdf" }))
  const about = { bubbles: true, cancelable: true }
  area.dispatchEvent(how === "paste"
    ? new ClipboardEvent("paste", { ...about, clipboardData: files })
    : new DragEvent("drop", { ...about, dataTransfer: files }))
}"""


def asked(house: House) -> str:
    made = house.desk.take(mail("The top is cracked. Please send a new one."))
    assert isinstance(made, Open)
    house.add("maria", agent="maria")
    return made.reference


async def write(page: Page, text: str) -> None:
    """Open the form by its key, and write between greeting and signature."""
    await page.keyboard.press("r")
    await page.keyboard.type(text)


async def test_what_is_typed_is_kept_and_is_back_even_if_the_desk_was_away(house: House) -> None:
    reference = asked(house)
    async with chromium() as browser, window(browser, house, "maria", forgiven=OFFLINE) as page:
        await page.goto(f"/view/waiting?open={reference}")
        await write(page, "A new top leaves today.")
        saved = page.locator(".of-reply .saved")
        await expect(saved).to_have_text("saved 10:00")
        text = page.locator("#reply-text")
        whole = await text.input_value()
        assert whole.startswith("Hello Jo,\n\nA new top leaves today.\n\n")
        assert await faults_of(page) == ""
        await page.reload()
        assert await text.input_value() == whole
        await page.context.set_offline(True)
        await page.keyboard.press("r")
        await text.fill("Written while the desk was away.")
        await expect(saved).to_contain_text("not saved")
        await page.context.set_offline(False)
        async with page.expect_response("**/draft") as answered:
            await page.reload()
            await expect(text).to_have_value("Written while the desk was away.")
        assert (await answered.value).status == 200
        await expect(saved).to_have_text("saved 10:00")
        while await page.evaluate(LEFT):
            pass  # the page forgets its own copy once it has read that answer
    (draft,) = house.store.drafts_of("maria", reference)
    assert draft.fields["text"] == "Written while the desk was away."


async def test_what_is_sent_can_be_called_back_and_then_leaves_once(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    async with chromium() as browser, window(browser, house, "maria") as page:
        async with relayed(house, sink) as post:
            await page.goto(f"/view/waiting?open={reference}")
            await write(page, "A new top leaves today.")
            text = page.locator("#reply-text")
            whole = await text.input_value()
            await page.keyboard.press("Control+Enter")
            undo = page.locator("#toasts .toast button")
            await expect(page.locator("#toasts")).to_contain_text("Sent to jo@example.net.")
            await expect(text).not_to_have_value(whole)
            await undo.click()
            await expect(text).to_have_value(whole)
            assert house.store.replies(reference) == ()
            await page.locator(".of-reply [data-does=send]").click()
            await expect(page.locator(".sending")).to_contain_text("leaves in")
            await expect(page.locator(".sending")).to_contain_text("Maria Lund →")
            house.clock.now += UNDONE
            await post.next("sent")
        await page.reload()
        await expect(page.locator(".sending")).to_contain_text("accepted by the relay")
        assert await faults_of(page) == ""
    (delivery,) = sink.deliveries
    assert delivery.rcpt_tos == ("jo@example.net",)
    assert house.store.ticket(reference).row.status is Status.WAITING


async def test_the_guard_holds_files_come_by_paste_and_drop_and_a_note_stays_inside(
    house: House,
) -> None:
    reference = asked(house)
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(f"/ticket/{reference}")
        await write(page, "The drawing is attached.")
        await page.keyboard.press("Control+Enter")
        held = page.locator(".of-reply .held")
        await expect(held).to_contain_text("nothing is attached")
        assert await faults_of(page) == ""
        more = "In-Reply-To: <first@example.net>\nReferences: <first@example.net>"
        house.desk.take(mail("Any news?", message_id="<second@example.net>", more=more))
        await held.get_by_role("button", name="Send anyway").click()
        await expect(held).to_contain_text("Jo Park has written")
        await held.get_by_role("link", name="Edit").click()
        await expect(held).to_have_count(0)
        text, files = page.locator("#reply-text"), page.locator(".of-reply .files li")
        await expect(text).to_be_focused()
        await text.evaluate(PUT_FILES, ["paste", "pasted.pdf"])
        await expect(files).to_have_count(1)
        await text.evaluate(PUT_FILES, ["drop", "dropped.pdf"])
        await expect(files).to_have_count(2)
        await files.first.get_by_role("button").click()
        await expect(files).to_have_count(1)
        await expect(files).to_contain_text("dropped.pdf")
        await text.fill("\n")
        await text.press("Control+End")
        await page.keyboard.press(";")
        await page.keyboard.type("damaged")
        await page.locator(".of-reply .macros li:visible button").first.click()
        await expect(text).to_have_value(re.compile("^\nI am sorry.*phone picture", re.DOTALL))
        await page.keyboard.press("Escape")
        await page.keyboard.press("f")  # to nobody yet
        await expect(page.locator("#forward-to")).to_be_focused()
        await page.locator("label.tab.of-note").click()
        await page.keyboard.type("She is a friend of the house.")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#note-text")).to_have_value("")
    assert house.store.replies(reference) == ()
    assert [one.text for one in house.store.remarks(reference)] == ["She is a friend of the house."]


async def test_on_a_phone_in_the_dark_the_form_fills_the_screen_and_every_key_is_reached(
    house: House,
) -> None:
    reference = asked(house)
    async with (
        chromium() as browser,
        window(browser, house, "maria", size=PHONE, scheme="dark") as page,
    ):
        await page.goto(f"/ticket/{reference}")
        await page.locator("label.tab.of-reply").click()
        await expect(page.locator("#reply-text")).to_be_focused()
        send = page.locator(".of-reply [data-does=send]")
        await expect(send).to_be_in_viewport()
        box = await send.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE[0]
        assert await faults_of(page) == ""


async def test_what_is_done_beyond_an_answer_is_done_by_the_script_too(
    house: House, sink: SmtpSink
) -> None:
    reference = asked(house)
    sink.cut(Cut.AFTER_DOT)
    async with (
        chromium() as browser,
        window(browser, house, "maria", forgiven=("409", "Conflict")) as page,
    ):
        await page.goto(f"/ticket/{reference}/more")
        await page.locator("[name=decided]").fill("A new top, at once")
        await page.get_by_role("button", name="Write it down").first.click()
        await expect(page.locator(".more .card").first).to_contain_text("A new top, at once")
        await page.locator("[name=other]").fill("T-0000000")
        await page.get_by_role("button", name="Merge").click()
        await expect(page.locator("#said")).to_contain_text("There is no such ticket.")
        await expect(page.locator("[name=other]")).to_have_value("T-0000000")
        async with relayed(house, sink) as post:
            await page.goto(f"/view/waiting?open={reference}")
            await write(page, "A new top leaves today.")
            await page.keyboard.press("Control+Enter")
            await expect(page.locator(".sending")).to_contain_text("leaves in")
            house.clock.now += UNDONE
            await post.next("unknown")
            await page.reload()
            await page.get_by_role("button", name="It did arrive").click()
            await expect(page.locator(".sending .doubt")).to_have_count(0)
            await expect(page.locator("#list")).to_be_visible()
    assert house.store.ticket(reference).row.status is Status.WAITING
