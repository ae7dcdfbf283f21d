"""What a text may name: times in words, everything else as one clean line."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.config.textfile import one_line
from triage.config.wording import when
from triage.core.letter import Alert, Letter

LETTER_VARIABLES = frozenset(
    {"agent_name", "agent_first_name", "first_name", "promised_at", "promises", "working_days"}
    | {"reading_from", "reference", "queue", "phone", "brand", "safety", "missing", "notice"}
)
"""What an acknowledgement may name."""

ALERT_VARIABLES = frozenset(
    {"reader", "owner", "reference", "requester", "subject", "queue", "priority"}
    | {"deadline", "minutes", "promised_at", "gist", "link", "alike"}
)
"""What an alert may name."""

_MINUTE = timedelta(minutes=1)


def letter_values(letter: Letter, language: str) -> dict[str, object]:
    """Return the variables of an acknowledgement: times in words, the rest as single lines."""
    return {
        "agent_name": one_line(letter.agent_name, 80),
        "agent_first_name": one_line(letter.agent_name, 80).partition(" ")[0],
        "first_name": one_line(letter.first_name, 24),
        "promised_at": _told(letter.promised_at, letter, language),
        "promises": letter.promises,
        "working_days": letter.working_days,
        "reading_from": _told(letter.reading_from, letter, language),
        "reference": one_line(letter.reference, 40),
        "queue": one_line(letter.queue, 80),
        "phone": one_line(letter.phone, 40),
        "brand": one_line(letter.brand, 80),
        "safety": letter.safety,
        "missing": letter.missing,
        "notice": one_line(letter.notice, 500),
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
        "deadline": when(alert.deadline, now=alert.now, zone=alert.zone, language=language),
        "minutes": abs(alert.deadline - alert.now) // _MINUTE,
        "promised_at": when(alert.promised_at, now=alert.now, zone=alert.zone, language=language)
        if alert.promised_at
        else "",
        "gist": one_line(alert.gist, 200),
        "link": one_line(alert.link, 300),
        "alike": alert.alike,
    }


def _told(at: datetime | None, letter: Letter, language: str) -> str:
    if at is None:
        return ""
    return when(
        at, now=letter.now, zone=letter.zone, language=language, offset=letter.requester_offset
    )
