"""What was promised is scored by what happened, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.store.desk import NOW, SENT, Desk, mail
from triage.core.outgoing import Outgoing, Sort
from triage.core.promise import Method, Told
from triage.core.ticket import TicketId
from triage.store import promising
from triage.store.byhand import Closing
from triage.store.promises import PromiseScores
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


class Promised:
    """One mail, acknowledged with a time."""

    def __init__(self, store: SqliteStore, desk: Desk) -> None:
        self.store = store
        desk.take(mail())
        self.desk = desk
        self.mail = self.claim()

    def claim(self) -> Outgoing:
        found = self.desk.claim()
        assert found is not None
        return found

    @property
    def reference(self) -> str:
        return str(self.row["reference"])

    @property
    def row(self) -> dict[str, object]:
        found = self.store._db.execute(
            "SELECT p.*, t.reference FROM promise p JOIN ticket t ON t.id = p.ticket"
            " WHERE p.sort = 'ack'"
        ).fetchone()
        return dict(found)

    @property
    def at(self) -> datetime:
        assert self.mail.promised_at is not None
        return self.mail.promised_at

    def tell(self) -> None:
        assert self.store.inflight(self.mail.id, NOW)
        self.store.sent(self.mail.id, NOW, "250 ok")

    def answer(self, at: datetime) -> None:
        self.store.answered(self.reference, at, "maria", "phone")

    def scores(self, until: datetime = MIDNIGHT + DAY) -> PromiseScores:
        self.store.settle_promises(until)
        return promising.scores(self.store._db, MIDNIGHT, until)


@pytest.fixture
def promised(store: SqliteStore, desk: Desk) -> Promised:
    return Promised(store, desk)


def test_a_time_that_was_decided_is_kept_with_what_it_rests_on(promised: Promised) -> None:
    row = promised.row
    assert row["method"] == Method.THIN
    assert row["told"] is None
    assert '"on_duty": 2' in str(row["facts"])
    assert promised.at == NOW + 90 * MINUTE


def test_what_nobody_was_told_is_no_promise(promised: Promised) -> None:
    assert promised.scores().told == 0


def test_an_answer_at_the_promised_time_itself_keeps_it(promised: Promised) -> None:
    promised.tell()
    promised.answer(promised.at)
    found = promised.scores()
    assert (found.told, found.kept, found.share) == (1, 1, 1.0)
    assert found.slack == timedelta()
    assert (found.expected, found.before_expected) == (1, 0)
    assert found.methods == {"thin": (1, 1)}


def test_an_answer_after_it_does_not(promised: Promised) -> None:
    promised.tell()
    promised.answer(promised.at + MINUTE)
    found = promised.scores()
    assert (found.kept, found.not_told, found.slack) == (0, {"": 1}, -MINUTE)


def test_closing_the_ticket_keeps_no_promise(promised: Promised) -> None:
    promised.tell()
    reference = promised.reference
    promised.store.close_ticket(reference, Closing(reason="done"), "maria", NOW + MINUTE)
    found = promised.scores()
    assert (found.kept, found.not_told) == (0, {"closed": 1})


def test_deciding_again_does_not_move_what_was_told(promised: Promised) -> None:
    promised.tell()
    later = Told(at=NOW + 9 * HOUR, owner="maria", target_at=NOW, method=Method.TARGET)
    with promised.store._writing() as db:
        promising.decide(db, TicketId(1), Sort.ACKNOWLEDGEMENT, later, NOW + HOUR)
    promised.answer(promised.at + MINUTE)
    assert promised.scores().kept == 0


def test_a_mail_that_the_relay_refused_told_nobody(promised: Promised) -> None:
    assert promised.store.inflight(promised.mail.id, NOW)
    promised.store.failed(promised.mail.id, NOW, "550 no such user")
    assert promised.scores().told == 0


def test_a_mail_that_was_deferred_has_told_nobody_yet(promised: Promised) -> None:
    assert promised.store.inflight(promised.mail.id, NOW)
    promised.store.retry(promised.mail.id, NOW + MINUTE, "451 later")
    assert promised.row["told"] is None
    promised.desk.now = NOW + MINUTE
    again = promised.claim()
    assert promised.store.inflight(again.id, NOW + MINUTE)
    assert promised.row["told"] is not None


def test_a_mail_that_may_have_left_counts(promised: Promised) -> None:
    assert promised.store.inflight(promised.mail.id, NOW)
    promised.store.unknown(promised.mail.id, NOW, "no reply")
    assert promised.scores().told == 1


def test_an_answer_noticed_late_counts_from_when_it_was_sent(promised: Promised) -> None:
    promised.tell()
    assert promised.scores(promised.at + HOUR).kept == 0
    promised.answer(promised.at - MINUTE)
    assert promised.scores(promised.at + HOUR).kept == 1


def test_an_answer_that_came_back_keeps_nothing(promised: Promised) -> None:
    promised.tell()
    reference = promised.reference
    reply = mail(
        "A new top is on its way.",
        sender="Maria Lund <support@northwind.example>",
        to="jo@example.net",
        message_id="<ours@northwind.example>",
        more="In-Reply-To: <first@example.net>",
    )
    promised.desk.take(reply, SENT, NOW + 5 * MINUTE)
    assert promised.row["outcome"] == "kept"
    promised.desk.now = NOW + 10 * MINUTE
    promised.desk.take(BOUNCE)
    assert promised.store.ticket(reference).row.status == "open"
    assert promised.scores(promised.at + MINUTE).kept == 0
    assert promised.scores().kept == 0


def test_a_delay_notice_that_left_before_is_told_apart(promised: Promised) -> None:
    promised.tell()
    _delay(promised, "sent", promised.at - MINUTE)
    assert promised.scores().told_before == 1


@pytest.mark.parametrize(
    ("state", "after", "why"),
    [
        ("sent", MINUTE, "too_late"),
        ("unknown", -MINUTE, "unknown"),
        ("pending", -HOUR, "relay_down"),
    ],
)
def test_a_delay_notice_that_did_not_surely_leave_before_is_none(
    promised: Promised, state: str, after: timedelta, why: str
) -> None:
    promised.tell()
    _delay(promised, state, promised.at + after)
    assert promised.scores().not_told == {why: 1}


def test_silence_says_why(promised: Promised) -> None:
    promised.tell()
    with promised.store._writing() as db:
        db.execute(
            "INSERT INTO event (ticket, at, name, detail) VALUES (?, ?, ?, ?)",
            (
                promised.mail.ticket,
                promised.row["promised_at"],
                promising.WITHHELD,
                '{"reason": "cap_reached"}',
            ),
        )
    found = promised.scores()
    assert (found.not_told, found.share) == ({"cap_reached": 1}, 0.0)


def test_what_has_not_come_yet_is_open(promised: Promised) -> None:
    promised.tell()
    promised.store.settle_promises(promised.at)
    found = promising.scores(promised.store._db, MIDNIGHT, MIDNIGHT + DAY)
    assert (found.told, found.still_open, found.share) == (1, 1, None)


def test_what_was_never_told_is_forgotten(promised: Promised) -> None:
    promised.store.settle_promises(NOW + 4 * DAY)
    left = promised.store._db.execute("SELECT count(*) FROM promise").fetchone()
    assert tuple(left) == (0,)


def test_a_day_is_counted_once(promised: Promised) -> None:
    promised.tell()
    promised.answer(promised.at)
    first = promised.store.score_day(MIDNIGHT, MIDNIGHT + DAY, NOW + DAY)
    assert first is not None
    assert first.kept == 1
    assert promised.store.score_day(MIDNIGHT, MIDNIGHT + DAY, NOW + DAY) is None
    (entry,) = [e for e in promised.store.journal(0, 99) if e.name == "promises_scored"]
    assert entry.detail["kept"] == 1


def _delay(promised: Promised, state: str, ended: datetime) -> None:
    """Put a delay notice beside, as one that ended so."""
    micros = (ended - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    with promised.store._writing() as db:
        db.execute(
            "INSERT INTO outbox (purpose, sort, ticket, mailbox, recipient, domain, message_id,"
            " facts, state, created, next_at, ended) VALUES ('delay:x', 'delay', ?, 'support',"
            " 'jo@example.net', 'example.net', '<d@x>', '{}', ?, ?, ?, ?)",
            (promised.mail.ticket, state, micros, micros, micros),
        )


BOUNCE = b"""\
From: MAILER-DAEMON@relay.example\r
To: support@northwind.example\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <dsn@relay.example>\r
References: <ours@northwind.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
It could not be delivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; relay.example\r
\r
Final-Recipient: rfc822; jo@example.net\r
Action: failed\r
Status: 5.1.1\r
\r
--b\r
Content-Type: message/rfc822-headers\r
\r
Message-ID: <ours@northwind.example>\r
\r
--b--\r
"""
