"""What the commands of the hour share: when something ends, who is meant, and the banner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from triage.cli.moments import clock
from triage.cli.opening import Opened
from triage.cli.output import print_json, say
from triage.config.faults import near
from triage.core.desk import Agent
from triage.core.switches import Paused, Switch, Switches, SwitchName
from triage.core.typedtime import typed_instant
from triage.report.tickets import Json, when

EXAMPLES = "17:00, tomorrow 09:00, friday, 2h or 2026-11-30T12:00"
"""How a time may be written, for whoever wrote it otherwise."""

ENDS = {
    SwitchName.AWAY: "triage away {about} back",
    SwitchName.CLOSED: "triage closed over",
    SwitchName.PAUSE: "triage pause {about} --off",
    SwitchName.NOTICE: "triage notice --end {number}",
    SwitchName.SENDER: "triage sender {about} over",
}
"""How each switch is ended before its time."""


def moment(
    text: str, place: Opened, zone: ZoneInfo | None = None, *, after: datetime | None = None
) -> datetime:
    """Return the instant ahead that was typed, in `zone`, else in the desk's.

    A day alone is its beginning, and today alone its end. An hour or a weekday that comes before
    `after` is the next one from there. Raises: UsageError.
    """
    said = typed_instant(text, place.now, zone or desk_zone(place), after=after)
    if said is None:
        raise click.UsageError(f"{text!r} is no time ahead: write {EXAMPLES}")
    return said


def desk_zone(place: Opened) -> ZoneInfo:
    """Return the zone in which times are typed. Raises: UsageError where no file says it."""
    if place.desk is None:
        raise click.UsageError("the roster has faults ('triage check' names them); mend it first")
    return place.desk.roster.hours.zone


def agent_named(text: str, place: Opened) -> Agent:
    """Return the agent that people mean by id, address or name. Raises: UsageError."""
    desk_zone(place)
    agents = place.desk.roster.agents if place.desk else ()
    said = text.casefold()
    found = [one for one in agents if said in {one.id, one.mail, one.name.casefold()}]
    found = found or [one for one in agents if one.first_name.casefold() == said]
    if len(found) == 1:
        return found[0]
    ids = sorted(one.id for one in found or agents)
    remedy = f"which one: {', '.join(ids)}?" if found else near(said, ids)
    raise click.UsageError(f"there is no agent '{text}'; {remedy}" if not found else remedy)


def until(switch: Switch, place: Opened) -> str:
    """Say how long a switch holds: ` until 17:00`, or nothing where no end is set."""
    return f" until {clock(switch.until, place.now, place.zone)}" if switch.until else ""


def in_words(switch: Switch, place: Opened) -> str:
    """Say what a switch does, in a line."""
    ends = until(switch, place)
    starts = (
        "" if switch.holds(place.now) else f" from {clock(switch.since, place.now, place.zone)}"
    )
    match switch.name:
        case SwitchName.AWAY:
            agent = place.desk.roster.agent(switch.about) if place.desk else None
            return f"AWAY: {agent.name if agent else switch.about}{starts}{ends}"
        case SwitchName.CLOSED:
            return f"CLOSED{starts}{ends}"
        case SwitchName.PAUSE:
            what = "acknowledgements and notices" if switch.about == Paused.ALL else switch.about
            why = f": {switch.said}" if switch.said else f", by {switch.person}"
            return f"PAUSED: {what}{ends}{why}"
        case SwitchName.NOTICE:
            of = f" for {switch.about}" if switch.about else ""
            return f"NOTICE {switch.number}{of}{starts}{ends}: {switch.said}"
        case SwitchName.SENDER:
            return f"SENDER {switch.about} is {switch.said}{starts}{ends}"


def switch_on(
    place: Opened,
    name: SwitchName,
    about: str = "",
    said: str = "",
    *,
    since: datetime | None = None,
    until: datetime | None,
) -> Switch:
    """Set a switch for whoever types, from now on where no other instant is given; return it."""
    return place.store.switch_on(
        Switch(
            name=name,
            about=about,
            said=said,
            since=since or place.now,
            until=until,
            at=place.now,
            person=place.person,
        )
    )


def tell(switches: Iterable[Switch], place: Opened) -> None:
    """Say on stderr what holds, each with the command that ends it."""
    for one in switches:
        ends = ENDS[one.name].format(about=one.about, number=one.number)
        say(f"triage: {in_words(one, place)} (ends it: {ends})")


def banner(place: Opened) -> None:
    """Say what holds now, above a list; what is said of single senders is not for everybody."""
    on = Switches(place.store.switches(place.now)).on(place.now)
    tell((one for one in on if one.name is not SwitchName.SENDER), place)


def shape(switch: Switch, place: Opened) -> Json:
    """Return a switch as JSON says it."""
    return {
        "number": switch.number,
        "switch": switch.name,
        "about": switch.about,
        "said": switch.said,
        "from": when(switch.since, place.zone),
        "until": when(switch.until, place.zone),
        "set_at": when(switch.at, place.zone),
        "set_by": switch.person,
        "holds": switch.holds(place.now),
    }


def shapes(place: Opened) -> list[Json]:
    """Return all that is set and not over, as JSON says it."""
    return [shape(one, place) for one in _set(place)]


def show(place: Opened, name: SwitchName, nothing: str, *, as_json: bool) -> None:
    """Show what is set and not over of this name; say `nothing` where that is nothing."""
    found = [one for one in _set(place) if one.name is name]
    if as_json:
        print_json({"switches": [shape(one, place) for one in found]})
        return
    tell(found, place)
    if not found:
        say(nothing)


def _set(place: Opened) -> list[Switch]:
    every = place.store.switches(place.now)
    return [one for one in every if one.until is None or one.until > place.now]
