"""Bounces without a machine-readable part: whom they are about, by their own words."""

from __future__ import annotations

import pytest

from tests.core.hazards import mail
from triage.core.message import FailedRecipient, Message

COPY = "\n\nReceived: by relay.example; Mon, 3 Mar 2025\nFrom: support@northwind.example\nTo: {}\n"


def bounce(body: str, **headers: str) -> Message:
    shown = {
        "Return_Path": "<>",
        "From": "MAILER-DAEMON@relay.example",
        "To": "support@northwind.example",
        "Subject": "Undeliverable mail",
    }
    return mail(body, **(shown | headers))


def named(message: Message) -> list[str]:
    return [recipient.recipient for recipient in message.failed]


@pytest.mark.parametrize(
    "body",
    [
        "Your message to ida@kunde.example was rejected, its mailbox is full.",
        "ida@kunde.example\n(unknown here)",
        "-- ida@kunde.example\n\nThe problem appears to be a wrong address.",
        "Message from support@northwind.example\nCould not be delivered to <ida@kunde.example>",
    ],
)
def test_the_first_address_that_is_not_ours_is_the_recipient(body: str) -> None:
    assert named(bounce(body)) == ["ida@kunde.example"]


def test_every_recipient_on_a_line_of_the_same_shape_is_named() -> None:
    body = (
        "Recipient address: ida@kunde.example\nReason: no such user\n"
        "Recipient address: jo@kunde.example\nReason: no such user\nAsk help@relay.example\n"
    )
    assert named(bounce(body)) == ["ida@kunde.example", "jo@kunde.example"]


def test_a_bounce_that_names_nobody_is_about_whom_the_copy_was_sent_to() -> None:
    body = "421 relay.example: connection timed out" + COPY.format("ida@kunde.example")
    assert bounce(body).failed == (
        FailedRecipient("ida@kunde.example", "4.0.0", "421 relay.example: connection timed out"),
    )
    assert named(bounce("Sorry." + COPY.format("ida@kunde.example, jo@kunde.example"))) == []


def test_a_status_of_the_copy_is_none_of_the_bounce() -> None:
    body = "Cannot reach ida@kunde.example." + COPY.format("ida@kunde.example") + "\n5.1.1 pencils"
    (recipient,) = bounce(body).failed
    assert not recipient.status


def test_an_automatic_reply_that_names_a_colleague_is_no_bounce() -> None:
    message = bounce(
        "I am away. Please write to jo@kunde.example instead.",
        From="ida@kunde.example",
        Subject="Away until Monday",
    )
    assert message.failed == ()


REPORT = """This is the mail system.

<ida@kunde.example>: {words}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ida@kunde.example
Action: {action}
Status: {status}
{diagnostic}

--b--
"""


def report(
    status: str, diagnostic: str = "", words: str = "no", action: str = "failed"
) -> FailedRecipient:
    body = REPORT.format(
        status=status,
        words=words,
        action=action,
        diagnostic=f"Diagnostic-Code: smtp; {diagnostic}" if diagnostic else "X-Nothing: none",
    )
    content = "multipart/report; report-type=delivery-status; boundary=b"
    (recipient,) = bounce(f"--b\n\n{body}", Content_Type=content).failed
    return recipient


def test_the_refusing_server_knows_better_than_its_reporter() -> None:
    assert report("5.1.1", "552 5.2.2 Over quota").status == "5.2.2"
    assert report("4.5.0", "550 5.5.0 Service refused").status == "5.5.0"
    assert report("4.4.7", "554 4.4.7 Expired <421 4.4.2 timed out>").status == "4.4.7"
    assert report("5.1.1", "550 no such user").status == "5.1.1"


def test_an_unspecific_status_gives_way_to_the_words_beside_the_report() -> None:
    words = "550 5.7.26 authentication failed"
    assert report("5.0.0", words=words).status == "5.7.26"
    assert report("5.1.1", words=words).status == "5.1.1"
    assert report("4.0.0", words=words).status == "4.0.0"


def test_a_success_says_so_in_its_reason() -> None:
    assert report("2.1.5", "250 2.1.5 Ok", action="deliverable").reason.startswith("delivered: ")
