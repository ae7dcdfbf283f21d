"""A prediction that is used again for a mail of the same words has that mail's own sentences."""

from __future__ import annotations

from collections.abc import Sequence

from triage.core.prediction import Measured, Prediction, Reason
from triage.model.reading import Text, parts
from triage.pipeline.waves import OncePerText

BODY = "Hello {name},\n\nthe parcel of order {number} has not come yet.\n\nWhere is it now, please?"


class Counting:
    """Takes each sentence of a text for a reason; counts the texts that it is shown."""

    def __init__(self) -> None:
        self.shown = 0

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return one prediction a message."""
        self.shown += len(messages)
        return [self._one(parts(message).sentences) for message in messages]

    def _one(self, sentences: tuple[str, ...]) -> Prediction:
        said = (Reason("orders", each, 1.0, Measured.VECTORS) for each in sentences)
        return Prediction(gist=sentences[-1], reasons=tuple(said))


def test_p7_what_one_requester_wrote_is_no_reason_on_another_s_ticket() -> None:
    model, once = Counting(), OncePerText()
    mails = [
        Text("My parcel", BODY.format(name="Maria", number="NW-111111")),
        Text("My parcel", BODY.format(name="Jonas", number="NW-222222")),
    ]
    said = once.over(model).predict(mails)
    assert model.shown == 1
    for mail, one in zip(mails, said, strict=True):
        assert tuple(reason.sentence for reason in one.reasons) == parts(mail).sentences
