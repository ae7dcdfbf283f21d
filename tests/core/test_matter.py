"""Which tickets are about the same thing: by a number, else by a subject that says enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.desk import NOW, TERMS
from triage.core.desk import FactWords
from triage.core.matter import Beside, matters, same_thing
from triage.core.ticket import Status

OTHER = Beside(
    reference="T-7777777",
    requester="jo@example.net",
    owner="maria",
    status=Status.OPEN,
    opened=NOW,
    subject="cracked table top",
    matters=frozenset({"order_number 123456"}),
)


def test_a_number_is_one_however_it_is_dressed_and_a_phone_is_a_persons() -> None:
    service = replace(TERMS.service, fact_words={"phone": FactWords(("call me",), "phone")})
    terms = replace(TERMS, service=service)
    for order in ("NW-123456", "nw 123456", "#123456", "123456"):
        found = matters({"order_number": order, "phone": "+44 20 7946 0018"}, terms)
        assert found == {"order_number 123456"}
    assert matters({"model": "AB-12"}, terms) == {"model ab12"}


@pytest.mark.parametrize(
    ("stated", "subject", "why"),
    [
        ({"order_number 123456"}, "another", "order number 123456"),
        (set(), "cracked table top", "the same subject"),
        ({"order_number 999999"}, "cracked table top", ""),
        ({"invoice_number 999999"}, "cracked table top", "the same subject"),
        (set(), "my order", ""),
    ],
)
def test_a_number_comes_before_a_subject_and_speaks_against_it(
    stated: set[str], subject: str, why: str
) -> None:
    assert same_thing(frozenset(stated), subject, OTHER) == why


def test_a_short_subject_proves_nothing() -> None:
    assert same_thing(frozenset(), "question", replace(OTHER, subject="question")) == ""
