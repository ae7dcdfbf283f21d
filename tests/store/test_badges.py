"""What warns of a sender stands on the ticket, whichever of its mails it is about."""

from __future__ import annotations

from tests.store.desk import Desk, mail


def test_a_later_mail_in_disguise_marks_its_ticket_and_an_honest_one_does_not(desk: Desk) -> None:
    more = "In-Reply-To: <first@example.net>"
    desk.take(mail())
    desk.take(mail("One more thing.", message_id="<2@example.net>", more=more))
    (row,) = desk.store.queue(None, 10)
    assert row.badges == ()
    turned = f"{more}\nReply-To: boss@evil.example"
    desk.take(mail("Please answer soon.", message_id="<3@example.net>", more=turned))
    desk.take(mail("Please answer now.", message_id="<4@example.net>", more=turned))
    (row,) = desk.store.queue(None, 10)
    assert (row.badges, row.messages) == (("replies_go_elsewhere",), 4)
