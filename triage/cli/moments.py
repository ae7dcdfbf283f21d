"""Instants as people say them, and instants as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

import click

from triage.core.desk import Hours
from triage.core.typedtime import typed_opening, typed_time

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def clock(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Write `at` as a time of day in `zone`, with the day where it is not that of `now`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = abs((local.date() - today).days)
    if not days:
        return f"{local:%H:%M}"
    if days < 7 and local.date() > today:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}" if days < 180 else f"{local:%Y-%m-%d %H:%M}"


def length(span: timedelta) -> str:
    """Write a span, never negative, as people say it: `12 min`, `1 h 20 min`, `3 days`.

    Minutes are rounded down; from ten hours on whole hours, from two days on whole days.
    """
    if span >= 2 * _DAY:
        return f"{span // _DAY} days"
    if span >= 10 * _HOUR:
        return f"{span // _HOUR} h"
    hours, minutes = divmod(span // _MINUTE, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours))


class Moment(click.ParamType[datetime]):
    """An instant: ISO 8601, or a time of day today; without an offset, in this machine's zone."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant as aware UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            return _read(text)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is no time: write 17:50 or 2026-11-20T17:50+01:00", param, ctx)


def named(text: str, now: datetime, hours: Hours, hint: str) -> datetime:
    """Return the instant ahead that somebody typed: `Thursday 16:00`, `tomorrow`, `17:30`, `2h`.

    In the zone of `hours`; a day alone is over when they close on it. `hint` names the option.
    Raises: click.BadParameter where the words name no moment, or one that is past.
    """
    said = typed_time(text, now, hours.zone)
    if said is None:
        raise _not_ahead(text, hint)
    return said.due(hours, now)


def named_opening(text: str, now: datetime, hours: Hours, hint: str) -> datetime:
    """Return the first open moment from what somebody typed on; as `named`, where it is none."""
    at = typed_opening(text, now, hours, hours.zone)
    if at is None:
        raise _not_ahead(text, hint)
    return at


def _not_ahead(text: str, hint: str) -> click.BadParameter:
    example = "write 17:30, tomorrow, Thursday 16:00, 2h or 2026-11-20T17:50"
    return click.BadParameter(f"{text!r} is no time ahead: {example}", param_hint=hint)


def _read(text: str) -> datetime:
    try:
        of_day = time.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text).astimezone(UTC)
    today = datetime.now().astimezone().date()
    return datetime.combine(today, of_day).astimezone(UTC)


class Length(click.ParamType[timedelta]):
    """A span: `60s`, `5m`, `2h`, or seconds alone."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the span; it is longer than nothing."""
        if isinstance(value, timedelta):
            return value
        text = str(value).strip().casefold()
        unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 0)
        number = text[:-1] if unit else text
        try:
            span = timedelta(seconds=float(number) * (unit or 1))
        except (ValueError, OverflowError):
            span = timedelta()
        if span <= timedelta():
            self.fail(f"{text!r} is no span: write 60s, 5m or 2h", param, ctx)
        return span
