"""Figures as people read them, and people as a report names them: by their initials."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

DASH = "\N{EN DASH}"

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MOST_INITIALS, _MOST_NAMES = 3, 12
_UNITS = ("B", "KB", "MB", "GB")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_NUMBER = re.compile(r"\+?\d(?:[\s()./-]?\d){5,}")
_WORD = re.compile(r"\w+")


def lasted(span: timedelta | None) -> str:
    """Write a span: `under 1 min`, `12 min`, `1 h 20 min`, from ten hours on `26 h`, `3 days`."""
    if span is None:
        return DASH
    if span >= 2 * _DAY:
        return f"{span // _DAY} days"
    if span >= 10 * _HOUR:
        return f"{span // _HOUR} h"
    hours, minutes = divmod(span // _MINUTE, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or "under 1 min"


def percent(share: float | None) -> str:
    """Write a share, rounded down: 100 % are all of them."""
    if share is None:
        return DASH
    tenths = int(share * 1000 + 1e-9)
    shown = f"{tenths / 10:.1f}" if 990 <= tenths < 1000 else f"{tenths // 10}"
    return f"{shown} %"


def signed(weight: float) -> str:
    """Write a weight with its sign, as `model/reasons.py` measures it; minus is a true one."""
    return f"{weight:+.1f}".replace("-", "\N{MINUS SIGN}")


def size(many: int) -> str:
    """Write a number of bytes, rounded down: `512 B`, `1.5 KB`, `27 KB`, `14.6 MB`."""
    number, unit = float(many), 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number, unit = number / 1024, unit + 1
    exact = number < 10 or unit > 1
    return f"{int(number * 10) / 10 if exact else int(number):g} {_UNITS[unit]}"


def moment(at: datetime, zone: tzinfo) -> str:
    """Write an instant with its day: `Mon 9 Mar 2026 14:05`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def time_of(since: datetime, until: datetime, zone: tzinfo) -> str:
    """Write a time; one of whole days by its first and its last, which is in it."""
    first, end = since.astimezone(zone), until.astimezone(zone)
    if not (first.hour or first.minute or end.hour or end.minute):
        last = (until - timedelta.resolution).astimezone(zone)
        days = [f"{day:%a} {day.day} {day:%b %Y}" for day in (first, last)]
        return days[0] if days[0] == days[1] else f" {DASH} ".join(days)
    return f"{moment(since, zone)} {DASH} {moment(until, zone)}"


def number(many: int, one: str, more: str = "") -> str:
    """Write how many there are of something: `1 mail`, `2,000 mails`."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def reason(name: str) -> str:
    """Write a name of a closed set as words."""
    return name.replace("_", " ") or "no reason known"


def initials(name: str) -> str:
    """Return the first letters of a name: `J. P.`, on one line; of none a dash."""
    letters = [found.group()[0].upper() for found in _WORD.finditer(name.replace("_", " "))]
    return "\N{NO-BREAK SPACE}".join(f"{letter}." for letter in letters[:_MOST_INITIALS]) or DASH


def discreet(sentence: str, name: str) -> str:
    """Return a sentence of a requester's without their name, addresses and long numbers."""
    told = _NUMBER.sub("…", _ADDRESS.sub("…", sentence))
    names = [re.escape(word) for word in _WORD.findall(name)[:_MOST_NAMES] if len(word) > 1]
    if not names:
        return told
    return re.sub(rf"\b(?:{'|'.join(names)})\b", lambda found: f"{found[0][0].upper()}.", told)
