"""`rules/roster.yaml` into a `Roster`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from triage.config.calendars import Calendars
from triage.config.deskfiles import AgentFile, AwayFile, RosterFile
from triage.config.faults import Document, Faults, Loc, near
from triage.config.freedays import FreeDays, unattended
from triage.config.hours import Placed, gaps, windows, zone
from triage.config.shape import fit
from triage.config.values import is_address
from triage.core.desk import Absence, Agent, Hours, Roster

LISTS = frozenset({"agents", "away"})
T = TypeVar("T")


def agent_ids(document: Document) -> frozenset[str]:
    """Return every agent that the file names, right or wrong."""
    given = document.data.get("agents")
    items = given if isinstance(given, list) else ()
    ids = (item.get("id") for item in items if isinstance(item, dict))
    return frozenset(name for name in ids if isinstance(name, str))


class RosterReading:
    """Turns the roster file into a `Roster`, keeping faults on the way."""

    def __init__(self, document: Document, faults: Faults, today: date, folder: Path) -> None:
        self._document = document
        self._faults = faults
        self._today = today
        self._calendars = Calendars(document, faults, today, folder)
        self._ids = sorted(agent_ids(document))
        top = {key: value for key, value in document.data.items() if key not in LISTS}
        self._file = fit(RosterFile, document, faults, data=top)
        named = self._file.timezone if self._file else "UTC"
        self._zone = zone(named, ("timezone",), document, faults)
        week = self._file.open if self._file else {}
        self.desk = windows(week, ("open",), document, faults)
        if self._file is not None and not self.desk and not week:
            self._wrong(("open",), "the desk never opens", key=True)

    def roster(self, queues: frozenset[str] | None) -> Roster | None:
        """Make the roster; `queues` is None where they are not known, and is not checked then.

        None where not even the opening hours could be read.
        """
        given = dict(self._each(AgentFile, "agents"))
        if not self._document.data.get("agents"):
            self._wrong(("agents",), "nobody answers here", "add agents", key=True)
        self._agent_names(given, queues)
        file = self._file
        if file is None:
            return None
        free = self._calendars.free(file.holidays, ("holidays",), self._zone)
        hours = _hours(self._zone, self.desk, free)
        agents: list[Agent] = []
        shifts: list[Placed] = []
        for loc, one in given.items():
            own = None if one.hours is None else self._shift(one, (*loc, "hours"))
            agents.append(self._agent(one, loc, self._hours_of(one, loc, free, own)))
            if one.left is None or one.left > self._today:
                shifts += self.desk if own is None else own
        if len(agents) == len(self._ids):
            self._coverage(hours, agents, shifts)
        return Roster(
            hours=hours,
            agents=tuple(agents),
            absences=(*self._absences(agents), *self._calendared(given, agents)),
            colleagues=frozenset(file.colleagues),
            protected=self._protected(file.protected),
            on_call=self._on_call(file.on_call.strip(), agents),
            phone=file.phone.strip(),
        )

    def _each(self, shape: type[T], name: str) -> Iterator[tuple[Loc, T]]:
        """Read the items of a list, each on its own, so that one fault does not hide others."""
        items = self._document.data.get(name) or []
        if not isinstance(items, list):
            self._wrong((name,), f"'{name}' should be a list")
            return
        for at, item in enumerate(items):
            fitted = fit(shape, self._document, self._faults, at=(name, at), data=item or {})
            if fitted is not None:
                yield (name, at), fitted

    def _wrong(self, loc: Loc, text: str, remedy: str = "", *, key: bool = False) -> None:
        self._faults.add(self._document.fault(loc, text, remedy, key=key))

    def _shift(self, given: AgentFile, loc: Loc) -> list[Placed]:
        own = windows(given.hours or {}, loc, self._document, self._faults)
        if not any((given.hours or {}).values()):
            self._wrong(loc, f"{given.name} never works", "leave 'hours' out", key=True)
        return own

    def _hours_of(
        self, given: AgentFile, loc: Loc, desk: FreeDays, own: list[Placed] | None
    ) -> Hours:
        """Return when an agent works: a shift of their own, or whenever the desk is open."""
        zoned = self._zone
        if given.timezone:
            zoned = zone(given.timezone, (*loc, "timezone"), self._document, self._faults)
        if given.holidays is not None:
            free = self._calendars.free(given.holidays, (*loc, "holidays"), zoned)
        else:
            free = desk if own is None else desk.within([one.window for one in own])
        if given.calendar is None or given.calendar.events != "shifts":
            return _hours(zoned, self.desk if own is None else own, free)
        shifts = self._calendars.events(given.calendar.file, (*loc, "calendar"), zoned)
        return replace(_hours(zoned, own or [], free), shifts=shifts)

    def _calendared(self, given: Mapping[Loc, AgentFile], agents: list[Agent]) -> Iterator[Absence]:
        """Read the absences that stand in agents' calendars."""
        for (loc, one), agent in zip(given.items(), agents, strict=True):
            if one.calendar is not None and one.calendar.events == "away":
                place = (*loc, "calendar")
                spans = self._calendars.events(one.calendar.file, place, agent.hours.zone)
                yield from (Absence(agent.id, start, end) for start, end in spans)

    def _agent(self, given: AgentFile, loc: Loc, hours: Hours) -> Agent:
        if not given.speaks:
            self._wrong((*loc, "speaks"), f"{given.name} speaks no language", "speaks: [en]")
        return Agent(
            id=given.id,
            name=given.name,
            mail=given.mail,
            speaks=given.speaks,
            queues=frozenset(given.queues),
            hours=hours,
            limit=given.limit,
            deputy=given.deputy,
            duty_manager=given.duty_manager,
            left=given.left,
            tell=given.tell,
            signs=given.signs,
        )

    def _agent_names(self, given: Mapping[Loc, AgentFile], queues: frozenset[str] | None) -> None:
        """Check what the agents' entries say of each other and of the queues."""
        ids: set[str] = set()
        mails: dict[str, str] = {}
        for loc, one in given.items():
            if one.id in ids:
                self._wrong((*loc, "id"), f"a second agent is called '{one.id}'", "an id each")
            if one.mail in mails:
                text = f"{one.mail} is already the address of '{mails[one.mail]}'"
                self._wrong((*loc, "mail"), text, "an address each: it says who answered")
            ids.add(one.id)
            mails.setdefault(one.mail, one.id)
            if one.deputy and one.deputy not in self._ids:
                text = f"there is no agent '{one.deputy}'"
                self._wrong((*loc, "deputy"), text, near(one.deputy, self._ids))
            if one.deputy == one.id:
                text = f"'{one.id}' cannot stand in for themselves"
                self._wrong((*loc, "deputy"), text, near("", set(self._ids) - {one.id}))
            for place, queue in enumerate(one.queues):
                if queues is not None and queue not in queues:
                    text = f"there is no queue '{queue}'"
                    self._wrong((*loc, "queues", place), text, near(queue, queues))

    def _coverage(self, desk: Hours, agents: list[Agent], shifts: list[Placed]) -> None:
        """Find opening hours in which nobody works; other zones are beyond this check."""
        if not agents or any(
            agent.hours.zone != self._zone or agent.hours.shifts for agent in agents
        ):
            return
        here = [one.hours for one in agents if one.left is None or one.left > self._today]
        for day, alone in unattended(desk, here, self._today):
            place = ("holidays", "half_days", day.isoformat())
            text = f"the desk is open and nobody works from {alone:%H:%M}"
            self._wrong(place, text, "half_days of an agent, or close", key=True)
        told: set[Loc] = set()
        for window, moment in gaps(self.desk, shifts):
            if window.loc not in told:
                told.add(window.loc)
                text = f"the desk is open and nobody works from {moment}"
                self._wrong(window.loc, text, "add a shift, or close")

    def _absences(self, agents: list[Agent]) -> list[Absence]:
        zones = {agent.id: agent.hours.zone for agent in agents}
        absences = []
        for loc, away in self._each(AwayFile, "away"):
            if away.agent not in zones:
                if away.agent not in self._ids:
                    text = f"there is no agent '{away.agent}'"
                    self._wrong((*loc, "agent"), text, near(away.agent, self._ids))
                continue
            start = self._instant(away.start, (*loc, "from"), zones[away.agent], last=False)
            end = self._instant(away.end, (*loc, "to"), zones[away.agent], last=True)
            if start is None or end is None:
                continue
            if end <= start:
                self._wrong((*loc, "to"), f"'{away.end}' is before '{away.start}'")
                continue
            absences.append(Absence(away.agent, start, end))
        return absences

    def _instant(self, text: str, loc: Loc, where: ZoneInfo, *, last: bool) -> datetime | None:
        """Read a local day or instant; the `last` day is over when the next one begins."""
        try:
            if len(text) <= 10:
                day = date.fromisoformat(text) + timedelta(days=1 if last else 0)
                local = datetime.combine(day, time(), where)
            else:
                local = datetime.fromisoformat(text)
                local = local if local.tzinfo else local.replace(tzinfo=where)
            return local.astimezone(UTC)
        except ValueError:
            self._wrong(loc, f"'{text}' is not a day", "such as 2026-11-30 or 2026-11-30T12:00")
        except OverflowError:
            remedy = "a nearer day; whoever is gone for good has 'left: DATE'"
            self._wrong(loc, f"'{text}' is beyond every calendar", remedy)
        return None

    def _protected(self, given: tuple[str, ...]) -> tuple[str, ...]:
        """Check the names: an address is none, and one word alone is many people's."""
        for at, name in enumerate(given):
            if is_address(name):
                remedy = "the name as it is shown; their addresses stand in 'colleagues'"
                self._wrong(("protected", at), f"'{name}' is an address, not a name", remedy)
            elif len(name.split()) < 2:
                text = f"'{name}' alone is the name of many"
                self._wrong(("protected", at), text, "first and last name")
        return given

    def _on_call(self, given: str, agents: list[Agent]) -> str:
        """Return the address that hears of danger."""
        mails = {agent.id: agent.mail for agent in agents}
        if given and given not in self._ids and not is_address(given):
            text = f"'{given}' is neither an agent nor a mail address"
            self._wrong(("on_call",), text, near(given, self._ids))
        return mails.get(given, given)


def _hours(where: ZoneInfo, week: list[Placed], free: FreeDays) -> Hours:
    return Hours(
        zone=where,
        windows=tuple(one.window for one in week),
        holidays=free.holidays,
        special=free.special,
        closed=free.closed,
    )
