"""Whether somebody has to write again and again: counted, whatever they say of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.core.history import History
from triage.core.worded import worded

REPEATED = "repeat_contact"
"""The signal of it."""

WITHIN = timedelta(days=14)
UNANSWERED = 3
ANSWERS = 2
MOST = 20
"""Contacts beyond which it is a business partner, or a machine that nobody took for one."""

COUNTED = "counted: "
"""What the reason begins with: no sentence of the mail says so."""


def repeated(history: History, at: datetime, *, complaint: bool) -> str:
    """Say why a mail that came `at` is one too many; "" where it is none.

    The third contact without an answer; or a complaint though we answered twice. Both within 14
    days, to the instant: what is exactly 14 days old does not count. Mails minutes apart are one
    contact.
    """
    if history.contacts(at, WITHIN) > MOST:
        return ""
    contacts = history.unanswered(at, WITHIN)
    if contacts >= UNANSWERED:
        return worded(
            "counted: %(contacts)s contacts without an answer in %(days)s days",
            contacts=contacts,
            days=WITHIN.days,
        )
    answers = history.answers_within(at, WITHIN)
    if complaint and answers >= ANSWERS:
        return worded(
            "counted: a complaint after %(answers)s answers in %(days)s days",
            answers=answers,
            days=WITHIN.days,
        )
    return ""
