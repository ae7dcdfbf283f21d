"""What is done to a ticket beyond its answer: put right, given, entered, merged, split."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from triage.core.desk import Roster
from triage.core.goodwill import Budget, written
from triage.core.hours import month_of
from triage.core.ticket import Status
from triage.report.gifts import worth
from triage.store.dossier import Before
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.store.round import Given, Remedy, Round, Voice, VoiceKind
from triage.store.views import MessageView, TicketView
from triage.web.lists.rows import row_of
from triage.web.reading import reader
from triage.web.render import Reader, marked, page
from triage.web.routes import Visit
from triage.web.shell import HOME, shell
from triage.web.thread.sight import MOST_EARLIER, standing

_VOICES = {
    VoiceKind.COMPLAINT: marked("Complaint"),
    VoiceKind.COMPLIMENT: marked("Compliment"),
}
_KEPT = {True: marked("we kept our word"), False: marked("we did not keep our word"), None: ""}
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was written down: its head, and the words below it."""

    head: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A complaint or compliment as the register has it."""

    kind: VoiceKind
    title: str
    sentence: str
    fix: str
    cause: str
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What may be given: `limit` by the reader at once, `left` of the month by all together."""

    currency: str
    kinds: tuple[str, ...]
    limit: str
    left: str
    whole: str
    spent: int
    month: int
    approvers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A mail that can become a ticket of its own."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is read of a ticket; `others` are tickets of the same requester, `spent` by all."""

    ticket: TicketView
    beyond: Round
    others: tuple[Before, ...]
    counts: tuple[QueueCount, ...]
    spent: int


async def show(visit: Visit) -> Response:
    """Show what more can be done to a ticket."""
    reference, read = str(visit.request.path_params["ticket"]), reader(visit)
    policy = visit.office.policy()
    zone = policy.roster.hours.zone
    month = month_of(zone, visit.now.astimezone(zone).date())

    def look(db: Store) -> Looked:
        ticket = standing(db, reference)
        name, spent = ticket.row.reference, 0
        if policy.goodwill is not None:
            spent = db.spent(*month, policy.goodwill.currency)
        return Looked(
            ticket=ticket,
            beyond=db.in_the_round(name),
            others=db.dossier(name, visit.who.queues, MOST_EARLIER).tickets,
            counts=db.rail(visit.now),
            spent=spent,
        )

    looked = await visit.office.read(look)
    ticket, beyond = looked.ticket, looked.beyond
    mergeable = [one for one in looked.others if one.status is not Status.MERGED]
    return page(
        "more.html",
        read,
        **shell(visit, read, HOME, looked.counts),
        row=row_of(ticket.row, policy, read, visit.who.agent),
        subject=ticket.row.subject or read.say("no subject"),
        revision=ticket.row.revision,
        causes=tuple((name, cause.title) for name, cause in policy.causes.items()),
        remedies=tuple(_remedy(one, policy.roster, read) for one in beyond.remedies),
        gifts=tuple(_gift(one, policy.roster, read) for one in beyond.given),
        given_last=any(one.undone is None for one in beyond.given),
        voices=tuple(_voice(one, read) for one in beyond.voices),
        purse=_purse(visit, policy.goodwill, looked.spent),
        mergeable=tuple((one.reference, one.subject[:_LONGEST]) for one in mergeable),
        merged=ticket.merged,
        pieces=tuple(_pieces(ticket.messages, read)),
        parted=any(one.name == "split" and "from" in one.detail for one in ticket.events),
        alike=ticket.row.alike,
    )


def _pieces(messages: tuple[MessageView, ...], read: Reader) -> list[Piece]:
    """Return the mails that can be split off: every human's but the only one."""
    human = [one for one in messages if one.role != "sent" and one.kind == "human"]
    if len(human) < 2:
        return []
    return [
        Piece(int(one.id), f"{read.time(one.arrived)} · {' '.join(one.text.split())[:_LONGEST]}")
        for one in human
    ]


def _remedy(one: Remedy, roster: Roster, read: Reader) -> Line:
    kept = _KEPT[one.kept_word]
    words = (
        one.happened,
        read.say(kept) if kept else "",
        read.say("they wanted: %(what)s", what=one.asked_for) if one.asked_for else "",
        "" if one.final else read.say("not final"),
    )
    head = read.say(
        "%(who)s decided, %(when)s: %(what)s",
        who=roster.name(one.decided_by or one.person),
        when=read.time(one.at),
        what=one.decided,
    )
    return Line(head, " · ".join(filter(None, words)))


def _gift(one: Given, roster: Roster, read: Reader) -> Line:
    gift = one.gift
    head = f"{worth(one)} {gift.kind} · {roster.name(gift.person)} · {read.time(one.at)}"
    words = (gift.reason, read.say("taken back") if one.undone else "")
    return Line(head, " · ".join(filter(None, words)))


def _voice(one: Voice, read: Reader) -> Entered:
    return Entered(
        kind=one.kind,
        title=read.say(_VOICES[one.kind]),
        sentence=one.sentence,
        fix=one.fix,
        cause=one.cause,
        closed=one.closed is not None,
    )


def _purse(visit: Visit, budget: Budget | None, spent: int) -> Purse | None:
    """Return what may be given; None where nothing may, or the visitor is no agent."""
    roster = visit.office.terms().roster
    if budget is None or roster.agent(visit.who.agent) is None:
        return None
    return Purse(
        currency=budget.currency,
        kinds=budget.kinds,
        limit=written(budget.limit(visit.who.agent), budget),
        left=written(budget.left(spent), budget),
        whole=written(budget.month, budget),
        spent=min(spent, budget.month),
        month=budget.month,
        approvers=tuple(
            (one.id, one.name) for one in roster.duty_managers if one.id != visit.who.agent
        ),
    )
