"""Tries a text out before it is used: nothing is left to go wrong when a requester waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from triage.config.textfile import Text
from triage.config.textvalues import alert_values, letter_values
from triage.core.letter import Alert, Letter
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


def _odd_letters() -> Iterator[Letter]:
    """Yield a letter for every way in which the parts of one can be there or not."""
    hour, weekend = _NOW + timedelta(hours=1), _NOW + timedelta(days=3)
    names = ("", "Jo")
    for promised, promises, safety, phone, reading, name, missing in product(
        (None, hour, weekend), (True, False), (True, False), ("", _PHONE),
        (None, weekend), names, ("", "order_number"),
    ):  # fmt: skip
        yield replace(
            _TRIED,
            first_name=name,
            promised_at=promised,
            promises=promises,
            working_days=1 if name else 2,
            reading_from=reading,
            requester_offset=timedelta(hours=-5) if name else None,
            safety=safety,
            phone=phone,
            missing=missing,
            notice="Closed on Monday." if missing else "",
        )


def letter_faults(text: Text, *, whole: bool) -> Iterator[Fault]:
    """Try a text with every odd letter; say once what it leaves out that a requester must know."""
    for letter in _odd_letters():
        values = letter_values(letter, text.language)
        try:
            words = text.write(values)
        except ConfigError as error:
            yield from error.faults
            return
        must = {"agent_name": "the agent's name", "reference": "the reference"}
        if values["promised_at"] and letter.promises:
            must["promised_at"] = "the time that is promised"
        if whole and letter.safety and letter.phone:
            must["phone"] = "the phone for somebody in danger"
        for name, what in must.items():
            if str(values[name]) not in words:
                remedy = f"{{{{ {name} }}}} must not depend on anything but itself"
                yield Fault(text.file, 0, 0, f"leaves out {what}", remedy)


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
        )
        try:
            words = text.write(alert_values(alert, text.language))
        except ConfigError as error:
            yield from error.faults
            return
        if alert.reference not in words:
            yield Fault(text.file, 0, 0, "leaves out the reference", "{{ reference }}")
