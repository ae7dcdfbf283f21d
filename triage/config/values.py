"""Small values that several files share: spans, addresses, languages, local times."""

from __future__ import annotations

import ipaddress
import re
from datetime import time, timedelta
from urllib.parse import SplitResult, urlsplit

from triage.config.shape import wrong

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\x00-\x1f]+@[^\s@<>,;:\"()\x00-\x1f]+")
_HOST = re.compile(r"(?=.{4,253}$)[\w-]{1,63}(?:\.[\w-]{1,63})+")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_SPAN = re.compile(r"(\d+)\s*(m|min|h|d|w)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")

_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
    tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())
"""The two-letter codes of ISO 639-1."""


def is_address(text: str) -> bool:
    """Say whether `text` is one bare mail address, without a display name."""
    return _ADDRESS.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Say whether `text` is the full name of a host, with at least one dot in it."""
    return _HOST.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Say whether `text` is a name fit for commands: small letters, digits, `-`, `_`, `.`."""
    return _SLUG.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Say whether `host` is this machine, by its name or number alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost" or host.casefold().endswith(".localhost")


def url_of(address: str) -> SplitResult:
    """Return the parts of an address of the web; all of them empty where it is none."""
    try:
        url = urlsplit(address)
        _ = url.hostname, url.port  # a wrong one is only said when it is asked for
    except ValueError:
        return urlsplit("")
    return url


def language(text: str) -> str:
    """Return a language code in small letters.

    Raises: PydanticCustomError for anything but ISO 639-1.
    """
    code = str(text).casefold()
    if code not in LANGUAGES:
        raise wrong(f"'{text}' is not a language", "two letters of ISO 639-1, such as en or de")
    return code


def address(text: str) -> str:
    """Return a bare mail address, case-folded.

    Raises: PydanticCustomError.
    """
    if not is_address(str(text)):
        raise wrong(f"'{text}' is not a mail address", "write it bare: name@domain")
    return str(text).casefold()


def span(text: str, day: timedelta = timedelta(days=1)) -> timedelta:
    """Read a span such as `15m`, `1h`, `1h 30m`, `2d` or `1w`; `day` says how long `d` is.

    A week is seven `day`s of 24 hours, or five business days.

    Raises: PydanticCustomError.
    """
    parts = _SPAN.findall(text)
    if not parts or _SPAN.sub("", text).strip():
        raise wrong(f"'{text}' is not a span of time", "a number and m, h, d or w, such as 15m")
    week = 7 * day if day == timedelta(days=1) else 5 * day
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": day, "w": week}
    total = sum((int(count) * units[unit[0]] for count, unit in parts), timedelta())
    if total <= timedelta() or total > timedelta(days=366):
        raise wrong(f"'{text}' should be more than nothing and at most a year")
    return total


def clock(text: str) -> time:
    """Read a local time `HH:MM`; `24:00` is the midnight that ends the day.

    Raises: PydanticCustomError.
    """
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2])) if found else (99, 99)
    if (hour, minute) == (24, 0):
        return time(0, 0)
    if hour > 23 or minute > 59:
        raise wrong(f"'{text.strip()}' is not a time of day", "hours and minutes, such as 08:30")
    return time(hour, minute)
