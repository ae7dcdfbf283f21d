"""Mail that goes over somebody's head: it comes back to the one who owns the matter.

The front line has the final say. Who asks for a manager, writes to the chief executive, or is
passed on by one, is answered by the agent who knows them, full or not, and never by a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from triage.core.identity import loose_subject
from triage.core.judgement import Judged, Judgement
from triage.core.known import Surroundings
from triage.core.matter import matters, same_thing
from triage.core.message import Message, Trust
from triage.core.reaching import staff
from triage.core.requester import Requester
from triage.core.roster import Assignment, in_time
from triage.core.terms import Terms
from triage.core.thread import Thread
from triage.core.worded import worded

ESCALATION = "escalation"
"""The flag of such mail."""

_FLAGS = frozenset({ESCALATION, "executive", "back-to-owner"})


def escalates(
    message: Message, who: Requester, flags: Iterable[str], terms: Terms, *, forged: bool
) -> str:
    """Say what makes a mail one that goes over somebody's head; "" where nothing does.

    A rule flags it so, or one of the names that are protected (the chief's) passes it on from
    inside the house.
    """
    named = sorted(_FLAGS.intersection(flags))
    if named:
        return worded("escalation: it is flagged %(flags)s", flags=" and ".join(named))
    sender = message.sender
    if who.watcher and sender is not None and not forged:
        shown = sender.name.casefold()
        for name in terms.roster.protected:
            if name.casefold() in shown:
                return worded("escalation: %(person)s passed it on", person=name)
    return ""


def flagged(judged: Judged, judgement: Judgement, terms: Terms) -> Judgement:
    """Return a judgement that says so where a mail goes over somebody's head."""
    forged = judged.trust.trust is Trust.FAIL
    why = escalates(judged.message, judged.requester, judgement.flags, terms, forged=forged)
    if not why:
        return judgement
    flags = tuple(dict.fromkeys([*judgement.flags, ESCALATION]))
    return replace(judgement, flags=flags, why=(*judgement.why, why))


def returning(
    judged: Judged,
    judgement: Judgement,
    earlier: Thread | None,
    around: Surroundings,
    terms: Terms,
    now: datetime,
    due: datetime | None,
) -> Assignment | None:
    """Return whose ticket a mail comes back to; None where it does not, or to nobody.

    What goes over somebody's head does, and what a colleague passes on, or writes about a
    requester's order themselves. It comes back to whose matter it is already, full or not,
    whatever their queues: only who is there before the answer is due, else their deputy: the hour
    holds here, too.
    """
    who = judged.requester
    inside = bool(who.watcher) or who.address in staff(terms)
    if ESCALATION not in judgement.flags and not inside:
        return None
    stated, subject = matters(judged.facts, terms), loose_subject(judged.message.subject)
    roster = terms.roster
    for owner in _owners(earlier, around, stated, subject):
        agent = roster.agent(owner)
        if agent is None:
            continue
        if found := in_time(agent, roster, now, due):
            why = worded("escalation returns to %(person)s, who knows them", person=agent.name)
            return Assignment(agent, found, why)
        deputy = roster.agent(agent.deputy) if agent.deputy else None
        if deputy is not None and (found := in_time(deputy, roster, now, due)):
            why = worded(
                "escalation; deputy of %(person)s, who knows them and is not there",
                person=agent.name,
            )
            return Assignment(deputy, found, why)
    return None


def _owners(
    earlier: Thread | None, around: Surroundings, stated: frozenset[str], subject: str
) -> Iterator[str]:
    """Yield whose matter it may be already, the nearest first.

    First who owns the conversation, then the requester's ticket about the same thing, then any
    of theirs that waits, then the last one of theirs, then somebody else's about the same thing.
    """
    if earlier is not None:
        yield earlier.ticket.owner
    same = [one for one in around.beside if same_thing(stated, subject, one)]
    yield from (one.owner for one in (*same, *around.beside))
    yield around.owner_before
    yield from (one.owner for one in around.elsewhere)
