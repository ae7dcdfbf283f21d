"""What an acknowledgement says of the mail: its tone, at most one offer, who else may help."""

from __future__ import annotations

from triage.core.judgement import Judged, Judgement
from triage.core.known import Surroundings
from triage.core.matter import fact_names
from triage.core.terms import Terms

GRAVE = frozenset({"complaint", "churn_risk", "legal", "repeat_contact"})
"""Signals of somebody who is not to be cheered at, nor asked for anything."""

_FRAGILE = frozenset({"vulnerable"})
_PRAISE = "compliment"


def told(
    judged: Judged, judgement: Judgement, around: Surroundings, terms: Terms
) -> dict[str, object]:
    """Return what the words are chosen by, as the outbox keeps it.

    `serious` and `praise` set the tone. `missing` is the one fact that is offered for, or "".
    `refer` is where a rule sends them, too; `rules` are those that fired, for today's notices.
    """
    flags = {*judgement.flags}
    serious = bool(flags & GRAVE)
    return {
        "serious": serious,
        "praise": _PRAISE in flags and not (serious or judgement.danger or flags & _FRAGILE),
        "missing": missing(judged, judgement, around, terms),
        "refer": judgement.outcome.refer,
        "rules": list(judgement.outcome.rules),
    }


def missing(judged: Judged, judgement: Judgement, around: Surroundings, terms: Terms) -> str:
    """Name the one fact that is offered for, or "".

    First what rules ask for, then what the queue needs, where it is sure: not a guess, nor a
    mailbox's own. Never to the angry, the endangered or the vulnerable, and not what a mail of
    theirs that waits has stated already.
    """
    if judgement.danger or {*judgement.flags} & (GRAVE | _FRAGILE):
        return ""
    outcome = judgement.outcome
    sure = bool(outcome.queue) or (
        judged.prediction.queue_sure and judgement.queue == judgement.guess
    )
    wanted = (*outcome.asks, *(terms.queue(judgement.queue).needs if sure else ()))
    stated = {*judged.facts, *(name for one in around.beside for name in fact_names(one.matters))}
    return next((name for name in wanted if name not in stated), "")
