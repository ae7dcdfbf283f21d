"""The words of the page: every one of them can be read in German."""

from __future__ import annotations

from collections.abc import Iterator

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.store.desk import mail
from tests.web.conftest import House
from triage.core.disposition import Open
from triage.web.render import HERE

KEYWORDS = {"_": None, "gettext": None, "say": None, "count": (1, 2), "marked": None}


def said() -> Iterator[str]:
    """Yield every text that the page's code and templates mark."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    options = {"**/templates/**.html": {"trimmed": "true"}}
    for found in extract_from_dir(str(HERE), methods, options, keywords=KEYWORDS):
        message = found[2]
        yield message[0] if isinstance(message, tuple) else message


def test_every_text_of_the_page_stands_in_german_and_nothing_else() -> None:
    with (HERE / "words/de.po").open("rb") as file:
        german = read_po(file, locale="de")
    texts = {
        message.id[0] if isinstance(message.id, tuple) else str(message.id): message
        for message in german
        if message.id
    }
    assert set(said()) == set(texts)
    for text, message in texts.items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), text
        for part in ("%(span)s", "%(time)s", "%(hours)s", "%(minutes)s", "%(insecure)s"):
            assert all((part in text) == (part in str(one)) for one in strings), text


async def test_who_reads_german_reads_the_page_in_german(house: House) -> None:
    made = house.desk.take(mail("The top is cracked."))
    assert isinstance(made, Open)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de-AT,de;q=0.9"
        listed = (await browser.get("/view/waiting")).text
        shown = (await browser.get(f"/ticket/{made.reference}")).text
    assert '<html lang="de">' in listed
    assert "Noch zu schaffen" in listed
    assert "Zuständig" in shown
