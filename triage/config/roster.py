"""`rules/roster.yaml` into a `Roster`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.config.deskfiles import AgentFile, RosterFile
from triage.config.faults import Document, Faults, Loc, near
from triage.config.hours import Placed, gaps, public_holidays, windows, zone
from triage.config.values import is_address
from triage.core.desk import Absence, Agent, Hours, Roster


class RosterReading:
    """Turns the roster file into a `Roster`, keeping faults on the way."""

    def __init__(self, file: RosterFile, document: Document, faults: Faults, today: date) -> None:
        self._file = file
        self._document = document
        self._faults = faults
        self._today = today
        self._zone = zone(file.timezone, ("timezone",), document, faults)
        self.desk = windows(file.open, ("open",), document, faults)

    def roster(self, queues: frozenset[str] | None) -> Roster:
        """Make the roster; `queues` is None where they are not known, and is not checked then."""
        file = self._file
        hours = Hours(
            zone=self._zone,
            windows=tuple(one.window for one in self.desk),
            holidays=public_holidays(
                file.holidays, ("holidays",), self._document, self._faults, self._today
            ),
        )
        if not self.desk:
            self._wrong(("open",), "the desk never opens", key=True)
        agents: list[Agent] = []
        shifts: list[Placed] = []
        for at, given in enumerate(file.agents):
            loc: Loc = ("agents", at)
            own = None if given.hours is None else self._shift(given, (*loc, "hours"))
            agents.append(self._agent(given, loc, hours, own))
            if given.left is None or given.left > self._today:
                shifts += self.desk if own is None else own
            self._agent_names(given, loc, queues)
        if not agents:
            self._wrong(("agents",), "nobody answers here", "add an agent", key=True)
        self._coverage(agents, shifts)
        return Roster(
            hours=hours,
            agents=tuple(agents),
            absences=tuple(self._absences(agents)),
            colleagues=frozenset(file.colleagues),
            on_call=self._on_call(agents),
            phone=file.phone.strip(),
        )

    def _wrong(self, loc: Loc, text: str, remedy: str = "", *, key: bool = False) -> None:
        self._faults.add(self._document.fault(loc, text, remedy, key=key))

    def _shift(self, given: AgentFile, loc: Loc) -> list[Placed]:
        own = windows(given.hours or {}, loc, self._document, self._faults)
        if not own:
            self._wrong(loc, f"{given.name} never works", "leave 'hours' out", key=True)
        return own

    def _agent(self, given: AgentFile, loc: Loc, desk: Hours, own: list[Placed] | None) -> Agent:
        place = (*loc, "timezone")
        zoned = (
            zone(given.timezone, place, self._document, self._faults)
            if given.timezone
            else desk.zone
        )
        free = desk.holidays
        if given.holidays is not None:
            where = (*loc, "holidays")
            free = public_holidays(given.holidays, where, self._document, self._faults, self._today)
        if not given.speaks:
            self._wrong((*loc, "speaks"), f"{given.name} speaks no language", "speaks: [en]")
        return Agent(
            id=given.id,
            name=given.name,
            mail=given.mail,
            speaks=given.speaks,
            queues=frozenset(given.queues),
            hours=Hours(
                zone=zoned,
                windows=desk.windows if own is None else tuple(one.window for one in own),
                holidays=free,
            ),
            limit=given.limit,
            deputy=given.deputy,
            duty_manager=given.duty_manager,
            left=given.left,
        )

    def _agent_names(self, given: AgentFile, loc: Loc, queues: frozenset[str] | None) -> None:
        """Check what one agent's entry says of others."""
        ids = [agent.id for agent in self._file.agents]
        mails = [agent.mail for agent in self._file.agents]
        at = int(loc[-1])
        if given.id in ids[:at]:
            self._wrong((*loc, "id"), f"a second agent is called '{given.id}'")
        if given.mail in mails[:at]:
            text = f"{given.mail} is already the address of '{ids[mails.index(given.mail)]}'"
            self._wrong((*loc, "mail"), text)
        if given.deputy and given.deputy not in ids:
            text = f"there is no agent '{given.deputy}'"
            self._wrong((*loc, "deputy"), text, near(given.deputy, ids))
        if given.deputy == given.id:
            self._wrong((*loc, "deputy"), f"'{given.id}' cannot stand in for themselves")
        for place, queue in enumerate(given.queues):
            if queues is not None and queue not in queues:
                text = f"there is no queue '{queue}'"
                self._wrong((*loc, "queues", place), text, near(queue, queues))

    def _coverage(self, agents: list[Agent], shifts: list[Placed]) -> None:
        """Find opening hours in which nobody works; other zones are beyond this check."""
        if not agents or any(agent.hours.zone != self._zone for agent in agents):
            return
        told: set[Loc] = set()
        for window, moment in gaps(self.desk, shifts):
            if window.loc not in told:
                told.add(window.loc)
                text = f"the desk is open and nobody works from {moment}"
                self._wrong(window.loc, text, "add a shift, or close")

    def _absences(self, agents: list[Agent]) -> list[Absence]:
        zones = {agent.id: agent.hours.zone for agent in agents}
        absences = []
        for at, away in enumerate(self._file.away):
            loc: Loc = ("away", at)
            if away.agent not in zones:
                text = f"there is no agent '{away.agent}'"
                self._wrong((*loc, "agent"), text, near(away.agent, zones))
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
        except ValueError:
            self._wrong(loc, f"'{text}' is not a day", "such as 2026-11-30 or 2026-11-30T12:00")
            return None
        return local.astimezone(UTC)

    def _on_call(self, agents: list[Agent]) -> str:
        """Return the address that hears of danger."""
        given = self._file.on_call.strip()
        mails = {agent.id: agent.mail for agent in agents}
        if given and given not in mails and not is_address(given):
            text = f"'{given}' is neither an agent nor a mail address"
            self._wrong(("on_call",), text, near(given, mails))
        return mails.get(given, given)
