from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hazards import MAIL, hazard, mail, raw
from triage.core.mail.mime import MAX_DEPTH, MAX_PARTS
from triage.core.mail.parse import parse
from triage.core.message import Attachment, FailedRecipient, Message

HAZARDS = sorted(path.stem for path in MAIL.glob("*.eml"))


def strings(message: Message) -> list[str]:
    shown = json.dumps(dataclasses.asdict(message), default=str, ensure_ascii=False)
    return [shown, message.body, message.text, message.subject]


@pytest.mark.parametrize("name", HAZARDS)
def test_no_string_of_a_message_holds_nuls_or_surrogates(name: str) -> None:
    for text in strings(hazard(name)):
        assert "\0" not in text
        assert "\\u0000" not in text
        text.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("subject-8bit", "Türgriff für Schrank Löwe"),
        ("subject-cut-in-character", "Größe des Regals"),
        ("subject-loose-words", "My order is late?"),
        ("charset-japanese", "椅子の脚"),
        ("nul-bytes", "Nul"),
    ],
)
def test_a_broken_subject_is_read(name: str, subject: str) -> None:
    assert hazard(name).subject == subject


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("charset-lies", "Die Lampe ist schön, aber der Fuß wackelt größtenteils."),
        ("charset-lies-western", "Die Lampe ist schön – der Fuß wackelt."),  # noqa: RUF001
        ("charset-dangerous", r"The key is under \ud800 C:\new\temp."),
        ("charset-japanese", "① 椅子の脚が届きません。"),
        ("charset-utf7", "Das Sofa ist grüßer als gedacht."),
        ("nul-bytes", "before and after"),
        ("header-without-end", "The bed creaks at night.\nWhat can I do?"),
        ("odd-line-in-header", "The bed creaks."),
        ("bare-cr", "The bed creaks.\nAt night."),
        ("boundary-unnamed", "The desk is too low."),
        ("boundary-never-closed", "The desk is too low."),
        (
            "base64-with-footer",
            "Der Händler fragt nach Rabatt.\n\nThis footer was added on the way.",
        ),
    ],
)
def test_a_broken_text_is_read_without_loss(name: str, body: str) -> None:
    assert hazard(name).body.strip() == body


def test_a_text_without_a_charset_is_read_in_the_one_it_is_in() -> None:
    assert "стол пришёл с трещиной" in hazard("charset-missing").body  # noqa: RUF001


@pytest.mark.parametrize("name", ["from-two", "from-stray-bracket"])
def test_a_from_that_is_not_one_valid_address_gives_no_sender(name: str) -> None:
    assert hazard(name).sender is None


def test_an_encoded_name_cannot_smuggle_an_address_into_from() -> None:
    sender = hazard("from-hides-address").sender
    assert sender is not None
    assert sender.addr == "eve@other.example"
    assert sender.name == "support@northwind.example,"


def test_a_header_below_an_odd_line_is_still_found() -> None:
    message = hazard("odd-line-in-header")
    assert message.sender is not None
    assert message.faults == ("odd_header_line",)


def test_soft_line_ends_are_joined_and_quotes_keep_their_depth() -> None:
    body = hazard("flowed").body
    assert "The shelf came with three screws instead of twelve." in body
    assert "> How many screws came?" in body


def test_a_file_name_in_pieces_is_put_together() -> None:
    assert hazard("name-in-pieces").attachments == (Attachment("Tür links.jpg", "image/jpeg", 6),)


def test_a_tnef_file_is_named() -> None:
    assert [file.name for file in hazard("winmail").attachments] == ["winmail.dat"]


def test_a_nested_message_is_an_attachment_and_not_the_text() -> None:
    message = hazard("message-inside")
    assert [file.name for file in message.attachments] == ["Spring sale.eml"]
    assert message.body == "What is this about?"


def test_a_mail_that_is_nothing_but_a_nested_message_shows_its_text() -> None:
    message = hazard("only-a-message-inside")
    assert message.body == "Buy two lamps."
    assert message.faults == ("text_of_nested_message",)


def test_a_uuencoded_file_is_an_attachment() -> None:
    message = hazard("uuencoded")
    assert [file.name for file in message.attachments] == ["list.csv"]
    assert message.body.split() == ["See", "the", "file.", "Thanks"]


def test_html_keeps_lists_tables_and_links_and_drops_what_is_hidden() -> None:
    body = hazard("hidden-preheader").body
    assert body.startswith("The parcel is missing.")
    assert "* the label\n* the tracking (https://track.example/1?x=2)" in body
    assert "Order  NW-123456" in body
    assert "secret" not in body
    assert "alert" not in body


def test_a_plain_twin_that_says_less_gives_way_to_the_html() -> None:
    assert "nineteen percent twice" in hazard("plain-says-less").body


def test_a_report_names_recipient_status_reason_and_the_mail_it_is_about() -> None:
    message = hazard("report-failed")
    assert message.failed == (
        FailedRecipient(
            "ida@kunde.example", "5.1.1", "550 5.1.1 <ida@kunde.example>: no such user"
        ),
    )
    assert message.report_ids == ("ack.1@northwind.example",)


def test_a_delay_says_so_in_its_reason() -> None:
    (recipient,) = hazard("report-delayed").failed
    assert recipient.status == "4.4.1"
    assert recipient.reason == "delayed: connection timed out"


def test_a_bounce_in_mere_words_names_recipient_status_and_mail_too() -> None:
    message = hazard("bounce-in-words")
    assert message.failed == (
        FailedRecipient("ida@kunde.example", "5.2.2", "550 5.2.2 Mailbox full"),
    )
    assert message.report_ids == ("ack.2@northwind.example",)


def test_a_read_receipt_names_the_mail_that_was_read() -> None:
    assert hazard("read-receipt").report_ids == ("reply.3@northwind.example",)


def test_a_bounce_that_a_person_forwards_is_no_bounce_of_ours() -> None:
    message = hazard("human-forwards-bounce")
    assert message.failed == ()
    assert message.report_ids == ()


def test_dates_are_aware_and_odd_ones_are_none() -> None:
    date = hazard("flowed").date
    assert date is not None
    assert date.isoformat() == "2025-03-03T09:15:00+01:00"
    assert mail(Date="the day after").date is None
    assert mail(Date="Mon, 99 Foo 99999999 99:99:99 +9999").date is None


def test_a_null_return_path_is_told_from_none() -> None:
    assert mail(Return_Path="<>").return_path == ""
    assert mail(Return_Path="<Ida@Kunde.example>").return_path == "ida@kunde.example"
    assert mail().return_path is None


def test_message_ids_are_read_bare_and_folded() -> None:
    message = mail(References="<a@x> <b@\r\n y>\t<a@x>", In_Reply_To="c@x", Message_ID="<[d@x>")
    assert message.references == ("a@x", "b@y")
    assert message.in_reply_to == ("c@x",)
    assert message.message_id == "[d@x"


def test_nesting_is_read_to_its_cap_and_no_further() -> None:
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(2000)
    )
    message = parse(b"From: a@b.example\r\n" + levels + b"\r\ndeep")
    assert "nested_too_deep" in message.faults
    assert MAX_DEPTH < 100


def test_parts_are_read_to_their_cap_and_no_further() -> None:
    parts = b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * (MAX_PARTS + 50)
    head = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    message = parse(head + parts)
    assert len(message.attachments) == MAX_PARTS
    assert "too_many_parts" in message.faults


def test_a_header_without_bounds_is_cut() -> None:
    message = parse(b"From: a@b.example\r\n" + b"X-Pad: y\r\n" * 50_000 + b"\r\nthe text")
    assert message.sender is not None
    assert message.body == "the text"
    assert "header_cut" in message.faults


@given(st.binary(max_size=2000))
def test_any_bytes_give_a_message(data: bytes) -> None:
    for text in strings(parse(data)):
        assert "\0" not in text
        text.encode("utf-8")


@given(st.data())
def test_a_damaged_mail_still_gives_a_message(data: st.DataObject) -> None:
    whole = raw(data.draw(st.sampled_from(HAZARDS)))
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=12))
    again = data.draw(st.integers(1, 20))
    for text in strings(parse(whole[:start] + put * again + whole[start + length :])):
        text.encode("utf-8")


@given(
    st.lists(
        st.sampled_from(
            [
                b'To: "',
                b"To: (((",
                b"From: <",
                b"Subject: =?utf-8?q?",
                b"Subject: =?x?b?",
                b"Content-Type: multipart/mixed; boundary=",
                b"Content-Type: text/plain; name*0*=%",
                b"Content-Transfer-Encoding: base64",
                b"Message-ID: <[x@y",
                b"\r\n",
                b"\r\n--b\r\n",
                b" \r\n",
                b"\xff\xfe",
                b"\x1b$B",
                b"=",
            ]
        ),
        max_size=40,
    )
)
def test_fragments_of_hostile_mail_give_a_message(pieces: list[bytes]) -> None:
    for text in strings(parse(b"".join(pieces) * 3)):
        text.encode("utf-8")
