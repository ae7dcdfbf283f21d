"""Moments as people name and type them, read with care: a wrong one is worse than none."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import get_day_names, get_month_names
from hypothesis import given
from hypothesis import strategies as st

from triage.core.desk import Hours, Window
from triage.core.saidtime import said_time
from triage.core.typedtime import typed_opening, typed_time

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)  # a Tuesday
WEEK = tuple(Window(day, time(9), time(17)) for day in range(5))
HOURS = Hours(zone=ZONE, windows=WEEK)


def read(text: str, language: str | None = None) -> str | None:
    said = said_time(text, NOW, ZONE, language)
    return None if said is None else f"{said.due(HOURS, NOW).astimezone(ZONE):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("I'll get back to you by Thursday", "11-19 17:00"),
        ("ich melde mich bis morgen 16 Uhr", "11-18 16:00"),
        ("bis spätestens Freitag, 12:30 Uhr", "11-20 12:30"),
        ("by 4pm tomorrow", "11-18 16:00"),
        ("d'ici jeudi 16h", "11-19 16:00"),
        ("avant vendredi à 16h30", "11-20 16:30"),
        ("sous 48 heures", "11-19 10:00"),
        ("antes del jueves a las 15:00", "11-19 15:00"),
        ("le respondo mañana por la mañana", "11-18 12:00"),
        ("entro domani alle 15", "11-18 15:00"),
        ("uiterlijk donderdag 17:00", "11-19 17:00"),
        ("binnen 3 werkdagen", "11-20 17:00"),
        ("até quinta-feira às 15h", "11-19 15:00"),
        ("do piątku do godz. 12", "11-20 12:00"),
        ("w ciągu 2 dni", "11-19 17:00"),
        ("within 2 days", "11-19 17:00"),
        ("in 2-3 business days", "11-20 17:00"),
        ("within 5 working days", "11-24 17:00"),
        ("within the hour", "11-17 11:00"),
        ("by the end of the week", "11-20 17:00"),
        ("bis Ende der Woche", "11-20 17:00"),
        ("next week", "11-27 17:00"),
        ("by Monday next week", "11-23 17:00"),
        ("on November 20th at 9:30", "11-20 09:30"),
        ("am 20.11. gegen 14 Uhr", "11-20 14:00"),
        ("by end of day", "11-17 17:00"),
        ("I am off on Friday but will write by Monday noon", "11-23 12:00"),
        ("by Saturday", "11-20 17:00"),
        ("Tuesday", "11-24 17:00"),
    ],
)
def test_a_moment_is_read_in_the_language_it_is_named_in(text: str, due: str) -> None:
    assert read(text) == due


@pytest.mark.parametrize(
    "text",
    [
        "Guten Morgen, vielen Dank",
        "The price is 16.30 euro",
        "Your order 4711 is on its way",
        "in Ordnung, das klappt",
        "by 5/11",
        "on 31/02/2027",
        "at 25:00",
        "today at 9:00",
        "",
    ],
)
def test_what_names_no_moment_or_two_of_them_is_read_as_none(text: str) -> None:
    assert read(text) is None


def test_a_date_between_slashes_is_read_as_the_language_writes_it() -> None:
    assert read("avant le 5/12", "fr") == "12-04 17:00"
    assert read("by 11/30", "en") == "11-30 17:00"


def test_a_day_without_a_time_is_due_when_the_desk_closes_or_ends_where_nothing_opens() -> None:
    said = said_time("tomorrow", NOW, ZONE)
    assert said is not None
    midnight = datetime(2026, 11, 19, tzinfo=ZONE).astimezone(UTC)
    assert said.due(Hours(zone=ZONE, windows=WEEK[3:]), NOW) == midnight
    assert said.due(Hours(zone=ZONE, always=True), NOW) == midnight


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("Thursday 16:00", "11-19 16:00"),
        ("thu 16:00", "11-19 16:00"),
        ("Fr 12 Uhr", "11-20 12:00"),
        ("17:30", "11-17 17:30"),
        ("9:00", "11-18 09:00"),
        ("tomorrow", "11-18 17:00"),
        ("2h", "11-17 12:00"),
        ("90m", "11-17 11:30"),
        ("3 days", "11-20 17:00"),
        ("2026-11-20", "11-20 17:00"),
        ("2026-11-20 17:50", "11-20 17:50"),
        ("2026-11-20T16:50+00:00", "11-20 17:50"),
        ("by Friday", "11-20 17:00"),
        ("20 nov at 14:00", "11-20 14:00"),
        ("Donnerstag 16:00", "11-19 16:00"),
        ("bis Do. um 16 Uhr", "11-19 16:00"),
        ("morgen 9 Uhr", "11-18 09:00"),
        ("morgen früh um 8", "11-18 08:00"),
        ("heute 17:30 Uhr", "11-17 17:30"),
        ("in 2 Stunden", "11-17 12:00"),
        ("2 Std.", "11-17 12:00"),
        ("29.11. 14:00", "11-29 14:00"),
        ("29.11 14:00", "11-29 14:00"),
        ("bis zum 20.11. 9 Uhr 30", "11-20 09:30"),
        ("am 20. um 14 Uhr", "11-20 14:00"),
        ("nächsten Freitag 12 Uhr", "11-20 12:00"),
        ("nächste Woche Dienstag 10:00", "11-24 10:00"),
        ("übermorgen", "11-19 17:00"),
    ],
)
def test_a_typed_moment_is_read_whole(typed: str, due: str) -> None:
    said = typed_time(typed, NOW, ZONE)
    assert said is not None
    assert f"{said.due(HOURS, NOW).astimezone(ZONE):%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "10.11",
        "morgen Abend",
        "Thursday perhaps",
        "half past five",
        "25:00",
        "2020-01-01T10:00",
        "0h",
    ],
)
def test_a_word_too_many_or_a_moment_past_is_no_typed_moment(typed: str) -> None:
    assert typed_time(typed, NOW, ZONE) is None


FIRST, LAST = datetime(2024, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - the zone comes below
instants = st.datetimes(FIRST, LAST, timezones=st.just(ZONE), allow_imaginary=False)


@given(now=instants, text=st.text() | st.from_regex(r"by [a-z]{3,9} [\d./:]{1,9} [a-zé]{1,9}"))
def test_whatever_is_read_lies_ahead_within_a_year(now: datetime, text: str) -> None:
    for said in (said_time(text, now, ZONE), typed_time(text, now, ZONE)):
        assert said is None or now < said.due(HOURS, now) <= now + timedelta(days=368)


@given(now=instants, days=st.integers(1, 360), at=st.times().map(lambda t: t.replace(second=0)))
def test_a_date_and_time_written_out_are_read_back(now: datetime, days: int, at: time) -> None:
    day = now.date() + timedelta(days=days)
    for written in (f"{day} {at:%H:%M}", f"{day.day} {day:%B %Y}, {at:%H:%M}"):
        said = typed_time(written, now, ZONE)
        assert said is not None
        due = said.due(HOURS, now).astimezone(ZONE)
        wall = datetime.combine(day, at.replace(microsecond=0), ZONE)
        assert due == wall.astimezone(UTC).astimezone(ZONE)


MONTHS = get_month_names(locale="de")
DAYS = get_day_names(locale="de")


@given(now=instants, days=st.integers(1, 360), at=st.times().map(lambda t: t.replace(second=0)))
def test_what_is_written_in_german_is_read_back(now: datetime, days: int, at: time) -> None:
    day = now.date() + timedelta(days=days)
    written = [
        f"{day.day}.{day.month}. {at:%H:%M}",
        f"bis zum {day:%d.%m.%Y} um {at:%H:%M} Uhr",
        f"{day.day}. {MONTHS[day.month]} {day.year}, {at.hour} Uhr {at:%M}",
    ]
    if days <= 7:
        name = DAYS[day.weekday()]
        written += [
            f"{name} {at:%H:%M}",
            f"{name[:2]}. um {at:%H.%M} Uhr",
            f"am {name}, {at:%H:%M}",
        ]
    wall = datetime.combine(day, at.replace(microsecond=0), ZONE).astimezone(UTC)
    for text in written:
        said = typed_time(text, now, ZONE)
        assert said is not None, text
        assert said.due(HOURS, now) == wall, text


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("in 3 days", "11-20 09:00"),
        ("saturday", "11-23 09:00"),  # nobody is there before
        ("thursday 14:30", "11-19 14:30"),
        ("thursday 20:00", "11-20 09:00"),
        ("2h", "11-17 12:00"),
        ("today", "11-18 09:00"),  # over at midnight
        ("some day", None),
    ],
)
def test_what_is_for_people_to_answer_waits_until_the_desk_opens(
    text: str, opens: str | None
) -> None:
    at = typed_opening(text, NOW, HOURS, ZONE)
    assert (None if at is None else f"{at.astimezone(ZONE):%m-%d %H:%M}") == opens
