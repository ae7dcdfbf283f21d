"""What becomes of what we wrote on a ticket: in words, and with what can still be done about it.

A mail that a relay has accepted is one of the conversation; for a while it is said here, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.desk import Roster
from triage.core.outgoing import State
from triage.core.reply import Form
from triage.store.replying import ReplyView
from triage.store.views import EventView
from triage.web.render import Reader, marked

FRESH = timedelta(minutes=10)
"""How long it is said that a mail was accepted."""

_FORMS = {
    Form.REPLY: "",
    Form.FORWARD: marked("forwarded"),
    Form.THIRD_PARTY: marked("to a third party"),
    Form.NEW: "",
}
_ENDED = {
    State.FAILED: ("amiss", "✕", marked("not sent: it failed")),
    State.EXPIRED: ("amiss", "✕", marked("not sent: it failed")),
    State.UNKNOWN: ("doubt", "?", marked("nobody knows whether it arrived")),
}
_WAITS = frozenset({State.PENDING, State.CLAIMED})
_GIST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail of ours that is not settled. `tone` is way, fine, doubt or amiss.

    `back`: it can be called back; `again`: it can be sent again.
    """

    mail: int
    who: str
    to: str
    what: str
    when: str
    instant: str
    gist: str
    files: str
    tone: str
    icon: str
    state: str
    reason: str
    refused: str
    back: bool
    again: bool


def unsettled(
    replies: Sequence[ReplyView], events: Sequence[EventView], now: datetime
) -> tuple[ReplyView, ...]:
    """Return what leaves, has just left, or needs somebody: the oldest first.

    What came back needs somebody until another mail was sent.
    """
    last = replies[-1] if replies else None
    return tuple(
        one
        for one in replies
        if one.state is not State.CANCELLED
        and (
            one.state is not State.SENT
            or one.refused
            or now - (one.ended or one.at) < FRESH
            or (one is last and came_back(one, events))
        )
    )


def came_back(reply: ReplyView, events: Iterable[EventView]) -> tuple[str, ...]:
    """Return to whom a mail could not be delivered, as reports said since it was accepted."""
    people, since = {one.addr for one in (*reply.to, *reply.cc)}, reply.ended or reply.at
    failed: dict[str, None] = {}
    for event in events:
        if event.name == "bounced" and event.at >= since:
            told = event.detail.get("failed")
            for one in told if isinstance(told, list) else []:
                failed[str(one.get("recipient", "")).casefold()] = None
    return tuple(one for one in failed if one in people)


def sent(reply: ReplyView, events: Iterable[EventView], roster: Roster, read: Reader) -> Sent:
    """Return a mail of ours as it is shown."""
    tone, icon, state = _state(reply, read)
    if reply.state is State.SENT and (back := came_back(reply, events)):
        tone, icon = "amiss", "✕"
        state = read.say("came back: not delivered to %(who)s", who=", ".join(back))
    form, files = _FORMS[reply.form], len(reply.enclosed)
    return Sent(
        mail=reply.mail,
        who=roster.name(reply.person),
        to=", ".join(one.addr for one in (*reply.to, *reply.cc)),
        what=read.say(form) if form else "",
        when=read.time(reply.at),
        instant=reply.at.isoformat(),
        gist=" ".join(reply.text.split())[:_GIST],
        files=read.count("%(num)s file", "%(num)s files", files) if files else "",
        tone=tone,
        icon=icon,
        state=state,
        reason=reply.reason.replace("_", " ") if reply.state in _ENDED else "",
        refused=", ".join(f"{one.address} ({one.reply})" for one in reply.refused),
        back=reply.state is State.PENDING and reply.leaves_at > read.now and not reply.attempts,
        again=reply.state in _ENDED,
    )


def _state(reply: ReplyView, read: Reader) -> tuple[str, str, str]:
    if reply.state is State.SENT:
        when = read.time(reply.ended or reply.leaves_at)
        return "fine", "✓", read.say("accepted by the relay %(when)s", when=when)
    if reply.state in _ENDED:
        tone, icon, words = _ENDED[reply.state]
        return tone, icon, read.say(words)
    if reply.state in _WAITS and reply.leaves_at > read.now:
        left = int((reply.leaves_at - read.now).total_seconds()) + 1
        return "way", "◷", read.say("leaves in %(num)s s", num=left)
    if reply.attempts:
        return "way", "◷", read.say("on its way; the relay asked to be tried again")
    return "way", "→", read.say("on its way")
