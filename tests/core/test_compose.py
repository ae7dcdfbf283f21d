from __future__ import annotations

import dataclasses
import email
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.core.addressing import wire_address
from triage.core.compose import (
    AcknowledgementMail,
    AlertMail,
    acknowledgement_bytes,
    alert_bytes,
    reply_subject,
)
from triage.core.heading import one_line
from triage.errors import AddressUnusable, PermanentError

ACKNOWLEDGEMENT = AcknowledgementMail(
    agent="Maria",
    brand="Acme Support",
    mailbox="support@acme.example",
    recipient="ann@customer.example",
    subject="My chair",
    neutral_subject="your message",
    verified=True,
    text="Hello Ann,\n\nMaria answers you by 14:00.\n",
    date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    message_id="ack.t-abc1234.aaaaaaaaaaaaaaaa@acme.example",
    in_reply_to="theirs@customer.example",
    references=("oldest@customer.example", "older@customer.example"),
    anchor="t.t-abc1234.bbbbbbbbbbbbbbbb@acme.example",
    instance="desk-1",
)
ALERT = AlertMail(
    brand="Acme Support",
    mailbox="support@acme.example",
    recipient="maria@acme.example",
    subject="T-ABC1234 is due at 14:00",
    text="Answer it.\n",
    date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    message_id="alert.t-abc1234.aaaaaaaaaaaaaaaa@acme.example",
    anchor="t.t-abc1234.bbbbbbbbbbbbbbbb@acme.example",
    instance="desk-1",
)
NAMES = [
    "from", "to", "date", "subject", "message-id", "in-reply-to", "references", "auto-submitted",
    "x-auto-response-suppress", "x-triage-loop", "content-type", "content-transfer-encoding",
    "mime-version",
]  # fmt: skip
nasty = st.text() | st.text(
    alphabet='\r\n\t :,;<>@"()\\=?aä\u2028\x00\ud800é文👋\u202e', max_size=40
)


def read(payload: bytes) -> EmailMessage:
    return email.message_from_bytes(payload, policy=default)


def addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    header = cast(AddressHeader, message[name])
    return [(address.display_name, address.addr_spec) for address in header.addresses]


def test_an_acknowledgement_has_the_whole_header_set() -> None:
    payload = acknowledgement_bytes(ACKNOWLEDGEMENT)
    head, _, body = payload.decode("ascii").partition("\r\n\r\n")
    assert head.split("\r\n") == [
        'From: "Maria (Acme Support)" <support@acme.example>',
        "To: ann@customer.example",
        "Date: Mon, 02 Mar 2026 09:30:00 +0000",
        "Subject: Re: My chair",
        "Message-ID: <ack.t-abc1234.aaaaaaaaaaaaaaaa@acme.example>",
        "In-Reply-To: <theirs@customer.example>",
        "References: <oldest@customer.example>",
        " <older@customer.example>",
        " <theirs@customer.example>",
        " <t.t-abc1234.bbbbbbbbbbbbbbbb@acme.example>",
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "X-Triage-Loop: desk-1",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 7bit",
        "MIME-Version: 1.0",
    ]
    assert body == "Hello Ann,\r\n\r\nMaria answers you by 14:00.\r\n"


def test_an_alert_is_generated_and_answers_nothing() -> None:
    message = read(alert_bytes(ALERT))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["In-Reply-To"] is None
    assert addresses(message, "From") == [("Acme Support", "support@acme.example")]
    assert message["References"] == "<t.t-abc1234.bbbbbbbbbbbbbbbb@acme.example>"


def test_a_reply_address_stands_there_only_if_it_is_given() -> None:
    with_token = dataclasses.replace(ACKNOWLEDGEMENT, reply_to="support+tabc@acme.example")
    assert read(acknowledgement_bytes(with_token))["Reply-To"] == "support+tabc@acme.example"
    assert "reply-to" not in [
        name.casefold() for name in read(acknowledgement_bytes(ACKNOWLEDGEMENT))
    ]


@given(agent=nasty, brand=nasty, subject=nasty, neutral=nasty, text=nasty, verified=st.booleans())
def test_no_words_break_out_of_their_header(
    agent: str, brand: str, subject: str, neutral: str, text: str, verified: bool
) -> None:
    payload = acknowledgement_bytes(
        dataclasses.replace(
            ACKNOWLEDGEMENT,
            agent=agent,
            brand=brand,
            subject=subject,
            neutral_subject=neutral,
            text=text,
            verified=verified,
            instance=agent + brand,
        )
    )
    message = read(payload)
    assert [name.casefold() for name in message] == NAMES
    assert [spec for _, spec in addresses(message, "From")] == ["support@acme.example"]
    assert [spec for _, spec in addresses(message, "To")] == ["ann@customer.example"]
    assert max(len(line) for line in payload.split(b"\r\n")) <= 998


@given(recipient=nasty, mailbox=nasty, reply_to=nasty, parent=nasty, references=st.lists(nasty))
@example("a@b.example\r\nBcc: c@d.example", "a@b.example", "", "x", [])
@example("<a@b.example>", "a@b.example", "a@b.example,c@d.example", "x> <y", ["a b"])
def test_no_address_or_id_breaks_out_of_its_header(
    recipient: str, mailbox: str, reply_to: str, parent: str, references: list[str]
) -> None:
    mail = dataclasses.replace(
        ACKNOWLEDGEMENT, recipient=recipient, mailbox=mailbox, reply_to=reply_to,
        in_reply_to=parent, references=tuple(references),
    )  # fmt: skip
    try:
        message = read(acknowledgement_bytes(mail))
    except PermanentError:
        return
    assert set(NAMES) | {"reply-to"} >= {name.casefold() for name in message}
    assert len(addresses(message, "To")) == 1


@given(message_id=nasty)
def test_an_id_of_our_own_is_written_as_it_is_or_refused(message_id: str) -> None:
    try:
        payload = acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, message_id=message_id))
    except PermanentError:
        return
    assert f"\r\nMessage-ID: <{message_id}>\r\n".encode("ascii") in payload


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
@example('Müller, Jörg "JJ" O\'Neil (Support)')
@example("文" * 60)
@example("Ä" * 30 + " " + "b" * 29)
def test_a_name_arrives_as_it_was_given(agent: str) -> None:
    payload = acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, agent=agent))
    # Not the newer reader, which puts a space between two encoded words of one name.
    name, address = parseaddr(email.message_from_bytes(payload)["From"].replace("\r\n", ""))
    assert address == "support@acme.example"
    expected = one_line(f"{agent} (Acme Support)")
    if len(expected) > 60:
        expected = expected[:59].rstrip() + "…"
    assert str(make_header(decode_header(name))) == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_a_text_arrives_as_it_was_given(text: str) -> None:
    message = read(acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, text=text)))
    clean = [
        "".join(c for c in line if c == "\t" or (c >= " " and not "\x7f" <= c <= "\x9f"))
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == "\n".join(clean).rstrip("\n")


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_subject_arrives_as_it_was_made_and_within_its_length(subject: str) -> None:
    made = reply_subject(subject, "your message", verified=True)
    assert len(made) <= 100
    message = read(acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, subject=subject)))
    assert message["Subject"] == made


@pytest.mark.parametrize(
    ("subject", "made"),
    [
        ("My chair", "Re: My chair"),
        ("RE: AW: My chair", "Re: My chair"),
        ("", "Re: your message"),
        ("https://evil.example/x?y", "Re: your message"),
        ("Win at www.evil.example now", "Re: Win at … now"),
        ("Visit evil.example/buy!", "Re: Visit …"),
        ("see bücher.example", "Re: see …"),
        ("mail bob@evil.example", "Re: mail …"),
        ("Chair 2.5 m, order 12.345", "Re: Chair 2.5 m, order 12.345"),
        ("a\r\nBcc: b", "Re: a Bcc: b"),
        ("x\u202egnp.exe", "Re: …"),
        ("  \u200b ", "Re: your message"),
    ],
)
def test_a_subject_is_answered_without_its_links(subject: str, made: str) -> None:
    if made == "Re: …":
        made = "Re: your message"
    assert reply_subject(subject, "your message", verified=True) == made


def test_the_subject_of_an_unverified_sender_is_not_repeated() -> None:
    assert reply_subject("Cheap pills", "Ihre Nachricht", verified=False) == "Re: Ihre Nachricht"


def test_a_subject_of_101_characters_is_cut_to_100() -> None:
    exactly = "x" * 96
    assert reply_subject(exactly, "", verified=True) == f"Re: {exactly}"
    assert reply_subject(exactly + "y", "", verified=True) == "Re: " + "x" * 95 + "…"


def test_long_references_keep_the_first_the_latest_and_the_anchor() -> None:
    theirs = tuple(f"{number}.{'x' * 200}@customer.example" for number in range(40))
    payload = acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, references=theirs))
    references = read(payload)["References"].split()
    assert references[0] == f"<{theirs[0]}>"
    assert references[-2:] == ["<theirs@customer.example>", f"<{ACKNOWLEDGEMENT.anchor}>"]
    assert references[-3] == f"<{theirs[-1]}>"
    assert len(references) == 14


def test_ids_that_cannot_stand_in_a_header_are_left_out() -> None:
    mail = dataclasses.replace(
        ACKNOWLEDGEMENT,
        in_reply_to="a b\r\nX: y",
        references=("ü@x", "y" * 400, "", "fine@x", "fine@x"),
    )
    message = read(acknowledgement_bytes(mail))
    assert message["In-Reply-To"] is None
    assert message["References"].split() == ["<fine@x>", f"<{ACKNOWLEDGEMENT.anchor}>"]


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("ann@customer.example", "ann@customer.example"),
        ("a..b.@provider.example", '"a..b."@provider.example'),
        ("ann@Straße.example", "ann@xn--strae-oqa.example"),
        ("ann@MÖBEL.example", "ann@xn--mbel-5qa.example"),
        ('"john doe"@x.example', '"john doe"@x.example'),
        ('"john"@x.example', "john@x.example"),
        ("o'neil+x@x.example", "o'neil+x@x.example"),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
    ],
)
def test_an_address_is_written_so_that_a_relay_can_read_it(address: str, wire: str) -> None:
    assert wire_address(address) == wire
    payload = acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, recipient=address))
    assert f"\r\nTo: {wire}\r\n".encode("ascii") in payload


@pytest.mark.parametrize(
    "address",
    [
        "", "ann", "@x.example", "ann@", "ann@x..example", "jörg@x.example", "a b@x.example",
        "a@b@x.example", "ann@x.example\n", "<ann@x.example>", "ann@x.example, eve@x.example",
        "ann@-x.example", f"{'x' * 65}@x.example", f"ann@{'x' * 64}.example", "ann@x.\u202eexample",
        f"ann@{'x.' * 127}example", '"a"b"@x.example', '"a\r\nb"@x.example', "ann@[]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_clear_words(address: str) -> None:
    with pytest.raises(AddressUnusable, match="the "):
        acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, recipient=address))


def test_the_html_says_the_same_in_a_part_of_its_own_after_the_plain_words() -> None:
    html = "<!DOCTYPE html>\n<p>Grüße, Ann</p>\n"
    payload = acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, html=html))
    message = read(payload)
    assert message.get_content_type() == "multipart/alternative"
    plain, page = message.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().splitlines() == ACKNOWLEDGEMENT.text.splitlines()
    assert page.get_content().splitlines() == html.splitlines()
    assert message["MIME-Version"] == "1.0"
    assert not message.defects
    assert payload.isascii()
    assert payload == acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, html=html))


@given(nasty, nasty)
def test_no_words_end_their_part(text: str, html: str) -> None:
    boundary = read(
        acknowledgement_bytes(dataclasses.replace(ACKNOWLEDGEMENT, text=text, html=f"<p>{html}"))
    ).get_boundary()
    assert boundary is not None
    hostile = f"{text}\n--{boundary}--\n"
    mail = dataclasses.replace(ACKNOWLEDGEMENT, text=hostile, html=f"<p>{html}\n--{boundary}\n")
    message = read(acknowledgement_bytes(mail))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_note_that_no_mail_asked_for_says_so() -> None:
    mail = dataclasses.replace(ACKNOWLEDGEMENT, unasked=True)
    assert read(acknowledgement_bytes(mail))["Auto-Submitted"] == "auto-generated"
