"""What comes of the mail of one test, by the way that every mail goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage.config.case import Case
from triage.core.arrival import Role
from triage.core.disposition import Disposition, Filed, Join, Open
from triage.core.escalation import flagged
from triage.core.history import History
from triage.core.identifiers import ACKNOWLEDGED, minted
from triage.core.judgement import Judged, Judgement, judge
from triage.core.known import Known, Link, Received, Surroundings
from triage.core.mail.parse import parse
from triage.core.rules import Fired
from triage.core.terms import Inbox, Terms
from triage.core.ticket import Kind, MessageId, Priority, Status, TicketId
from triage.pipeline.read import NOTHING, read
from triage.trial.alone import NOBODY, decide_alone, sent_to
from triage.trial.pinned import Pinned
from triage.trial.rawmail import raw_mail

OURS, THEIRS = "T-0000001", "T-0000000"
"""The references of the ticket that a test's mail answers, and of the one that it makes."""

_SECRET = hashlib.sha256(b"trial").digest()
_AWAITING = timedelta(hours=4)
_THE_MAIL = MessageId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What became of a mail; None where there is none, as a queue for automatic mail.

    `fired` are the rules that took part, in order: of mail that makes no ticket, those that say
    what it is.
    """

    kind: Kind
    language: str | None
    queue: str | None = None
    priority: Priority | None = None
    boost: int | None = None
    flags: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    acknowledged: bool = False
    ack_reason: str = ""
    answer_by: datetime | None = None
    owner: str | None = None
    assign: str | None = None
    refer: str | None = None
    macro: str | None = None
    ask: tuple[str, ...] = ()
    fired: tuple[Fired, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that fired, in order."""
        return tuple(fired.rule for fired in self.fired)


def came_of(case: Case, terms: Terms) -> Came:
    """Triage the mail of `case` at its moment, with what the case says is known."""
    inbox = _inbox(case, terms)
    around = _around(case, terms, inbox)
    known = around.threads[0] if around.threads else None
    cited = minted(_SECRET, ACKNOWLEDGED, OURS, inbox.domain) if known else ""
    raw = raw_mail(case.mail, inbox, case.at, cited, inbox.authserv_id or "")
    received = Received(
        id=_THE_MAIL,
        mailbox=inbox.name,
        role=Role.INBOX,
        raw=raw,
        key=b"",
        internal_date=case.at,
        first_seen=case.at,
    )
    sent = {_THE_MAIL: (b"",)} if known else NOTHING
    (judged,) = read([received], Pinned(case.pins), terms, sent)
    if known is not None:
        taking_part = replace(known, participants=frozenset({judged.requester.address}))
        around = replace(around, threads=(taking_part,))
    decision = decide_alone(judged, around, terms, case.at)
    judgement = flagged(judged, judge(judged, terms, around.history), terms)
    return _came(judged, judgement, decision, known, terms)


def _inbox(case: Case, terms: Terms) -> Inbox:
    if case.mailbox in terms.inboxes:
        return terms.inboxes[case.mailbox]
    first = next(iter(terms.inboxes.values()))
    return sent_to(parse(raw_mail(case.mail, first, case.at)), terms)


def _around(case: Case, terms: Terms, inbox: Inbox) -> Surroundings:
    """Return what the store would know, as far as the case says it."""
    told = case.history
    history = History(
        mails=told.mails,
        tickets=told.tickets,
        waiting=told.waiting,
        answered=told.answered,
        known=told.known,
        answers=told.answers,
    )
    latest = max(told.tickets, default=None)
    awaiting = told.waiting and latest is not None and case.at - latest < _AWAITING
    return replace(
        NOBODY,
        secret=_SECRET,
        threads=(_answered(case, terms, inbox),) if case.mail.answers_us else (),
        owner_before=told.owner,
        known_requester=told.known,
        served=told.known,
        history=history,
        awaiting=OURS if awaiting else "",
    )


def _answered(case: Case, terms: Terms, inbox: Inbox) -> Known:
    """Return the open ticket whose acknowledgement the mail answers."""
    likely = max(case.pins.queues, key=lambda name: case.pins.queues[name], default="")
    agents = terms.roster.agents
    return Known(
        id=TicketId(1),
        reference=OURS,
        link=Link.OWN_ID,
        status=Status.OPEN,
        requester="",
        participants=frozenset(),
        owner=case.history.owner or (agents[0].id if agents else ""),
        queue=likely or inbox.queue or terms.service.default,
        priority=Priority.NORMAL,
        subject=case.mail.subject,
        opened=case.at - timedelta(hours=1),
        answer_by=None,
        acknowledged=True,
    )


def _came(
    judged: Judged,
    judgement: Judgement,
    decision: Disposition,
    known: Known | None,
    terms: Terms,
) -> Came:
    outcome = judgement.outcome
    base = Came(kind=judged.verdict.kind, language=judged.language, facts=judged.facts)
    if isinstance(decision, Open | Join | Filed):
        said = decision.acknowledgement
        base = replace(base, acknowledged=said.acknowledge, ack_reason=said.reason)
    if not isinstance(decision, Open | Join):
        naming = {rule.id for rule in terms.rules if rule.then.kind is not None}
        found = {name for name, hits in judged.found.items() if hits is not None}
        fired = tuple(one for one in outcome.fired if one.rule in naming & found)
        return replace(base, fired=fired)
    base = replace(
        base,
        signals=tuple(judgement.signals),
        flags=decision.flags,
        assign=outcome.assign or None,
        refer=outcome.refer or None,
        macro=outcome.macro or None,
        ask=outcome.asks,
        fired=outcome.fired,
    )
    if isinstance(decision, Open):
        return replace(
            base,
            queue=decision.queue,
            priority=decision.priority,
            boost=decision.boost,
            owner=decision.owner or None,
            answer_by=_local(decision.clock.deadline, terms),
        )
    if known is None:  # cannot be: nothing else is there to join
        raise TypeError("a mail joined a ticket that nobody named")
    clock = decision.clock or decision.sooner
    return replace(
        base,
        queue=known.queue,
        priority=decision.priority or known.priority,
        boost=decision.boost,
        owner=decision.owner or known.owner or None,
        answer_by=_local(clock.deadline, terms) if clock else known.answer_by,
    )


def _local(at: datetime | None, terms: Terms) -> datetime | None:
    """Return an instant in the desk's zone, as people expect it."""
    return None if at is None else at.astimezone(terms.roster.hours.zone)
