"""A list of words is searched for only where its words are, and never missed for that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.patterns import fold
from triage.core.wordlist import Vocabulary, word_list

letters = st.one_of(
    st.sampled_from(
        list("abAB1_ *'-.&?\u00e9\u0301\u00dfK\ufb01\u706b\u4e8b\u06f1\u00b2\u2028\u1680\t")
    ),
    st.characters(exclude_categories=["Cs"]),
)


@given(
    st.lists(st.text(letters, min_size=1, max_size=14), min_size=1, max_size=3),
    st.text(letters, max_size=60),
    st.booleans(),
)
def test_where_a_word_hits_it_may_stand(phrases: list[str], text: str, planted: bool) -> None:
    if planted:
        text = f"{text} {phrases[0].replace('*', '')} {text}"
    try:
        listed = word_list(phrases)
    except ValueError:
        return
    folded = fold(text)
    if listed.pattern.hits(folded.encode()):
        assert listed.may_stand_in(Vocabulary(folded))


@pytest.mark.parametrize(
    ("phrase", "text", "may"),
    [
        ("still no reply", "no word of a reply", False),
        ("still no reply", "reply: no, still", False),
        ("still no reply", "still no\u2028\n reply", True),
        ("still* no reply", "still there is no reply", True),
        ("injur*", "injury", True),
        ("injur*", "uninjured", False),
        ("*schaden", "wasserschaden", True),
        ("*schaden", "schadenersatz", False),
        ("a*z", "nothing of it", False),
        ("a*z", "an abuzz", True),
        ("verylongbeginning*", "verylongbeginnings", True),
    ],
)
def test_every_part_of_a_phrase_has_to_be_there(phrase: str, text: str, may: bool) -> None:
    assert word_list([phrase]).may_stand_in(Vocabulary(text)) == may
