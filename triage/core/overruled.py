"""A queue that people keep correcting: seen within the day, with a rule that helps until it learns.

The words that tell the overruled mails from those that stayed are counted, not guessed; the rule
made of them has an end, for by then the model has learnt from the corrections.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from triage.core.worded import worded

WITHIN = timedelta(hours=24)
"""How far back mails are counted."""

FEWEST = 8
"""Mails that the model put into a queue, below which their share says nothing."""

SHARE = 0.3
"""The share of them from which on the queue is overruled; at it, too."""

MOST_WORDS = 6
LASTS = timedelta(days=7)
"""How long the rule holds."""

_WORD = re.compile(r"[^\W\d_]{3,30}")
_RARER = 3.0
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A mail that the model put into a queue, and the queue that people chose instead, or ""."""

    queue: str
    subject: str
    text: str
    moved_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruled:
    """A queue out of which people moved many mails: how many of how many, and most of them where.

    `words` stand in many of those that went to `moved_to`, and in few that stayed.
    """

    queue: str
    placed: int
    moved: int
    moved_to: str
    words: tuple[str, ...]

    @property
    def said(self) -> str:
        """What happened, in one sentence."""
        return worded(
            "%(moved)s of %(placed)s mails that the model put into %(queue)s within 24 hours were"
            " moved, most of them to %(to)s",
            moved=self.moved,
            placed=self.placed,
            queue=self.queue,
            to=self.moved_to,
        )


def overruled(placed: Iterable[Placed]) -> tuple[Overruled, ...]:
    """Return the queues that people overruled, of what the model placed within 24 hours."""
    by_queue: dict[str, list[Placed]] = {}
    for one in placed:
        by_queue.setdefault(one.queue, []).append(one)
    return tuple(
        _told(queue, mails)
        for queue, mails in sorted(by_queue.items())
        if len(mails) >= FEWEST and _moved(mails) >= SHARE * len(mails)
    )


def _moved(mails: Sequence[Placed]) -> int:
    return sum(1 for one in mails if one.moved_to)


def _told(queue: str, mails: Sequence[Placed]) -> Overruled:
    (where, _), *_ = Counter(one.moved_to for one in mails if one.moved_to).most_common(1)
    return Overruled(
        queue=queue,
        placed=len(mails),
        moved=_moved(mails),
        moved_to=where,
        words=telling_words(
            [f"{one.subject}\n{one.text}" for one in mails if one.moved_to == where],
            [f"{one.subject}\n{one.text}" for one in mails if not one.moved_to],
        ),
    )


def telling_words(moved: Sequence[str], stayed: Sequence[str]) -> tuple[str, ...]:
    """Return words that stand in half of `moved` at least, and three times less often in `stayed`.

    At most six, the most telling first; each text counts once. Without a text that stayed any
    frequent word would do, so there are none.
    """
    if len(moved) < 2 or not stayed:
        return ()
    here, there = _counted(moved), _counted(stayed)
    found: list[tuple[float, int, str]] = []
    for word, count in here.items():
        share, elsewhere = count / len(moved), there[word] / len(stayed)
        if share >= _HALF and share >= _RARER * elsewhere:
            found.append((elsewhere - share, -len(word), word))
    return tuple(word for *_, word in sorted(found)[:MOST_WORDS])


def _counted(texts: Iterable[str]) -> Counter[str]:
    return Counter(
        word for text in texts for word in {each.casefold() for each in _WORD.findall(text)}
    )


def rule_file(told: Overruled, today: date) -> str:
    """Return a file of one rule that moves such mails for a week; "" where no words tell them."""
    if not told.words:
        return ""
    words = ", ".join(json.dumps(word, ensure_ascii=False) for word in told.words)
    return f"""version: 1
rules:
  - id: overruled-{_slug(told.queue)}-{today.isoformat()}
    why: {json.dumps(told.said, ensure_ascii=False)}
    when:
      words: [{words}]
      model: {{label: {json.dumps(told.queue, ensure_ascii=False)}, at_least: 0.5}}
    then: {{queue: {json.dumps(told.moved_to, ensure_ascii=False)}}}
    until: {(today + LASTS).isoformat()}
"""


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "queue"
