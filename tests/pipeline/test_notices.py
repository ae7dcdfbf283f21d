"""Words to requesters after the first one, by the real stages, a real store and a real relay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TypeVar

import pytest

from tests.servers import SmtpSink, Step, smtp_sink
from tests.store.desk import NOW, SENT, Desk, mail
from triage.config.load import Policy
from triage.config.settings import RelaySettings, Security
from triage.core.outgoing import Outgoing, Readiness, Sort, State
from triage.core.switches import Paused, Switch, SwitchName
from triage.core.terms import Terms
from triage.core.wish import Wish
from triage.outbox.relay import Relay
from triage.pipeline.instore import StoreThread
from triage.pipeline.pauses import Pauses
from triage.pipeline.prepare import Prepare
from triage.pipeline.send import Send
from triage.pipeline.terms import terms_of
from triage.pipeline.watch import Watch
from triage.store.byhand import Closing
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore, open_store

pytestmark = pytest.mark.usefixtures("in_time")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NO_PAUSE = Pauses(unavailable=lambda _: timedelta(0), refused=lambda _: timedelta(0))
CLOSED = "421 4.3.2 closed for now"


@dataclass
class House:
    """A desk whose clock the test turns, with the stages that watch and send."""

    store: SqliteStore
    desk: Desk
    policy: Policy
    sink: SmtpSink
    send: Send
    relay: Relay
    watch: Watch

    @property
    def now(self) -> datetime:
        return self.desk.now

    def prepare(self, recheck: Recheck) -> Readiness:
        terms = terms_of(self.policy, "test", self.store.switches(self.now))
        return Prepare(self.policy, terms, b"secret")(recheck, self.now)

    async def at(self, now: datetime) -> None:
        """Let everything happen that is due by `now`, moment by moment, as the daemon does."""
        while (due := self.store.next_timer()) is not None and due < now:
            self.desk.now = max(self.now, due) + timedelta.resolution
            await self.watch._look()
            await self.post()
        self.desk.now = now
        await self.watch._look()
        await self.post()

    async def post(self) -> None:
        """Send what is due."""
        while self.store.due(self.now) and await self.send._turn(0, self.relay):
            pass

    def write(self, number: int = 0) -> str:
        """Take a requester's mail, and return the reference of its ticket."""
        self.desk.take(
            mail(
                f"Where is order {number * 7919}? {'abcdefgh'[number % 8] * 9}",
                sender=f"Jo Park <jo{number}@example.net>",
                subject=f"Order {number}",
                message_id=f"<{number}@example.net>",
                more="Authentication-Results: mx.northwind.example; dmarc=pass",
            )
        )
        rows = self.store.queue(None, 99)
        return next(row.reference for row in rows if row.requester == f"jo{number}@example.net")

    def notes(self, reference: str, sort: Sort = Sort.DELAY) -> list[Outgoing]:
        return [one for one in self.store.ticket(reference).outgoing if one.sort is sort]

    def told(self, reference: str) -> datetime:
        told = self.store.ticket(reference).row.promised_at
        assert told is not None
        return told

    def letters(self, word: str) -> list[EmailMessage]:
        """Return what the relay was given, as far as its words hold `word`."""
        mails = [message_from_bytes(one.raw, policy=default) for one in self.sink.deliveries]
        return [one for one in mails if word in words(one)]

    def promise(self, reference: str) -> tuple[str, str]:
        """Return what became of the time that the acknowledgement named, and why."""
        while self.store.settle_promises(self.now):
            pass
        row = self.store._db.execute(
            "SELECT p.outcome, p.why FROM promise p JOIN ticket t ON t.id = p.ticket"
            " WHERE t.reference = ? AND sort = 'ack'",
            (reference,),
        ).fetchone()
        return row["outcome"], row["why"]

    def withheld(self, reference: str) -> list[str]:
        events = self.store.ticket(reference).events
        return [str(e.detail["reason"]) for e in events if e.name == "delay_withheld"]


def words(one: EmailMessage) -> str:
    body = one.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


H = TypeVar("H", bound=House)


@asynccontextmanager
async def opened(
    kind: type[H], folder: Path, policy: Policy, largest: int | None = None
) -> AsyncIterator[H]:
    """Open a desk in `folder`, with a relay that says that it takes mails of `largest` bytes."""
    store = open_store(folder / "triage.db")
    store.start("here", 1, "boot", NOW)
    desk = Desk(store, terms_of(policy, "test"))
    async with smtp_sink(largest=largest) as sink:
        settings = RelaySettings(host="127.0.0.1", port=sink.port, security=Security.NONE)
        relay = Relay(settings, local_name="desk.example", command_timeout=20)
        thread = StoreThread()
        made: list[H] = []

        def clock() -> datetime:
            return desk.now

        def prepare(recheck: Recheck) -> Readiness:
            return made[0].prepare(recheck)

        send = Send(store, thread, [], prepare, clock, pauses=NO_PAUSE)
        watch = Watch(store, thread, lambda: desk.terms, clock, lambda: None)
        made.append(kind(store, desk, policy, sink, send, relay, watch))
        try:
            yield made[0]
        finally:
            await relay.goodbye()
            thread.close()
            store.close()


@pytest.fixture
async def house(tmp_path: Path, policy: Policy) -> AsyncIterator[House]:
    async with opened(House, tmp_path, policy) as made:
        made.watch._secret = b"secret"
        yield made


async def test_p5_a_promise_that_will_be_missed_is_told_before_it_passes_once(
    house: House,
) -> None:
    reference = house.write()
    await house.post()
    told, owner = house.told(reference), house.store.ticket(reference).row.owner
    await house.at(told - 11 * MINUTE)
    assert house.letters("later than that") == []
    await house.at(told - 9 * MINUTE)
    (letter,) = house.letters("later than that")
    agent = house.policy.roster.agent(owner)
    assert agent is not None
    assert agent.name in letter["From"]
    assert letter["To"] == "jo0@example.net"
    assert letter["In-Reply-To"] == "<0@example.net>"
    assert letter["Auto-Submitted"] == "auto-generated"
    (note,) = house.notes(reference)
    assert note.promised_at is not None
    assert note.promised_at > told
    await house.at(told + 2 * timedelta(days=1))
    assert len(house.letters("later than that")) == 1
    assert house.promise(reference) == ("told_before", "")


async def test_a_promise_that_is_kept_is_followed_by_nothing(house: House) -> None:
    reference = house.write()
    await house.post()
    house.store.answered(reference, NOW + 5 * MINUTE, "maria", "phone")
    await house.at(NOW + timedelta(days=1))
    assert house.notes(reference) == []
    assert house.promise(reference) == ("kept", "")


async def test_p5_an_answer_between_the_moment_and_the_relay_keeps_the_word_back(
    house: House,
) -> None:
    reference = house.write()
    await house.post()
    house.desk.now = house.told(reference) - 9 * MINUTE
    await house.watch._look()
    (note,) = house.notes(reference)
    house.store.answered(reference, house.now, "maria", "phone")
    await house.post()
    (note,) = house.notes(reference)
    assert (note.state, note.reason) == (State.CANCELLED, "answered")


async def test_p5_a_relay_that_is_down_until_the_time_has_passed_is_the_reason(
    house: House,
) -> None:
    reference = house.write()
    await house.post()
    told = house.told(reference)
    house.sink.answer(Step.MAIL, *[CLOSED] * 400)
    await house.at(told - 9 * MINUTE)
    for minute in range(-8, 5):
        await house.at(told + minute * MINUTE)
    (note,) = house.notes(reference)
    assert (note.state, note.reason) == (State.EXPIRED, "relay_down")
    assert house.withheld(reference) == ["relay_down"]
    assert house.promise(reference) == ("not_told", "relay_down")


async def test_p5_a_service_that_was_down_says_nothing_afterwards_and_says_why(
    house: House,
) -> None:
    reference = house.write()
    await house.post()
    house.desk.now = house.told(reference) + 3 * HOUR
    await house.watch._look()
    await house.post()
    assert house.letters("later than that") == []
    assert house.promise(reference) == ("not_told", "service_down")


async def test_p5_what_is_paused_until_the_time_has_passed_is_the_reason(house: House) -> None:
    reference = house.write()
    await house.post()
    told = house.told(reference)
    pause = Switch(name=SwitchName.PAUSE, about=Paused.NOTICES, since=NOW, at=NOW, person="maria")
    house.store.switch_on(pause)
    for minute in range(-9, 3):
        await house.at(told + minute * MINUTE)
    assert house.promise(reference) == ("not_told", "paused")


async def test_no_more_than_ten_hear_of_a_delay_in_half_an_hour_and_managers_hear_of_the_rest(
    house: House,
) -> None:
    references = [house.write(number) for number in range(14)]
    await house.post()
    last = max(house.told(one) for one in references)
    for minute in range(-70, 1):
        await house.at(last + minute * MINUTE)
    assert len(house.letters("later than that")) == 10
    held = [one for one in references if house.withheld(one) == ["cap_reached"]]
    assert len(held) == 4
    (alarm,) = house.letters("will have to wait longer than they were told")
    assert alarm["To"] == "maria@northwind.example"


async def test_whoever_wants_no_automatic_notes_gets_none(house: House) -> None:
    reference = house.write()
    await house.post()
    house.store.keep_wish(Wish(address="jo0@example.net", automatic=False), "maria", NOW)
    await house.at(house.told(reference) + MINUTE)
    assert house.withheld(reference) == ["wished_none"]


async def test_an_answer_by_another_ticket_today_keeps_the_word_back(house: House) -> None:
    first = house.write()
    await house.post()
    house.desk.now = NOW + 5 * HOUR
    house.desk.take(
        mail(
            "And the lamp? It is not what I have ordered.",
            sender="Jo Park <jo0@example.net>",
            subject="A lamp",
            message_id="<lamp@example.net>",
        )
    )
    (second,) = [row.reference for row in house.store.queue(None, 9) if row.reference != first]
    await house.post()
    house.store.answered(first, house.now + MINUTE, "maria", "phone")
    await house.at(house.told(second) + MINUTE)
    assert house.notes(second) == []
    assert house.withheld(second) == ["answered_elsewhere"]


async def test_a_mail_that_looks_like_an_answer_keeps_the_word_back(house: House) -> None:
    reference = house.write()
    await house.post()
    house.desk.take(
        mail(
            "It left today.",
            sender="Maria Lund <support@northwind.example>",
            to="jo0@example.net",
            subject=f"Re: Order 0 {reference}",
            message_id="<reply@northwind.example>",
        ),
        SENT,
        NOW + MINUTE,
    )
    await house.at(house.told(reference) + MINUTE)
    assert house.withheld(reference) == ["probably_answered"]


async def test_a_check_back_leaves_in_the_owners_name_and_a_reply_to_it_comes_back(
    house: House,
) -> None:
    reference = house.write()
    await house.post()
    house.store.answered(reference, NOW + MINUTE, "maria", "phone")
    asks = Closing(check_back=NOW + timedelta(days=2))
    house.store.close_ticket(reference, asks, "maria", NOW + MINUTE)
    await house.at(NOW + timedelta(days=2, minutes=1))
    (letter,) = house.letters("I would like to be sure that everything is settled")
    owner = house.policy.roster.agent(house.store.ticket(reference).row.owner)
    assert owner is not None
    assert owner.name in letter["From"]
    (note,) = house.notes(reference, Sort.CHECK_BACK)
    assert note.state is State.SENT
    house.desk.take(
        mail(
            "It is not, the leg is loose.",
            sender="Jo Park <jo0@example.net>",
            message_id="<again@example.net>",
            more=f"In-Reply-To: {letter['Message-ID']}",
        )
    )
    assert house.store.ticket(reference).row.status == "open"


async def test_p5_a_promise_of_a_ticket_that_went_into_another_is_told_once_for_both(
    house: House,
) -> None:
    first, second = house.write(1), house.write(2)
    await house.post()
    told = min(house.told(first), house.told(second))
    house.store.merge(first, second, "maria", NOW + MINUTE, one_person=True)
    await house.at(told + timedelta(days=1))
    (letter,) = house.letters("later than that")
    assert letter["To"] in {"jo1@example.net", "jo2@example.net"}


async def test_p10_a_moment_that_cannot_be_dealt_with_holds_up_no_other_and_comes_again(
    house: House,
) -> None:
    references = {house.write(1), house.write(2)}
    faults = iter([ZeroDivisionError("a fault in the terms")])

    def terms() -> Terms:
        for fault in faults:
            raise fault
        return house.desk.terms

    house.watch._terms = terms
    (first, *_) = sorted(house.store.ticket(one).row.warn_at or NOW for one in references)
    house.desk.now = first + MINUTE
    await house.watch._look()

    def warned() -> set[str]:
        views = [house.store.ticket(one) for one in references]
        return {v.row.reference for v in views if any(e.name == "warning" for e in v.events)}

    assert len(warned()) == 1
    house.desk.now += 2 * MINUTE
    await house.watch._look()
    assert warned() == references
