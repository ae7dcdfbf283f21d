"""What heads said of their own examples, each by one that had not seen it."""

from __future__ import annotations

from collections.abc import Sequence

from triage.core.teaching import Teaching
from triage.model.heads import ClassHead, Heads
from triage.training.evaluate_desk import Rated
from triage.training.examples import lesson


def held_out(heads: Heads, teaching: Teaching, accuracy_when_sure: float) -> list[Rated]:
    """Return the examples of queues and of priorities as cross-validation judged them.

    One that stands for both is counted once. Signals and distances are not known of these.
    """
    rows = lesson(teaching)
    queues = _said(heads.queue, list(rows.queue.values()))
    priorities = _said(heads.priority, list(rows.priority.values()))
    asked = heads.queue.thresholds(accuracy_when_sure)
    by_text = dict(zip(rows.queue, queues, strict=False))
    levels = dict(zip(rows.priority, priorities, strict=False))
    found: list[Rated] = []
    for text in dict.fromkeys([*by_text, *levels]):
        queue, guess, score = by_text.get(text, ("", "", 0.0))
        priority, level, _ = levels.get(text, ("", "", 0.0))
        found.append(
            Rated(
                queue=queue,
                guess=guess,
                score=score,
                sure=bool(guess) and score >= float(asked[heads.queue.labels.index(guess)]),
                priority=priority,
                level=level,
            )
        )
    return found


def _said(head: ClassHead, labels: Sequence[str]) -> list[tuple[str, str, float]]:
    """Return of each example what it is, what it was said to be, and how surely.

    Corrections that the head was taught follow the examples, and are left out; there is nothing
    where the head held nothing out.
    """
    told = head.held_out[: len(labels)].tolist()
    return [
        (label, head.labels[int(said)], float(score))
        for label, (score, _, said, *_) in zip(labels, told, strict=False)
    ]
