"""Keys: one registry, no two alike, and each presses something that is there."""

from __future__ import annotations

import re
from collections import Counter

from tests.web.browser import chromium, needs_chromium, window
from tests.web.busy import fill
from tests.web.conftest import House
from tests.web.test_filed import SPAM, filed
from triage.core.accounts import Role
from triage.web.keys import GROUPS
from triage.web.render import HERE

KEYS = [key for group in GROUPS for key in group.keys]
_DOES = re.compile(r'data-does="([^"]+)"')


def test_no_two_keys_are_alike_and_no_deed_has_two() -> None:
    for counted in (Counter(key.key for key in KEYS), Counter(key.does for key in KEYS)):
        assert [one for one, number in counted.items() if number > 1] == []


def test_no_key_begins_another_or_needs_alt() -> None:
    alone = {key.key for key in KEYS if " " not in key.key}
    for key in KEYS:
        assert "Alt" not in key.key
        first, _, second = key.key.partition(" ")
        assert not second or first not in alone, key


async def test_every_key_presses_something_that_is_on_a_page(house: House) -> None:
    references = fill(house)
    house.add("maria", Role.ADMIN, agent="maria")
    async with house.browser("maria") as browser:
        pages = [
            (await browser.get(path)).text
            for path in ("/view/waiting", *(f"/ticket/{one}" for one in references))
        ]
    there = {does for page in pages for does in _DOES.findall(page)}
    script = "".join(path.read_text() for path in sorted((HERE / "static").glob("*.js")))
    there |= set(re.findall(r'dataset\.does = "([^"]+)"', script))  # what only the script makes
    for key in KEYS:
        if key.script:
            assert re.search(rf'["\s]{re.escape(key.does)}"?(:|,)', script), key
        else:
            assert key.does in there, key


async def test_the_help_names_every_key(house: House) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        text = (await browser.get("/view/next")).text
    shown = re.findall(r'data-key="([^"]+)" data-runs="([^"]+)"', text)
    assert [(key.key, key.does) for key in KEYS] == shown


async def test_the_palette_finds_views_queues_and_what_is_ones_own_by_their_names(
    house: House,
) -> None:
    house.add("maria", Role.ADMIN, agent="maria")
    async with house.browser("maria") as browser:
        text = (await browser.get("/view/next")).text
    there, offered = set(_DOES.findall(text)), text.partition('id="found"')[2]
    own = ("Your settings", "Audit", "For programs", "Log out")
    for name in ("Snoozed", "Done today", "Spam", "Automatic", "Billing and refunds", *own):
        runs = re.findall(rf'data-runs="([^"]+)">{name}<', offered)
        assert len(runs) == 1, name
        assert runs[0] in there, name


@needs_chromium
async def test_a_list_is_worked_by_keys_and_the_focus_comes_back(house: House) -> None:
    references = fill(house)
    house.add("maria", Role.ADMIN, agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto("/view/waiting")
        focused = "document.activeElement.closest('li')?.id ?? document.activeElement.id"
        await page.keyboard.press("j")
        first = await page.evaluate(focused)
        await page.keyboard.press("j")
        second = await page.evaluate(focused)
        assert {first, second} <= set(references)
        assert first != second
        await page.keyboard.press("Enter")
        await page.wait_for_selector(f"#thread[data-ticket={second}]")
        await page.wait_for_function("document.activeElement.id === 'subject'")
        await page.keyboard.press("Escape")
        assert await page.evaluate(focused) == second
        await page.keyboard.press("k")
        assert await page.evaluate(focused) == first
        await page.keyboard.press("x")
        await page.keyboard.press("J")
        chosen = "[...document.querySelectorAll('.pick:checked')].map(box => box.value.slice(0, 9))"
        assert sorted(await page.evaluate(chosen)) == sorted([first, second])
        await page.wait_for_selector("#bulk output:has-text('2 selected')")
        await page.keyboard.press("*")
        assert len(await page.evaluate(chosen)) == len(references)


@needs_chromium
async def test_keys_that_select_do_nothing_to_mail_that_became_no_ticket(house: House) -> None:
    spam = filed(house, "Win a safe.", SPAM)
    house.add("maria", agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto("/view/spam")
        for key in ("j", "x", "J", "*"):
            await page.keyboard.press(key)
        assert await page.evaluate("document.activeElement.closest('li').id") == spam


@needs_chromium
async def test_what_was_selected_is_dealt_with_at_once_and_taken_back(house: House) -> None:
    fill(house)
    house.add("maria", Role.ADMIN, agent="maria")
    owners = "[...document.querySelectorAll('.pick:checked')].map(box => box.value.slice(0, 9))"
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto("/view/waiting")
        for key in ("j", "j", "x", "J"):
            await page.keyboard.press(key)
        chosen = await page.evaluate(owners)
        before = {one: house.store.ticket(one).row.owner for one in chosen}
        await page.click("#bulk [formaction='/bulk/take']")
        await page.wait_for_selector(".toast button")
        assert {house.store.ticket(one).row.owner for one in chosen} == {"maria"}
        await page.keyboard.press("z")
        await page.wait_for_selector(".toast:has-text('as before')")
    assert {one: house.store.ticket(one).row.owner for one in chosen} == before


@needs_chromium
async def test_keys_do_nothing_in_fields_with_alt_or_when_they_are_off(house: House) -> None:
    reference = fill(house)[0]
    house.add("maria", Role.ADMIN, agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(f"/view/waiting?open={reference}")
        before = house.store.ticket(reference).row
        await page.keyboard.press("h")
        await page.wait_for_function("document.activeElement.name === 'until'")
        await page.keyboard.type("1+!xjgn")
        assert await page.input_value("[name=until] >> visible=true") == "1+!xjgn"
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.activeElement.dataset.does") == "later"
        await page.keyboard.press("Alt+e")
        assert await page.evaluate("!document.querySelector('details.menu[open]')")
        await page.keyboard.press("?")
        await page.uncheck("#keys-on")
        await page.keyboard.press("Escape")
        await page.reload()
        for key in ("e", "1", "j", "g", "n", "?"):
            await page.keyboard.press(key)
        assert f"open={reference}" in page.url
        assert await page.evaluate("!document.querySelector('dialog[open], details.menu[open]')")
    assert house.store.ticket(reference).row == before


@needs_chromium
async def test_one_key_sets_right_and_another_takes_it_back(house: House) -> None:
    reference = fill(house)[0]
    house.add("maria", Role.ADMIN, agent="maria")
    before = house.store.ticket(reference).row.queue
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto(f"/view/waiting?open={reference}")
        await page.keyboard.press("1")
        await page.wait_for_selector(".toast:has-text('Learned')")
        assert house.store.ticket(reference).row.queue != before
        await page.keyboard.press("z")
        await page.wait_for_selector(".toast:has-text('Taken back')")
        row = house.store.ticket(reference).row
        assert row.queue == before
        await page.wait_for_selector(f"#thread[data-revision='{row.revision}']")
        await page.keyboard.press("!")
        await page.wait_for_selector(".toast:has-text('complaint')")
        assert "complaint" in house.store.ticket(reference).row.flags


@needs_chromium
async def test_what_can_be_done_is_found_by_its_name(house: House) -> None:
    fill(house)
    house.add("maria", Role.ADMIN, agent="maria")
    async with chromium() as browser, window(browser, house, "maria") as page:
        await page.goto("/view/waiting")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("billing")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/queue/billing")
        for key in ("g", "s"):
            await page.keyboard.press(key)
        await page.wait_for_url("**/view/snoozed")
