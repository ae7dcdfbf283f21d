"""HTML as the text that a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.mail.html import text_of_html

HIDING = [
    "display:none",
    "DISPLAY : NONE !important",
    "visibility: hidden",
    "mso-hide:all",
    "max-height:0;overflow:hidden",
    "height:0;width:0;overflow:hidden",
    "opacity:0",
    "font-size:0px",
    "position:absolute;left:-9999px",
    "text-indent:-9999px",
]


@pytest.mark.parametrize("style", HIDING)
def test_what_its_style_hides_is_not_read(style: str) -> None:
    assert text_of_html(f'<div style="{style}">Open me</div><p>Hello</p>') == "Hello"


@pytest.mark.parametrize("style", ["max-height:05px", "min-height:0", "left:-5px", "opacity:0.9"])
def test_what_its_style_does_not_hide_is_read(style: str) -> None:
    assert "Hello" in text_of_html(f'<div style="{style}">Hello</div>')


def test_a_style_sheet_hides_by_class_and_id_but_not_on_other_devices() -> None:
    sheet = (
        "/* p */ .pre, #top {display:none} @media print {.body {display:none}} .body {color:red}"
    )
    shown = text_of_html(
        f"<style>{sheet}</style><p class=pre>Open me</p><p id=top>and me</p><p class=body>Hello</p>"
    )
    assert shown == "Hello"


def test_a_size_that_is_set_again_inside_hides_nothing() -> None:
    inner = '<span style="font-size:14px">Hello</span>'
    assert text_of_html(f'<div style="font-size:0">{inner}</div>') == "Hello"


def test_what_fills_the_preview_is_not_read() -> None:
    assert text_of_html(
        "<p>Hello</p><div>&#847; &zwnj;&nbsp;&shy;&#8199;&#847;&zwnj;</div><p>Bye</p>"
    ) == ("Hello\n\nBye")


def test_a_table_of_data_keeps_its_rows_and_columns() -> None:
    rows = "<tr><th>Bed</th><th>2</th></tr><tr><td>Lamp<br>oak</td><td>1</td></tr>"
    assert text_of_html(f"<table>{rows}</table>") == "Bed       2\nLamp oak  1"


def test_a_table_that_lays_out_the_mail_keeps_its_lines() -> None:
    cell = "<p>The bed creaks.</p>On 3 March, Maria wrote:<blockquote>Which one?</blockquote>"
    layout = f"<table><tr><td></td><td><table><tr><td>{cell}</td></tr></table></td></tr></table>"
    lines = [line.strip() for line in text_of_html(layout).split("\n") if line.strip()]
    assert lines == ["The bed creaks.", "On 3 March, Maria wrote:", "Which one?"]


def test_short_cells_of_a_layout_share_a_line() -> None:
    rows = "<tr><td>Name</td><td>Ida</td></tr><tr><td><p>Long</p><ul><li>one</ul></td></tr>"
    assert text_of_html(f"<table>{rows}</table>").startswith("Name  Ida\n")


def test_links_show_where_they_lead_unless_the_words_do() -> None:
    shown = text_of_html(
        '<a href="https://x.example/a">Here</a> <a href="mailto:ida@kunde.example?subject=x">write'
        '</a> <a href="tel:+49301">call</a> <a href="mailto:jo@kunde.example">jo@kunde.example</a>'
        ' <a href="javascript:x()">no</a>'
    )
    assert shown == (
        "Here (https://x.example/a) write (ida@kunde.example) call (+49301) jo@kunde.example no"
    )


@pytest.mark.parametrize("reference", ["&#0;", "&#xd800;", "&#56320;", "&#x110000;"])
def test_a_reference_to_no_character_leaves_no_mark(reference: str) -> None:
    assert text_of_html(f"<p>a{reference}b</p>") == "ab"


PIECES = [
    "<table>", "<tr>", "<td>", "</td>", "</table>", "<div style='font-size:0'>", "</div>", "<p>",
    "<style>.a{display:none}", "</style>", "<b class=a>", "text ", "&#xd800;", "<!--", "-->", "\0",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_markup_gives_text_that_can_be_stored(pieces: list[str]) -> None:
    text = text_of_html("".join(pieces))
    text.encode("utf-8")
    assert "\0" not in text
