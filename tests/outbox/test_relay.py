from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.servers import Certificate, Cut, SmtpSink, Step, chaos_proxy, listening, smtp_sink
from triage.config.settings import RelaySettings, Security
from triage.errors import (
    AddressUnusable,
    AuthenticationRefused,
    MailDeferred,
    RelayRefused,
    RelayUnavailable,
    SenderRefused,
    Uncertain,
)
from triage.outbox.rate import Rate
from triage.outbox.relay import Relay

pytestmark = pytest.mark.usefixtures("in_time")

FROM = "support@desk.example"
TO = "ann@customer.example"
MAIL = b"From: support@desk.example\r\nTo: ann@customer.example\r\n\r\nhello\r\n.dot\r\n"


@asynccontextmanager
async def to(
    port: int,
    security: Security = Security.NONE,
    *,
    ca_file: Path | None = None,
    user: str = "",
    password: str = "",
    host: str = "127.0.0.1",
    data_timeout: float = 30,
) -> AsyncIterator[Relay]:
    settings = RelaySettings(host=host, port=port, security=security, ca_file=ca_file, user=user)
    relay = Relay(
        settings, password, command_timeout=30, data_timeout=data_timeout, local_name="desk.example"
    )
    try:
        yield relay
    finally:
        await relay.goodbye()


async def send(relay: Relay, payload: bytes = MAIL, recipient: str = TO) -> str:
    await relay.open_envelope(FROM, recipient, len(payload))
    return await relay.data(payload)


@asynccontextmanager
async def scripted(
    replies: Mapping[bytes, bytes], greeting: bytes = b"220 x"
) -> AsyncIterator[int]:
    """Answer each command by its first word; `.` is the final dot. Else 250."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting + b"\r\n")
        within = False
        while line := (await reader.readline()).strip():
            word = line.split()[0].split(b":")[0].upper()
            if within and word != b".":
                continue
            reply = replies.get(word, b"354 go" if word == b"DATA" else b"250 ok")
            within = word == b"DATA" and reply.startswith(b"354")
            writer.write(reply + b"\r\n")

    async with listening(talk) as port:
        yield port


async def test_a_mail_arrives_with_its_envelope_and_bytes(sink: SmtpSink) -> None:
    async with to(sink.port) as relay:
        assert (await send(relay)).startswith("250")
    (delivery,) = sink.deliveries
    assert (delivery.mail_from, delivery.rcpt_tos, delivery.raw) == (FROM, (TO,), MAIL)


async def test_one_connection_carries_fifty_mails_and_no_more(sink: SmtpSink) -> None:
    async with to(sink.port) as relay:
        for _ in range(50):
            await send(relay)
        assert sink.connections == 1
        await send(relay)
    assert sink.connections == 2
    assert len(sink.deliveries) == 51


async def test_the_null_sender_and_odd_addresses_reach_the_relay_as_they_must(
    sink: SmtpSink,
) -> None:
    async with to(sink.port) as relay:
        for recipient in ("a..b.@x.example", '"john doe"@x.example', "ann@möbel.example"):
            await relay.open_envelope("", recipient)
            await relay.data(MAIL)
    assert [(each.mail_from, *each.rcpt_tos) for each in sink.deliveries] == [
        ("<>", "a..b.@x.example"),  # the sink takes the quotes off
        ("<>", '"john doe"@x.example'),
        ("<>", "ann@xn--mbel-5qa.example"),
    ]


@pytest.mark.parametrize("bad", ["ann@x.example>\r\nRCPT TO:<eve@x.example", "jörg@x.example", ""])
async def test_what_is_no_address_never_reaches_the_relay(sink: SmtpSink, bad: str) -> None:
    async with to(sink.port) as relay:
        with pytest.raises(AddressUnusable):
            await relay.open_envelope(FROM, bad)
    assert sink.connections == 0


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.BODY])
async def test_a_4xx_puts_the_mail_off_and_the_connection_goes_on(
    sink: SmtpSink, step: Step
) -> None:
    sink.answer(step, "451 4.3.0 later")
    async with to(sink.port) as relay:
        with pytest.raises(MailDeferred, match="451"):
            await send(relay)
        await send(relay)
    assert len(sink.deliveries) == 1
    assert sink.connections == 1


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.BODY])
async def test_a_421_puts_the_mail_off_and_closes_the_connection(
    sink: SmtpSink, step: Step
) -> None:
    sink.answer(step, "421 4.3.2 shutting down")
    async with to(sink.port) as relay:
        with pytest.raises(MailDeferred, match="421"):
            await send(relay)
        await send(relay)
    assert len(sink.deliveries) == 1
    assert sink.connections == 2


@pytest.mark.parametrize("step", [Step.RCPT, Step.DATA, Step.BODY])
async def test_a_5xx_refuses_this_mail_and_not_the_next(sink: SmtpSink, step: Step) -> None:
    sink.answer(step, "550 5.1.1 no such user")
    async with to(sink.port) as relay:
        with pytest.raises(RelayRefused, match="550"):
            await send(relay)
        await send(relay)
    assert len(sink.deliveries) == 1
    assert sink.connections == 1


async def test_a_5xx_to_the_sender_is_about_the_sender(sink: SmtpSink) -> None:
    sink.answer(Step.MAIL, "550 5.7.60 not yours to send from")
    async with to(sink.port) as relay:
        with pytest.raises(SenderRefused, match=r"5\.7\.60"):
            await send(relay)


async def test_a_mail_that_is_too_large_is_refused_and_its_sender_is_not(sink: SmtpSink) -> None:
    sink.answer(Step.MAIL, "552 5.3.4 too large")
    async with to(sink.port) as relay:
        with pytest.raises(RelayRefused, match="552"):
            await send(relay)


async def test_a_mail_above_the_size_on_offer_is_not_even_begun() -> None:
    offer = {b"EHLO": b"250-x\r\n250 SIZE 100"}
    async with scripted(offer) as port, to(port) as relay:
        with pytest.raises(RelayRefused, match="101 bytes of at most 100"):
            await relay.open_envelope(FROM, TO, 101)
        await relay.open_envelope(FROM, TO, 100)


async def test_a_relay_that_wants_a_login_refuses_the_account_not_the_mail() -> None:
    async with smtp_sink(users={"desk": "pw"}) as sink, to(sink.port) as relay:
        with pytest.raises(AuthenticationRefused, match="530") as refused:
            await send(relay)
        assert not isinstance(refused.value, SenderRefused)


async def test_a_wrong_password_is_tried_once() -> None:
    async with smtp_sink(users={"desk": "pw"}) as sink:
        async with to(sink.port, user="desk", password="wrong") as relay:
            with pytest.raises(AuthenticationRefused, match="535"):
                await send(relay)
        assert [step for step, _ in sink.steps] == [Step.AUTH]


async def test_the_right_password_opens_the_relay() -> None:
    async with smtp_sink(users={"desk": "pw"}) as sink:
        async with to(sink.port, user="desk", password="pw") as relay:
            await send(relay)
        assert len(sink.deliveries) == 1


async def test_a_login_that_fails_for_now_is_no_refusal() -> None:
    async with smtp_sink(users={"desk": "pw"}) as sink:
        sink.answer(Step.AUTH, "454 4.7.0 try later")
        async with to(sink.port, user="desk", password="pw") as relay:
            with pytest.raises(RelayUnavailable, match="454") as refused:
                await send(relay)
            assert not isinstance(refused.value, MailDeferred)
            await send(relay)


async def test_a_relay_without_login_gets_no_password(sink: SmtpSink) -> None:
    async with to(sink.port, user="desk", password="pw") as relay:
        with pytest.raises(AuthenticationRefused, match="no login"):
            await send(relay)
    assert sink.steps == []


async def test_a_relay_that_has_no_service_for_us_is_told_apart_from_one_that_is_down() -> None:
    async with scripted({}, b"554 no service") as port, to(port) as relay:
        with pytest.raises(AuthenticationRefused, match="554"):
            await send(relay)
    async with scripted({}, b"421 later") as port, to(port) as relay:
        with pytest.raises(RelayUnavailable, match="421"):
            await send(relay)


async def test_a_relay_that_is_not_there_is_unavailable() -> None:
    async with scripted({}) as port:
        pass
    async with to(port) as relay:
        with pytest.raises(RelayUnavailable, match="connecting") as refused:
            await send(relay)
        assert not isinstance(refused.value, MailDeferred)


async def test_a_reply_lost_after_the_dot_leaves_the_fate_unknown(sink: SmtpSink) -> None:
    async with chaos_proxy(sink.port) as proxy, to(proxy.port) as relay:
        proxy.swallow_after()
        with pytest.raises(Uncertain):
            await send(relay)
    assert len(sink.deliveries) == 1


@pytest.mark.parametrize(("cut", "kept"), [(Cut.BEFORE_DOT, 0), (Cut.AFTER_DOT, 1)])
async def test_a_connection_cut_within_the_body_leaves_the_fate_unknown(
    sink: SmtpSink, cut: Cut, kept: int
) -> None:
    sink.cut(cut)
    async with to(sink.port) as relay:
        with pytest.raises(Uncertain):
            await send(relay)
        assert len(sink.deliveries) == kept
        await send(relay)
    assert len(sink.deliveries) == kept + 1


async def test_a_connection_cut_before_354_leaves_the_fate_unknown(sink: SmtpSink) -> None:
    async with chaos_proxy(sink.port) as proxy, to(proxy.port) as relay:
        proxy.cut_at(b"DATA\r\n")
        with pytest.raises(Uncertain):
            await send(relay)
    assert sink.deliveries == []


async def test_a_connection_cut_within_the_envelope_puts_the_mail_off(sink: SmtpSink) -> None:
    sink.cut(Cut.MAIL)
    async with to(sink.port) as relay:
        with pytest.raises(MailDeferred):
            await send(relay)
        await send(relay)
    assert len(sink.deliveries) == 1


async def test_no_reply_to_the_dot_in_time_leaves_the_fate_unknown(sink: SmtpSink) -> None:
    gate = sink.hold(Step.BODY)
    async with to(sink.port, data_timeout=0.05) as relay:
        with pytest.raises(Uncertain):
            await send(relay)
    gate.set()
    assert len(await sink.delivered(1)) == 1


@pytest.mark.parametrize("odd", [b"299 perhaps", b"354 go on", b"hello", b"199 hm"])
async def test_an_odd_reply_to_the_dot_leaves_the_fate_unknown(odd: bytes) -> None:
    async with scripted({b".": odd}) as port, to(port) as relay:
        with pytest.raises(Uncertain):
            await send(relay)


async def test_a_reply_that_is_no_text_is_still_a_reply() -> None:
    async with scripted({b"RCPT": b"550 \xff\xfe\x00 no"}) as port, to(port) as relay:
        with pytest.raises(RelayRefused) as refused:
            await send(relay)
    assert refused.value.reply.encode().isascii()


async def test_a_cancelled_body_leaves_no_reply_for_the_next_mail(sink: SmtpSink) -> None:
    gate = sink.hold(Step.BODY)
    async with to(sink.port) as relay:
        sending = asyncio.ensure_future(send(relay))
        await sink.reached(Step.BODY)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        gate.set()
        sink.answer(Step.RCPT, "550 5.1.1 for the second mail")
        with pytest.raises(RelayRefused, match="for the second mail"):
            await send(relay)
    assert sink.connections == 2


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT])
async def test_a_cancelled_envelope_leaves_no_reply_for_the_next_mail(
    sink: SmtpSink, step: Step
) -> None:
    gate = sink.hold(step)
    async with to(sink.port) as relay:
        opening = asyncio.ensure_future(relay.open_envelope(FROM, TO))
        await sink.reached(step)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        gate.set()
        await send(relay)
    assert sink.connections == 2
    assert len(sink.deliveries) == 1


async def test_a_connection_that_died_between_two_mails_is_opened_anew(sink: SmtpSink) -> None:
    async with chaos_proxy(sink.port) as proxy, to(proxy.port) as relay:
        await send(relay)
        proxy.reset()
        await send(relay)
    assert len(sink.deliveries) == 2
    assert sink.connections == 2


async def test_two_connections_do_not_mix_their_replies(sink: SmtpSink) -> None:
    async def refused(relay: Relay, number: int) -> None:
        for turn in range(10):
            payload = b"Subject: %d.%d\r\n\r\nx\r\n" % (number, turn)
            await send(relay, payload, f"{number}.{turn}@customer.example")

    async with to(sink.port) as one, to(sink.port) as two, asyncio.TaskGroup() as group:
        group.create_task(refused(one, 1))
        group.create_task(refused(two, 2))
    assert sink.connections == 2
    for delivery in sink.deliveries:
        (recipient,) = delivery.rcpt_tos
        assert delivery.raw.startswith(f"Subject: {recipient.partition('@')[0]}\r\n".encode())
    assert len(sink.deliveries) == 20


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_is_believed_only_from_a_known_authority(
    certificate: Certificate, security: Security
) -> None:
    context = certificate.server_context()
    tls, starttls = (context, None) if security is Security.TLS else (None, context)
    async with smtp_sink(tls=tls, starttls=starttls, users={"desk": "pw"}) as sink:
        async with to(sink.port, security, user="desk", password="pw", host="localhost") as relay:
            with pytest.raises(RelayUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
                await send(relay)
        assert sink.steps == []
        known = certificate.cert
        async with to(
            sink.port, security, user="desk", password="pw", host="localhost", ca_file=known
        ) as relay:
            await send(relay)
        assert len(sink.deliveries) == 1


async def test_a_certificate_for_another_host_is_not_believed(certificate: Certificate) -> None:
    async with (
        smtp_sink(tls=certificate.server_context()) as sink,
        to(sink.port, Security.TLS, ca_file=certificate.cert) as relay,
    ):
        with pytest.raises(RelayUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            await send(relay)


async def test_a_stripped_starttls_gets_neither_password_nor_mail() -> None:
    async with smtp_sink(users={"desk": "pw"}) as sink:
        async with to(sink.port, Security.STARTTLS, user="desk", password="pw") as relay:
            with pytest.raises(RelayUnavailable, match="STARTTLS"):
                await send(relay)
        assert sink.steps == []


async def test_an_error_never_quotes_the_password() -> None:
    async with (
        smtp_sink(users={"desk": "pw"}) as sink,
        to(sink.port, user="desk", password="s3cret-word") as relay,
    ):
        with pytest.raises(AuthenticationRefused) as refused:
            await send(relay)
    assert "s3cret-word" not in f"{refused.value!r} {refused.value.__cause__!r} {relay!r}"


async def test_a_rate_lets_a_fifth_of_a_minutes_mails_go_at_once() -> None:
    rate = Rate(60)
    for _ in range(12):
        await rate.take()
    waiting = asyncio.ensure_future(rate.take())
    done, _ = await asyncio.wait({waiting}, timeout=0)
    assert not done
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_no_rate_holds_nothing_up() -> None:
    rate = Rate(0)
    async with asyncio.timeout(10):
        for _ in range(10_000):
            await rate.take()


async def test_one_mail_reaches_several_in_one_transaction(sink: SmtpSink) -> None:
    async with to(sink.port) as relay:
        assert await relay.open_envelope(FROM, TO, also=("bo@x.example", "cy@möbel.example")) == ()
        await relay.data(MAIL)
    (delivery,) = sink.deliveries
    assert delivery.rcpt_tos == (TO, "bo@x.example", "cy@xn--mbel-5qa.example")


async def test_who_is_refused_among_several_is_named_and_the_others_get_it(sink: SmtpSink) -> None:
    sink.answer(Step.RCPT, "", "550 5.1.1 no such user", "")
    async with to(sink.port) as relay:
        (refused,) = await relay.open_envelope(FROM, TO, also=("bo@x.example", "cy@x.example"))
        await relay.data(MAIL)
    assert refused.address == "bo@x.example"
    assert "no such user" in refused.reply
    assert sink.deliveries[0].rcpt_tos == (TO, "cy@x.example")


async def test_a_mail_whose_first_recipient_is_refused_goes_to_nobody(sink: SmtpSink) -> None:
    sink.answer(Step.RCPT, "550 5.1.1 no such user")
    async with to(sink.port) as relay:
        with pytest.raises(RelayRefused):
            await relay.open_envelope(FROM, TO, also=("bo@x.example",))
        await send(relay)
    assert [each.rcpt_tos for each in sink.deliveries] == [(TO,)]


@pytest.mark.parametrize("patient", [True, False])
async def test_who_is_not_taken_for_now_puts_all_off_while_there_is_patience(
    sink: SmtpSink, *, patient: bool
) -> None:
    sink.answer(Step.RCPT, "", "450 4.1.2 not now", "")
    async with to(sink.port) as relay:
        opening = relay.open_envelope(FROM, TO, also=("bo@x.example",), patient=patient)
        if patient:
            with pytest.raises(MailDeferred):
                await opening
            assert sink.deliveries == []
            return
        assert [one.address for one in await opening] == ["bo@x.example"]
        await relay.data(MAIL)
    assert sink.deliveries[0].rcpt_tos == (TO,)


async def test_a_relay_that_closes_at_another_recipient_puts_the_mail_off(sink: SmtpSink) -> None:
    sink.answer(Step.RCPT, "", "421 4.3.2 closing")
    async with to(sink.port) as relay:
        with pytest.raises(MailDeferred):
            await relay.open_envelope(FROM, TO, also=("bo@x.example",), patient=False)
    assert sink.deliveries == []


async def test_a_bad_address_among_several_never_reaches_the_relay(sink: SmtpSink) -> None:
    async with to(sink.port) as relay:
        with pytest.raises(AddressUnusable):
            await relay.open_envelope(FROM, TO, also=("jörg@x.example",))
    assert sink.connections == 0


async def test_what_a_relay_says_it_takes_is_known_after_its_greeting() -> None:
    async with scripted({b"EHLO": b"250-x\r\n250 SIZE 1000"}) as port, to(port) as relay:
        assert relay.largest is None
        await relay.open_envelope(FROM, TO, 100)
        assert relay.largest == 1000
