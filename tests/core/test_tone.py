"""How an acknowledgement speaks of a mail: seriously, gratefully, and asking for little."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.test_decide import AROUND, judged
from tests.store.desk import NOW, TERMS
from triage.core.decide import decide
from triage.core.disposition import Open
from triage.core.known import Surroundings
from triage.core.matchers import Every
from triage.core.matter import Beside
from triage.core.prediction import Prediction, SignalScore
from triage.core.rules import Rule, Then
from triage.core.terms import Terms
from triage.core.ticket import Status

SURE = Prediction(queue_scores={"returns": 0.97}, queue_sure=True)
UNSURE = Prediction(queue_scores={"returns": 0.4})
NEEDS = replace(
    TERMS,
    queues={**TERMS.queues, "returns": replace(TERMS.queues["returns"], needs=("order_number",))},
)
WAITS = Beside(
    reference="T-7777777",
    requester="jo@example.net",
    owner="jonas",
    status=Status.OPEN,
    opened=NOW,
    matters=frozenset({"order_number 123456"}),
)


def said(*names: str, prediction: Prediction = SURE) -> Prediction:
    signals = {name: SignalScore(0.97, fired=True, sentence="So it is.") for name in names}
    return replace(prediction, signals=signals)


def asks(*facts: str, **then: object) -> Terms:
    rule = Rule(id="a", why="x", when=Every(()), then=Then(ask=facts, **then))  # type: ignore[arg-type]
    return replace(TERMS, rules=(rule,))


def facts(
    prediction: Prediction = SURE, terms: Terms = NEEDS, around: Surroundings = AROUND
) -> dict[str, object]:
    decision = decide(judged(prediction=prediction, terms=terms), around, terms, NOW)
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is not None
    return dict(decision.acknowledgement.mail.facts)


def test_a_missing_fact_is_offered_for_once_its_queue_is_sure() -> None:
    assert facts()["missing"] == "order_number"
    assert facts(UNSURE)["missing"] == ""
    assert facts(terms=TERMS)["missing"] == ""


@pytest.mark.parametrize(
    "signal", ["complaint", "churn_risk", "legal", "safety", "repeat_contact", "vulnerable"]
)
def test_nobody_is_asked_for_anything_who_is_angry_in_danger_or_in_need(signal: str) -> None:
    assert facts(said(signal))["missing"] == ""
    assert facts(said(signal), asks("order_number"))["missing"] == ""


def test_what_an_earlier_mail_that_waits_has_stated_is_not_asked_for() -> None:
    assert facts(around=replace(AROUND, beside=(WAITS,)))["missing"] == ""


def test_a_rule_that_asks_is_heard_before_the_queue_and_where_the_model_is_unsure() -> None:
    assert facts(terms=replace(asks("phone"), queues=NEEDS.queues))["missing"] == "phone"
    assert facts(UNSURE, asks("phone"))["missing"] == "phone"


def test_a_queue_that_a_rule_sets_is_sure() -> None:
    terms = replace(asks(queue="returns"), queues=NEEDS.queues)
    assert facts(UNSURE, terms)["missing"] == "order_number"


@pytest.mark.parametrize(
    ("signals", "serious", "praise"),
    [
        ((), False, False),
        (("complaint",), True, False),
        (("churn_risk",), True, False),
        (("legal",), True, False),
        (("compliment",), False, True),
        (("compliment", "complaint"), True, False),
        (("compliment", "safety"), False, False),
        (("compliment", "vulnerable"), False, False),
    ],
)
def test_the_tone_is_never_cheerful_to_the_angry(
    signals: tuple[str, ...], serious: bool, praise: bool
) -> None:
    found = facts(said(*signals))
    assert (found["serious"], found["praise"]) == (serious, praise)


def test_where_a_rule_sends_them_and_which_rules_fired_goes_with_the_mail() -> None:
    found = facts(terms=asks(refer="carrier"))
    assert (found["refer"], found["rules"]) == ("carrier", ["a"])
