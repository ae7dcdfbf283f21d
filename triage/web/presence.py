"""Who looks at a ticket, and who writes an answer to it: known to the pages, and to nobody else.

It is kept in memory: what is here is over by itself within minutes, and after a restart every page
that stands open says it again within seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

VIEWING = timedelta(seconds=25)
"""How long somebody is there after a page said so; it says so every ten seconds."""

REPLYING = timedelta(minutes=3)
"""How long somebody writes after the last key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """Who is at a ticket, by name: those who write an answer, and those who only look."""

    replying: tuple[str, ...] = ()
    viewing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Here:
    seen: datetime
    wrote: datetime | None


class Presence:
    """Knows who is where. `changed` is awaited by whoever tells it on.

    What is over is over when it is asked for: nobody has to sweep for that to be so.
    """

    def __init__(self) -> None:
        self._here: dict[str, dict[str, _Here]] = {}
        self._told: dict[str, There] = {}
        self._touched: set[str] = set()
        self._wake = asyncio.Event()

    def view(self, reference: str, person: str, now: datetime) -> None:
        """Somebody has a ticket open. What they write goes on until its own end."""
        here = self._here.setdefault(reference, {})
        here[person] = _Here(now, here[person].wrote if person in here else None)
        self._look(reference, now)

    def reply(self, reference: str, person: str, now: datetime) -> bool:
        """Somebody writes an answer; say whether that begins with this key."""
        here = self._here.setdefault(reference, {})
        before = here.get(person)
        here[person] = _Here(now, now)
        self._look(reference, now)
        return before is None or not _writes(before, now)

    def stop_replying(self, reference: str, person: str, now: datetime) -> None:
        """Somebody has sent or dropped their answer: they still look at the ticket."""
        before = self._here.get(reference, {}).get(person)
        if before is not None:
            self._here[reference][person] = _Here(before.seen, None)
            self._look(reference, now)

    def leave(self, reference: str, person: str, now: datetime) -> None:
        """Somebody has closed a ticket."""
        if self._here.get(reference, {}).pop(person, None) is not None:
            self._look(reference, now)

    def at(self, reference: str, now: datetime, but: str = "") -> There:
        """Return who is at a ticket now, `but` for one."""
        here = sorted(self._here.get(reference, {}).items())
        others = [(person, one) for person, one in here if person != but]
        return There(
            replying=tuple(person for person, one in others if _writes(one, now)),
            viewing=tuple(
                person for person, one in others if _looks(one, now) and not _writes(one, now)
            ),
        )

    def everywhere(self, now: datetime) -> Mapping[str, There]:
        """Return who is at which ticket now, by its reference."""
        there = {reference: self.at(reference, now) for reference in self._here}
        return {reference: who for reference, who in there.items() if who != There()}

    def anybody(self, clock: Callable[[], datetime]) -> Callable[[str], bool]:
        """Return what says of a ticket whether anybody is at it now; any thread may ask it."""
        return lambda reference: self.at(reference, clock()) != There()

    async def changed(self) -> frozenset[str]:
        """Wait until somebody comes, writes or goes; return the references of those tickets.

        One alone may wait. What ends by itself wakes nobody before `sweep`.
        """
        while not self._touched:
            self._wake.clear()
            await self._wake.wait()
        touched, self._touched = frozenset(self._touched), set()
        return touched

    def sweep(self, now: datetime) -> None:
        """Forget whose time is over: whoever awaits `changed` is woken by it."""
        for reference, here in tuple(self._here.items()):
            self._here[reference] = {
                person: one for person, one in here.items() if _writes(one, now) or _looks(one, now)
            }
            if not self._here[reference]:
                del self._here[reference]
            self._look(reference, now)

    def _look(self, reference: str, now: datetime) -> None:
        """See whether a ticket stands otherwise than was told."""
        there = self.at(reference, now)
        if there == self._told.get(reference, There()):
            return
        self._told[reference] = there
        if there == There():
            del self._told[reference]
        self._touched.add(reference)
        self._wake.set()


def _writes(one: _Here, now: datetime) -> bool:
    return one.wrote is not None and now - one.wrote <= REPLYING


def _looks(one: _Here, now: datetime) -> bool:
    return now - one.seen <= VIEWING


def words(there: There, say: Callable[..., str]) -> str:
    """Say who is at a ticket, as rows and the pane show it; "" for nobody."""
    if len(there.replying) == 1:
        return say("%(name)s is replying", name=there.replying[0])
    if there.replying:
        return say("%(names)s are replying", names=", ".join(there.replying))
    if len(there.viewing) == 1:
        return say("%(name)s is looking", name=there.viewing[0])
    if there.viewing:
        return say("%(names)s are looking", names=", ".join(there.viewing))
    return ""
