"""Tries a text out before it is used: nothing is left to go wrong when a requester waits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from html import escape
from itertools import product
from zoneinfo import ZoneInfo

from triage.config.notefile import NoteText
from triage.config.textfile import Text
from triage.config.textvalues import alert_values, letter_values
from triage.core.desk import FactSpoken
from triage.core.letter import Alert, Letter, Listed
from triage.core.referral import Referral
from triage.core.tags import main_part
from triage.errors import ConfigError, Fault

_NOW = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
_TRIED = Letter(
    agent_name="Zo\u00eb van der Aa-O\u2019Neil",
    reference="T-4XK2M9Q",
    brand="A & B {{ brand }}",
    queue="Returns",
    now=_NOW,
    zone=ZoneInfo("Europe/Berlin"),
)
_PHONE = "+49 30 1234-567"
_AHEAD = (timedelta(hours=1), timedelta(hours=16), timedelta(days=3), timedelta(days=300))
_REFERRAL = Referral(name="carrier", title="The carrier", where=("https://parcels.test/help",))
_LATIN = (
    *("ca", "cs", "da", "de", "en", "es", "et", "fr", "hr", "hu", "it", "lt", "lv", "nb", "nl"),
    *("nn", "no", "pl", "pt", "ro", "sk", "sl", "sv"),
)
_STEM = dict.fromkeys(_LATIN, "automa") | {
    "fi": "automaat",
    "el": "\u03b1\u03c5\u03c4\u03bf\u03bc",
    "ja": "\u81ea\u52d5",
    "zh": "\u81ea\u52a8",
    **dict.fromkeys(("bg", "mk", "ru", "sr", "uk"), "\u0430\u0432\u0442\u043e\u043c\u0430\u0442"),
}
"""How the word begins, by which a requester of a language knows that no person is writing."""

_SAID = "{# automatic #}"
_FACTORS = 18
_RUNS = 64


def _runs() -> Iterator[tuple[bool, ...]]:
    """Yield 64 settings of 18 switches among which any three stand in all eight ways.

    The columns are different words of odd weight over six bits: no three of them add up to
    nothing, so that any three are independent of each other.
    """
    odd = [word for word in range(1, _RUNS) if word.bit_count() % 2][:_FACTORS]
    for run in range(_RUNS):
        yield tuple((run & word).bit_count() % 2 == 1 for word in odd)


@cache
def _odd_letters(language: str) -> tuple[tuple[Letter, Mapping[str, object]], ...]:
    """Return letters in which the parts of one are there or not, in mixtures, and their values."""
    letters = [_letter(language, run) for run in _runs()]
    return tuple((letter, letter_values(letter, language, language)) for letter in letters)


def _letter(language: str, run: tuple[bool, ...]) -> Letter:
    switch = iter(run)

    def there() -> bool:
        return next(switch)

    ahead = _AHEAD[2 * there() + there()]
    label = {language: "your order number"} if there() else {}
    offer = {language: "Just reply with it."} if there() else {}
    return replace(
        _TRIED,
        first_name="Jo" * there(),
        promised_at=_NOW + ahead if there() else None,
        promised_day=there(),
        earlier_at=_NOW + timedelta(minutes=20),
        promises=there(),
        working_days=1 + there(),
        reading_from=_NOW + timedelta(days=3) if there() else None,
        requester_offset=timedelta(hours=-5) if there() else None,
        safety=there(),
        serious=there(),
        praise=there(),
        phone=_PHONE * there(),
        missing="order_number" * there(),
        spoken=FactSpoken(labels=label, offers=offer),
        referral=_REFERRAL if there() else None,
        notices=("Closed on Monday.",) * there(),
    )


@lru_cache(maxsize=256)
def note_faults(note: NoteText, sort: str, *, whole: bool) -> tuple[Fault, ...]:
    """Try a note with every odd letter; say once what it leaves out that a requester must know.

    `sort` is its folder. Not `whole`: a line above another text, which needs less.
    """
    found = dict.fromkeys(_left_out(note, note.plain, sort, whole=whole))
    if note.page is not None:
        found |= dict.fromkeys(_left_out(note, note.page, sort, whole=whole))
    return tuple(found)


def _left_out(note: NoteText, text: Text, sort: str, *, whole: bool) -> Iterator[Fault]:
    html = text is note.page
    for letter, values in _odd_letters(note.language):
        try:
            words = text.write(values)
        except ConfigError as error:
            yield from error.faults
            return
        for name, what in _must(letter, values, sort, whole=whole).items():
            value = escape(str(values[name])) if html else str(values[name])
            if value not in words:
                remedy = f"{{{{ {name} }}}} must not depend on anything but itself"
                yield Fault(text.file, 0, 0, f"leaves out {what}", remedy)
        stem = _STEM.get(main_part(note.language), "")
        said = stem in words.casefold() or _SAID in note.source or stem in _folded(words)
        if not said:
            remedy = f"say so; where it is said in other words, write {_SAID} somewhere"
            yield Fault(text.file, 0, 0, "does not say that it is automatic", remedy)


def _must(
    letter: Letter, values: Mapping[str, object], sort: str, *, whole: bool
) -> dict[str, str]:
    """Return the variables that have to stand in a note, and what each of them is."""
    must = {"agent_name": "the agent's name", "reference": "the reference"}
    if sort == "check_back":
        return must
    if values["promised_at"] and (letter.promises or sort == "delay"):
        must["promised_at"] = "the time that is promised"
    if sort == "delay":
        return must | {"earlier_at": "the time that was told before"}
    if whole and letter.safety and letter.phone:
        must["phone"] = "the phone for somebody in danger"
    if whole and letter.notices:
        must["notice"] = "the notice of the day"
    return must


def _folded(words: str) -> str:
    """Return words in small letters and without accents."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def alert_faults(text: Text) -> Iterator[Fault]:
    """Try an alert with and without each of its parts; it must name the ticket."""
    for late, told, rest, alike in product(
        (timedelta(minutes=-9), timedelta(0), timedelta(minutes=1)), (0, 1), (0, 1), (0, 3000)
    ):
        alert = Alert(
            reader="Zo\u00eb",
            owner="Jonas Weber" * rest,
            reference="T-4XK2M9Q",
            requester="jo@park.test",
            subject="{{ subject }}",
            queue="Returns",
            priority="high",
            deadline=_NOW - late,
            now=_NOW,
            zone=ZoneInfo("Europe/Berlin"),
            gist="A cracked top." * rest,
            promised_at=_NOW if told else None,
            link="https://desk.test/T-4XK2M9Q" * rest,
            alike=alike,
            why="reowned" * rest,
            tickets=(Listed("T-4XK2M9Q", "A cracked top", _NOW), Listed("T-7Q0B3RD", "", None)),
            more=alike,
            about="when the part is in" * rest,
        )
        try:
            words = text.write(alert_values(alert, text.language))
        except ConfigError as error:
            yield from error.faults
            return
        if alert.reference not in words:
            yield Fault(text.file, 0, 0, "leaves out the reference", "{{ reference }}")
