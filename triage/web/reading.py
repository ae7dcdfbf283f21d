"""How a visitor reads a page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from triage.errors import NotPossible
from triage.web.render import Reader, language_of
from triage.web.routes import Visit


def reader(visit: Visit) -> Reader:
    """Return how the visitor reads: as they chose, else as the browser says, else as the desk."""
    zone = visit.office.policy().roster.hours.zone
    language = ""
    if visit.account is not None:
        language = visit.account.language
        if visit.account.zone:
            zone = ZoneInfo(visit.account.zone)
    language = language_of(language, visit.request.headers.get("accept-language", ""))
    return Reader(language=language, zone=zone, now=visit.now)


def refusal(visit: Visit, exc: NotPossible) -> str:
    """Say why something cannot be done, in the visitor's language."""
    return reader(visit).say(exc.text, **exc.values)
