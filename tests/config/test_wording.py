from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.wording import by_the_end_of, direction, locale_of, when

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


NOW = at("2026-11-20T16:50")


def told(text: str, language: str = "en", offset: float | None = None, now: datetime = NOW) -> str:
    hours = None if offset is None else offset * HOUR
    return when(at(text), now=now, zone=BERLIN, language=language, offset=hours)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("2026-11-20T17:50", "en", "17:50 today"),
        ("2026-11-23T10:30", "en", "10:30 on Monday 23 November"),
        ("2026-11-21T00:00", "en", "00:00 tomorrow, Saturday 21 November"),
        ("2027-11-21T10:30", "en", "10:30 on Sunday 21 November 2027"),
        ("2026-11-20T17:50", "en-US", "5:50 PM today"),
        ("2026-11-23T10:30", "en_US", "10:30 AM on Monday, November 23"),
        ("2026-11-23T10:30", "en-GB", "10:30 on Monday 23 November"),
        ("2026-11-20T17:50", "de", "heute, 17:50 Uhr"),
        ("2026-11-23T10:30", "de", "Montag, 23. November, 10:30 Uhr"),
        ("2026-11-21T09:00", "de", "morgen, Samstag, 21. November, 09:00 Uhr"),
        ("2026-11-20T17:50", "fr", "aujourd\u2019hui à 17 h 50"),
        ("2026-11-21T09:05", "fr", "demain samedi 21 novembre à 9 h 05"),
        ("2026-12-01T09:00", "fr", "mardi 1er décembre à 9 h 00"),
        ("2026-12-11T09:00", "fr", "vendredi 11 décembre à 9 h 00"),
        ("2026-11-20T17:50", "es", "hoy a las 17:50"),
        ("2026-11-21T01:05", "es", "mañana, sábado 21 de noviembre, a la 1:05"),
        ("2027-11-22T09:00", "es", "el lunes 22 de noviembre de 2027 a las 9:00"),
        ("2026-11-20T17:50", "nl", "vandaag om 17.50 uur"),
        ("2026-11-23T09:00", "nl", "maandag 23 november om 09.00 uur"),
        ("2026-11-20T17:50", "it", "oggi alle 17:50"),
        ("2026-12-01T09:00", "it", "martedì 1º dicembre alle 09:00"),
        ("2026-11-20T17:50", "pt", "hoje, às 17:50"),
        ("2026-11-24T01:00", "pt-BR", "terça-feira, 24 de novembro, à 01:00"),
        ("2026-11-20T17:50", "pl", "dziś o godz. 17:50"),
        ("2026-11-24T09:00", "pl", "we wtorek 24 listopada o godz. 09:00"),
        ("2026-11-25T09:00", "pl", "w środę 25 listopada o godz. 09:00"),
        ("2026-11-20T17:50", "sv", "fredag 20 november 2026, 17:50"),
        ("2026-11-20T17:50", "nonsense", "17:50 today"),
    ],
)
def test_a_time_is_told_in_the_words_of_a_language(text: str, language: str, words: str) -> None:
    assert told(text, language) == words


@pytest.mark.parametrize(
    ("text", "language", "offset", "words"),
    [
        ("2026-11-20T17:50", "en", 1, "17:50 today"),  # the same clock as ours
        ("2026-11-20T17:50", "en", -1, "17:50 Berlin time today (15:50 where you are)"),
        ("2026-11-20T17:50", "de", -1, "heute, 17:50 Uhr Ortszeit Berlin (bei Ihnen 15:50 Uhr)"),
        # Exchange writes +0000 for everybody: true wherever they are.
        ("2026-11-20T17:50", "en", 0, "17:50 Berlin time today (16:50 UTC)"),
        (
            "2026-11-20T17:50",
            "en",
            10,
            "17:50 Berlin time on Friday 20 November (02:50 on Saturday 21 November where you are)",
        ),
        # Nobody knows today which offset they will have on Monday.
        ("2026-11-23T10:30", "en", -5, "10:30 Berlin time on Monday 23 November"),
        ("2026-11-20T17:50", "sv", -5, "fredag 20 november 2026, 17:50 (Berlin)"),
        (
            "2026-11-20T17:50",
            "fr",
            -5,
            "aujourd\u2019hui à 17 h 50, heure locale à Berlin (11 h 50 chez vous)",
        ),
        (
            "2026-11-20T19:50",
            "es",
            -5,
            "hoy a las 19:50, hora de Berlín (a las 13:50 donde usted está)",
        ),
        (
            "2026-11-20T17:50",
            "nl",
            0,
            "vandaag om 17.50 uur, plaatselijke tijd in Berlijn (16.50 uur UTC)",
        ),
        ("2026-11-20T17:50", "it", -5, "oggi alle 17:50, ora di Berlino (le 11:50 da Lei)"),
        ("2026-11-20T17:50", "pt", -5, "hoje, às 17:50, hora de Berlim (11:50 na sua hora local)"),
        (
            "2026-11-20T17:50",
            "pl",
            -5,
            "dziś o godz. 17:50, czas lokalny: Berlin (u Państwa godz. 11:50)",
        ),
        (
            "2026-11-21T09:00",
            "en",
            -1,
            "09:00 Berlin time tomorrow, Saturday 21 November (07:00 where you are)",
        ),
        ("2026-11-20T17:50", "en", 5.75, "17:50 Berlin time today (22:35 where you are)"),
    ],
)
def test_another_clock_is_named_beside_ours(
    text: str, language: str, offset: float, words: str
) -> None:
    assert told(text, language, offset) == words


@pytest.mark.parametrize(
    ("text", "language", "offset", "words"),
    [
        ("2026-11-20T23:59", "en", None, "the end of today"),
        ("2026-11-21T18:00", "en", None, "the end of tomorrow, Saturday 21 November"),
        ("2026-11-26T18:00", "en", None, "the end of Thursday 26 November"),
        ("2026-11-26T18:00", "en", -5, "the end of Thursday 26 November (Berlin time)"),
        ("2026-11-20T23:59", "en", 10, "the end of Friday 20 November (Berlin time)"),
        ("2026-11-26T18:00", "en-US", None, "the end of Thursday, November 26"),
        ("2026-11-20T18:00", "de", None, "heute Geschäftsschluss"),
        (
            "2026-11-26T18:00",
            "de",
            -5,
            "Donnerstag, 26. November, Geschäftsschluss (Ortszeit Berlin)",
        ),
        ("2026-11-26T18:00", "fr", None, "jeudi 26 novembre en fin de journée"),
        ("2026-11-26T18:00", "es", None, "el jueves 26 de noviembre al final del día"),
        ("2026-11-26T18:00", "nl", None, "donderdag 26 november aan het eind van de dag"),
        ("2026-11-26T18:00", "it", None, "giovedì 26 novembre a fine giornata"),
        ("2026-11-26T18:00", "pt", None, "quinta-feira, 26 de novembro, no final do dia"),
        ("2026-11-26T18:00", "pl", None, "w czwartek 26 listopada, do końca dnia"),
        ("2026-11-26T18:00", "sv", -5, "torsdag 26 november 2026 (Berlin)"),
    ],
)
def test_a_day_is_told_as_one_by_whose_end_something_is_done(
    text: str, language: str, offset: float | None, words: str
) -> None:
    hours = None if offset is None else offset * HOUR
    said = by_the_end_of(at(text), now=NOW, zone=BERLIN, language=language, offset=hours)
    assert said == words


def test_today_is_not_said_to_somebody_for_whom_it_is_tomorrow_already() -> None:
    words = told("2026-11-20T23:30", offset=3, now=at("2026-11-20T22:30"))
    assert words.startswith("23:30 Berlin time on Friday 20 November (01:30 on Saturday")


def test_summer_time_ending_before_the_promise_does_not_make_a_stranger_of_the_requester() -> None:
    friday = at("2026-10-23T17:30")
    assert told("2026-10-26T09:30", offset=2, now=friday) == "09:30 on Monday 26 October"


def test_a_desk_in_utc_names_it() -> None:
    utc = ZoneInfo("UTC")
    words = when(NOW + HOUR, now=NOW, zone=utc, language="en", offset=-HOUR)
    assert words == "16:50 UTC today (15:50 where you are)"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(), timedelta(days=400)),
    st.sampled_from(["en", "en-US", "de", "fr", "es", "nl", "it", "pl", "pt-BR", "ja", "ar"]),
    st.one_of(st.none(), st.integers(-720, 840).map(lambda m: timedelta(minutes=m))),
)
def test_any_time_can_be_told_in_any_language_in_one_line(
    naive: datetime, ahead: timedelta, language: str, offset: timedelta | None
) -> None:
    now = naive.replace(tzinfo=UTC)
    for tell in (when, by_the_end_of):
        words = tell(now + ahead, now=now, zone=BERLIN, language=language, offset=offset)
        assert words
        assert words.isprintable()
        assert "{" not in words


def test_a_language_is_known_by_its_tag() -> None:
    assert str(locale_of("pt-BR")) == "pt_BR"
    assert locale_of("english") is None
    assert locale_of("") is None


def test_a_language_knows_which_way_it_is_written() -> None:
    assert [direction(tag) for tag in ("ar", "he", "de", "pt-BR", "nonsense")] == [
        "rtl",
        "rtl",
        "ltr",
        "ltr",
        "ltr",
    ]
