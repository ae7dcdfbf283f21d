"""What a test says of a mail, in the place of the model's word."""

from __future__ import annotations

from collections.abc import Sequence

from triage.config.case import Pins
from triage.core.prediction import Prediction, SignalScore
from triage.model.reading import Text

FIRES = 0.5
"""From this score on a pinned signal has fired, and wording raises a doubt about a kind."""


class Pinned:
    """Predicts the pinned scores for every mail; the sentence behind them is its first line."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return the pinned scores, once for each message."""
        return [self._one(message) for message in messages]

    def _one(self, message: Text) -> Prediction:
        pins = self._pins
        lines = (*message.body.splitlines(), message.subject)
        sentence = next((line.strip() for line in lines if line.strip()), "")
        return Prediction(
            queue_scores=pins.queues,
            queue_sure=pins.sure,
            queue_sentence=sentence,
            priority_scores=pins.priorities,
            priority_sentence=sentence,
            signals={
                name: SignalScore(score, sentence, score >= FIRES)
                for name, score in pins.signals.items()
            },
            kinds={
                kind: SignalScore(score, sentence, score >= FIRES, sure=score == 1)
                for kind, score in pins.kinds.items()
            },
            gist=sentence,
            model_id="pinned",
        )
