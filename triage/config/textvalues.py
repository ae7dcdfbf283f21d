"""What a text may name: times in words, everything else as one clean line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from triage.config.textfile import one_line
from triage.config.wording import by_the_end_of, when
from triage.core.desk import FactSpoken
from triage.core.letter import Alert, Letter, Listed
from triage.core.referral import Referral
from triage.core.tags import main_part

NOTE_VARIABLES = frozenset(
    {"agent_name", "agent_first_name", "first_name", "promised_at", "promises", "working_days"}
    | {"earlier_at", "reading_from", "reference", "queue", "phone", "brand", "safety", "serious"}
    | {"praise", "missing", "missing_label", "missing_offer", "referral", "referral_where"}
    | {"notice"}
)
"""What a note to a requester may name."""

ALERT_VARIABLES = frozenset(
    {"reader", "owner", "reference", "requester", "subject", "queue", "priority"}
    | {"deadline", "minutes", "promised_at", "gist", "link", "alike", "about"}
    | {"why", "tickets", "more"}
)
"""What an alert may name."""

_MINUTE = timedelta(minutes=1)


def letter_values(letter: Letter, language: str, site: str = "en") -> dict[str, object]:
    """Return the variables of a note: times in words, the rest as single lines.

    A notice keeps its own lines. `site` is the language that the desk's own names are in.
    """
    spoken = letter.spoken or FactSpoken()
    where = letter.referral.where if letter.referral else ()
    return {
        "agent_name": one_line(letter.agent_name, 80),
        "agent_first_name": one_line(letter.agent_name, 80).partition(" ")[0],
        "first_name": one_line(letter.first_name, 24),
        "promised_at": _told(letter.promised_at, letter, language, day=letter.promised_day),
        "promises": letter.promises,
        "working_days": letter.working_days,
        "earlier_at": _told(letter.earlier_at, letter, language, day=letter.earlier_day),
        "reading_from": _told(letter.reading_from, letter, language),
        "reference": one_line(letter.reference, 40),
        "queue": one_line(letter.queue, 80),
        "phone": one_line(letter.phone, 40),
        "brand": one_line(letter.brand, 80),
        "safety": letter.safety,
        "serious": letter.serious,
        "praise": letter.praise,
        "missing": letter.missing,
        "missing_label": _spoken(spoken.labels, language) if letter.missing else "",
        "missing_offer": _spoken(spoken.offers, language) if letter.missing else "",
        "referral": _referred(letter.referral, language, site),
        "referral_where": one_line(" · ".join(where), 300),
        "notice": "\n".join(filter(None, (one_line(text, 500) for text in letter.notices))),
    }


def alert_values(alert: Alert, language: str) -> dict[str, object]:
    """Return the variables of an alert; `minutes` are those left or those late, rounded down."""
    return {
        "reader": one_line(alert.reader, 80),
        "owner": one_line(alert.owner, 80),
        "reference": one_line(alert.reference, 40),
        "requester": one_line(alert.requester, 160),
        "subject": one_line(alert.subject, 160),
        "queue": one_line(alert.queue, 80),
        "priority": one_line(alert.priority, 20),
        "deadline": _shown(alert.deadline, alert, language),
        "minutes": abs((alert.deadline or alert.now) - alert.now) // _MINUTE,
        "promised_at": _shown(alert.promised_at, alert, language),
        "gist": one_line(alert.gist, 200),
        "link": one_line(alert.link, 300),
        "alike": alert.alike,
        "why": alert.why,
        "tickets": "\n".join(_listed(one, alert, language) for one in alert.tickets),
        "more": alert.more,
        "about": one_line(alert.about, 300),
    }


def _shown(at: datetime | None, alert: Alert, language: str) -> str:
    return "" if at is None else when(at, now=alert.now, zone=alert.zone, language=language)


def _listed(ticket: Listed, alert: Alert, language: str) -> str:
    due, subject = _shown(ticket.deadline, alert, language), one_line(ticket.subject, 100)
    return "  ".join(filter(None, (one_line(ticket.reference, 40), due, subject)))


def same_language(one: str, other: str) -> bool:
    """Say whether two tags name one language, wherever it is spoken: `pt` and `pt-BR`."""
    return main_part(one) == main_part(other)


def _told(at: datetime | None, letter: Letter, language: str, *, day: bool = False) -> str:
    if at is None:
        return ""
    tell = by_the_end_of if day else when
    return tell(
        at, now=letter.now, zone=letter.zone, language=language, offset=letter.requester_offset
    )


def _spoken(words: Mapping[str, str], language: str) -> str:
    """Return the words in a language (`pt` will do for `pt-BR`), or ""."""
    found = words.get(language) or words.get(main_part(language), "")
    return one_line(found, 300)


def _referred(referral: Referral | None, language: str, site: str) -> str:
    """Return who answers instead; "" where they have no name in this language."""
    if referral is None:
        return ""
    own = referral.title if same_language(language, site) else ""
    return _spoken(referral.titles, language) or one_line(own, 300)
