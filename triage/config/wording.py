"""How an instant is told to a person, in their language: `17:50 today`, never `as soon as we can`.

Babel's one adapter.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_location

from triage.config.manners import MANNERS, Manner

_SOON = timedelta(days=1)
_ONE_DAY = timedelta(days=1)
_NEXT_YEAR = timedelta(days=180)


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale | None:
    """Return what is known of a language tag (`de`, `pt-BR`), or None."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def direction(language: str) -> str:
    """Return `ltr` or `rtl`, as HTML says which way a language is written."""
    locale = locale_of(language)
    return "rtl" if locale is not None and locale.text_direction == "rtl" else "ltr"


def when(
    at: datetime, *, now: datetime, zone: ZoneInfo, language: str, offset: timedelta | None = None
) -> str:
    """Tell the instant `at` in the desk's `zone`, to somebody whose own offset is `offset`.

    "today" and "tomorrow" only where it is so for both, and tomorrow with its date: mail may be
    read later. Where their clock differs from the desk's at `now`, the zone is named, and within
    a day their own time stands beside it; later, either clock may have changed. An offset of
    zero is told as UTC: many servers write it for senders anywhere. A language without words of
    its own here gets the full date and the time.
    """
    locale, manner = _manner(language)
    here = at.astimezone(zone)
    elsewhere = _elsewhere(offset, now, zone)
    if manner is None:
        place = f" ({_place(zone, locale)})" if elsewhere else ""
        return f"{format_date(here, 'full', locale)}, {_clock(here, 'short', locale)}{place}"
    theirs = at.astimezone(timezone(offset)) if offset is not None and elsewhere else here
    same_day = theirs.date() == here.date()
    days = _days_ahead(here, now, zone, theirs) if same_day else -1
    told = {0: manner.today, 1: manner.tomorrow}
    return told.get(days, manner.another_day).format(
        at=manner.at[here.hour == 1],
        time=_clock(here, manner.clock, locale),
        date=_date(here, manner, locale, year=at - now > _NEXT_YEAR),
        zone=_zone(zone, locale, manner.place) if elsewhere else "",
        theirs=_theirs(theirs, manner, locale, same_day=same_day)
        if elsewhere and at - now <= _SOON
        else "",
    )


def by_the_end_of(
    at: datetime, *, now: datetime, zone: ZoneInfo, language: str, offset: timedelta | None = None
) -> str:
    """Tell the day of `at` in the desk's `zone` as one by whose end something is done.

    Its zone is named to somebody whose clock differs. "today" only where it is so for both.
    """
    locale, manner = _manner(language)
    here = at.astimezone(zone)
    elsewhere = _elsewhere(offset, now, zone)
    if manner is None:
        place = f" ({_place(zone, locale)})" if elsewhere else ""
        return f"{format_date(here, 'full', locale)}{place}"
    theirs = now.astimezone(timezone(offset)) if offset is not None and elsewhere else here
    days = _days_ahead(here, now, zone, theirs)
    told = {0: manner.end_of_today, 1: manner.end_of_tomorrow}
    return told.get(days, manner.end_of_another_day).format(
        date=_date(here, manner, locale, year=at - now > _NEXT_YEAR),
        zone=_zone(zone, locale, manner.end_place or manner.place) if elsewhere else "",
    )


def _manner(language: str) -> tuple[Locale, Manner | None]:
    locale = locale_of(language) or Locale("en")
    return locale, MANNERS.get(str(locale)) or MANNERS.get(locale.language)


def _elsewhere(offset: timedelta | None, now: datetime, zone: ZoneInfo) -> bool:
    return offset is not None and offset != now.astimezone(zone).utcoffset()


def _days_ahead(here: datetime, now: datetime, zone: ZoneInfo, theirs: datetime) -> int:
    """Count the days to `here`; -1 where today is another day for them than for the desk."""
    today = now.astimezone(zone).date()
    if now.astimezone(theirs.tzinfo).date() != today:
        return -1
    return (here.date() - today) // _ONE_DAY


def _date(at: datetime, manner: Manner, locale: Locale, *, year: bool) -> str:
    date = format_date(at, manner.date + (manner.year if year else ""), locale)
    if manner.weekdays:
        date = f"{manner.weekdays[at.weekday()]} {date}"
    if at.day == 1 and manner.first != "1":
        date = date.replace(" 1 ", f" {manner.first} ", 1)
    return date


def _theirs(theirs: datetime, manner: Manner, locale: Locale, *, same_day: bool) -> str:
    if not theirs.utcoffset():
        pattern = manner.universal
    else:
        pattern = manner.theirs if same_day else manner.theirs_another_day
    return pattern.format(
        at=manner.at[theirs.hour == 1],
        time=_clock(theirs, manner.clock, locale),
        date=_date(theirs, manner, locale, year=False),
    )


def _zone(zone: ZoneInfo, locale: Locale, pattern: str) -> str:
    place = _place(zone, locale)
    return " UTC" if place == "UTC" else pattern.format(place=place)


def _place(zone: ZoneInfo, locale: Locale) -> str:
    return (
        "UTC"
        if zone.key in {"UTC", "Etc/UTC"}
        else get_timezone_location(zone, locale=locale, return_city=True)
    )


def _clock(at: datetime, pattern: str, locale: Locale) -> str:
    # Without a zone Babel writes the wall time as it is; it would else shift it to UTC.
    return format_time(at.time(), pattern, locale=locale).replace("\u202f", " ")
