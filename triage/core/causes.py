"""What most likely brought a mail about: a suggestion for whoever closes a ticket.

The words of a cause, the rules that fired, the queue, and what people chose for like tickets. A
suggestion is one key, and it can be skipped: so it is made only where something speaks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from triage.core.patterns import folded
from triage.core.referral import Cause
from triage.core.worded import listed, worded

RULE, WORD, LIKE = 3.0, 2.0, 4.0
"""What a rule, each of the first words, and all like tickets together weigh."""

MOST_WORDS = 2
ENOUGH = 2.0
FEWEST_LIKE = 2
"""Like tickets below which what was chosen for them is chance."""


@dataclass(frozen=True, slots=True)
class Like:
    """A ticket that was closed before: the cause that was chosen, and the rules that fired."""

    cause: str
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cause, and why it is likely."""

    cause: Cause
    why: str


def suggested(
    causes: Mapping[str, Cause],
    text: str,
    queue: str,
    fired: Collection[str],
    before: Sequence[Like] = (),
) -> Suggestion | None:
    """Suggest the cause that most speaks for; None where too little does, or two are alike.

    `text` is subject and new text of the requester's mails, `fired` the rules and signals that
    fired. `before` are closed tickets of the same queue.
    """
    chosen, said = _chosen(before, frozenset(fired)), folded(text)
    weighed = []
    for cause in causes.values():
        if cause.queues and queue not in cause.queues:
            continue
        rules = sorted(cause.rules.intersection(fired))
        words = cause.words.hits(said) if cause.words is not None else ()
        weight = RULE * bool(rules) + WORD * min(len(words), MOST_WORDS)
        weight += LIKE * chosen.get(cause.name, 0.0)
        why = [worded("rule %(rule)s", rule=name) for name in rules]
        why += [worded("“%(quoted)s”", quoted=word) for word in words]
        if chosen.get(cause.name):
            share = f"{chosen[cause.name]:.0%}"
            why.append(worded("chosen for %(share)s of such tickets", share=share))
        weighed.append((weight, cause, listed(*why)))
    weighed.sort(key=lambda one: (-one[0], one[1].name))
    if not weighed or weighed[0][0] < ENOUGH:
        return None
    if len(weighed) > 1 and weighed[1][0] == weighed[0][0]:
        return None
    return Suggestion(weighed[0][1], weighed[0][2])


def _chosen(before: Sequence[Like], fired: frozenset[str]) -> Mapping[str, float]:
    """Return the share of each cause among tickets in which the same rules fired."""
    like = [one.cause for one in before if one.rules == fired]
    if len(like) < FEWEST_LIKE:
        return {}
    return {cause: like.count(cause) / len(like) for cause in set(like)}
