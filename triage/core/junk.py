"""What lies in junk and looks like a customer's all the same: told, and nothing more.

A filter's word is not enough to lose somebody by, and not too little to answer a stranger on: so
nothing there is acknowledged, nothing runs, and an agent says what is none.
"""

from __future__ import annotations

from enum import StrEnum

from triage.core.disposition import Explained, Junked
from triage.core.judgement import Judged
from triage.core.known import Surroundings
from triage.core.message import Trust
from triage.core.reaching import ours
from triage.core.record import mail
from triage.core.terms import Terms
from triage.core.thread import TIES, thread
from triage.core.ticket import Kind, TicketId
from triage.core.worded import worded


class Looks(StrEnum):
    """Why mail in junk looks like a customer's, the surest first."""

    REPLY = "reply"
    KNOWN = "known"
    CUSTOMER = "customer"


_PEOPLE = frozenset({Kind.HUMAN, Kind.SPAM})
"""A filter's verdict in the headers says no more than the folder does."""


def junked(judged: Judged, around: Surroundings, terms: Terms) -> Junked:
    """Say whether mail in junk looks like a customer's, and by what.

    A reply to us, whoever sends it; else a requester whom we have served, unless the sender is
    known to be forged; else a human's mail that no filter's header speaks against and of whose
    queue the model is sure, where that queue is promised an answer.
    """
    joined = thread(judged, around) if judged.verdict.kind in _PEOPLE else None
    if joined is not None:
        why = worded(
            "%(why)s (%(ticket)s)",
            why=TIES[joined.ticket.link],
            ticket=joined.ticket.reference,
        )
        return _junked(judged, Looks.REPLY, why, joined.ticket.id)
    sender = judged.message.sender
    forged = judged.trust.trust is Trust.FAIL or sender is None or sender.addr in ours(terms)
    if not forged and judged.verdict.kind in _PEOPLE and around.served:
        why = worded("this requester was acknowledged or answered before")
        return _junked(judged, Looks.KNOWN, why)
    if not forged and (queue := _sure_of(judged, terms)):
        why = worded("written by a human, and the model is sure: %(queue)s", queue=queue)
        return _junked(judged, Looks.CUSTOMER, why)
    return _junked(judged, "", "")


def _sure_of(judged: Judged, terms: Terms) -> str:
    """Return the queue that a human's mail surely belongs to, if it is promised an answer."""
    verdict, prediction = judged.verdict, judged.prediction
    if verdict.kind is not Kind.HUMAN or verdict.doubtful or not prediction.queue_sure:
        return ""
    scores = prediction.queue_scores
    best = terms.queue(max(scores, key=lambda name: scores[name]))
    return best.name if best.promise and best.acknowledge else ""


def _junked(judged: Judged, looks: str, why: str, ticket: TicketId | None = None) -> Junked:
    said = worded("nothing in it looks like a customer's")
    if looks:
        said = worded("looks like a customer's: %(why)s", why=why)
    return Junked(
        mail=mail(judged),
        looks=looks,
        why=why,
        ticket=ticket,
        explained=Explained(why=(worded("lies in junk"), judged.verdict.why, said)),
    )
