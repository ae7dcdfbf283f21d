"""What everybody on the page must know: what holds for the hour, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.config.settings import Mode
from triage.core.switches import SwitchName
from triage.web.render import Reader
from triage.web.routes import Visit
from triage.web.team.hour import held


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of the banner; `tone` is wrong, hour or mode."""

    tone: str
    icon: str
    title: str
    text: str = ""


_QUIET = frozenset({SwitchName.SENDER})
"""Switches of which only those hear who set them."""


def banner(visit: Visit, read: Reader) -> tuple[Note, ...]:
    """Return what stands above every page, what is wrong first."""
    return (*_wrong(visit, read), *_hour(visit, read), *_mode(visit, read))


def _wrong(visit: Visit, read: Reader) -> Iterator[Note]:
    condition = visit.office.condition()
    down: dict[str, str] = {}
    for folder in condition.folders:
        if folder.down:
            since = "" if folder.last_sync is None else read.time(folder.last_sync)
            down.setdefault(folder.mailbox, since)
    for mailbox, since in down.items():
        text = read.say("since %(when)s", when=since) if since else ""
        title = read.say("The mailbox %(name)s cannot be reached", name=mailbox)
        yield Note(tone="wrong", icon="▲", title=title, text=text)
    if condition.paused:
        title = read.say("No mail leaves: the relay does not take it.")
        yield Note(tone="wrong", icon="▲", title=title, text=condition.paused)
    if condition.rejected:
        title = read.say("The rules were rejected, the last good set runs.")
        yield Note(tone="wrong", icon="▲", title=title, text=condition.rejected[0])


def _hour(visit: Visit, read: Reader) -> Iterator[Note]:
    for one in held(visit, visit.office.terms().switches.every):
        if not one.holds or one.name in _QUIET:
            continue
        until = read.say("until %(when)s", when=one.until) if one.until else ""
        by = read.say("by %(name)s, %(when)s", name=one.person, when=one.at)
        text = ", ".join(filter(None, (until, by)))
        said = f" “{one.said}”" if one.said else ""
        yield Note(tone="hour", icon="◷", title=f"{one.text}{said}", text=text)


def _mode(visit: Visit, read: Reader) -> Iterator[Note]:
    if visit.office.policy().settings.mode is Mode.LIVE:
        return
    title = read.say("Mode: shadow.")
    text = read.say("Nothing leaves by itself; what you send does.")
    yield Note(tone="mode", icon="◌", title=title, text=text)
