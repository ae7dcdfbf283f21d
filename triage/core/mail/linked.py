"""Links in a text: where each truly leads, and whether it says that it leads elsewhere.

A link of an HTML mail stands in its text as `what was shown (https://where.it.leads/)`.

Source: RFC 3986 section 3 (authority, userinfo), RFC 5890 section 2.3.2.1 (A-labels).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from urllib.parse import urlsplit

from triage.core.domains import within

MOST = 500
"""Links of one text that can be pressed: what is beyond is text."""
LONGEST = 2000

_URL = re.compile(rf"https?://[^\s<>\"]{{1,{LONGEST}}}", re.IGNORECASE)
_TRAIL = ".,;:!?'\"”’»…"  # noqa: RUF001 - quotation marks as people type them
_PAIRS = {")": "(", "]": "[", "}": "{"}
_NAMED = re.compile(
    r"(?:https?://)?(?:[^\s/@()<>]{1,100}@)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?:[/:?#]\S{0,500})?"
    r"\s*\($",
    re.IGNORECASE,
)
_LOOK_BACK = 700


class Doubt(StrEnum):
    """What speaks against following a link."""

    SHOWS_ANOTHER = "shows_another"
    """What was shown names another host than it leads to."""
    USERINFO = "userinfo"
    """It begins with a name that is none of a host: https://bank.example@elsewhere.example/."""
    LOOKS_ALIKE = "looks_alike"
    """The name of its host mixes alphabets, or hides letters of another one."""
    NUMBER = "number"
    """Its host has no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link from `start` up to `end` of a text, with the host that it truly leads to."""

    start: int
    end: int
    target: str
    host: str
    doubt: Doubt | None = None


def links(text: str) -> Iterator[Link]:
    """Yield the links of a text in order, at most `MOST`. Linear in the text."""
    for found in islice(_URL.finditer(text), MOST):
        target = _trimmed(found[0])
        host = host_of(target)
        if not host or "…" in target:
            continue  # a target that was cut leads nowhere
        yield Link(
            start=found.start(),
            end=found.start() + len(target),
            target=target,
            host=host,
            doubt=_doubt(target, host, text[max(0, found.start() - _LOOK_BACK) : found.start()]),
        )


def _trimmed(url: str) -> str:
    """Take off what belongs to the sentence: its full stop, and brackets that it never opened."""
    while url and (url[-1] in _TRAIL or (url[-1] in _PAIRS and _extra(url))):
        url = url[:-1]
    return url


def _extra(url: str) -> bool:
    return url.count(url[-1]) > url.count(_PAIRS[url[-1]])


def host_of(target: str) -> str:
    """Return the host that a URL leads to, as it is asked for: in ASCII; "" where there is none."""
    if "\\" in target:
        return ""  # browsers take it for a slash, and programs for a part of a name
    try:
        name = urlsplit(target).hostname or ""
        if name.isascii():
            return name
        return name.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""


def _doubt(target: str, host: str, before: str) -> Doubt | None:
    shown = _NAMED.search(before)
    if shown is not None and not _same_site(shown[1].casefold(), host):
        return Doubt.SHOWS_ANOTHER
    if "@" in target.partition("://")[2].partition("/")[0]:
        return Doubt.USERINFO
    if any(part.startswith("xn--") for part in host.split(".")) and _mixed(host):
        return Doubt.LOOKS_ALIKE
    if host.replace(".", "").isdigit() or ":" in host:
        return Doubt.NUMBER
    return None


def _same_site(shown: str, host: str) -> bool:
    """Say whether a host is the one shown, or one below it, or the other way round."""
    shown, host = shown.removeprefix("www."), host.removeprefix("www.")
    return within(host, shown) or within(shown, host)


def _mixed(host: str) -> bool:
    """Say whether a label of a name holds Latin letters beside others, or others alone like them.

    Source: Unicode Technical Standard 39, section 5.2 (restriction levels).
    """
    try:
        shown = host.encode("ascii").decode("idna")
    except UnicodeError:
        return True
    for label in shown.split("."):
        scripts = {unicodedata.name(c, "?").partition(" ")[0] for c in label if c.isalpha()}
        if len(scripts) > 1 or scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
            return True
    return False
