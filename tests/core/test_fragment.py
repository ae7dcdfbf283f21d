"""HTML that is labelled plain text is read; whoever writes about HTML keeps every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hazards import mail
from triage.core.mail.fragment import is_fragment


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<p>Hello,</p><p>the bed &amp; the lamp creak.</p>",
            "Hello,\n\nthe bed & the lamp creak.",
        ),
        ("Hello,<br />\r\nthe bed creaks.<br />\r\nIda", "Hello,\nthe bed creaks.\nIda"),
        ("Hello,<br><br>The bed creaks.<br>Ida", "Hello,\n\nThe bed creaks.\nIda"),
        ("Gr\u00fc\u00dfe,<BR>das Bett knarrt.<BR>Ida", "Gr\u00fc\u00dfe,\ndas Bett knarrt.\nIda"),
        (
            "<div>Name: <b>Ida Berg</b><br/>Message: It creaks\n at night</div>",
            "Name: Ida Berg\nMessage: It creaks at night",
        ),
        (
            "<b>Order:</b> 471122<br />\n<b>Name:</b> Ida<br />\n<b>Message:</b> It creaks",
            "Order: 471122\nName: Ida\nMessage: It creaks",
        ),
        (
            "<p>\u58ca\u308c\u307e\u3057\u305f</p><p>a b c</p>",
            "\u58ca\u308c\u307e\u3057\u305f\n\na b c",
        ),
    ],
)
def test_a_piece_of_html_labelled_plain_is_read_as_html(markup: str, text: str) -> None:
    assert mail(markup).body == text


@pytest.mark.parametrize(
    "text",
    [
        "Your mail shows <br /> and <p>, why?",
        "I typed <p>Hello</p><br /><br /> in the form and it is shown.",
        "Your page shows:\n<br /><br />\nPlease mend it.",
        "The review says <p>Good bed</p>.\nPlease mend it.",
        "Here it is:\n\n<p>Hello</p>\n<p>Welcome to us</p>\n\nIs that right?",
        "```\n<p>Hello</p>\n<p>Welcome to us</p>\n```",
        '<div class="a">\n  <p>Hello</p>\n  <p>Welcome to us</p>\n</div>',
        "Is this HTML right? <p>Hello</p><p>Welcome to us</p>",
        "Ida Berg <ida@kunde.example> wrote:<br />\nIt creaks<br />\nIda",
        "See <https://kunde.example/a>\n\nIda <ida@kunde.example>",
        "<p>Hello, this is not closed<b></p><br>",
        "<customer><p>Ida Berg here</p><p>Again</p></customer>",
        "3 < 4 and 5 > 4",
        "<p>One word about this</p>" + " and a very long text below it" * 40,
        "a <br/> b <br/> c",
        "<br><br>",
        "</p></p> one two three",
    ],
)
def test_who_writes_about_html_keeps_every_character(text: str) -> None:
    assert mail(text.replace("\n", "\r\n")).body.strip() == text


def test_a_plain_twin_that_is_html_is_read_once() -> None:
    parts = [
        f"--x\r\nContent-Type: text/{kind}\r\n\r\n<p>It creaks.</p><p>Since Sunday.</p>\r\n"
        for kind in ("plain", "html")
    ]
    message = mail("".join(parts) + "--x--", Content_Type="multipart/alternative; boundary=x")
    assert message.body == "It creaks.\n\nSince Sunday."
    assert message.text == message.body


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<br />", "<", ">", "Hello.", "\n", "<b>", "</div>"]))
)
def test_any_text_is_a_fragment_or_not(pieces: list[str]) -> None:
    text = " ".join(pieces)
    if is_fragment(text):
        assert mail(text.replace("\n", "\r\n")).body.count("Hello.") == pieces.count("Hello.")


def test_tags_without_end_cost_no_more_than_their_length() -> None:
    assert not is_fragment("<span><br>A" * 18_000 + "</span>" * 10)
    assert is_fragment("<p>A<br>B</p>" * 1000)
