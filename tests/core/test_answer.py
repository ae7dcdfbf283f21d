"""What is found in Sent and is no answer: what machines and programs of ours leave there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.test_decide import AROUND, answer, decided, judged, known
from tests.store.desk import mail
from triage.core.answering import Does
from triage.core.arrival import Role
from triage.core.disposition import Answered, Own
from triage.core.known import Link

TIED = replace(AROUND, threads=(known(link=Link.OWN_ID),))
OURS = "Jonas Weber <support@northwind.example>"
RECEIPT = (
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n'
    "MIME-Version: 1.0"
)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("I am out of the office until Monday.", "Auto-Submitted: auto-replied"),
        ("I am out of the office.", "X-Auto-Response-Suppress: All\nX-Autoreply: yes"),
        ("We have received your mail.", "X-Triage-Loop: renamed-by-a-relay"),
        ("--b\n\nIt was displayed.\n--b--", RECEIPT),
        ("Accepted", 'Content-Type: text/calendar; method=REPLY; charset="utf-8"'),
    ],
    ids=["away", "away-by-another-header", "our-acknowledgement", "read-receipt", "calendar"],
)
def test_what_a_machine_of_ours_leaves_in_sent_is_no_answer(text: str, more: str) -> None:
    raw = mail(text, sender=OURS, to="jo@example.net", more=more)
    assert isinstance(decided(judged(raw, role=Role.SENT), TIED), Own)


@pytest.mark.parametrize("to", ["maria@northwind.example", "carrier@example.org"])
def test_a_forward_without_the_requester_is_no_answer(to: str) -> None:
    assert isinstance(decided(judged(answer(to), role=Role.SENT), TIED), Own)


def test_a_mail_that_cites_nothing_and_names_no_reference_answers_no_ticket() -> None:
    decision = decided(judged(answer(), role=Role.SENT), replace(AROUND, threads=()))
    assert isinstance(decision, Own)


def test_a_question_with_an_attachment_may_be_the_answer() -> None:
    parts = (
        "--b\nContent-Type: text/plain\n\nCould you send us the number?\n"
        "--b\nContent-Type: application/pdf; name=label.pdf\n"
        "Content-Disposition: attachment; filename=label.pdf\n\nx\n--b--"
    )
    more = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"'
    raw = mail(parts, sender=OURS, to="jo@example.net", more=more)
    decision = decided(judged(raw, role=Role.SENT), TIED)
    assert isinstance(decision, Answered)
    assert decision.does is Does.ANSWERS
