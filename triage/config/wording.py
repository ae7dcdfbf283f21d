"""How an instant is told to a person, in their language: `17:50 today`, never `as soon as we can`.

Babel's one adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_location

_SOON = timedelta(days=1)
_NEXT_YEAR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class _Manner:
    """One language's way: `{time}`, `{date}`, `{place}`, `{zone}` and `{theirs}` are filled in."""

    clock: str
    date: str
    today: str
    another_day: str
    place: str
    theirs: str
    theirs_another_day: str
    universal: str


_MANNERS = {
    "en": _Manner(
        clock="HH:mm",
        date="EEEE d MMMM",
        today="{time}{zone} today{theirs}",
        another_day="{time}{zone} on {date}{theirs}",
        place=" {place} time",
        theirs=" ({time} where you are)",
        theirs_another_day=" ({time} on {date} where you are)",
        universal=" ({time} UTC)",
    ),
    "en_US": _Manner(
        clock="h:mm a",
        date="EEEE, MMMM d",
        today="{time}{zone} today{theirs}",
        another_day="{time}{zone} on {date}{theirs}",
        place=" {place} time",
        theirs=" ({time} where you are)",
        theirs_another_day=" ({time} on {date} where you are)",
        universal=" ({time} UTC)",
    ),
    "de": _Manner(
        clock="HH:mm",
        date="EEEE, d. MMMM",
        today="heute, {time} Uhr{zone}{theirs}",
        another_day="{date}, {time} Uhr{zone}{theirs}",
        place=" Ortszeit {place}",
        theirs=" (bei Ihnen {time} Uhr)",
        theirs_another_day=" (bei Ihnen {date}, {time} Uhr)",
        universal=" ({time} Uhr UTC)",
    ),
}


def locale_of(language: str) -> Locale | None:
    """Return what is known of a language tag (`de`, `pt-BR`), or None."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def when(
    at: datetime, *, now: datetime, zone: ZoneInfo, language: str, offset: timedelta | None = None
) -> str:
    """Tell the instant `at` in the desk's `zone`, to somebody whose own offset is `offset`.

    "today" only where it is today for both. Where their clock differs from the desk's at
    `now`, the zone is named, and within a day their own time stands beside it; later,
    either clock may have changed. An offset of zero is told as UTC: many servers write
    it for senders anywhere. English and German have words of their own; any other
    language gets the full date and the time.
    """
    locale = locale_of(language) or Locale("en")
    manner = _MANNERS.get(str(locale)) or _MANNERS.get(locale.language)
    here = at.astimezone(zone)
    elsewhere = offset is not None and offset != now.astimezone(zone).utcoffset()
    if manner is None:
        place = f" ({_place(zone, locale)})" if elsewhere else ""
        return f"{format_date(here, 'full', locale)}, {_clock(here, 'short', locale)}{place}"
    theirs = at.astimezone(timezone(offset)) if offset is not None and elsewhere else here
    same_day = theirs.date() == here.date()
    today = now.astimezone(zone).date()
    is_today = same_day and here.date() == today == now.astimezone(theirs.tzinfo).date()
    date_pattern = manner.date + (" y" if at - now > _NEXT_YEAR else "")
    return (manner.today if is_today else manner.another_day).format(
        time=_clock(here, manner.clock, locale),
        date=format_date(here, date_pattern, locale),
        zone=_zone(zone, locale, manner) if elsewhere else "",
        theirs=_theirs(theirs, manner, locale, same_day=same_day)
        if elsewhere and at - now <= _SOON
        else "",
    )


def _theirs(theirs: datetime, manner: _Manner, locale: Locale, *, same_day: bool) -> str:
    if not theirs.utcoffset():
        pattern = manner.universal
    else:
        pattern = manner.theirs if same_day else manner.theirs_another_day
    time = _clock(theirs, manner.clock, locale)
    return pattern.format(time=time, date=format_date(theirs, manner.date, locale))


def _zone(zone: ZoneInfo, locale: Locale, manner: _Manner) -> str:
    place = _place(zone, locale)
    return " UTC" if place == "UTC" else manner.place.format(place=place)


def _place(zone: ZoneInfo, locale: Locale) -> str:
    return (
        "UTC"
        if zone.key in {"UTC", "Etc/UTC"}
        else get_timezone_location(zone, locale=locale, return_city=True)
    )


def _clock(at: datetime, pattern: str, locale: Locale) -> str:
    # Without a zone Babel writes the wall time as it is; it would else shift it to UTC.
    return format_time(at.time(), pattern, locale=locale).replace("\u202f", " ")
