"""A mail of the past, judged again by the way that every mail goes; nothing is stored or sent.

What the model said of it, and what was known around it, is what the store kept when it was
decided: so a set of rules is compared with another one, and with nothing else. Where nothing was
kept, a model is asked, and nothing is known around the mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.core.decide import decide
from triage.core.disposition import Disposition, Filed, Join, Open
from triage.core.known import Surroundings
from triage.core.prediction import Prediction
from triage.core.remember import recalled
from triage.core.terms import Terms
from triage.core.ticket import MessageId, Priority
from triage.model.reading import Text
from triage.pipeline.read import NOTHING, Predictor, read
from triage.store.versions import Past

Ask = Callable[[], Predictor]
"""Returns a model, made when it is asked for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two sets that are compared. `anew`: the model is asked of every mail."""

    terms: Terms
    ask: Ask
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What would have become of a mail. `queue` is "" where it would open no ticket."""

    kind: str
    queue: str = ""
    priority: Priority | None = None
    boost: int = 0
    acknowledge: bool = False
    reason: str = ""
    deadline: datetime | None = None
    flags: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """Where people would find it: its queue, or the kind that it would be filed as."""
        return self.queue or self.kind


def rejudged(
    past: Past,
    side: Side,
    secret: bytes,
    sent: Mapping[MessageId, Sequence[bytes]] = NOTHING,
) -> Outcome:
    """Judge one mail as `side` would have at the moment at which it was decided."""
    model = _Said(past.said, side)
    (judged,) = read([past.received], model, side.terms, sent)
    around = recalled(
        Surroundings,
        past.around,
        secret=secret,
        instance=side.terms.own.instance,
        reference=past.name,
    )
    return _outcome(decide(judged, around, side.terms, past.decided))


def _outcome(decision: Disposition) -> Outcome:
    kind = decision.mail.kind
    if isinstance(decision, Open):
        return Outcome(
            kind=kind,
            queue=decision.queue,
            priority=decision.priority,
            boost=decision.boost,
            acknowledge=decision.acknowledgement.acknowledge,
            reason=decision.acknowledgement.reason,
            deadline=decision.clock.deadline,
            flags=frozenset(decision.flags),
        )
    if isinstance(decision, (Filed, Join)):
        return Outcome(kind=kind, reason=decision.acknowledgement.reason)
    return Outcome(kind=kind)


class _Said:
    """Says of a mail what was said of it then; asks the model where that was not kept."""

    def __init__(self, said: Mapping[str, object], side: Side) -> None:
        self._said = said
        self._side = side

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return one prediction for each message: there is never more than one."""
        if self._side.anew or not self._said:
            return list(self._side.ask().predict(messages))
        return [recalled(Prediction, self._said) for _ in messages]
