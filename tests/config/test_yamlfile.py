"""YAML as typed: text stays text, everything has a place, and errors are in plain words."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.faults import Place
from triage.config.yamlfile import parse_yaml
from triage.errors import ConfigError


def said(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "f.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_every_scalar_stays_the_text_that_was_typed() -> None:
    text = "language: no\nphone: 0123\nopen: 17:30\nday: 2026-12-24\nversion: 1.10\nnone: ~\n"
    assert parse_yaml(text, "f.yaml").data == {
        "language": "no",
        "phone": "0123",
        "open": "17:30",
        "day": "2026-12-24",
        "version": "1.10",
        "none": None,
    }


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert parse_yaml("", "f.yaml").data == {}
    assert parse_yaml("# nothing yet\n", "f.yaml").data == {}


def test_keys_and_values_have_places_in_block_and_flow_style() -> None:
    document = parse_yaml("a:\n  - {b: [x, 'y']}\n", "f.yaml")
    assert document.place(("a",), key=True) == Place(1, 1)
    assert document.place(("a", 0, "b"), key=True) == Place(2, 6)
    assert document.place(("a", 0, "b", 1)) == Place(2, 13)
    assert document.place(("a", 0, "b", 7)) == Place(2, 9)
    assert document.place(("z",)) == Place(1, 1)


def test_front_matter_counts_from_its_own_first_line() -> None:
    assert parse_yaml("a: b", "f.md", first_line=2).place(("a",)) == Place(2, 4)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "a:\n\t- b\n",
            "f.yaml:2:1: error: a tab stands where YAML wants spaces\n"
            "    = help: indent with spaces",
        ),
        (
            "why: two: colons\n",
            "f.yaml:1:9: error: a second ': ' in one line\n    = help: quote text that holds ': '",
        ),
        (
            "a: @b\n",
            "f.yaml:1:4: error: found character '@' that cannot start any token\n"
            "    = help: quote text that begins with this character",
        ),
        (
            "a: [1\n",
            "f.yaml:2:1: error: a comma or the closing ] is missing\n"
            "    = help: write lists as [a, b]",
        ),
        ("- a\n", "f.yaml:1:1: error: should be a mapping of keys to values"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: error: a second document begins here"),
        ("a: \x01\n", "f.yaml:1:4: error: a control character stands here"),
        (
            "a: !python b\n",
            "f.yaml:1:4: error: the tag '!python' means nothing here\n    = help: leave it out",
        ),
        ("? [a]\n: b\n", "f.yaml:1:3: error: a key should be plain text"),
    ],
)
def test_a_syntax_error_is_said_in_plain_words(text: str, fault: str) -> None:
    (only,) = said(text)
    assert only.startswith(fault)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("subject: [*trade fair*]", "1:11", "quote text that begins with *"),
        ("from: *.example", "1:7", "quote text that begins with *"),
        ("a:\n  - b: 1\n   c: 2\n", "3:4", "as many spaces as they have"),
        ("a:\n - b\n c: 2", "3:2", "as many spaces as they have"),
        ("why: 'it's'", "1:10", "two for an apostrophe"),
        ('a: [ "x" "y" ]', "1:10", "write lists as [a, b]"),
        ("a: {x: 1\nb: 2", "2:2", "write them as {a: 1, b: 2}"),
        ("a: [#1234]", "1:11", "quote text that begins with #"),
        ('a: 1\nwhy: "x\nb: 2', "2:6", "close it, or leave it out"),
        ('pattern: "\\d+"', "1:12", "use '…' round patterns"),
        ("why: |\n b\nc", "3:2", "indent it further"),
        ("why:because\nid: x", "2:3", "with a blank after ':'"),
    ],
)
def test_what_people_stumble_over_in_yaml_is_said_with_what_to_write(
    text: str, place: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "f.yaml")
    (fault,) = caught.value.faults
    assert f"{fault.line}:{fault.column}" == place
    assert remedy in fault.help


def test_every_key_that_stands_twice_is_said() -> None:
    assert said("a: 1\nb: {c: 1, c: 2}\na: 3\n") == [
        "f.yaml:2:11: error: 'c' stands here twice, first in line 2",
        "f.yaml:3:1: error: 'a' stands here twice, first in line 1",
    ]


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: " + "[" * 60 + "]" * 60, "a: " + "[" * 5000])
def test_a_file_without_end_is_a_fault(text: str) -> None:
    assert said(text)


@given(st.text("ab:-{}[]&*!'\"#\n\t ,~", max_size=30))
def test_any_text_is_a_mapping_or_a_fault(text: str) -> None:
    with contextlib.suppress(ConfigError):
        assert isinstance(parse_yaml(text, "f.yaml").data, dict)
