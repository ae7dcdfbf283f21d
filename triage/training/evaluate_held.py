"""What heads said of their own examples, each by one that had not seen it."""

from __future__ import annotations

from collections.abc import Mapping

from triage.core.teaching import Teaching
from triage.model.heads import ClassHead, Heads
from triage.training.evaluate_desk import Rated
from triage.training.examples import lesson


def held_out(heads: Heads, teaching: Teaching, accuracy_when_sure: float) -> list[Rated]:
    """Return what was taught of queues and of priorities, as cross-validation judged it.

    Only what is like the mail that comes: whole mails that the encoder was not trained on, where
    there are enough of them. A text that says both is counted once. Signals and distances are not
    known of these.
    """
    rows = lesson(teaching)
    queues = _said(heads.queue, rows.queue)
    levels = _said(heads.priority, rows.priority)
    asked = dict(zip(heads.queue.labels, heads.queue.thresholds(accuracy_when_sure), strict=True))
    found: list[Rated] = []
    for text in dict.fromkeys([*queues, *levels]):
        queue, guess, score = queues.get(text, ("", "", 0.0))
        priority, level, _ = levels.get(text, ("", "", 0.0))
        found.append(
            Rated(
                queue=queue,
                guess=guess,
                score=score,
                sure=bool(guess) and score >= float(asked[guess]),
                priority=priority,
                level=level,
            )
        )
    return found


def _said(head: ClassHead, labels: Mapping[int, str]) -> dict[int, tuple[str, str, float]]:
    """Return by text what it is, what it was said to be, and how surely.

    Corrections that the head was taught follow the texts of the teaching, and are left out; there
    is nothing where the head held nothing out.
    """
    told = head.held_out[: len(labels)].tolist()
    return {
        text: (label, head.labels[int(said)], float(score))
        for (text, label), (score, _, said, like) in zip(labels.items(), told, strict=False)
        if like
    }
