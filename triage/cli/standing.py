"""Where a ticket stands in the queue, in words: its countdown, and why it has its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from triage.cli.moments import clock, length
from triage.config.desk import Desk
from triage.core.desk import Agent
from triage.core.remember import as_list
from triage.core.sla import Standing, standing
from triage.core.ticket import UNSURE, Priority
from triage.store.views import TicketRow, TicketView

MINUS = "\N{MINUS SIGN}"

Terms = tuple[tuple[int, str], ...]
"""What a boost is made of: minutes, and what gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How tickets are shown: the moment, the zone, and the desk (None: its files have faults)."""

    now: datetime
    zone: tzinfo
    desk: Desk | None

    def terms(self, row: TicketRow, view: TicketView | None) -> Terms:
        """Return what a ticket's boost is made of. See `terms`."""
        return terms(row, None if self.desk is None else self.desk.service.boosts, view)

    def owner(self, row: TicketRow) -> Agent | None:
        """Return the owner, if there is one and the roster knows them."""
        return None if self.desk is None else self.desk.roster.agent(row.owner)


@dataclass(frozen=True, slots=True)
class Countdown:
    """A countdown in words, with a shape and a colour that say the same."""

    shape: str
    words: str
    style: str

    def __str__(self) -> str:
        return f"{self.shape} {self.words}"


def stands(row: TicketRow, now: datetime) -> Standing | None:
    """Say where a waiting ticket stands; None: no clock runs."""
    if row.answer_by is None:
        return None
    warning = timedelta() if row.warn_at is None else row.answer_by - row.warn_at
    return standing(row.answer_by, None, warning, now)


def countdown(row: TicketRow, now: datetime) -> Countdown:
    """Say how long there is to answer, or by how much it is late."""
    if row.answer_by is None:
        return Countdown("○", "no clock", "dim")
    if stands(row, now) is Standing.BREACHED:
        return Countdown("▲", f"late {length(now - row.answer_by)}", "bold red")
    left = length(row.answer_by - now)
    if stands(row, now) is Standing.AT_RISK:
        return Countdown("◆", f"in {left}", "bold yellow")
    return Countdown("●", f"in {left}", "green")


def minutes_left(row: TicketRow, now: datetime) -> int | None:
    """Return full minutes until the answer is due, negative when late; None without a clock."""
    return None if row.answer_by is None else (row.answer_by - now) // timedelta(minutes=1)


def terms(row: TicketRow, boosts: Mapping[Priority, int] | None, view: TicketView | None) -> Terms:
    """Split a ticket's boost into what its priority gives and what each rule adds.

    `view` names the rules; where it is None, or where they do not add up to it (another mail, a
    correction), they stand together as `rules`.
    """
    if boosts is None:
        return ((row.boost, ""),) if row.boost else ()
    own = boosts[row.priority]
    rest = row.boost - own
    given = ((own, str(row.priority)),) if own else ()
    for message in reversed(view.messages if view else ()):
        rules = by_rules(message.explained)
        if rules and sum(minutes for minutes, _ in rules) == rest:
            return given + rules
    return (*given, (rest, "rules")) if rest else given


def by_rules(explained: Mapping[str, object]) -> Terms:
    """Return what each rule that fired added to the boost."""
    found: list[tuple[int, str]] = []
    for fired in as_list(explained.get("fired")):
        for deed in as_list(fired.get("did")):
            name, _, minutes = str(deed).partition(" ")
            if name == "boost":
                found.append((int(minutes), str(fired.get("rule", "rule"))))
    return tuple(found)


def place(row: TicketRow, given: Terms, now: datetime, zone: tzinfo) -> str:
    """Write the place in the queue as plain arithmetic: when due, less each boost."""
    if row.answer_by is None or row.place is None:
        return "nothing due"
    words = [f"due {clock(row.answer_by, now, zone)}"]
    for minutes, name in given:
        sign = MINUS if minutes > 0 else "+"
        words.append(f"{sign}{abs(minutes)} {name}".rstrip())
    if row.place != row.answer_by:
        words.append(f"→ {clock(row.place, now, zone)}")
    return " ".join(words)


def queue_name(row: TicketRow) -> str:
    """Name the queue; one that the model left open with its best guess."""
    guessed = row.queue == UNSURE and row.guess not in {"", UNSURE}
    return f"{row.queue}, {row.guess}?" if guessed else row.queue
