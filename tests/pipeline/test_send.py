from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.servers import SmtpSink, Step, chaos_proxy, smtp_sink
from tests.store.desk import INBOX, NOW, TERMS, Desk, as_is, mail
from triage.config.settings import RelaySettings, Security
from triage.core.acting import act
from triage.core.arrival import Folder, Role
from triage.core.outgoing import LADDER, Cancel, Outgoing, Readiness, Sort, State
from triage.core.outgoing import Send as Ready
from triage.core.reply import Refused
from triage.core.terms import Inbox
from triage.core.ticket import OutboxId
from triage.errors import AddressUnusable, StoreBusy
from triage.outbox.relay import Relay
from triage.pipeline.instore import StoreThread
from triage.pipeline.pauses import Pauses
from triage.pipeline.send import Send
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore

pytestmark = pytest.mark.usefixtures("in_time")

FIRST, SECOND = "first@example.net", "second@example.net"
NO_PAUSE = Pauses(unavailable=lambda _: timedelta(0), refused=lambda _: timedelta(0))
FOR_EVER = Pauses(unavailable=lambda _: timedelta(days=1), refused=lambda _: timedelta(days=1))


class Told(SqliteStore):
    """The store, which tells the test what became of each mail."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.outcomes: asyncio.Queue[str] = asyncio.Queue()
        self.busy = 0
        self._loop = asyncio.get_running_loop()

    def _tell(self, what: str) -> None:
        self._loop.call_soon_threadsafe(self.outcomes.put_nowait, what)

    def sent(self, mail: OutboxId, now: datetime, reply: str) -> None:
        if self.busy:
            self.busy -= 1
            self._tell("busy")
            raise StoreBusy("held by another process")
        super().sent(mail, now, reply)
        self._tell("sent")

    def unknown(self, mail: OutboxId, now: datetime, reason: str) -> None:
        super().unknown(mail, now, reason)
        self._tell("unknown")

    def retry(self, mail: OutboxId, next_at: datetime, reason: str) -> None:
        super().retry(mail, next_at, reason)
        self._tell("retry")

    def unclaim(self, mail: OutboxId, reason: str) -> None:
        super().unclaim(mail, reason)
        self._tell("unclaim")

    def failed(self, mail: OutboxId, now: datetime, reason: str) -> None:
        super().failed(mail, now, reason)
        self._tell("failed")

    async def next(self, *wanted: str) -> None:
        """Wait for exactly these outcomes, in this order."""
        assert [await self.outcomes.get() for _ in wanted] == list(wanted)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Told]:
    store = Told(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    yield store
    store.close()


@pytest.fixture
def desk(store: Told) -> Desk:
    return Desk(store)


def write(desk: Desk, *senders: str, folder: Folder = INBOX, to: str = "support") -> None:
    for sender in senders:
        raw = mail(
            f"The table top of {sender} arrived cracked.",
            sender=sender,
            to=f"{to}@northwind.example",
            subject=f"Cracked table of {sender}",
            message_id=f"<{to}.{sender}>",
        )
        desk.take(raw, folder)


def outbox(store: SqliteStore) -> list[Outgoing]:
    rows = [each for row in store.queue(None, 100) for each in store.ticket(row.reference).outgoing]
    return sorted(rows, key=lambda each: each.id)


def states(store: SqliteStore) -> list[tuple[str, State, int]]:
    return [(each.recipient, each.state, each.attempts) for each in outbox(store)]


def recipients(sink: SmtpSink) -> list[str]:
    return [recipient for each in sink.deliveries for recipient in each.rcpt_tos]


class Stage:
    """The stage under test, running."""

    def __init__(
        self, send: Send, task: asyncio.Task[None], stop: asyncio.Event, in_store: StoreThread
    ) -> None:
        self.send = send
        self.task = task
        self.stop = stop
        self.in_store = in_store

    async def had_its_turn(self) -> None:
        """Let everything run that has something to do now."""
        for _ in range(50):
            await self.in_store(lambda: None)

    async def ended(self) -> None:
        self.stop.set()
        await self.task


class Stopping(Relay):
    """Stops the stage at the moment at which its envelope is open."""

    stop: asyncio.Event

    async def open_envelope(
        self,
        sender: str,
        recipient: str,
        size: int = 0,
        *,
        also: Sequence[str] = (),
        patient: bool = True,
    ) -> tuple[Refused, ...]:
        refused = await super().open_envelope(sender, recipient, size, also=also, patient=patient)
        self.stop.set()
        return refused


@asynccontextmanager
async def sending(
    desk: Desk,
    port: int,
    *,
    workers: int = 1,
    prepare: Callable[[Recheck], Readiness] = as_is,
    pauses: Pauses = NO_PAUSE,
    grace: float = 20,
    user: str = "",
    relay: type[Relay] = Relay,
) -> AsyncIterator[Stage]:
    settings = RelaySettings(host="127.0.0.1", port=port, security=Security.NONE, user=user)
    relays = [
        relay(settings, "pw", command_timeout=30, data_timeout=30, local_name="desk.example")
        for _ in range(workers)
    ]
    thread, stop = StoreThread(), asyncio.Event()
    for each in relays:
        if isinstance(each, Stopping):
            each.stop = stop
    send = Send(desk.store, thread, relays, prepare, lambda: desk.now, pauses=pauses, grace=grace)
    task = asyncio.ensure_future(send.run(stop))
    try:
        yield Stage(send, task, stop, thread)
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await task
        thread.close()


async def test_what_is_due_is_sent_and_what_the_relay_said_is_kept(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    sink.answer(Step.BODY, "250 2.0.0 queued as 4711")
    async with sending(desk, sink.port) as stage:
        await store.next("sent")
        await stage.ended()
        assert stage.send.last_sent == NOW
    (row,) = outbox(store)
    assert (row.state, row.reason) == (State.SENT, "250 2.0.0 queued as 4711")
    (delivery,) = sink.deliveries
    assert delivery.mail_from == "support@northwind.example"
    assert delivery.raw == row.payload


async def test_without_a_relay_what_would_be_sent_waits_and_what_would_not_is_written_down(
    store: Told, desk: Desk
) -> None:
    def shadow(recheck: Recheck) -> Readiness:
        ack = recheck.mail.sort is Sort.ACKNOWLEDGEMENT
        return Cancel("shadow", b"shown") if ack else as_is(recheck)

    write(desk, FIRST)
    desk.now = NOW + timedelta(minutes=46)
    store.fire(desk.now, lambda timer: act(timer, TERMS, b"secret", desk.now))
    thread, stop = StoreThread(), asyncio.Event()
    send = Send(store, thread, [], shadow, lambda: desk.now)
    task = asyncio.ensure_future(send.run(stop))
    while (rows := outbox(store))[0].state is State.PENDING or not rows[1].reason:
        await thread(lambda: None)
    stop.set()
    await task
    thread.close()
    assert [(row.state, row.reason, row.payload) for row in outbox(store)] == [
        (State.CANCELLED, "shadow", b"shown"),
        (State.PENDING, "no_relay", None),
    ]
    assert send.beat == desk.now


async def test_a_mail_that_is_queued_later_wakes_the_stage(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    async with sending(desk, sink.port, workers=2) as stage:
        write(desk, FIRST)
        stage.send.queued.set()
        await store.next("sent")


async def test_p2_a_reply_lost_after_the_dot_is_unknown_and_never_resent(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    async with chaos_proxy(sink.port) as proxy:
        proxy.swallow_after()
        async with sending(desk, proxy.port) as stage:
            await store.next("unknown")
            proxy.heal()
            desk.now += timedelta(days=1)
            write(desk, SECOND)
            stage.send.queued.set()
            await store.next("sent")
            await stage.ended()
        store.start("here", 1, "boot", desk.now)
        async with sending(desk, proxy.port) as stage:
            write(desk, "third@example.net")
            stage.send.queued.set()
            await store.next("sent")
    assert recipients(sink) == [FIRST, SECOND, "third@example.net"]
    assert states(store)[0] == (FIRST, State.UNKNOWN, 1)


async def test_p2_a_connection_cut_before_354_is_unknown_and_never_resent(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    async with chaos_proxy(sink.port) as proxy:
        proxy.cut_at(b"DATA\r\n")
        async with sending(desk, proxy.port) as stage:
            await store.next("unknown")
            proxy.heal()
            desk.now += timedelta(days=1)
            write(desk, SECOND)
            stage.send.queued.set()
            await store.next("sent")
    assert recipients(sink) == [SECOND]


async def test_an_alert_whose_reply_was_lost_is_sent_again(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    store.claim(NOW, lambda _: Cancel("answered"))
    desk.now = NOW + timedelta(minutes=46)
    store.fire(desk.now, lambda timer: act(timer, TERMS, b"secret", desk.now))
    async with chaos_proxy(sink.port) as proxy:
        proxy.swallow_after()
        async with sending(desk, proxy.port) as stage:
            await store.next("retry")
            proxy.heal()
            desk.now += timedelta(minutes=2)
            stage.send.queued.set()
            await store.next("sent")
    (alert,) = [each for each in outbox(store) if each.sort is Sort.ALERT]
    assert recipients(sink) == [alert.recipient] * 2


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.BODY])
async def test_a_4xx_climbs_the_ladder_until_the_mail_is_taken(
    store: Told, desk: Desk, sink: SmtpSink, step: Step
) -> None:
    write(desk, FIRST)
    tries = len(LADDER) + 1
    sink.answer(step, *["451 4.3.0 later"] * tries)
    async with sending(desk, sink.port) as stage:
        for tried in range(1, tries + 1):
            await store.next("retry")
            (row,) = outbox(store)
            assert (row.state, row.attempts) == (State.PENDING, tried)
            pause = LADDER[min(tried, len(LADDER)) - 1]
            assert pause * 0.8 <= row.next_at - desk.now <= pause * 1.2
            desk.now = row.next_at
            stage.send.queued.set()
        await store.next("sent")
    assert recipients(sink) == [FIRST]


@pytest.mark.parametrize("step", [Step.RCPT, Step.DATA, Step.BODY])
async def test_p10_a_5xx_fails_this_mail_and_the_next_one_goes_out(
    store: Told, desk: Desk, sink: SmtpSink, step: Step
) -> None:
    write(desk, FIRST, SECOND)
    sink.answer(step, "550 5.1.1 no such user")
    async with sending(desk, sink.port):
        await store.next("failed", "sent")
    assert [state for _, state, _ in states(store)] == [State.FAILED, State.SENT]
    assert recipients(sink) == [SECOND]


async def test_p10_a_421_puts_one_mail_off_and_the_next_one_goes_out(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST, SECOND)
    sink.answer(Step.RCPT, "421 4.7.0 too many")
    async with sending(desk, sink.port):
        await store.next("retry", "sent")
    assert recipients(sink) == [SECOND]
    assert sink.connections == 2


async def test_a_refused_account_pauses_the_outbox_and_burns_no_mail(
    store: Told, desk: Desk
) -> None:
    write(desk, FIRST, SECOND)
    async with smtp_sink(users={"desk": "pw"}) as sink:
        sink.answer(Step.AUTH, "535 5.7.8 wrong password")
        async with sending(desk, sink.port, user="desk", pauses=FOR_EVER) as stage:
            await store.next("unclaim")
            assert "535" in stage.send.paused
            assert states(store) == [(FIRST, State.PENDING, 0), (SECOND, State.PENDING, 0)]
            stage.send.resume()
            await store.next("sent", "sent")
            assert stage.send.paused == ""
        assert [step for step, _ in sink.steps].count(Step.AUTH) == 2


async def test_one_worker_alone_sees_whether_a_refused_account_works_again(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    gate = sink.hold(Step.MAIL)
    gate.set()
    sink.answer(Step.MAIL, *["530 5.7.0 log in first"] * 3)
    async with sending(desk, sink.port, pauses=FOR_EVER, workers=2) as stage:
        await store.next("unclaim")
        write(desk, SECOND)
        gate.clear()
        stage.send.resume()
        await sink.reached(Step.MAIL, 2)
        stage.send.queued.set()
        await stage.had_its_turn()
        gate.set()
        await store.next("unclaim")
        await stage.ended()
    assert [step for step, _ in sink.steps] == [Step.MAIL] * 2
    assert [state for _, state, _ in states(store)] == [State.PENDING] * 2


async def test_p10_a_refused_sender_pauses_its_mailbox_and_no_other(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    billing = Folder("billing", "INBOX", Role.INBOX)
    inbox = Inbox(name="billing", address="billing@northwind.example")
    own = replace(TERMS.own, mailboxes=TERMS.own.mailboxes | {inbox.address})
    desk.terms = replace(TERMS, inboxes={**TERMS.inboxes, "billing": inbox}, own=own)
    store.take_baseline(billing, 1, [], NOW - timedelta(hours=1))
    write(desk, FIRST)
    write(desk, SECOND, folder=billing, to="billing")
    sink.answer(Step.MAIL, "553 5.7.1 not yours to send from")
    async with sending(desk, sink.port, pauses=FOR_EVER) as stage:
        await store.next("unclaim", "sent")
        assert list(stage.send.paused_senders) == ["support"]
    assert states(store) == [(FIRST, State.PENDING, 0), (SECOND, State.SENT, 1)]


async def test_a_relay_out_of_reach_costs_no_attempt(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    async with chaos_proxy(sink.port) as proxy:
        proxy.cut_at(b"EHLO")
        async with sending(desk, proxy.port):
            await store.next("unclaim", "unclaim")
            proxy.heal()
            while (outcome := await store.outcomes.get()) == "unclaim":
                pass
            assert outcome == "sent"
    assert states(store) == [(FIRST, State.SENT, 1)]


async def test_a_mail_answered_while_its_envelope_was_open_is_not_sent(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST, SECOND)
    gate = sink.hold(Step.RCPT)
    async with sending(desk, sink.port):
        await sink.reached(Step.RCPT)
        (row,) = [row for row in store.queue(None, 9) if row.requester == FIRST]
        store.answered(row.reference, NOW, "maria", "phone")
        gate.set()
        await store.next("sent")
    assert recipients(sink) == [SECOND]
    assert [step for step, _ in sink.steps].count(Step.DATA) == 1


async def test_two_workers_send_every_mail_once_with_its_own_reply(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    senders = [f"{number}@{number}.example" for number in range(12)]
    write(desk, *senders)
    sink.answer(Step.BODY, *(f"250 queued as {number}" for number in range(12)))
    async with sending(desk, sink.port, workers=2):
        await store.next(*["sent"] * 12)
    assert Counter(recipients(sink)) == Counter(senders)
    in_order = {recipient: number for number, recipient in enumerate(recipients(sink))}
    assert {row.recipient: row.reason for row in outbox(store)} == {
        recipient: f"250 queued as {number}" for recipient, number in in_order.items()
    }
    assert sink.connections == 2


async def test_a_stop_waits_for_the_mail_in_flight(store: Told, desk: Desk, sink: SmtpSink) -> None:
    write(desk, FIRST, SECOND)
    gate = sink.hold(Step.BODY)
    async with sending(desk, sink.port) as stage:
        await sink.reached(Step.BODY)
        stage.stop.set()
        await stage.had_its_turn()
        gate.set()
        await stage.ended()
    assert [state for _, state, _ in states(store)] == [State.SENT, State.PENDING]


async def test_a_cancellation_waits_for_the_mail_in_flight(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    gate = sink.hold(Step.BODY)
    async with sending(desk, sink.port) as stage:
        await sink.reached(Step.BODY)
        stage.task.cancel()
        await stage.had_its_turn()
        gate.set()
        await store.next("sent")
        with pytest.raises(asyncio.CancelledError):
            await stage.task
    assert states(store) == [(FIRST, State.SENT, 1)]


async def test_p2_a_mail_in_flight_beyond_the_grace_is_unknown(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    gate = sink.hold(Step.BODY)
    async with sending(desk, sink.port, grace=0.01) as stage:
        await sink.reached(Step.BODY)
        await stage.ended()
    gate.set()
    assert states(store) == [(FIRST, State.UNKNOWN, 1)]


async def test_a_stop_before_the_mail_is_in_flight_returns_it_untried(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    gate = sink.hold(Step.RCPT)
    async with sending(desk, sink.port) as stage:
        await sink.reached(Step.RCPT)
        await stage.ended()
    gate.set()
    assert states(store) == [(FIRST, State.PENDING, 0)]
    assert sink.deliveries == []


async def test_a_stop_at_the_open_envelope_sends_nothing_more(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    async with sending(desk, sink.port, relay=Stopping):
        await store.next("unclaim")
    assert states(store) == [(FIRST, State.PENDING, 0)]
    assert sink.deliveries == []


async def test_p2_an_accepted_mail_is_recorded_however_long_the_store_is_busy(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    write(desk, FIRST)
    store.busy = 1
    async with sending(desk, sink.port):
        await store.next("busy", "sent")
    assert recipients(sink) == [FIRST]


async def test_p10_a_mail_that_cannot_be_made_holds_up_no_other(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    def broken_for_the_first(recheck: Recheck) -> Readiness:
        if recheck.mail.recipient == FIRST:
            raise KeyError("a name that the text needs")
        if recheck.mail.recipient == SECOND:
            raise AddressUnusable("the address has no @")
        return as_is(recheck)

    write(desk, FIRST, SECOND, "third@example.net")
    async with sending(desk, sink.port, prepare=broken_for_the_first):
        await store.next("sent")
    first, second, third = outbox(store)
    assert (first.state, first.reason) == (State.PENDING, "not_prepared")
    assert first.next_at > desk.now
    assert (second.state, second.reason) == (State.CANCELLED, "address_unusable")
    assert third.state is State.SENT


async def test_a_recipient_that_no_relay_takes_fails(
    store: Told, desk: Desk, sink: SmtpSink
) -> None:
    def no_address(_: Recheck) -> Readiness:
        return Ready(payload=b"x", envelope_from="nobody")

    write(desk, FIRST)
    async with sending(desk, sink.port, prepare=no_address):
        await store.next("failed")
    assert sink.connections == 0


async def test_the_stage_shows_that_it_moves(store: Told, desk: Desk, sink: SmtpSink) -> None:
    async with sending(desk, sink.port) as stage:
        write(desk, FIRST)
        stage.send.queued.set()
        await store.next("sent")
        assert stage.send.beat == desk.now
        desk.now += timedelta(hours=1)
        assert stage.send.beat < desk.now
        await stage.ended()
        assert stage.send.beat == desk.now


@pytest.mark.parametrize("failures", [1, 2, 8, 9, 100_000])
def test_pauses_grow_to_minutes_and_a_refused_account_is_left_alone_for_longer(
    failures: int,
) -> None:
    pauses = Pauses()
    longest = timedelta(seconds=2 ** min(failures, 8))
    assert timedelta(seconds=1) <= pauses.unavailable(failures) <= longest
    assert timedelta(minutes=5) <= pauses.refused(failures) <= timedelta(minutes=15)
