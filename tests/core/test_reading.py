"""What a mail holds for a reader: links, files, what is folded, and what it would have fetched."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.mail.folded import folded
from triage.core.mail.linked import Doubt, links
from triage.core.mail.opened import opened
from triage.core.mail.remote import Remote, remote
from triage.core.mail.sniffing import begins_as, picture, risk, shown_name

REPLY = """Saturday works.

On Mon, Nov 23, 2026 at 10:20 AM Maria Lund <support@northwind.example> wrote:
> I am sorry.
>
> On Mon, Nov 23, 2026 at 10:00 AM Jo Park <jo@example.net> wrote:
>> The top is cracked.
"""


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02"


@pytest.mark.parametrize(
    ("text", "host", "doubt"),
    [
        ("see https://northwind.example/a.", "northwind.example", None),
        ("(https://northwind.example/a_(b))", "northwind.example", None),
        ("northwind.example (https://www.northwind.example/x)", "www.northwind.example", None),
        ("click here (https://evil.example/x)", "evil.example", None),
        ("northwind.example (https://evil.example/x)", "evil.example", Doubt.SHOWS_ANOTHER),
        ("https://northwind.example@evil.example/", "evil.example", Doubt.USERINFO),
        ("https://n\u043erthwind.example/", "xn--nrthwind-nbh.example", Doubt.LOOKS_ALIKE),
        ("https://m\u00fcnchen.example/", "xn--mnchen-3ya.example", None),
        ("http://192.0.2.7/x", "192.0.2.7", Doubt.NUMBER),
    ],
)
def test_a_link_names_where_it_truly_leads(text: str, host: str, doubt: Doubt | None) -> None:
    (link,) = links(text)
    assert (link.host, link.doubt) == (host, doubt)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "https://a\\@b/", "https://", "mailto:a@b"]
)
def test_what_is_no_link_to_a_page_is_text(text: str) -> None:
    assert list(links(text)) == []


@given(st.text(alphabet="ahtps:/.()@\\[] \n\u0430…", max_size=60))
def test_links_stand_in_their_text_in_order(text: str) -> None:
    place = 0
    for link in links(text):
        assert link.start >= place
        assert text[link.start : link.end] == link.target
        assert link.target.casefold().startswith(("http://", "https://"))
        place = link.end


def test_quoted_mails_are_folded_and_counted() -> None:
    away = folded(REPLY, "Saturday works.")
    assert (away.earlier, away.whole) == (2, False)
    assert away.text.startswith("On Mon")


def test_what_is_no_quote_is_folded_without_a_number() -> None:
    assert folded("Hello\n-- \nJo", "Hello").earlier == 0
    assert folded("Hello", "Hello").text == ""
    assert folded("> asked\nyes\n> more", "yes").whole


def test_a_picture_is_known_by_its_bytes_and_has_a_size() -> None:
    found = picture(png(640, 480))
    assert found is not None
    assert (found.media_type, found.width, found.height) == ("image/png", 640, 480)
    gif = picture(b"GIF89a" + struct.pack("<HH", 3, 4))
    assert gif is not None
    assert (gif.width, gif.height) == (3, 4)
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 9, 7)
    jpeg = picture(b"\xff\xd8\xff\xe0\x00\x04ab" + frame)
    assert jpeg is not None
    assert (jpeg.width, jpeg.height) == (7, 9)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png(0, 5),
        png(100_000, 100_000),
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBPVP8 ",
    ],
)
def test_what_is_no_picture_of_a_bearable_size_is_none(head: bytes) -> None:
    assert picture(head) is None


@given(st.binary(max_size=200))
def test_any_bytes_can_be_sniffed(head: bytes) -> None:
    for start in (b"", b"\xff\xd8\xff", b"GIF89a", b"RIFF....WEBPVP8X", b"\x89PNG\r\n\x1a\n"):
        picture(start + head)
        begins_as(start + head)
        risk("x.pdf", start + head)


@pytest.mark.parametrize(
    ("name", "head", "why"),
    [
        ("receipt.pdf.exe", b"MZ", "two_endings"),
        ("receipt.exe", b"", "runs"),
        ("photo.png", b"MZ\x90", "runs"),
        ("photo\u202egnp.exe", b"", "runs"),
        ("sheet.xlsm", b"PK\x03\x04", "macros"),
        ("list.zip", b"PK\x03\x04\x14\x00\x01\x00", "locked"),
        ("photo.jpg", b"\xff\xd8\xff", ""),
        ("table v2.0.pdf", b"%PDF-1.7", ""),
    ],
)
def test_a_file_that_may_harm_says_how(name: str, head: bytes, why: str) -> None:
    assert risk(name, head) == why


@given(st.text(max_size=200))
def test_a_name_can_be_shown_and_saved(name: str) -> None:
    shown = shown_name(name)
    assert shown
    assert not set(shown) & set('/\\:*?"<>|\r\n\0\u202e')
    assert len(shown) <= 120
    assert shown_name(shown) == shown


def test_what_would_have_been_fetched_is_counted() -> None:
    markup = (
        "<img src='https://a.example/1.png'><img src=//a.example/2.png width=1 height=1>"
        "<img src=cid:x><img src='data:image/png;base64,AA'><p style='background:url(http://a/b)'>"
    )
    assert remote(markup) == Remote(pictures=2, trackers=1, others=1)


def test_the_files_of_a_mail_are_those_that_its_message_names() -> None:
    raw = (
        b"Date: Mon, 23 Nov 2026 05:00:00 -0500\r\nFrom: jo@example.net\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"
        b"Content-Type: image/png; name=a.png\r\nContent-ID: <one>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n--b\r\n\r\n"
        b"begin 644 b.txt\r\n#86)C\r\n`\r\nend\r\n--b--\r\n"
    )
    mail = opened(raw)
    assert [file.told.name for file in mail.files] == ["a.png", "b.txt"]
    assert [file.data() for file in mail.files] == [b"\x89PNG\r", b"abc"]
    assert mail.by_id["one"].told.name == "a.png"
    assert mail.date is not None
    assert str(mail.date.utcoffset()) == "-1 day, 19:00:00"
