"""Templates → pages: in the reader's language, from one frozen value each.

Page texts are English in the templates and marked to be translated (`{% trans %}`, `_()`); the
other languages lie in `words/*.po`, as Babel extracts them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from triage.core import worded
from triage.core.arithmetic import DAYS
from triage.web.files import SCRIPT, static_name, styles

HERE = Path(__file__).parent
LANGUAGES = ("en", "de")

marked = worded.marked
"""Marks a text to be translated where it is said later."""


@cache
def catalogue(language: str) -> Catalog | None:
    """Return the texts of a language, as they were translated; None of English."""
    path = HERE / "words" / f"{language}.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """Return the page texts of a language; English is what stands in the templates."""
    found = catalogue(language)
    if found is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return Translations(compiled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How somebody reads a page: language, zone, and the present instant."""

    language: str
    zone: ZoneInfo
    now: datetime

    def say(self, text: str, /, **values: object) -> str:
        """Return a page text in the reader's language; a text of two numbers: see `count`."""
        said = translations(self.language).gettext(text)
        return said % values if values else said

    def count(self, one: str, many: str, number: int) -> str:
        """Return a page text about a number of things; `%(num)s` stands for the number."""
        return translations(self.language).ngettext(one, many, number) % {"num": f"{number:,}"}

    def time(self, at: datetime) -> str:
        """Write an instant as people say it: the time today, else the day with it."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        if local.date() == today:
            return f"{local:%H:%M}"
        if abs((local.date() - today).days) < 7:
            return f"{self.say(DAYS[local.weekday()])} {local:%H:%M}"
        return f"{local:%Y-%m-%d %H:%M}"

    def span(self, length: timedelta) -> str:
        """Write a length as people say it: `4 min`, `2 h 5 min`, `3 days`."""
        minutes = int(length.total_seconds() // 60)
        if minutes < 60:
            return self.say("%(minutes)s min", minutes=minutes)
        if minutes < 24 * 60:
            hours, rest = divmod(minutes, 60)
            if not rest:
                return self.say("%(hours)s h", hours=hours)
            return self.say("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
        return self.count("%(num)s day", "%(num)s days", minutes // (24 * 60))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install: Callable[..., None] = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(translations(language), newstyle=True)
    environment.globals.update(static=static_name, styles=styles, script=static_name(SCRIPT))
    return environment


def language_of(chosen: str, accepted: str) -> str:
    """Return the language of a page: as was chosen, else as the browser says, else English."""
    asked = accepted[:2].casefold()
    return next((one for one in (chosen, asked) if one in LANGUAGES), "en")


def page(template: str, reader: Reader, status: int = 200, /, **values: Any) -> HTMLResponse:
    """Return a template filled in."""
    return HTMLResponse(text(template, reader, **values), status)


def text(template: str, reader: Reader, /, **values: Any) -> str:
    """Return the words of a template filled in."""
    return _environment(reader.language).get_template(template).render(reader=reader, **values)
