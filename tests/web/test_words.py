"""The words of the page: every one of them can be read in German."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.store.desk import mail
from tests.web.conftest import House
from tests.web.test_deeds import opened
from tests.web.test_filed import LIST
from tests.web.test_lanes import BOOSTS
from triage.core.ticket import Priority
from triage.store.byhand import Correction
from triage.store.deeds import NOT_THEIRS
from triage.web.kept import CONTEXT
from triage.web.render import HERE

KEYWORDS = {"_": None, "gettext": None, "say": None, "count": (1, 2), "marked": None}
CORE = {"say": None, "marked": None}
KEPT = {"worded": None}
REFUSING = ("store", "pipeline")
"""Packages beside the page's whose refusals it shows."""


def said() -> Iterator[str]:
    """Yield every text of the page: what its code, its templates and `core/` mark, and refusals."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    options = {"**/templates/**.html": {"trimmed": "true"}}
    for found in extract_from_dir(str(HERE), methods, options, keywords=KEYWORDS):
        message = found[2]
        yield message[0] if isinstance(message, tuple) else message
    for found in extract_from_dir(str(HERE.parent / "core"), methods[:1], keywords=CORE):
        yield str(found[2])
    for call in refusals():
        text = call.args[0]
        if isinstance(text, ast.Constant):
            yield str(text.value)
    yield NOT_THEIRS


def worded() -> Iterator[str]:
    """Yield every sentence that is made to be kept, wherever it is made."""
    for found in extract_from_dir(str(HERE.parent), [("**.py", "python")], keywords=KEPT):
        yield str(found[2])


def refusals() -> Iterator[ast.Call]:
    """Yield every place at which something is refused with a text of its own."""
    for package in REFUSING:
        for path in sorted((HERE.parent / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Call(func=ast.Name(id="NotPossible")):
                        yield node
                    case ast.Call(func=ast.Attribute(attr="__init__"), args=[ast.Constant(), *_]):
                        yield node
                    case _:
                        pass


def test_what_is_refused_is_said_by_a_text_that_can_be_translated() -> None:
    composed = [ast.unparse(call) for call in refusals() if isinstance(call.args[0], ast.JoinedStr)]
    assert composed == []


async def test_what_the_store_refuses_is_read_in_german_too(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de"
        seen = {"revision": str(house.store.ticket(reference).row.revision)}
        one = await browser.post(f"/ticket/{reference}/close", data=seen)
        many = {"ticket": f"{reference}:{seen['revision']}"}
        all_ = await browser.post("/bulk/close", data=many)
        stale = await browser.post(f"/ticket/{reference}/take", data={"revision": "99"})
    why = f"{reference} hat noch keine Antwort: nennen Sie einen Grund"
    assert (one.status_code, all_.status_code, stale.status_code) == (409, 409, 409)
    assert why in one.text
    assert why in all_.text
    assert "(eröffnet, " in stale.text


def test_every_text_of_the_page_stands_in_german_and_nothing_else() -> None:
    with (HERE / "words/de.po").open("rb") as file:
        german = read_po(file, locale="de")
    texts = {
        (message.context, message.id[0] if isinstance(message.id, tuple) else str(message.id)): (
            message
        )
        for message in german
        if message.id
    }
    assert {(None, text) for text in said()} | {(CONTEXT, text) for text in worded()} == set(texts)
    for (_, text), message in texts.items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), text
        for part in ("%(span)s", "%(time)s", "%(hours)s", "%(minutes)s", "%(insecure)s"):
            assert all((part in text) == (part in str(one)) for one in strings), text


async def test_who_reads_german_reads_the_page_in_german(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de-AT,de;q=0.9"
        listed = (await browser.get("/view/waiting")).text
        shown = (await browser.get(f"/ticket/{reference}")).text
    assert '<html lang="de">' in listed
    assert "Noch zu schaffen" in listed
    assert "Zuständig" in shown


async def test_closed_sets_are_called_by_german_words(house: House) -> None:
    news = mail("Our news.", message_id="<n@example.net>", more=LIST)
    reference = opened(house)
    house.desk.take(news)
    urgent = Correction(priority=Priority.URGENT)
    house.store.correct(reference, urgent, BOOSTS, "jonas", house.clock())
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de"
        listed = (await browser.get("/view/waiting")).text
        shown = (await browser.get(f"/ticket/{reference}")).text
        filed = (await browser.get("/view/automatic")).text
    assert "\u221260 dringend" in listed
    assert '<option value="low">niedrig</option>' in shown
    assert '<span class="place">Mailingliste</span>' in filed


async def test_a_moment_is_typed_in_german(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de"
        shown = (await browser.get(f"/ticket/{reference}")).text
        seen = {"revision": str(house.store.ticket(reference).row.revision)}
        path = f"/ticket/{reference}/snooze"
        wrong = await browser.post(path, data={**seen, "until": "irgendwann"})
        right = await browser.post(path, data={**seen, "until": "morgen um 9 Uhr"})
    assert 'placeholder="morgen 9 Uhr"' in shown
    assert (wrong.status_code, right.status_code) == (409, 303)
    assert "morgen 9 Uhr" in wrong.text
    assert house.store.ticket(reference).row.status == "snoozed"
