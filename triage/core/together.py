"""Tickets that are one, and tickets that only have to do with each other.

Who has to write again gets one ticket for one thing. Somebody else who names the same order is
another person: what they wrote is linked, and nothing known from one is said to the other.
"""

from __future__ import annotations

from triage.core.identity import loose_subject
from triage.core.judgement import Judged, Judgement
from triage.core.known import Surroundings
from triage.core.matter import matters, same_thing
from triage.core.message import Trust
from triage.core.reaching import staff
from triage.core.repeat import REPEATED
from triage.core.terms import Terms
from triage.core.thread import Thread
from triage.core.ticket import Kind
from triage.core.worded import worded

SAME_ORDER = "same_order"
"""The badge of tickets of several addresses that name one thing."""


def together(
    judged: Judged,
    judgement: Judgement,
    around: Surroundings,
    terms: Terms,
    joined: Thread | None = None,
) -> tuple[str, ...]:
    """Name the requester's other tickets that become one with that of a repeated message.

    Those that wait, and are about the same thing (`core/matter.py`): the same number, or the same
    subject. `joined` is the ticket that the message came to. Never for whom nobody could tell
    apart from another: a forged sender, and whoever is only named in a form.
    """
    who = judged.requester
    if (
        REPEATED not in judgement.signals
        or not who.address
        or who.by_form
        or who.address in staff(terms)
        or judged.trust.trust is Trust.FAIL
        or judged.verdict.kind is not Kind.HUMAN
    ):
        return ()
    if joined is not None and (
        not joined.participant or joined.ticket.requester.casefold() != who.address
    ):
        return ()
    subject = loose_subject(judged.message.subject)
    stated, own = matters(judged.facts, terms), joined.ticket.reference if joined else ""
    stated |= next((one.matters for one in around.beside if one.reference == own), frozenset())
    return tuple(
        one.reference
        for one in around.beside
        if one.reference != own and same_thing(stated, subject, one)
    )


def beside_words(around: Surroundings, joins: tuple[str, ...]) -> tuple[str, ...]:
    """Say in words what a message is joined with, and what it only has to do with."""
    linked = (one.reference for one in around.elsewhere)
    return (
        *(
            worded(
                "one with %(ticket)s: the same requester writes again of the same thing",
                ticket=name,
            )
            for name in joins
        ),
        *(
            worded("another address names the same thing: %(ticket)s", ticket=name)
            for name in linked
        ),
    )
