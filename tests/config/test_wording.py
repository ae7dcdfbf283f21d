from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.wording import locale_of, when

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
        ("2026-11-21T00:00", "en", "00:00 on Saturday 21 November"),
        ("2027-11-21T10:30", "en", "10:30 on Sunday 21 November 2027"),
        ("2026-11-20T17:50", "en-US", "5:50 PM today"),
        ("2026-11-23T10:30", "en_US", "10:30 AM on Monday, November 23"),
        ("2026-11-23T10:30", "en-GB", "10:30 on Monday 23 November"),
        ("2026-11-20T17:50", "de", "heute, 17:50 Uhr"),
        ("2026-11-23T10:30", "de", "Montag, 23. November, 10:30 Uhr"),
        ("2026-11-20T17:50", "fr", "vendredi 20 novembre 2026, 17:50"),
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
        ("2026-11-20T17:50", "fr", -5, "vendredi 20 novembre 2026, 17:50 (Berlin)"),
        ("2026-11-20T17:50", "en", 5.75, "17:50 Berlin time today (22:35 where you are)"),
    ],
)
def test_another_clock_is_named_beside_ours(
    text: str, language: str, offset: float, words: str
) -> None:
    assert told(text, language, offset) == words


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
    st.sampled_from(["en", "en-US", "de", "fr", "pt-BR", "ja", "ar"]),
    st.one_of(st.none(), st.integers(-720, 840).map(lambda m: timedelta(minutes=m))),
)
def test_any_time_can_be_told_in_any_language_in_one_line(
    naive: datetime, ahead: timedelta, language: str, offset: timedelta | None
) -> None:
    now = naive.replace(tzinfo=UTC)
    words = when(now + ahead, now=now, zone=BERLIN, language=language, offset=offset)
    assert words
    assert words.isprintable()
    assert "{" not in words


def test_a_language_is_known_by_its_tag() -> None:
    assert str(locale_of("pt-BR")) == "pt_BR"
    assert locale_of("english") is None
    assert locale_of("") is None
