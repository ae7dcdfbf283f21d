"""What holds for the hour: who is away, closed doors, pauses, notices, and what senders are.

An agent says when they are away themselves; everything else, and others' absences, is for leads.
What is for the whole desk is set by nobody who may see but some of its queues. Times are typed as
the reader's clock shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from triage.config.values import is_address, is_host
from triage.core.accounts import Role
from triage.core.switches import AUTOMATIC, HUMAN, Paused, Switch, SwitchName
from triage.core.typedtime import typed_instant
from triage.errors import NotPossible
from triage.web.fields import line
from triage.web.names import Names
from triage.web.reading import reader
from triage.web.render import Reader, marked
from triage.web.routes import Visit

LONGEST = 300
"""Letters of a notice: an acknowledgement is short."""

PAUSED: Mapping[str, str] = {
    Paused.ACKNOWLEDGEMENTS: marked("Acknowledgements are paused"),
    Paused.NOTICES: marked("Notices are paused"),
    Paused.ALL: marked("All that leaves by itself is paused"),
}
PAUSES: Mapping[str, str] = {
    Paused.ACKNOWLEDGEMENTS: marked("Acknowledgements"),
    Paused.NOTICES: marked("Notices: delays and check-backs"),
    Paused.ALL: marked("All that leaves by itself"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One switch as it is shown: what it does, who set it and when, and until when it holds.

    `ends` says whether the visitor may end it.
    """

    number: int
    name: str
    holds: bool
    text: str
    said: str
    person: str
    at: str
    since: str
    until: str
    ends: bool


def may(visit: Visit, name: str, about: str) -> bool:
    """Say whether the visitor may set or end a switch."""
    who = visit.who
    if name == SwitchName.AWAY:
        own = bool(who.agent) and about == who.agent
        return own or (who.may(Role.LEAD) and not who.queues)
    if not who.may(Role.LEAD):
        return False
    return not who.queues or (name == SwitchName.NOTICE and about in who.queues)


def shown_to(visit: Visit, one: Switch) -> bool:
    """Say whether a switch is for the visitor's eyes: no sender of another queue's is."""
    if one.until is not None and one.until <= visit.now:
        return False
    if not visit.who.queues or one.name not in {SwitchName.SENDER, SwitchName.NOTICE}:
        return True
    return one.name is SwitchName.NOTICE and (not one.about or one.about in visit.who.queues)


def held(visit: Visit, every: tuple[Switch, ...]) -> tuple[Held, ...]:
    """Return what is set and not over, as it is shown to the visitor."""
    read, names = reader(visit), Names(policy=visit.office.policy())
    return tuple(
        Held(
            number=one.number,
            name=one.name,
            holds=one.holds(visit.now),
            text=_text(read, names, one),
            said=one.said if one.name in {SwitchName.NOTICE, SwitchName.PAUSE} else "",
            person=names.agent(one.person),
            at=read.time(one.at),
            since="" if one.since <= visit.now else read.time(one.since),
            until="" if one.until is None else read.time(one.until),
            ends=may(visit, one.name, one.about),
        )
        for one in every
        if shown_to(visit, one)
    )


def _text(read: Reader, names: Names, one: Switch) -> str:
    if one.name is SwitchName.AWAY:
        agent = names.policy.roster.agent(one.about)
        return read.say("%(name)s is away", name=agent.name if agent else one.about)
    if one.name is SwitchName.CLOSED:
        return read.say("The desk is closed")
    if one.name is SwitchName.PAUSE:
        return read.say(PAUSED.get(one.about, one.about))
    words = {
        (SwitchName.NOTICE, True): marked("Notice for %(name)s"),
        (SwitchName.NOTICE, False): marked("Notice to everybody"),
        (SwitchName.SENDER, True): marked("Mail from %(name)s is automatic"),
        (SwitchName.SENDER, False): marked("Mail from %(name)s is a person's"),
    }
    told = bool(one.about) if one.name is SwitchName.NOTICE else one.said == AUTOMATIC
    return read.say(words[one.name, told], name=names.queue(one.about))


Setting = Callable[[Visit, FormData], Switch]


async def switch_on(visit: Visit, name: SwitchName, fields: FormData) -> None:
    """Set a switch as a form says it. Raises: NotPossible."""
    switch = _SETTINGS[name](visit, fields)
    if not may(visit, switch.name, switch.about):
        raise NotPossible(reader(visit).say("That is for a lead of the whole desk."))
    kept = await visit.office.in_store(visit.office.store.switch_on, switch)
    until = "" if kept.until is None else kept.until.isoformat()
    await visit.note(visit.who.person, "switched_on", f"{kept.name} {kept.about}".strip(), until)


async def end(visit: Visit) -> Response:
    """End one switch before its time."""
    fields, store = await visit.request.form(), visit.office.store
    every = await visit.office.read(lambda db: db.switches(visit.now))
    asked = str(fields.get("number", ""))
    one = next((one for one in every if str(one.number) == asked and shown_to(visit, one)), None)
    if one is None:
        raise NotPossible(reader(visit).say("It is over already."))
    if not may(visit, one.name, one.about):
        raise NotPossible(reader(visit).say("That is for a lead of the whole desk."))
    await visit.office.in_store(
        store.switch_off, one.name, one.about, visit.who.person, visit.now, number=one.number
    )
    await visit.note(visit.who.person, "switched_off", f"{one.name} {one.about}".strip(), "")
    return RedirectResponse("/team/hour", 303)


def _away(visit: Visit, fields: FormData) -> Switch:
    agent = visit.office.policy().roster.agent(line(fields, "agent"))
    if agent is None:
        raise NotPossible(reader(visit).say("There is no such agent."))
    since = _moment(visit, fields, "from") or visit.now
    until = _moment(visit, fields, "until", after=since)
    if until is None:
        raise NotPossible(reader(visit).say("Say until when."))
    if since >= until:
        raise NotPossible(reader(visit).say("It would end before it begins."))
    return _made(visit, SwitchName.AWAY, agent.id, since=since, until=until)


def _closed(visit: Visit, fields: FormData) -> Switch:
    until = _moment(visit, fields, "until")
    if until is None:
        raise NotPossible(reader(visit).say("Say until when."))
    return _made(visit, SwitchName.CLOSED, "", until=until)


def _pause(visit: Visit, fields: FormData) -> Switch:
    what = line(fields, "what")
    if what not in set(Paused):
        raise NotPossible(reader(visit).say("Say what is paused."))
    why = line(fields, "why")[:LONGEST]
    return _made(visit, SwitchName.PAUSE, what, why, until=_moment(visit, fields, "until"))


def _notice(visit: Visit, fields: FormData) -> Switch:
    read, policy = reader(visit), visit.office.policy()
    said, match = line(fields, "said"), line(fields, "match")
    if not said or len(said) > LONGEST:
        raise NotPossible(read.say("A notice has 1 to %(most)s letters.", most=LONGEST))
    if match and match not in {*policy.queues, *(rule.id for rule in policy.rules)}:
        raise NotPossible(read.say("There is no such rule or queue."))
    until = _moment(visit, fields, "until")
    if until is None:
        raise NotPossible(read.say("Say until when."))
    return _made(visit, SwitchName.NOTICE, match, said, until=until)


def _sender(visit: Visit, fields: FormData) -> Switch:
    read, own = reader(visit), visit.office.policy().settings.own_addresses
    about, what = line(fields, "address").casefold(), line(fields, "what")
    if not (is_address(about) or is_host(about)):
        raise NotPossible(read.say("That is neither an address nor a domain."))
    if about in own or about in {one.rpartition("@")[2] for one in own}:
        raise NotPossible(read.say("That is our own."))
    if what not in {AUTOMATIC, HUMAN}:
        raise NotPossible(read.say("Say what it is."))
    until = _moment(visit, fields, "until")
    return _made(visit, SwitchName.SENDER, about, what, until=until)


_SETTINGS: Mapping[SwitchName, Setting] = {
    SwitchName.AWAY: _away,
    SwitchName.CLOSED: _closed,
    SwitchName.PAUSE: _pause,
    SwitchName.NOTICE: _notice,
    SwitchName.SENDER: _sender,
}


def _made(
    visit: Visit,
    name: SwitchName,
    about: str,
    said: str = "",
    *,
    since: datetime | None = None,
    until: datetime | None,
) -> Switch:
    return Switch(
        name=name,
        about=about,
        said=said,
        since=since or visit.now,
        until=until,
        at=visit.now,
        person=visit.who.person,
    )


def forms(visit: Visit, read: Reader) -> dict[str, Any]:
    """Return what the forms are made of: whom and what the visitor may set something for."""
    who, policy = visit.who, visit.office.policy()
    queues = tuple(
        (name, queue.title)
        for name, queue in policy.queues.items()
        if may(visit, SwitchName.NOTICE, name)
    )
    wide = may(visit, SwitchName.CLOSED, "")
    return {
        "absent": tuple(
            (agent.id, agent.name)
            for agent in policy.roster.agents
            if may(visit, SwitchName.AWAY, agent.id)
        ),
        "me": who.agent,
        "wide": wide,
        "pauses": tuple((str(what), read.say(words)) for what, words in PAUSES.items()),
        "matches": (*((("", read.say("everybody")),) if wide else ()), *queues),
        "rules": tuple(rule.id for rule in policy.rules) if wide else (),
    }


def _moment(
    visit: Visit, fields: FormData, name: str, *, after: datetime | None = None
) -> datetime | None:
    """Return the instant that was typed; None where the field is empty. Raises: NotPossible."""
    typed = line(fields, name)
    if not typed:
        return None
    read = reader(visit)
    found = typed_instant(typed, visit.now, read.zone, after=after)
    if found is None or found <= visit.now:
        raise NotPossible(read.say("That is no moment to come: 17:00, tomorrow 09:00, friday."))
    return found
