"""What a form asks for, as a deed of the store: the same of one ticket and of many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from triage.core.ticket import Kind, Priority
from triage.errors import NotPossible
from triage.store.byhand import Correcting, Correction
from triage.store.deeds import Deed, Doer, HandingOver, PuttingOff, Taking
from triage.web.lists.rows import PRIORITIES, signal_word
from triage.web.reading import reader
from triage.web.render import marked
from triage.web.routes import Visit
from triage.web.thread.closing import closing
from triage.web.thread.moments import moment

KINDS: Mapping[str, Kind] = {
    "spam": Kind.SPAM,
    "not_spam": Kind.HUMAN,
    "automatic": Kind.BULK,
    "not_automatic": Kind.HUMAN,
}
"""What may be said of a mail in one key, and what it is then."""

KIND_WORDS: Mapping[str, str] = {
    "spam": marked("spam"),
    "not_spam": marked("not spam"),
    "automatic": marked("automatic"),
    "not_automatic": marked("not automatic"),
}
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A deed that was asked for, and what is said of it once it is done."""

    deed: Deed
    told: str


Wants = Callable[[Visit, FormData], Wanted]


def doer(visit: Visit) -> Doer:
    """Return who asks, as the store writes it down."""
    who = visit.who
    return Doer(person=who.person, address=visit.address, queues=who.queues)


def take(visit: Visit, _fields: FormData) -> Wanted:
    """Make the visitor the owner."""
    agent, read = visit.who.agent, reader(visit)
    if not agent or visit.office.terms().roster.agent(agent) is None:
        raise NotPossible(
            read.say("Your account is nobody's in the roster: it cannot own a ticket.")
        )
    return Wanted(deed=Taking(agent), told=read.say("It is yours."))


def hand_over(visit: Visit, fields: FormData) -> Wanted:
    """Give a ticket to somebody else, who is told."""
    read, to = reader(visit), str(fields.get("to", ""))
    agent = visit.office.terms().roster.agent(to)
    if agent is None:
        raise NotPossible(read.say("There is no such agent."))
    told = read.say("Handed over to %(name)s.", name=agent.first_name)
    return Wanted(deed=HandingOver(to), told=told)


def snooze(visit: Visit, fields: FormData) -> Wanted:
    """Put a ticket off."""
    until = moment(visit, str(fields.get("until", "")))
    read = reader(visit)
    return Wanted(
        deed=PuttingOff(until), told=read.say("Put off until %(time)s.", time=read.time(until))
    )


def close(visit: Visit, fields: FormData) -> Wanted:
    """Close a ticket: it needs an answer, a referral or a reason."""
    deed, read = closing(visit, fields), reader(visit)
    if deed.check_back is None:
        return Wanted(deed=deed, told=read.say("Closed."))
    told = read.say("Closed; they are asked %(time)s.", time=read.time(deed.check_back))
    return Wanted(deed=deed, told=told)


def correct(visit: Visit, fields: FormData) -> Wanted:
    """Set right queue, priority, signals, or what it is at all; it teaches."""
    read, policy = reader(visit), visit.office.policy()
    queue, priority = str(fields.get("queue", "")), str(fields.get("priority", ""))
    kind = str(fields.get("kind", ""))
    signals = _signals(visit, fields)
    if (queue and queue not in policy.queues) or (priority and priority not in set(Priority)):
        raise NotPossible(read.say("There is no such queue or priority."))
    if kind and kind not in KINDS:
        raise NotPossible(read.say("There is no such kind of mail."))
    if not (queue or priority or kind or signals):
        raise NotPossible(read.say("Say what is right."))
    correction = Correction(
        queue=queue or None,
        priority=Priority(priority) if priority else None,
        kind=KINDS[kind] if kind else None,
        signals=signals,
    )
    learned = [policy.queues[queue].title] if queue else []
    learned += [read.say(PRIORITIES[Priority(priority)])] if priority else []
    learned += [read.say(KIND_WORDS[kind])] if kind else []
    for name, holds in signals.items():
        word = read.say(signal_word(name))
        learned.append(word if holds else read.say("not %(signal)s", signal=word))
    return Wanted(
        deed=Correcting(correction=correction, boosts=policy.service.boosts),
        told=read.say("Learned: %(what)s.", what=", ".join(learned)),
    )


def _signals(visit: Visit, fields: FormData) -> Mapping[str, bool]:
    """Return which signals hold, as `signal=legal=yes` says. Raises: NotPossible."""
    known = {label.name for label in visit.office.policy().teaching.signals}
    said: dict[str, bool] = {}
    for given in fields.getlist("signal"):
        name, _, answer = str(given).partition("=")
        if name not in known or answer not in _ANSWERS:
            raise NotPossible(reader(visit).say("There is no such signal."))
        said[name] = _ANSWERS[answer]
    return said


WANTS: Mapping[str, Wants] = {
    "take": take,
    "hand-over": hand_over,
    "correct": correct,
    "snooze": snooze,
    "close": close,
}
"""Every deed that can be taken back, by the last word of its path."""
