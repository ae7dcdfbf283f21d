"""One encoding a wave: what the model said of a text holds for every text of the same words.

What differs is a name in greeting or closing, digits and case (`core/wave.py`); one word more, and
the model is asked. Of a prediction that is used again each sentence is the mail's own: what one
requester wrote never stands on another's ticket.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from triage.core.prediction import Prediction, SignalScore
from triage.core.wave import same_words
from triage.model.reading import Text, parts
from triage.pipeline.read import Predictor

MOST_KEPT = 256
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a model said of a text with these sentences."""

    prediction: Prediction
    sentences: tuple[str, ...]

    def of(self, sentences: tuple[str, ...]) -> Prediction | None:
        """Return it in the sentences of another text, or None where one has no counterpart."""
        said = self.prediction
        scores = (*said.signals.values(), *said.kinds.values())
        quoted = {said.gist, said.queue_sentence, said.priority_sentence}
        quoted |= {score.sentence for score in scores if score.fired}
        own = {"": ""} | self._counterparts(sentences)
        if not quoted <= own.keys():
            return None
        return replace(
            said,
            gist=own[said.gist],
            queue_sentence=own[said.queue_sentence],
            priority_sentence=own[said.priority_sentence],
            reasons=tuple(
                replace(reason, sentence=own[reason.sentence])
                for reason in said.reasons
                if reason.sentence in own
            ),
            signals=_in_own_words(said.signals, own),
            kinds=_in_own_words(said.kinds, own),
        )

    def _counterparts(self, sentences: tuple[str, ...]) -> dict[str, str]:
        """Map each sentence to the one that says the same in a text of the same words.

        By its words; else, where both have as many, by its place. A longer name may stand as a
        sentence of its own, where a shorter one did not.
        """
        same = {same_words("", sentence): sentence for sentence in sentences}
        known = ((sentence, same_words("", sentence)) for sentence in self.sentences)
        found = {sentence: same[key] for sentence, key in known if key in same}
        if len(sentences) != len(self.sentences):
            return found
        return dict(zip(self.sentences, sentences, strict=True)) | found


class OncePerText:
    """Asks a model once for texts of the same words, and remembers the last 256 of them.

    Used by one thread at a time.
    """

    def __init__(self) -> None:
        self._model: Predictor | None = None
        self._said: OrderedDict[bytes, _Said] = OrderedDict()

    def over(self, model: Predictor) -> OncePerText:
        """Ask `model` from now on; what another one said is forgotten."""
        if model is not self._model:
            self._model = model
            self._said.clear()
        return self

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return what the model says of each message, in order. Blocks as long as it takes."""
        keys = [same_words(message.subject, message.body) for message in messages]
        found = [self._known(key, text) for key, text in zip(keys, messages, strict=True)]
        first = {key: at for at, key in reversed(list(enumerate(keys))) if found[at] is None}
        self._ask(messages, sorted(first.values()), keys, found)
        for at, (key, message) in enumerate(zip(keys, messages, strict=True)):
            if found[at] is None:
                found[at] = self._known(key, message)
        # What has the same words in other sentences is asked for after all.
        self._ask(messages, [at for at, one in enumerate(found) if one is None], keys, found)
        return [one for one in found if one is not None]

    def _known(self, key: bytes, message: Text) -> Prediction | None:
        said = self._said.get(key)
        if said is None:
            return None
        self._said.move_to_end(key)
        return said.of(parts(message).sentences)

    def _ask(
        self,
        messages: Sequence[Text],
        wanted: Sequence[int],
        keys: Sequence[bytes],
        found: list[Prediction | None],
    ) -> None:
        if not wanted or self._model is None:
            return
        said = self._model.predict([messages[at] for at in wanted])
        for at, prediction in zip(wanted, said, strict=True):
            found[at] = prediction
            self._said[keys[at]] = _Said(prediction, parts(messages[at]).sentences)
        while len(self._said) > MOST_KEPT:
            self._said.popitem(last=False)


def _in_own_words(scores: Mapping[K, SignalScore], own: Mapping[str, str]) -> dict[K, SignalScore]:
    """Return scores with the sentences of another text; one that did not fire may lack it."""
    return {
        name: replace(score, sentence=own.get(score.sentence, "")) for name, score in scores.items()
    }
