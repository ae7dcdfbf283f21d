"""What most likely brought a mail: words, rules, and what was chosen for like tickets."""

from __future__ import annotations

import pytest

from triage.config.referrals import load_causes
from triage.config.shipped import shipped_rules
from triage.core.causes import Like, suggested
from triage.core.patterns import words
from triage.core.referral import Cause, named_person

CAUSES = {
    cause.name: cause
    for cause in (
        Cause("late", "Late", words=words(["was late", "nobody came"]), queues=frozenset({"o"})),
        Cause("part", "A part", rules=frozenset({"part-missing"})),
        Cause("mistake", "A mistake"),
    )
}
NO_RULE = frozenset[str]()


def name(text: str, queue: str, fired: frozenset[str] = NO_RULE, *before: Like) -> str:
    found = suggested(CAUSES, text, queue, fired, before)
    return "" if found is None else found.cause.name


def test_words_rules_and_queue_say_what_it_was() -> None:
    assert name("The van was late.", "o") == "late"
    assert name("The van was late.", "returns") == ""
    assert name("Screws!", "returns", frozenset({"part-missing"})) == "part"
    assert name("Thank you.", "o") == ""


def test_what_was_chosen_for_like_tickets_counts_from_the_second_on() -> None:
    like = Like("mistake", NO_RULE)
    assert name("Hello.", "o", NO_RULE, like) == ""
    assert name("Hello.", "o", NO_RULE, like, like) == "mistake"
    other = frozenset({"part-missing"})
    assert name("Hello.", "o", NO_RULE, like, Like("mistake", other)) == ""


def test_two_that_are_as_likely_are_not_guessed_between() -> None:
    twins = {one: Cause(one, one, words=words(["late"])) for one in ("a", "b")}
    assert suggested(twins, "late", "o", NO_RULE) is None


def test_a_suggestion_says_why() -> None:
    found = suggested(CAUSES, "It was late.", "o", NO_RULE, [Like("late", NO_RULE)] * 2)
    assert found is not None
    assert found.why == "“was late”, chosen for 100% of such tickets"


@pytest.mark.parametrize(
    ("text", "queue", "fired", "cause"),
    [
        ("The table arrived damaged, the box was torn.", "returns", (), "damaged-in-transit"),
        ("Der Tisch ist beschädigt angekommen.", "returns", (), "damaged-in-transit"),
        ("Wo bleibt mein Paket?", "orders", ("where-is-it",), "no-news"),
        ("I was charged twice.", "billing", (), "charged-wrong"),
        ("Two screws are missing.", "returns", ("part-missing",), "part-missing"),
        ("Thank you, lovely.", "care", ("praise",), "praise"),
    ],
)
def test_the_shipped_causes_are_found(
    text: str, queue: str, fired: tuple[str, ...], cause: str
) -> None:
    found = suggested(load_causes(shipped_rules()), text, queue, fired)
    assert found is not None
    assert found.cause.name == cause


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Berg", True),
        ("anna@mill.example", True),
        ("call +1 206 555 0142", True),
        ("https://help.example", True),
        ("王 小明", True),
        ("the shop next door", False),
        ("Somebody", False),
        ("", False),
    ],
)
def test_a_person_is_named_so_that_they_can_be_found(text: str, found: bool) -> None:
    assert named_person(text) is found
