"""One row of a list: what is read of it at a glance, and the arithmetic of its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.config.load import Policy
from triage.core.answer import OUTSIDE
from triage.core.guise import Badge
from triage.core.message import Trust
from triage.core.needed import ASKED_TWICE
from triage.core.record import VERIFIED
from triage.core.ticket import UNSURE, Priority, Status
from triage.core.together import SAME_ORDER
from triage.store.hints import MARKED
from triage.store.views import TicketRow
from triage.web.render import Reader, marked
from triage.web.words_of import STATUSES

SOON = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word on a row, with its icon: never a colour alone."""

    name: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as it is shown. `tone` is late, soon, fine or rest.

    `due` is when the answer is due, or the update that is owed; `warn` when that begins to press.
    """

    reference: str
    revision: int
    tone: str
    icon: str
    clock: str
    due: str
    warn: str
    who: str
    subject: str
    gist: str
    queue: str
    place: str
    boosted: str
    owner: str
    mine: bool
    tags: tuple[Tag, ...]


_RESTS = {Status.WAITING, Status.SNOOZED, Status.DONE}
_ICONS = {"late": "▲", "soon": "◆", "fine": "●", "rest": "○"}
PRIORITIES = {
    Priority.URGENT: marked("urgent"),
    Priority.HIGH: marked("high"),
    Priority.NORMAL: marked("normal"),
    Priority.LOW: marked("low"),
}
"""What priorities are called on the page, to be translated where it is said."""

SIGNALS = {
    "safety": ("⚠", marked("danger")),
    "legal": ("§", marked("legal")),
    "vulnerable": ("✚", marked("vulnerable")),
    "churn_risk": ("⇥", marked("leaving")),
    "complaint": ("!", marked("complaint")),
    "compliment": ("♥", marked("compliment")),
    "repeat_contact": ("↻", marked("wrote again")),
}
"""The signals of a ticket by name: icon and word; what weighs most comes first."""
_WEIGHTS = {name: weight for weight, name in enumerate(SIGNALS)}


_FORGED = {
    "phishing": marked("swindle"),
    VERIFIED[Trust.FAIL]: marked("forged sender?"),
    Badge.CLAIMS_US: marked("claims to be us"),
    Badge.OUR_ADDRESS: marked("our address in the name"),
    Badge.LOOK_ALIKE: marked("look-alike domain"),
}
"""Badges that warn of whoever wrote."""
_LOOK = {
    "unreadable": marked("unreadable"),
    Badge.NOT_ONE: marked("not one sender"),
    Badge.OUR_NAME: marked("name of one of us"),
    Badge.OTHER_ADDRESS: marked("another address in the name"),
    Badge.ELSEWHERE: marked("replies go elsewhere"),
    OUTSIDE: marked("answered elsewhere?"),
    MARKED: marked("answered elsewhere?"),
    ASKED_TWICE: marked("asked twice"),
    SAME_ORDER: marked("same order, another address"),
}
"""Badges that ask for a second look before somebody answers."""


def signal_word(name: str) -> str:
    """Return how a signal is called on the page, to be translated where it is said."""
    return SIGNALS[name][1] if name in SIGNALS else name.replace("_", " ")


def row_of(row: TicketRow, policy: Policy, reader: Reader, agent: str) -> Row:
    """Return a ticket's row as `agent` sees it."""
    tone, clock = _clock(row, reader)
    owner = policy.roster.agent(row.owner)
    queue = policy.queues.get(row.queue)
    return Row(
        reference=row.reference,
        revision=row.revision,
        tone=tone,
        icon=_ICONS[tone],
        clock=clock,
        due="" if (due := _due(row)) is None else due.isoformat(),
        warn="" if (soon := _soon(row)) is None else soon.isoformat(),
        who=row.requester_name or row.requester or reader.say("nobody named"),
        subject=row.subject or reader.say("no subject"),
        gist=row.gist,
        queue=queue.title if queue else row.queue,
        place=_place(row, reader),
        boosted=_boosted(row, reader),
        owner=owner.first_name if owner else row.owner or reader.say("nobody"),
        mine=bool(agent) and row.owner == agent,
        tags=tuple(_tags(row, policy, reader, agent)),
    )


def _clock(row: TicketRow, reader: Reader) -> tuple[str, str]:
    """Return the tone of a row, and its countdown in words."""
    due = _due(row)
    if due is None:
        return "rest", reader.say(STATUSES[row.status] if row.status in _RESTS else "no clock")
    if due < reader.now:
        return "late", reader.say("late %(span)s", span=reader.span(reader.now - due))
    soon = _soon(row)
    return "soon" if soon is not None and soon <= reader.now else "fine", reader.span(
        due - reader.now
    )


def _due(row: TicketRow) -> datetime | None:
    """Return when our next word is due: an answer, or the update that we owe; None: neither is."""
    if row.status is Status.WAITING:
        return row.owed_by
    return row.answer_by if row.status is Status.OPEN else None


def _soon(row: TicketRow) -> datetime | None:
    """Return when it begins to press: a quarter of an hour ahead, or as it is warned of."""
    due = _due(row)
    if due is None:
        return None
    return min(due - SOON, row.warn_at or due) if row.status is Status.OPEN else due - SOON


def _place(row: TicketRow, reader: Reader) -> str:
    """Write when a row is due; less what its boost is worth, that is its place."""
    if row.status is Status.SNOOZED and row.snoozed_until is not None:
        return reader.say("until %(when)s", when=reader.time(row.snoozed_until))
    due = _due(row)
    if due is None:
        return ""
    if row.status is Status.WAITING:
        return reader.say("update due %(time)s", time=reader.time(due))
    return reader.say("due %(time)s", time=reader.time(due))


def _boosted(row: TicketRow, reader: Reader) -> str:
    """Write by how many minutes a row's priority moves it, and by which priority."""
    if row.status is not Status.OPEN or row.answer_by is None or not row.boost:
        return ""
    sign = "\u2212" if row.boost > 0 else "+"
    return f"{sign}{abs(row.boost)} {reader.say(PRIORITIES[row.priority])}"


def _tags(row: TicketRow, policy: Policy, reader: Reader, agent: str) -> list[Tag]:
    found: list[Tag] = []
    if row.priority in {Priority.URGENT, Priority.HIGH}:
        icon = "⬆" if row.priority is Priority.HIGH else "‼"
        found.append(Tag(name=row.priority, icon=icon, text=reader.say(PRIORITIES[row.priority])))
    found.extend(_badges(row, _FORGED, "forged", "⚠", reader))
    for flag in sorted(row.flags, key=lambda name: _WEIGHTS.get(name, len(_WEIGHTS))):
        icon, word = SIGNALS.get(flag, ("•", flag.replace("_", " ")))
        found.append(Tag(name=flag, icon=icon, text=reader.say(word)))
    if row.queue == UNSURE:
        found.append(Tag(name="unsure", icon="?", text=reader.say("unsure")))
    found.extend(_badges(row, _LOOK, "look", "◌", reader))
    me = policy.roster.agent(agent)
    if row.language and me is not None and row.language not in me.speaks:
        found.append(Tag(name="language", icon="⇄", text=row.language.upper()))
    if row.messages > 1:
        text = reader.count("%(num)s mail", "%(num)s mails", row.messages)
        found.append(Tag(name="mails", icon="✉", text=text))
    if row.alike > 1:
        text = reader.count("%(num)s alike", "%(num)s alike", row.alike)
        found.append(Tag(name="alike", icon="≡", text=text))
    return found


def _badges(
    row: TicketRow, words: Mapping[str, str], name: str, icon: str, reader: Reader
) -> Iterator[Tag]:
    """Yield those badges of a row for which there are words."""
    told = dict.fromkeys(word for badge, word in words.items() if badge in row.badges)
    yield from (Tag(name=name, icon=icon, text=reader.say(word)) for word in told)
