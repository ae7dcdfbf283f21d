"""Who is told that a promise is near its end, or broken, and when: one mail a person and moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from triage.core.desk import Agent
from triage.core.disposition import Enqueue
from triage.core.identifiers import minted
from triage.core.judgement import SAFETY
from triage.core.outgoing import Sort
from triage.core.roster import next_present, present
from triage.core.terms import Terms
from triage.core.ticket import Priority
from triage.core.timer import BREACHES, ESCALATION, WARNINGS, Timer

OVERRULED = "queue_overruled"
"""The alarm by which nothing is held up: people correct what the model does."""

HELD = "delay_notices_held"
"""The alarm that requesters were not told of delays, for too many would have been."""

MOST_AN_HOUR = 12
"""Alerts a person gets by themselves in an hour; what more there is comes in one mail."""

DIGEST = "digest"
"""What that one mail is called, also in its purpose."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Somebody who is told: who that is, where, and from when on."""

    agent: str
    address: str
    at: datetime


def alerts(
    timer: Timer, terms: Terms, secret: bytes, now: datetime | None = None
) -> tuple[Enqueue, ...]:
    """Return the mails that a warning, an escalation or a breach causes at `now`.

    A warning goes to the owner, or to the duty managers where nobody owns the ticket; an
    escalation to the duty managers, unless somebody has taken the ticket; a breach to the owner
    and the duty managers; danger, at once and again, to all of them and to whoever is on call.
    What is neither danger nor urgent reaches nobody outside their shifts: it waits for the next
    one, and of a warning whose owner is not there the duty managers who are hear at once. A
    service hears as soon as anybody does, and no sooner.

    Each has its own purpose, so none is ever doubled; those of a wave have one for the whole row,
    so that each person hears of it once, with how many wait. `now` None: the timer's own moment.
    """
    inbox = terms.inboxes.get(timer.mailbox)
    if inbox is None or timer.name not in {*WARNINGS, *BREACHES, ESCALATION}:
        return ()
    pressing = SAFETY in timer.flags or timer.priority is Priority.URGENT
    told = tuple(_told(timer, terms, now or timer.at, pressing=pressing))
    moment = timer.at.isoformat()
    of = timer.once or f"{timer.reference}:{timer.name}:{moment}"
    facts = _facts(timer, pressing=pressing)
    mails = tuple(
        Enqueue(
            purpose=f"alert:{of}:{one.agent}",
            sort=Sort.ALERT,
            recipient=one.address,
            message_id=minted(
                secret, "alert", timer.reference, inbox.domain, f"{timer.name}{moment}{one.agent}"
            ),
            mailbox=timer.mailbox,
            facts={**facts, "agent": one.agent},
            not_before=one.at,
        )
        for one in told
    )
    if not told or (timer.name in WARNINGS and SAFETY not in timer.flags):
        return mails
    at = min(one.at for one in told)  # a service may ring somebody's telephone: it is quiet, too
    return (*mails, *_hooks(timer, terms, secret, of, facts, at))


def _told(timer: Timer, terms: Terms, now: datetime, *, pressing: bool) -> Iterator[_Told]:
    """Yield everybody who is told, each once."""
    roster, danger = terms.roster, SAFETY in timer.flags
    owner, managers = roster.agent(timer.owner), roster.duty_managers
    people: dict[str, Agent] = {}
    if timer.name == ESCALATION:
        if timer.claimed and not danger:
            return
        people = {one.id: one for one in managers if one != owner}
    else:
        people = {one.id: one for one in ((owner,) if owner else managers)}
    absent = owner is not None and not present(owner, roster, now)
    stand_in = absent and timer.name in WARNINGS and not danger
    if timer.name in BREACHES or danger:
        people |= {one.id: one for one in managers}
    elif stand_in:
        people |= {one.id: one for one in managers if present(one, roster, now)}
    for one in people.values():
        # Whoever never comes back must not keep an alert to themselves.
        at = now if pressing else next_present(one, roster, now) or now
        yield _Told(one.id, one.mail, at)
    if danger and roster.on_call and all(one.mail != roster.on_call for one in people.values()):
        yield _Told("on_call", roster.on_call, now)


def _facts(timer: Timer, *, pressing: bool) -> dict[str, object]:
    return {
        "reference": timer.reference,
        "name": timer.name,
        "owner": timer.owner,
        "queue": timer.queue,
        "priority": timer.priority,
        "subject": timer.subject,
        "requester_name": timer.requester_name,
        "answer_by": timer.answer_by.isoformat(),
        "alike": timer.alike,
        "about": timer.about,
        "pressing": pressing,
    }


def _hooks(
    timer: Timer, terms: Terms, secret: bytes, of: str, facts: dict[str, object], at: datetime
) -> Iterator[Enqueue]:
    """Yield what other services are told from `at` on, which is nothing that a requester wrote."""
    inbox = terms.inboxes[timer.mailbox]
    said = {name: fact for name, fact in facts.items() if name not in _REQUESTERS}
    for hook in terms.hooks:
        yield Enqueue(
            purpose=f"hook:{of}:{hook}",
            sort=Sort.HOOK,
            recipient=hook,
            message_id=minted(
                secret,
                "hook",
                timer.reference,
                inbox.domain,
                f"{timer.name}{timer.at.isoformat()}{hook}",
            ),
            mailbox=timer.mailbox,
            facts={**said, "at": timer.at.isoformat(), "since": at.isoformat()},
            not_before=at,
        )


_REQUESTERS = frozenset({"subject", "requester_name", "about"})


def alarm_mails(
    name: str, about: str, reason: str, terms: Terms, secret: bytes, now: datetime
) -> tuple[Enqueue, ...]:
    """Return the mails by which duty managers hear of trouble of the service itself.

    At most one a person, trouble and day. Other services hear of it, too.
    """
    day = now.date().isoformat()
    inbox = next(iter(terms.inboxes.values()), None)
    if inbox is None:
        return ()
    people = ((one.id, one.mail, Sort.ALERT) for one in terms.roster.duty_managers)
    services = ((hook, hook, Sort.HOOK) for hook in terms.hooks)
    return tuple(
        Enqueue(
            purpose=f"alarm:{name}:{about}:{day}:{who}",
            sort=sort,
            recipient=address,
            message_id=minted(
                secret, "alarm", "T-0000000", inbox.domain, f"{name}{about}{day}{who}"
            ),
            mailbox=inbox.name,
            facts={"name": name, "about": about, "reason": reason, "agent": who},
        )
        for who, address, sort in (*people, *services)
    )


def held_mails(timer: Timer, terms: Terms, secret: bytes) -> tuple[Enqueue, ...]:
    """Return the alarm that delay notices are held, at most one a duty manager and half hour."""
    half = timer.at.replace(minute=timer.at.minute // 30 * 30, second=0, microsecond=0)
    reason = (
        "More requesters than usual will have to wait longer than they were told. Ten have been"
        " told so within half an hour; the others have not. 'triage queue' lists them."
    )
    return alarm_mails(HELD, half.isoformat(timespec="minutes"), reason, terms, secret, timer.at)
