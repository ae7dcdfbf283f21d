"""What holds for the hour and stands in no file: who is away, what is paused, what is said today.

A switch holds from `since` up to, not including, `until`: an end that passes takes effect by
itself. What the switches say lies over the files, and is taken back by ending them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from triage.core.desk import Absence, Hours, Queue, Roster
from triage.core.hours import FAR


class SwitchName(StrEnum):
    """What a switch is for."""

    AWAY = "away"
    CLOSED = "closed"
    PAUSE = "pause"
    NOTICE = "notice"
    SENDER = "sender"


class Paused(StrEnum):
    """What is paused: acknowledgements, later notes to requesters, or both."""

    ACKNOWLEDGEMENTS = "acknowledgements"
    NOTICES = "notices"
    ALL = "all"


AUTOMATIC, HUMAN = "automatic", "human"
"""What a switch may say of a sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One switch, with who set it and when (`at`).

    `about` is an agent (away), what is paused, a rule, a queue or "" for everybody (notice), an
    address or a domain (sender); `said` the words of a notice, what a sender is, or why it is
    paused. `until` None: until somebody ends it. `number` is its own, from 1; 0: not kept yet.
    """

    name: SwitchName
    since: datetime
    at: datetime
    person: str
    about: str = ""
    said: str = ""
    until: datetime | None = None
    number: int = 0

    def holds(self, now: datetime) -> bool:
        """Say whether it holds at `now`: at `since` it does, at `until` no more."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Switches:
    """All that are set; also those to come, and the days on which the desk was closed of late."""

    every: tuple[Switch, ...] = ()

    def on(self, now: datetime, name: SwitchName | None = None) -> tuple[Switch, ...]:
        """Return what holds at `now`, of one name or of all, in the order it was set."""
        return tuple(one for one in self.every if one.holds(now) and name in (None, one.name))

    def paused(self, what: Paused, now: datetime) -> Switch | None:
        """Return the switch by which `what` is paused at `now`, or None."""
        wide = {what, Paused.ALL}
        return next((one for one in self.on(now, SwitchName.PAUSE) if one.about in wide), None)

    def notice(self, now: datetime, queue: str = "", rules: Collection[str] = ()) -> str:
        """Return what requesters are told today, in one line; "" for nothing.

        That of everybody, of `queue`, and of the `rules` that matched, in the order it was set.
        """
        said = (
            one.said.strip()
            for one in self.on(now, SwitchName.NOTICE)
            if not one.about or one.about == queue or one.about in rules
        )
        return " ".join(dict.fromkeys(said))

    def sender(self, address: str, now: datetime) -> Switch | None:
        """Return what is said of a sender at `now`: of the address, else of its domain."""
        domain = address.rpartition("@")[2]
        said = {one.about: one for one in self.on(now, SwitchName.SENDER)}
        return said.get(address) or said.get(domain) if address else None

    def over(self, roster: Roster) -> Roster:
        """Return the roster as it is by these switches: absences, and times of closed doors."""
        absences = tuple(
            Absence(one.about, one.since, one.until or FAR)
            for one in self.every
            if one.name is SwitchName.AWAY
        )
        agents = tuple(replace(one, hours=self.closing(one.hours)) for one in roster.agents)
        return replace(
            roster,
            hours=self.closing(roster.hours),
            agents=agents,
            absences=(*roster.absences, *absences),
        )

    def over_queues(self, queues: Mapping[str, Queue]) -> Mapping[str, Queue]:
        """Return the queues as they are by these switches: their own hours, less closed doors."""
        closing = {
            name: replace(queue, hours=self.closing(queue.hours))
            for name, queue in queues.items()
            if queue.hours is not None
        }
        return {**queues, **closing}

    def closing(self, hours: Hours) -> Hours:
        """Return opening hours, or a shift, less the times at which the desk is closed."""
        closed = tuple(
            (one.since, until)
            for one in self.every
            if one.name is SwitchName.CLOSED and one.since < (until := one.until or FAR)
        )
        return replace(hours, closed=(*hours.closed, *closed)) if closed else hours
