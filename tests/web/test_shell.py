"""The page as a whole: list and pane beside each other, in a real browser and without a script."""

from __future__ import annotations

from tests.store.desk import NOW
from tests.web.browser import PHONE, chromium, needs_chromium, window
from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.accounts import Role
from triage.core.prediction import Prediction, SignalScore


async def test_a_ticket_stands_open_beside_its_list(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        text = (await browser.get(f"/view/waiting?open={reference}")).text
    assert f'data-ticket="{reference}"' in text
    assert "The top is cracked." in text


async def test_a_ticket_of_another_queue_is_not_opened_beside_a_list(house: House) -> None:
    reference = opened(house)
    house.add("olga", Role.ADMIN, "orders")
    async with house.browser("olga") as browser:
        answer = await browser.get(f"/view/waiting?open={reference}")
        unknown = await browser.get("/view/waiting?open=T-0000000")
    assert (answer.status_code, unknown.status_code) == (200, 200)
    assert "cracked" not in answer.text
    assert answer.text == unknown.text


async def test_a_script_is_given_the_pane_alone_and_after_a_deed_the_thread(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    asked = {"HX-Request": "true"}
    async with house.browser("maria") as browser:
        pane = (await browser.get(f"/ticket/{reference}", headers=asked)).text
        revision = house.store.ticket(reference).row.revision
        done = await browser.post(
            f"/ticket/{reference}/correct",
            data={"revision": str(revision), "queue": "billing"},
            headers=asked,
        )
    assert "<html" not in pane
    assert 'id="composer"' in pane
    assert done.status_code == 200
    assert 'id="thread"' in done.text
    assert 'id="composer"' not in done.text
    assert f'"undo": "/ticket/{reference}/undo/' in done.headers["hx-trigger"]


async def test_the_way_back_from_a_ticket_is_a_list_of_ours(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        for asked, back in (
            ("/view/all", "/view/all"),
            ("//evil.example/view/", "/view/next"),
            ("https://evil.example/view/x", "/view/next"),
            ("javascript:1", "/view/next"),
        ):
            text = (await browser.get(f"/ticket/{reference}?from={asked}")).text
            assert f'href="{back}#{reference}"' in text, asked


@needs_chromium
async def test_a_press_opens_a_ticket_beside_the_list_and_a_deed_says_what_was_done(
    house: House,
) -> None:
    first, second = opened(house, "Table"), opened(house, "Lamp")
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria", forgiven=("409",)) as page:
        await page.goto("/view/waiting")
        await page.click(f"#{first} .row")
        await page.wait_for_selector(f"#thread[data-ticket={first}]")
        assert f"open={first}" in page.url
        await page.click(f"#{second} .row")
        await page.wait_for_selector(f"#thread[data-ticket={second}]")
        await page.go_back()
        await page.wait_for_selector(f"#thread[data-ticket={first}]")
        seen = "all => all.forEach(one => { one.value = '0' })"
        await page.eval_on_selector_all("#thread [name=revision]", seen)
        await page.keyboard.press("1")
        await page.wait_for_selector("#said:has-text('Nothing was done')")
        await page.goto(f"/view/waiting?open={second}")
        await page.click("[data-does=correct]")
        await page.select_option("#thread select[name=queue]", "billing")
        await page.click("#thread button:has-text('Set right')")
        await page.click(".toast button")
        await page.wait_for_selector(".toast:has-text('Taken back')")
    assert house.store.ticket(second).row.queue == "returns"


@needs_chromium
async def test_without_a_script_and_on_a_phone_a_ticket_is_a_page_of_its_own(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with (
        chromium() as browser,
        window(browser, house, "maria", size=PHONE, script=False) as page,
    ):
        await page.goto("/view/waiting")
        await page.click(f"#{reference} .row")
        assert f"/ticket/{reference}" in page.url
        await page.click("[data-does=later]")
        await page.fill("[name=until]", "tomorrow 09:00")
        await page.click("button:has-text('Put off')")
        assert f"/ticket/{reference}" in page.url
        await page.click(".back")
        assert "/view/" in page.url
    assert house.store.ticket(reference).row.status == "snoozed"


APART = """() => {
  const box = document.createRange();
  box.selectNodeContents(document.querySelector('#subject'));
  const next = document.querySelector('.pane > .next').getBoundingClientRect();
  return [...box.getClientRects()].every(
    one => one.right <= next.left || one.left >= next.right || one.top >= next.bottom);
}"""
"""Says whether no line of the subject lies under the button beside it."""


@needs_chromium
async def test_no_subject_lies_under_the_button_beside_it(house: House) -> None:
    long = "Order NW-482133: the table arrived cracked, and the lamp does not light any more"
    references = [opened(house, subject) for subject in (long, "طاولة مكسورة")]
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        for language in ("en", "de"):
            house.store.keep_manner("maria", language, "")
            for reference in references:
                await page.goto(f"/view/waiting?open={reference}")
                assert await page.evaluate(APART), (language, reference)


SEEN = """row => [...row.querySelectorAll('.tag, .gist, .queue')].filter(one => {
  const box = one.getBoundingClientRect()
  return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
}).map(one => one.className)"""
"""Which parts of a row's second line are to be seen."""


@needs_chromium
async def test_a_row_shows_its_queue_who_is_there_and_what_weighs_most_however_much_it_bears(
    house: House,
) -> None:
    signals = ("repeat_contact", "compliment", "complaint", "churn_risk", "legal", "safety")
    house.desk.model.prediction = Prediction(
        queue_scores={"returns": 0.4, "orders": 0.3},
        queue_sure=False,
        signals={name: SignalScore(1.0, "The top is cracked.", fired=True) for name in signals},
    )
    reference = opened(house)
    house.add("maria", agent="maria")
    house.presence.reply(reference, "Jonas", NOW)
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto("/view/waiting")
        row = page.locator(f"#{reference}")
        await row.locator(".presence").wait_for()
        seen = await row.evaluate(SEEN)
    assert "queue" in seen
    assert "tag presence" in seen
    assert [one for one in ("tag safety", "tag compliment") if one in seen] == ["tag safety"]
