from __future__ import annotations

import pytest

from tests.core.hazards import hazard, mail
from triage.core.mail.kind import OwnAddresses, kind, suppresses_replies
from triage.core.mail.parse import parse
from triage.core.ticket import Kind

OWN = OwnAddresses(
    frozenset({"support@northwind.example"}), frozenset({"northwind.example"}), "desk-1"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report-failed", Kind.BOUNCE),
        ("bounce-in-words", Kind.BOUNCE),
        ("report-delayed", Kind.DSN_OTHER),
        ("read-receipt", Kind.DSN_OTHER),
        ("away-exchange", Kind.OUT_OF_OFFICE),
        ("away-sieve", Kind.OUT_OF_OFFICE),
        ("reply-robot", Kind.AUTO_REPLY),
        ("no-reply", Kind.AUTO_REPLY),
        ("own-echo", Kind.OWN_LOOP),
        ("newsletter", Kind.BULK),
        ("mailing-list", Kind.LIST),
        ("invitation", Kind.CALENDAR),
        ("flagged-spam", Kind.SPAM),
    ],
)
def test_p3_a_machine_is_known_by_headers_and_structure(name: str, expected: Kind) -> None:
    verdict = kind(hazard(name), OWN)
    assert verdict.kind is expected
    assert not verdict.doubtful
    assert verdict.why


@pytest.mark.parametrize(
    "name",
    [
        "human-on-absence",
        "human-forwards-bounce",
        "human-outlook-suppresses",
        "answers-between",
        "reply-outlook",
        "forward-with-a-line",
        "charset-missing",
        "bare-cr",
    ],
)
def test_p4_a_human_is_a_human(name: str) -> None:
    verdict = kind(hazard(name), OWN)
    assert verdict.kind is Kind.HUMAN
    assert not verdict.doubtful


@pytest.mark.parametrize("name", ["web-form", "from-two", "only-a-message-inside"])
def test_what_cannot_be_told_apart_is_a_doubtful_human(name: str) -> None:
    verdict = kind(hazard(name), OWN)
    assert verdict.kind is Kind.HUMAN
    assert verdict.doubtful


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Auto-Submitted", "auto-replied", Kind.AUTO_REPLY),
        ("Auto-Submitted", 'Auto-Replied; owner-email="a@b.example"', Kind.AUTO_REPLY),
        ("Auto-Submitted", "auto-generated (rejected)", Kind.AUTO_REPLY),
        ("Auto-Submitted", "auto-replied (vacation)", Kind.OUT_OF_OFFICE),
        ("Precedence", "bulk", Kind.BULK),
        ("Precedence", "list", Kind.LIST),
        ("X-Precedence", "junk", Kind.BULK),
        ("Precedence", "auto_reply", Kind.AUTO_REPLY),
        ("X-Autorespond", "", Kind.AUTO_REPLY),
        ("X-Autoreply", "yes", Kind.AUTO_REPLY),
        ("X-FC-MachineGenerated", "true", Kind.AUTO_REPLY),
        ("X-OTRS-Loop", "yes", Kind.AUTO_REPLY),
        ("X-Cron-Env", "<SHELL=/bin/sh>", Kind.AUTO_REPLY),
        ("List-Id", "<a.b.example>", Kind.BULK),
        ("Feedback-ID", "1:campaign:mailer", Kind.BULK),
        ("X-Failed-Recipients", "a@b.example", Kind.BOUNCE),
        ("Return-Path", "<>", Kind.AUTO_REPLY),
        ("X-Spam-Status", "Yes, score=9.1", Kind.SPAM),
        ("X-MS-Exchange-Organization-SCL", "6", Kind.SPAM),
        ("X-Forefront-Antispam-Report", "CIP:10.0.0.1; SFV:SPM; SCL:5", Kind.SPAM),
        ("X-Triage-Loop", "desk-1", Kind.OWN_LOOP),
        ("X-Triage-Loop", "another-desk", Kind.AUTO_REPLY),
        ("From", "MAILER-DAEMON@kunde.example", Kind.BOUNCE),
        ("From", "do-not-reply@kunde.example", Kind.AUTO_REPLY),
        ("From", "noreply-dmarc-support@kunde.example", Kind.AUTO_REPLY),
        ("From", "owner-dev@kunde.example", Kind.LIST),
        ("From", "bounces+ida=northwind.example@kunde.example", Kind.LIST),
        ("Subject", "Réponse automatique : Votre commande", Kind.OUT_OF_OFFICE),
        ("Subject", "[Desk #12] AutoReply: Your table", Kind.AUTO_REPLY),
    ],
)
def test_p3_each_mark_of_a_machine_counts_alone(name: str, value: str, expected: Kind) -> None:
    verdict = kind(mail(**{name.replace("-", "_"): value}), OWN)
    assert verdict.kind is expected
    if name not in {"From", "Subject", "Return-Path"}:
        assert name in verdict.why


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "no"),
        ("X-Autoreply", "no"),
        ("Precedence", "normal"),
        ("X-Spam-Status", "No, score=-1.0"),
        ("X-Spam-Flag", "NO"),
        ("X-MS-Exchange-Organization-SCL", "1"),
        ("X-MS-Exchange-Organization-SCL", "-1"),
        ("X-Forefront-Antispam-Report", "CIP:10.0.0.1;SFV:NSPM;SCL:1"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Mailer", "Zimbra 7.1.3"),
        ("Subject", "Autos: which rack fits?"),
        ("Subject", "Re: Undelivered Mail Returned to Sender"),
        ("From", "nora.reply@kunde.example"),
        ("From", "office-admin@kunde.example"),
        ("From", "robert.root@kunde.example"),
        ("From", "ida@northwind.example"),
    ],
)
def test_p4_what_only_looks_like_a_mark_does_not_count(name: str, value: str) -> None:
    verdict = kind(mail(**{name.replace("-", "_"): value}), OWN)
    assert verdict.kind is Kind.HUMAN
    assert not verdict.doubtful


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-forwarded"),
        ("X-Loop", "somebody"),
        ("Feedback-ID", "1.eu-west-1.abc:AmazonSES"),
        ("Subject", "Ida Berg is out of the office."),
    ],
)
def test_a_weak_mark_leaves_doubt(name: str, value: str) -> None:
    verdict = kind(mail(**{name.replace("-", "_"): value}), OWN)
    assert verdict.kind is Kind.HUMAN
    assert verdict.doubtful


@pytest.mark.parametrize(("value", "asked"), [("All", True), ("DR, OOF", True), ("DR", False)])
def test_a_sender_may_ask_for_no_automatic_answer(value: str, *, asked: bool) -> None:
    assert suppresses_replies(mail(X_Auto_Response_Suppress=value)) is asked


def test_bytes_without_any_header_are_unreadable() -> None:
    assert kind(parse(b"\x00\x01 no mail at all"), OWN).kind is Kind.UNREADABLE


def test_an_automatic_mail_from_our_own_address_is_our_echo() -> None:
    echo = mail(From="support@northwind.example", Auto_Submitted="auto-replied")
    assert kind(echo, OWN).kind is Kind.OWN_LOOP


def test_a_colleague_who_writes_from_a_shared_address_is_human() -> None:
    assert kind(mail(From="Support@Northwind.example"), OWN).kind is Kind.HUMAN
