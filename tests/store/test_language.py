"""The language of a conversation, kept with its ticket."""

from __future__ import annotations

from tests.store.desk import Desk, mail
from triage.core.disposition import Join

GERMAN = "Die Tischplatte ist leider gesprungen, bitte schicken Sie mir eine neue."


def test_a_short_answer_has_the_language_of_the_ticket_it_joins(desk: Desk) -> None:
    desk.take(mail(GERMAN))
    more = "In-Reply-To: <first@example.net>"
    joined = desk.take(mail("Ok", subject="Re:", message_id="<2@example.net>", more=more))
    assert isinstance(joined, Join)
    assert joined.mail.language == "de"
