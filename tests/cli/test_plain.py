from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from triage.cli import plain

TEXTS = st.text(st.characters(codec=None)) | st.text("a\u0301\u202e\u2066\x1b\n\r\t\u2028 ")


@given(TEXTS)
def test_a_line_is_one_line_without_a_control(text: str) -> None:
    shown = plain.line(text)
    assert len(shown.splitlines()) <= 1
    assert {unicodedata.category(char) for char in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert not any(unicodedata.bidirectional(char) in OVERRIDES for char in shown)
    assert plain.line(shown) == shown


OVERRIDES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(TEXTS)
def test_paragraphs_hold_no_control_but_line_ends(text: str) -> None:
    shown = plain.paragraphs(text)
    assert {char for char in shown if unicodedata.category(char) == "Cc"} <= {"\n"}
    assert "\n\n\n" not in shown


def test_words_stay_as_they_were_written() -> None:
    assert plain.line("Grüße,  Søren\t\U0001f468\u200d\U0001f469") == (
        "Grüße, Søren \U0001f468\u200d\U0001f469"
    )
    assert plain.paragraphs("one\r\n\r\n\r\n\r\ntwo  \n\tthree\n\n") == "one\n\ntwo\n    three"


def test_marks_do_not_pile_up_over_other_lines() -> None:
    assert plain.line("a" + "\u0301" * 50) == "a" + "\u0301" * 4
