"""A mail that one of us wrote: what a person's program makes of its bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.hours import Span
from triage.core.mail.kind import OwnAddresses, kind
from triage.core.mail.parse import parse
from triage.core.mail.sniffing import shown_name
from triage.core.message import Address
from triage.core.owed import Owes
from triage.core.reply import MOST_BYTES, Done, Enclosed, is_key, kept_after, read_after, room
from triage.core.reply import Answered as With
from triage.core.replymail import HumanMail, enclosed_in, human_mail_bytes, quoted
from triage.core.ticket import Kind
from triage.errors import AddressUnusable

NOBODY = OwnAddresses(mailboxes=frozenset(), domains=frozenset(), instance="")
MAILS = sorted((Path(__file__).parents[1] / "mail").glob("*.eml"))


def mail(**more: object) -> HumanMail:
    values: dict[str, object] = {
        "name": "Maria Lund (Northwind)",
        "mailbox": "support@northwind.example",
        "to": (Address("jo@example.net", "Jo Park"),),
        "subject": "Re: Cracked table",
        "text": "Hi Jo,\n\na new top leaves today.\n\nMaria",
        "date": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        "message_id": "reply.t-abc1234.aaaaaaaaaaaaaaaa@northwind.example",
        "anchor": "t.t-abc1234.aaaaaaaaaaaaaaaa@northwind.example",
        "in_reply_to": "first@example.net",
        "references": ("zero@example.net",),
        "attribution": "Jo Park wrote on 2026-11-23 10:00:",
        "below": "The top arrived cracked.\n> bought in May",
        **more,
    }
    return HumanMail(**values)  # type: ignore[arg-type]


def read(payload: bytes) -> EmailMessage:
    message = message_from_bytes(payload, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_person_wrote_it_and_no_machine() -> None:
    message = read(human_mail_bytes(mail()))
    assert message["From"] == '"Maria Lund (Northwind)" <support@northwind.example>'
    assert message["To"] == "Jo Park <jo@example.net>"
    assert message["In-Reply-To"] == "<first@example.net>"
    assert str(message["References"]).split()[-2:] == [
        "<first@example.net>",
        "<t.t-abc1234.aaaaaaaaaaaaaaaa@northwind.example>",
    ]
    assert message["Auto-Submitted"] is None
    assert message["Precedence"] is None
    assert kind(parse(human_mail_bytes(mail())), NOBODY).kind is Kind.HUMAN


def test_its_words_come_first_and_what_it_answers_is_quoted_below() -> None:
    plain = read(human_mail_bytes(mail())).get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines()[-3:] == [
        "Jo Park wrote on 2026-11-23 10:00:",
        "> The top arrived cracked.",
        ">> bought in May",
    ]


def test_our_own_reading_takes_the_quote_off_again() -> None:
    assert parse(human_mail_bytes(mail())).text == "Hi Jo,\n\na new top leaves today.\n\nMaria"


def test_the_html_says_the_same_and_loads_nothing() -> None:
    text = "Look: https://northwind.example/a?b=1&c.\n<script>alert(1)</script>"
    page = read(human_mail_bytes(mail(text=text))).get_body(("html",))
    assert page is not None
    shown = page.get_content()
    assert 'href="https://northwind.example/a?b=1&amp;c"' in shown
    assert "<script" not in shown
    assert "src=" not in shown


def test_what_is_enclosed_comes_out_as_it_went_in() -> None:
    files = (
        Enclosed("Größe.pdf", "application/pdf", bytes(range(256)) * 40),
        Enclosed("words.txt", "text/plain; charset=utf-8", b"a\nb\r\nc \xff"),
    )
    found = enclosed_in(human_mail_bytes(mail(enclosed=files)))
    assert [(file.name, file.data) for file in found] == [(f.name, f.data) for f in files]


@given(name=st.text(max_size=200), data=st.binary(max_size=300), kind_=st.text(max_size=30))
def test_any_file_can_be_enclosed(name: str, data: bytes, kind_: str) -> None:
    (found,) = enclosed_in(human_mail_bytes(mail(enclosed=(Enclosed(name, kind_, data),))))
    assert found.data == data
    assert found.name == shown_name(name)
    assert "/" not in found.name
    assert "\n" not in found.name


@given(
    subject=st.text(max_size=300),
    text=st.text(max_size=400),
    below=st.text(max_size=400),
    name=st.text(max_size=100),
)
def test_nothing_that_is_typed_breaks_out_of_its_place(
    subject: str, text: str, below: str, name: str
) -> None:
    payload = human_mail_bytes(mail(subject=subject, text=text, below=below, name=name))
    assert payload.isascii()
    head = payload.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line[:1].isspace()]
    assert sorted(set(names)) == sorted(names)
    assert {n.lower() for n in names} <= {
        *(b"from", b"to", b"date", b"subject", b"message-id", b"in-reply-to", b"references"),
        *(b"mime-version", b"content-type"),
    }


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_any_mail_can_be_passed_on_whole(path: Path) -> None:
    payload = human_mail_bytes(mail(original=path.read_bytes(), below=""))
    assert payload.isascii()
    (last,) = read(payload).iter_attachments()
    assert last.get_filename() == "original.eml"
    if last.get_content_type() == "message/rfc822":
        (inside,) = last.iter_parts()
        assert parse(inside.as_bytes()).subject == parse(path.read_bytes()).subject
    else:
        assert last.get_payload(decode=True) == path.read_bytes()
    assert enclosed_in(payload, original=True) == ()


def test_an_address_that_no_mail_reaches_is_refused_before_anything_is_kept() -> None:
    with pytest.raises(AddressUnusable):
        human_mail_bytes(mail(to=(Address("nobody"),)))


def test_a_quote_within_a_quote_has_one_mark_more_and_no_gap() -> None:
    assert quoted("one\n\n> two\n>> three") == "> one\n>\n>> two\n>>> three"


def test_what_becomes_of_a_ticket_is_read_as_it_was_kept() -> None:
    due = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    for after in (
        With(),
        Owes(due=due, warn_at=None, why="parts"),
        Owes(due=due, warn_at=due, why="", spans=(Span(due - timedelta(hours=1), due),)),
        Done(reason="solved", cause="carrier"),
    ):
        assert read_after(kept_after(after)) == after


def test_files_have_the_room_that_the_relay_leaves_after_encoding() -> None:
    most = room(1_000_000)
    file = Enclosed("a.bin", "application/octet-stream", b"x" * most)
    assert len(human_mail_bytes(mail(enclosed=(file,)))) <= 1_000_000
    assert room(1000) == 0
    assert room(None) > 10_000_000
    assert room(10**9) == room(MOST_BYTES)


@pytest.mark.parametrize(
    ("text", "good"), [("a" * 16, True), ("a" * 15, False), ("a b" * 9, False)]
)
def test_a_key_of_one_press_is_long_and_plain(text: str, *, good: bool) -> None:
    assert is_key(text) is good
