"""The mails that only their words give away are what they claim to be: hard, whole and labelled.

120 mails in 14 languages, whole and with the marks of many mail programs, charsets and encodings:
absences (three a language), receipts of other desks (two a language), challenges and phishing of
the desk, none of which carries a header or a subject that says so; and humans who write in the
words of machines: about an absence, about a receipt, above ours, about fraud, in a form's manner.
How the model judges them stands in `tests/model/test_wording.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tests.core.worded import DESKS, INBOX, NOW, OWN, WORDING, worded
from tests.store.desk import TERMS, Pinned
from triage import language
from triage.core.decide import decide
from triage.core.disposition import Open
from triage.core.known import Surroundings
from triage.core.mail.kind import kind, suppresses_replies
from triage.core.message import Verdict
from triage.core.ticket import Kind
from triage.pipeline.read import read

LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "no", "fi", "cs", "ja"}
TELLING = ("Auto-Submitted", "Precedence", "X-Triage-Loop", "X-Loop", "Feedback-ID")
TELLING_BEGINNINGS = ("list-", "x-auto", "x-ms-exchange-", "x-spam", "x-failed")


def by_headers() -> dict[str, Verdict]:
    """Judge every mail without a word from the model."""
    return {mail.file: kind(mail.message, OWN) for mail in worded()}


def test_every_mail_has_one_label_and_every_label_a_mail() -> None:
    named = [mail.file for mail in worded()]
    assert sorted(named) == sorted(path.name for path in WORDING.glob("*.eml"))
    assert len(named) == len(set(named)) == 120


def test_what_must_be_acknowledged_is_what_people_wrote_and_nothing_else() -> None:
    assert {(mail.kind is Kind.HUMAN, mail.acknowledge) for mail in worded()} == {
        (True, "must"),
        (False, "never"),
    }
    assert all(mail.note for mail in worded())


def test_every_language_has_its_absences_its_receipts_and_its_humans() -> None:
    counts = Counter((mail.kind, mail.language) for mail in worded())
    assert {mail.language for mail in worded()} == LANGUAGES
    for code in LANGUAGES:
        assert counts[Kind.OUT_OF_OFFICE, code] == 3
        assert counts[Kind.AUTO_REPLY, code] == 2
        assert counts[Kind.HUMAN, code] >= 2
    kinds = Counter(mail.kind for mail in worded())
    assert (kinds[Kind.HUMAN], kinds[Kind.CHALLENGE], kinds[Kind.PHISHING]) == (36, 6, 8)


def test_every_mail_is_read_whole_and_as_what_it_says() -> None:
    for mail in worded():
        message = mail.message
        assert message.faults == (), mail.file
        assert message.text, mail.file
        assert "\ufffd" not in f"{message.subject}{message.body}{message.senders}", mail.file
        assert message.sender is not None, mail.file
        assert message.date is not None, mail.file
        assert DESKS & {address.addr for address in message.to}, mail.file


def test_the_language_of_every_mail_is_known() -> None:
    found = {m.file: language.detect(f"{m.message.subject}\n{m.message.text}") for m in worded()}
    assert {m.file: found[m.file][0] for m in worded()} == {m.file: m.language for m in worded()}


def test_no_mail_carries_a_header_that_tells() -> None:
    for mail in worded():
        assert mail.message.return_path, mail.file
        for name, _ in mail.message.headers:
            assert name not in TELLING, mail.file
            assert not name.casefold().startswith(TELLING_BEGINNINGS), mail.file


def test_headers_and_structure_take_every_absence_and_receipt_for_a_human_s() -> None:
    verdicts = by_headers()
    for mail in worded():
        if mail.kind in {Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY}:
            assert verdicts[mail.file].kind is Kind.HUMAN, mail.file
            assert not verdicts[mail.file].doubtful, mail.file


def test_p4_headers_and_structure_take_no_human_for_a_machine() -> None:
    verdicts = by_headers()
    for mail in worded():
        if mail.kind is Kind.HUMAN:
            assert verdicts[mail.file].kind is Kind.HUMAN, mail.file
            assert not verdicts[mail.file].doubtful, mail.file
            assert not suppresses_replies(mail.message), mail.file


def test_p4_nothing_but_the_model_could_keep_a_human_from_being_acknowledged() -> None:
    terms = replace(TERMS, inboxes={INBOX.name: INBOX}, own=OWN)
    humans = [mail for mail in worded() if mail.kind is Kind.HUMAN]
    batch = [mail.received(number) for number, mail in enumerate(humans, start=1)]
    around = Surroundings(secret=b"secret", instance="desk-1", reference="T-0000000")
    for mail, judged in zip(humans, read(batch, Pinned(), terms), strict=True):
        decision = decide(judged, around, terms, NOW)
        assert isinstance(decision, Open), mail.file
        assert decision.acknowledgement.acknowledge, (mail.file, decision.acknowledgement.reason)
