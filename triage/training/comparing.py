"""How two sets of heads did on mails that neither of them had seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from triage.training.examples import Lesson
from triage.training.gate import Compared, Held, recency
from triage.training.heldout import Learnt, Sight, sights

NEW = "new corrections"
"""How the names of those pairs end that compare on what only the later set was taught."""


def compared(taught: Lesson, before: Learnt, after: Learnt, now: datetime) -> tuple[Compared, ...]:
    """Compare two sets of heads on mails that neither had seen.

    On the teaching's own examples, on the corrections that both were taught, each by heads from
    which it was held out, and on those that only the later set was taught. Corrections count the
    more, the younger they are.
    """
    was, is_ = sights(taught, before), sights(taught, after)
    return tuple(pair for name in was if name in is_ for pair in _pairs(was[name], is_[name], now))


def _pairs(before: Sight, after: Sight, now: datetime) -> Iterator[Compared]:
    def pair(on: str, was: Held, is_: Held) -> Compared:
        return Compared(f"{after.name}, {on}", was, is_, after.slack)

    was, is_ = before.examples(), after.examples()
    if len(was) != len(is_):
        return
    yield pair("examples", was, is_)
    both = [
        key
        for key, label in after.labels.items()
        if key in before.labels and before.said(before.labels[key]) == after.said(label)
    ]
    weights = recency([after.labels[key].at for key in both], now)
    yield pair("earlier corrections", before.held(both, weights), after.held(both, weights))
    known = frozenset(both)
    new = {key: label for key, label in after.labels.items() if key not in known}
    weights = recency([label.at for label in new.values()], now)
    yield pair(NEW, before.asked(new, weights), after.held(tuple(new), weights))
