"""What a rule asks of time and of a requester's history, as typed, into matchers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from pydantic_core import PydanticCustomError

from triage.config.faults import Document, Faults, Loc
from triage.config.hours import weekdays
from triage.config.ruleasks import CountFile, HistoryAsked, TimeAsked
from triage.config.shape import wrong
from triage.config.values import clock
from triage.core.history import LONGEST
from triage.core.match.onhistory import Counted, CountIs, KnownIs
from triage.core.match.ontime import Between, DateIs, HolidayIs, MonthIs, OpenIs, WeekdayIs
from triage.core.matchers import Either, Matcher

T = TypeVar("T")

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_RANGE = re.compile(r"\s*\.\.\s*")


def moments(asked: TimeAsked, loc: Loc, document: Document, faults: Faults) -> Iterator[Matcher]:
    """Make the matchers of `time:`; texts that say no time are faults."""

    def each(texts: tuple[str, ...], key: str, read: Callable[[str], T]) -> list[T]:
        made = []
        for at, text in enumerate(texts):
            try:
                made.append(read(text))
            except PydanticCustomError as exc:
                said = exc.context or {}
                fault = document.fault((*loc, key, at), str(said["text"]), str(said["remedy"]))
                faults.add(fault)
        return made

    if asked.weekday is not None:
        days = each(asked.weekday, "weekday", _weekdays)
        yield WeekdayIs(frozenset(day for several in days for day in several))
    if asked.between is not None:
        yield Either(tuple(each(asked.between, "between", _between)))
    if asked.date is not None:
        yield Either(tuple(each(asked.date, "date", _dates)))
    if asked.month is not None:
        yield MonthIs(frozenset(each(asked.month, "month", _month)))
    if asked.open is not None:
        yield OpenIs(asked.open)
    if asked.holiday is not None:
        yield HolidayIs(asked.holiday)


def history(asked: HistoryAsked) -> Iterator[Matcher]:
    """Make the matchers of `history:`."""
    if asked.known is not None:
        yield KnownIs(asked.known)
    for what, count in (
        (Counted.MAILS, asked.mails),
        (Counted.UNANSWERED, asked.unanswered),
        (Counted.TICKETS, asked.tickets),
        (Counted.WAITING, asked.waiting),
    ):
        if count is not None:
            yield _count(what, count)


def _count(what: Counted, count: CountFile) -> Matcher:
    within = LONGEST if count.within is None else min(count.within, LONGEST)
    return CountIs(what, count.at_least, count.at_most, within)


def _weekdays(text: str) -> tuple[int, ...]:
    days = weekdays(text)
    if not days:
        raise wrong(f"'{text}' is no weekday", "a day or a range: mon, mon-fri, sat")
    return days


def _between(text: str) -> Between:
    start, dash, end = text.replace("\u2013", "-").partition("-")
    if not dash:
        raise wrong(f"'{text}' is no span of a day", 'two times of day: "17:30-08:00"')
    since, until = clock(start), clock(end)
    if since == until:
        raise wrong(f"'{text}' is all day", "two different times of day")
    return Between(since, until)


def _dates(text: str) -> DateIs:
    first, *rest = _RANGE.split(text.strip())
    last = rest[0] if rest else first
    try:
        found = DateIs(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise wrong(f"'{text}' is no date", "2026-12-24, or 2026-12-24..2027-01-01") from None
    if len(rest) > 1 or found.last < found.first:
        raise wrong(f"'{text}' holds no day", "the first day, two dots, the last day")
    return found


def _month(text: str) -> int:
    name = text.strip().casefold()
    for number, full in enumerate(_MONTHS, 1):
        if name in {full, full[:3], str(number), f"{number:02d}"}:
            return number
    raise wrong(f"'{text}' is no month", "jan to dec, or 1 to 12")
