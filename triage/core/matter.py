"""Which tickets are about the same thing: by a number that both state, or by their subjects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.core.terms import Terms
from triage.core.ticket import Status

PHONE = "phone"
"""What the value of a fact is called that says who somebody is, and not what they write about."""

SHORTEST_NUMBER = 5
"""Digits from which on a number names one thing, however it is dressed: NW-123456 or 123456."""

SHORTEST_SUBJECT = 12
"""Characters of a subject below which two that are equal prove nothing: "Question", "My order"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Another ticket that a message may have to do with: what it is about, and whose it is.

    `subject` is the loose one; `matters` are what its mails state, as `matters` names them.
    """

    reference: str
    requester: str
    owner: str
    status: Status
    opened: datetime
    subject: str = ""
    matters: frozenset[str] = frozenset()


def matters(facts: Mapping[str, str], terms: Terms) -> frozenset[str]:
    """Return the things that a message is about, each as the fact's name and its bare value.

    An order or an invoice is a thing; a phone number is a person's.
    """
    people = {name for name, said in terms.service.fact_words.items() if said.value == PHONE}
    return frozenset(
        f"{name} {bare}"
        for name, value in facts.items()
        if name not in people and (bare := _bare(value))
    )


def fact_names(stated: frozenset[str]) -> frozenset[str]:
    """Return the names of the facts by which things are stated."""
    return frozenset(key.partition(" ")[0] for key in stated)


def same_thing(stated: frozenset[str], subject: str, other: Beside) -> str:
    """Say what makes `other` a ticket about the same thing as a message; "" where nothing does.

    A number that both state. Else one subject, where neither states a number that the other
    says otherwise: two orders may well be written about under the same words.
    """
    if shared := stated & other.matters:
        return min(shared).replace("_", " ")
    differs = fact_names(stated) & fact_names(other.matters)
    if len(subject) >= SHORTEST_SUBJECT and subject == other.subject and not differs:
        return "the same subject"
    return ""


def _bare(value: str) -> str:
    digits = "".join(char for char in value if char.isdigit())
    if len(digits) >= SHORTEST_NUMBER:
        return digits
    return "".join(char for char in value.casefold() if char.isalnum())
