"""The labelled mails of the desk: enough of each label to judge by, and labels that agree."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TypedDict, cast

import pytest

MAILS = Path(__file__).resolve().parents[1] / "mail" / "desk" / "mails.jsonl"

QUEUES = {"orders", "returns", "billing", "technical", "sales", "care", "other"}
PRIORITIES = ("low", "normal", "high", "urgent")
SIGNALS = {
    "complaint",
    "compliment",
    "churn_risk",
    "legal",
    "safety",
    "repeat_contact",
    "vulnerable",
}
LANGUAGES = {"en", "de", "fr", "es", "nl", "it", "pt", "pl", "sv", "da", "cs", "no", "fi"}

ADDRESS = re.compile(r"[\w.+-]*@[\w-]+(?:\.[\w-]+)+|https?://\S+|\bwww\.\S+")


class Labelled(TypedDict):
    """One line of the set: a mail, what is right for it, and why where one could doubt."""

    subject: str
    body: str
    queue: str
    priority: str
    signals: list[str]
    language: str
    note: str


@pytest.fixture(scope="module")
def mails() -> list[Labelled]:
    lines = MAILS.read_text(encoding="utf-8").splitlines()
    return [cast(Labelled, json.loads(line)) for line in lines]


def words(mail: Labelled) -> str:
    """Give subject and body as they compare: case and white space are no difference."""
    return " ".join(f"{mail['subject']} {mail['body']}".casefold().split())


def test_every_mail_has_all_keys_and_a_body(mails: list[Labelled]) -> None:
    odd = [mail for mail in mails if mail.keys() != Labelled.__required_keys__ or not mail["body"]]
    assert odd == []


def test_only_labels_of_the_desk_are_used(mails: list[Labelled]) -> None:
    assert {mail["queue"] for mail in mails} == QUEUES
    assert {mail["priority"] for mail in mails} == set(PRIORITIES)
    assert {signal for mail in mails for signal in mail["signals"]} == SIGNALS
    assert {mail["language"] for mail in mails} == LANGUAGES
    assert [mail for mail in mails if len(set(mail["signals"])) != len(mail["signals"])] == []


def test_there_are_mails_enough_of_each_label(mails: list[Labelled]) -> None:
    assert len(mails) >= 200
    assert min(Counter(mail["queue"] for mail in mails).values()) >= 15
    assert Counter(mail["priority"] for mail in mails)["urgent"] >= 25
    signals = Counter(signal for mail in mails for signal in mail["signals"])
    assert {name: signals[name] for name in SIGNALS if signals[name] < 15} == {}


def test_three_in_ten_are_not_english(mails: list[Labelled]) -> None:
    languages = Counter(mail["language"] for mail in mails)
    assert len(mails) - languages["en"] >= 0.3 * len(mails)
    assert min(languages[code] for code in ("de", "fr", "es", "nl", "it", "pt", "pl", "sv")) >= 7


def test_no_two_mails_say_the_same(mails: list[Labelled]) -> None:
    seen = Counter(words(mail) for mail in mails)
    assert [text for text, count in seen.items() if count > 1] == []
    bodies = Counter(" ".join(mail["body"].casefold().split()) for mail in mails)
    assert [text for text, count in bodies.items() if count > 1] == []


def test_danger_is_always_urgent(mails: list[Labelled]) -> None:
    calm = [m for m in mails if "safety" in m["signals"] and m["priority"] != "urgent"]
    assert calm == []


def test_who_leaves_or_is_vulnerable_is_never_below_high(mails: list[Labelled]) -> None:
    grave = {"churn_risk", "vulnerable"}
    calm = [m for m in mails if grave & set(m["signals"]) and m["priority"] in PRIORITIES[:2]]
    assert calm == []


def test_what_is_not_owed_an_answer_within_the_hour_is_low(mails: list[Labelled]) -> None:
    assert {mail["priority"] for mail in mails if mail["queue"] == "other"} == {"low"}


def test_no_address_in_the_mails_can_be_real(mails: list[Labelled]) -> None:
    found = [address for mail in mails for address in ADDRESS.findall(words(mail))]
    assert [address for address in found if not address.endswith(".example")] == []
