"""`model:` of a test: the scores that stand in for a model's, checked one by one.

It may be written in either way:

    model: {queue: returns, priority: high, complaint: 0.20, churn_risk: yes}
    model: {queue: {returns: 0.5, billing: 0.4}, sure: no, kind: {phishing: 0.7}}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from triage.config.case import Pins
from triage.config.faults import Document, Faults, Loc, near
from triage.core.ticket import Kind, Priority

YES, NO = ("yes", "true", "on"), ("no", "false", "off")


def read_pins(given: Mapping[str, object], loc: Loc, document: Document, faults: Faults) -> Pins:
    """Read the scores; a name alone has the score 1. What is no `queue`, `sure`, … is a signal.

    Where a queue is named, the model is sure of it unless `sure: no` stands there.
    """
    reading = _Pins(document, faults)
    queues = reading.scores(given.get("queue"), (*loc, "queue"), None)
    priorities = reading.scores(given.get("priority"), (*loc, "priority"), tuple(Priority))
    kinds = reading.scores(given.get("kind"), (*loc, "kind"), tuple(Kind))
    sure = reading.truth(given["sure"], (*loc, "sure")) if "sure" in given else bool(queues)
    others = given.keys() - {"queue", "priority", "kind", "sure"}
    return Pins(
        queues=queues,
        sure=sure,
        priorities={Priority(name): score for name, score in priorities.items()},
        kinds={Kind(name): score for name, score in kinds.items()},
        signals={
            name: score
            for name in given
            if name in others and (score := reading.score(given[name], (*loc, name))) is not None
        },
    )


class _Pins:
    """Reads scores, keeping faults on the way."""

    def __init__(self, document: Document, faults: Faults) -> None:
        self._document = document
        self._faults = faults

    def scores(self, given: object, loc: Loc, known: Collection[str] | None) -> dict[str, float]:
        """Read a name, or a mapping of names to scores; `known` None: any name will do here."""
        if given is None:
            return {}
        if isinstance(given, list):
            self._wrong(loc, f"'{loc[-1]}' should be a name, or scores by name", "{NAME: 0.9}")
            return {}
        several = given if isinstance(given, Mapping) else {str(given): "1"}
        found = dict[str, float]()
        for name, value in several.items():
            here = (*loc, name) if several is given else loc
            if known is not None and name not in known:
                self._wrong(here, f"'{loc[-1]}' cannot be '{name}'", near(name, known))
            elif (score := self.score(value, here)) is not None:
                found[name] = score
        return found

    def score(self, given: object, loc: Loc) -> float | None:
        """Read a score from 0 to 1, or `yes` and `no`."""
        if given in YES or given in NO:
            return float(given in YES)
        try:
            score = float(given) if isinstance(given, str) else -1
        except ValueError:
            score = -1
        if not 0 <= score <= 1:
            self._wrong(loc, f"'{loc[-1]}' should be a score from 0 to 1", "such as 0.85, or yes")
            return None
        return score

    def truth(self, given: object, loc: Loc) -> bool:
        """Read yes or no."""
        if given not in (*YES, *NO):
            self._wrong(loc, f"'{loc[-1]}' should be yes or no")
        return given in YES

    def _wrong(self, loc: Loc, text: str, remedy: str = "") -> None:
        self._faults.add(self._document.fault(loc, text, remedy))
