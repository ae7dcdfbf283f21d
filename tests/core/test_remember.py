"""What a mail was judged by comes back from JSON as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from triage.core.known import Known, Link, Surroundings
from triage.core.prediction import Prediction, SignalScore
from triage.core.remember import recalled, remembered
from triage.core.ticket import Kind, Priority, Status, TicketId

AT = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
KNOWN = Known(
    id=TicketId(7),
    reference="T-4XK2M9Q",
    link=Link.OWN_ID,
    status=Status.WAITING,
    requester="jo@example.net",
    participants=frozenset({"jo@example.net", "kim@example.net"}),
    owner="maria",
    queue="returns",
    priority=Priority.HIGH,
    subject="Cracked",
    opened=AT,
    answer_by=None,
    answered=AT,
)
shares = st.floats(0, 1).map(lambda share: round(share, 6))
scores = st.builds(SignalScore, shares, st.text(), st.booleans(), st.booleans())
predictions = st.builds(
    Prediction,
    queue_scores=st.dictionaries(st.text(), shares),
    queue_sure=st.booleans(),
    priority_scores=st.dictionaries(st.sampled_from(Priority), shares),
    signals=st.dictionaries(st.text(), scores),
    kinds=st.dictionaries(st.sampled_from(Kind), scores),
    gist=st.text(),
)


@given(predictions)
def test_a_prediction_comes_back_from_json(said: Prediction) -> None:
    kept = json.loads(json.dumps(remembered(said)))
    assert recalled(Prediction, kept) == said


def test_surroundings_come_back_with_what_only_the_store_knows() -> None:
    around = Surroundings(
        secret=b"secret",
        instance="here",
        reference="T-0000000",
        threads=(KNOWN,),
        loads={"maria": 3},
        known_requester=True,
        sender_day=2,
        no_acknowledgement_before=AT,
    )
    known = frozenset({"secret", "instance", "reference"})
    kept = json.loads(json.dumps(remembered(around, but=known)))
    assert "secret" not in kept
    given_again = {"secret": b"secret", "instance": "here", "reference": "T-0000000"}
    assert recalled(Surroundings, kept, **given_again) == around


def test_nothing_is_kept_of_what_is_as_by_default() -> None:
    assert remembered(Prediction()) == {}
    around = Surroundings(secret=b"", instance="", reference="")
    assert remembered(around, but=frozenset({"secret", "instance", "reference"})) == {}


@dataclass(frozen=True, slots=True)
class _Later:
    """What a later version made of a value: a field went, another came."""

    queue_sure: bool = False
    new: tuple[str, ...] = field(default=("usual",))


def test_a_field_that_went_is_left_out_and_one_that_came_is_usual() -> None:
    kept = remembered(Prediction(queue_sure=True, gist="gone"))
    assert recalled(_Later, kept) == _Later(queue_sure=True)
