"""The language of a mail: its new text's, and where that says too little, its conversation's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.hazards import mail
from tests.core.test_decide import AROUND, decided, judged, known
from tests.store.desk import mail as raw
from triage.core.disposition import Join, Open
from triage.core.known import Link
from triage.core.message import Message
from triage.core.spoken import spoken
from triage.core.ticket import Status

GERMAN = "Die Tischplatte ist leider gesprungen, bitte schicken Sie mir eine neue."


def test_the_new_text_decides_whatever_the_subject_says() -> None:
    subject = "The table top arrived cracked and I would like to have a new one, please"
    assert judged(raw(GERMAN, subject=subject)).language == "de"


def test_the_subject_helps_a_text_that_says_too_little() -> None:
    subject = "AW: WG: Die Tischplatte ist leider gesprungen"
    assert judged(raw("NW-482133", subject=subject)).language == "de"


@pytest.mark.parametrize("subject", ["Re:", "AW: ", "Antw: SV: Re: NW-482133", "Fwd: "])
def test_marks_of_replies_decide_nothing(subject: str) -> None:
    assert judged(raw("Ok", subject=subject)).language is None
    texts = list(spoken(mail("Ok", Subject=subject)))
    assert not any(mark in text for text in texts for mark in ("Re:", "AW", "SV:", "Fwd"))


def test_the_subject_of_an_answer_may_be_ours_and_decides_nothing() -> None:
    subject = "Re: We have received your message and will be back shortly"
    more = "In-Reply-To: <a@example.net>"
    assert judged(raw("Danke", subject=subject, more=more)).language is None


def test_what_is_forwarded_decides_only_where_nothing_is_written_above_it() -> None:
    message = Message(subject="", sender=None, text="fyi", forwarded=GERMAN)
    assert list(spoken(message)) == ["fyi", GERMAN]
    assert list(spoken(replace(message, text="Could you please look at this?"))) == [
        "Could you please look at this?"
    ]


def test_a_text_that_says_too_little_has_the_language_of_its_conversation() -> None:
    around = replace(AROUND, threads=(known(language="de"),))
    joined = decided(judged(raw("Ok", more="In-Reply-To: <a@example.net>")), around)
    assert isinstance(joined, Join)
    assert joined.mail.language == "de"
    english = decided(judged(raw(more="In-Reply-To: <a@example.net>")), around)
    assert isinstance(english, Join)
    assert english.mail.language == "en"


def test_a_new_ticket_on_an_old_one_has_its_language_and_a_stranger_s_has_not() -> None:
    old = known(language="de", status=Status.DONE, done_at=known().opened.replace(year=2025))
    short = judged(raw("Ok", more="In-Reply-To: <a@example.net>"))
    opened = decided(short, replace(AROUND, threads=(old,)))
    assert isinstance(opened, Open)
    assert opened.mail.language == "de"
    strange = known(language="de", link=Link.TOKEN, participants=frozenset({"x@other.example"}))
    third = decided(short, replace(AROUND, threads=(strange,)))
    assert isinstance(third, Join)
    assert third.mail.language is None
