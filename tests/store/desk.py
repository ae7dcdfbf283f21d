"""A desk in a test: mails go in as bytes, and what was decided comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from triage.core.arrival import Arrival, Folder, Role, identity_of
from triage.core.decide import decide
from triage.core.desk import Agent, Hours, Queue, Roster, Service, Window
from triage.core.disposition import Disposition
from triage.core.judgement import Judged
from triage.core.known import Surroundings
from triage.core.mail.kind import OwnAddresses
from triage.core.outgoing import Outgoing, Readiness, Send
from triage.core.prediction import Prediction
from triage.core.terms import Inbox, Terms
from triage.core.thread import question
from triage.core.ticket import Kind, Priority
from triage.core.timer import Acts, Timer
from triage.errors import NotPossible
from triage.model.reading import Text
from triage.pipeline.read import read
from triage.store.byhand import Closing, Correction
from triage.store.deeds import Asked, Doer, HandingOver, PuttingOff, Taking
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
INBOX = Folder("support", "INBOX", Role.INBOX)
SENT = Folder("support", "Sent", Role.SENT)
ALL_WEEK = Hours(
    zone=ZoneInfo("UTC"), windows=tuple(Window(day, time(8), time(18)) for day in range(7))
)
AGENTS = (
    Agent(
        id="maria",
        name="Maria Lund",
        mail="maria@northwind.example",
        speaks=("en",),
        hours=ALL_WEEK,
        duty_manager=True,
    ),
    Agent(
        id="jonas",
        name="Jonas Weber",
        mail="jonas@northwind.example",
        speaks=("en", "de"),
        hours=ALL_WEEK,
    ),
)
TERMS = Terms(
    mode="live",
    language="en",
    service=Service(default="orders"),
    queues={name: Queue(name=name, title=name) for name in ("orders", "returns", "unsure")},
    roster=Roster(hours=ALL_WEEK, agents=AGENTS),
    rules=(),
    inboxes={"support": Inbox(name="support", address="support@northwind.example")},
    own=OwnAddresses(
        mailboxes=frozenset({"support@northwind.example"}),
        domains=frozenset({"northwind.example"}),
        instance="test",
    ),
)
TWO_MAILBOXES = replace(
    TERMS,
    inboxes={
        **TERMS.inboxes,
        "billing": Inbox(name="billing", address="billing@northwind.example"),
    },
    own=OwnAddresses(
        mailboxes=frozenset({"support@northwind.example", "billing@northwind.example"}),
        domains=frozenset({"northwind.example"}),
        instance="test",
    ),
)
"""The same desk with a second mailbox."""


class Pinned:
    """Says the same of every text: what a test wants the model to have said."""

    def __init__(self, prediction: Prediction | None = None) -> None:
        self.prediction = prediction or Prediction(
            queue_scores={"returns": 0.9, "orders": 0.1},
            queue_sure=True,
            priority_scores={Priority.NORMAL: 0.9, Priority.HIGH: 0.1},
        )

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        return [self.prediction for _ in messages]


def mail(
    text: str = "The table top arrived cracked.",
    *,
    sender: str = "Jo Park <jo@example.net>",
    to: str = "support@northwind.example",
    subject: str = "Cracked table",
    message_id: str = "<first@example.net>",
    more: str = "",
) -> bytes:
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines += [f"Message-ID: {message_id}"] if message_id else []
    lines += more.splitlines()
    return "\r\n".join([*lines, "", text, ""]).encode()


def arrival(uid: int, raw: bytes, at: datetime = NOW) -> Arrival:
    return Arrival(
        uid=uid,
        raw=raw,
        size=len(raw),
        identity=identity_of(raw[:200], b"", b"", len(raw)),
        internal_date=at,
    )


class Desk:
    """Takes mail over, triages it, and sends what is due."""

    def __init__(self, store: SqliteStore, terms: Terms = TERMS) -> None:
        self.store = store
        self.terms = terms
        self.model = Pinned()
        self.now = NOW
        self._uid = 0
        for folder in (INBOX, SENT):
            if store.folder_state(folder) is None:
                store.take_baseline(folder, 1, [], NOW - timedelta(hours=1))

    def shadow(self) -> Desk:
        self.terms = replace(self.terms, mode="shadow")
        return self

    def receive(self, raw: bytes, folder: Folder = INBOX, at: datetime | None = None) -> int:
        self._uid += 1
        return self.store.receive(folder, [arrival(self._uid, raw, at or self.now)], self.now)

    def triage(self) -> list[Disposition]:
        secret = bytes.fromhex(self.store.setting("secret") or "")
        decisions = []
        while batch := self.store.begin_triage(self.now, timedelta(hours=4), 8):
            for judged in read(batch, self.model, self.terms):
                asked = question(judged, self.terms, secret, self.now)
                settled = partial(self._decide, judged)
                decisions.append(self.store.settle(asked, settled))
        return decisions

    def _decide(self, judged: Judged, around: Surroundings) -> Disposition:
        return decide(judged, around, self.terms, self.now)

    def take(self, raw: bytes, folder: Folder = INBOX, at: datetime | None = None) -> Disposition:
        self.receive(raw, folder, at)
        (decision,) = self.triage()
        return decision

    def claim(self) -> Outgoing | None:
        return self.store.claim(self.now, as_is)


def bounce(name: str, who: str = "jo@example.net") -> bytes:
    """Return the report of a relay that could not deliver the mail of that id to `who`."""
    lines = [
        "From: MAILER-DAEMON@mx.example.net",
        "To: support@northwind.example",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <bounce-of-{name}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "",
        "It could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.net",
        "",
        f"Final-Recipient: rfc822; {who}",
        "Action: failed",
        "Status: 5.1.1",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{name}>",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


IS_SPAM, IS_HUMAN = Correction(kind=Kind.SPAM), Correction(kind=Kind.HUMAN)
_CALLED = {Taking: "take", HandingOver: "hand-over", PuttingOff: "snooze", Closing: "close"}


def do(
    store: SqliteStore,
    reference: str,
    deed: Taking | HandingOver | PuttingOff | Closing,
    person: str,
    now: datetime,
) -> int:
    """Do a deed to a ticket as it stands, and return the number by which it is taken back.

    Raises: NotPossible, with what a refusal says.
    """
    asked = [Asked(reference, store.ticket(reference).row.revision)]
    outcome = store.do(asked, deed, _CALLED[type(deed)], Doer(person=person, address=""), now)
    for refused in outcome.refused:
        raise NotPossible(refused.why, **refused.values)
    return outcome.number


def silent(_: Timer) -> Acts:
    """Let a timer pass without telling anybody."""
    return Acts()


def as_is(recheck: Recheck) -> Readiness:
    return Send(
        payload=b"Subject: hello\r\n\r\nhello\r\n",
        envelope_from="support@northwind.example",
        promised_at=recheck.mail.promised_at,
    )
