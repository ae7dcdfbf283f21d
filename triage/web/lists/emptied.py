"""Why a list is empty: because all is done, or because nothing arrives."""

from __future__ import annotations

from dataclasses import dataclass

from triage.store.lists import View
from triage.store.views import TicketView
from triage.web.render import Reader, marked
from triage.web.routes import Visit

_NOTHING = marked("There is nothing here.")
_TITLES = {
    View.NEXT: marked("Nothing waits for you."),
    View.WAITING: marked("Nothing is waiting."),
    View.OWED: marked("No update is owed to anybody."),
    View.SNOOZED: marked("Nothing was put off."),
    View.DONE: marked("Nothing was done today yet."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What stands in the place of a list's rows; `tone` is calm or wrong."""

    tone: str
    icon: str
    title: str
    text: str = ""


def emptied(visit: Visit, read: Reader, asked: View, last: TicketView | None) -> Empty:
    """Say why a list is empty; `last` is the ticket that was answered last."""
    down = [one for one in visit.office.condition().folders if one.down]
    if down and asked in {View.NEXT, View.WAITING}:
        synced = [one.last_sync for one in down if one.last_sync is not None]
        text = read.say("Mail that arrives there is not seen until it can be.")
        if not synced:
            title = read.say("%(name)s cannot be reached.", name=down[0].mailbox)
            return Empty(tone="wrong", icon="▲", title=title, text=text)
        title = read.say(
            "%(name)s cannot be reached since %(when)s.",
            name=down[0].mailbox,
            when=read.time(min(synced)),
        )
        return Empty(tone="wrong", icon="▲", title=title, text=text)
    title = read.say(_TITLES.get(asked, _NOTHING))
    return Empty(tone="calm", icon="✓", title=title, text=_answered(visit, read, last))


def _answered(visit: Visit, read: Reader, last: TicketView | None) -> str:
    """Say when somebody last answered, and who."""
    if last is None:
        return ""
    answers = [clock.answered for clock in last.clocks if clock.answered is not None]
    if not answers:
        return ""
    by = next(
        (str(event.detail["by"]) for event in reversed(last.events) if event.detail.get("by")), ""
    )
    agent = visit.office.policy().roster.agent(by or last.row.owner)
    return read.say(
        "Last answered %(when)s by %(name)s.",
        when=read.time(max(answers)),
        name=agent.first_name if agent else by or read.say("nobody"),
    )
