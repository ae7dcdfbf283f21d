"""Who looks at a ticket, and who writes an answer to it: known to the pages, and to nobody else.

It is kept in memory: what is here is over by itself within minutes, and after a restart every page
that stands open says it again within seconds.
"""

from __future__ import annotations

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

    def but(self, person: str) -> There:
        """Return who else is there."""
        return There(
            replying=tuple(one for one in self.replying if one != person),
            viewing=tuple(one for one in self.viewing if one != person),
        )


@dataclass(frozen=True, slots=True)
class _Here:
    seen: datetime
    wrote: datetime | None


class Presence:
    """Knows who is where: whoever tells it on asks again and again.

    What is over is over when it is asked for: nobody has to sweep for that to be so.
    """

    def __init__(self) -> None:
        self._here: dict[str, dict[str, _Here]] = {}

    def view(self, reference: str, person: str, now: datetime) -> None:
        """Somebody has a ticket open. What they write goes on until its own end."""
        here = self._here.setdefault(reference, {})
        here[person] = _Here(now, here[person].wrote if person in here else None)

    def reply(self, reference: str, person: str, now: datetime) -> bool:
        """Somebody writes an answer; say whether that begins with this key."""
        here = self._here.setdefault(reference, {})
        before = here.get(person)
        here[person] = _Here(now, now)
        return before is None or not _writes(before, now)

    def stop_replying(self, reference: str, person: str) -> None:
        """Somebody has sent or dropped their answer: they still look at the ticket."""
        before = self._here.get(reference, {}).get(person)
        if before is not None:
            self._here[reference][person] = _Here(before.seen, None)

    def leave(self, reference: str, person: str) -> None:
        """Somebody has closed a ticket."""
        self._here.get(reference, {}).pop(person, None)

    def at(self, reference: str, now: datetime) -> There:
        """Return who is at a ticket now."""
        here = sorted(self._here.get(reference, {}).items())
        return There(
            replying=tuple(person for person, one in here if _writes(one, now)),
            viewing=tuple(
                person for person, one in here if _looks(one, now) and not _writes(one, now)
            ),
        )

    def everywhere(self, now: datetime) -> Mapping[str, There]:
        """Return who is at which ticket now, by its reference."""
        there = {reference: self.at(reference, now) for reference in self._here}
        return {reference: who for reference, who in there.items() if who != There()}

    def anybody(self, clock: Callable[[], datetime]) -> Callable[[str], bool]:
        """Return what says of a ticket whether anybody is at it now; any thread may ask it."""
        return lambda reference: self.at(reference, clock()) != There()

    def sweep(self, now: datetime) -> None:
        """Forget whose time is over."""
        for reference, here in tuple(self._here.items()):
            self._here[reference] = {
                person: one for person, one in here.items() if _writes(one, now) or _looks(one, now)
            }
            if not self._here[reference]:
                del self._here[reference]


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
