"""The test servers do what tests rely on."""

from __future__ import annotations

import asyncio
import ssl

import aiosmtplib
import pytest

from tests.servers import (
    Certificate,
    Cut,
    Dovecot,
    SmtpSink,
    Step,
    chaos_proxy,
    smtp_sink,
)

MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n.dot\r\n"


async def _send(port: int, raw: bytes = MAIL) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=10, start_tls=False)
    async with client:
        await client.mail("a@example.org")
        await client.rcpt("b@example.org")
        await client.data(raw)


async def test_the_sink_keeps_envelope_and_bytes(sink: SmtpSink) -> None:
    await _send(sink.port)
    async with asyncio.timeout(10):
        (delivery,) = await sink.delivered(1)
    assert delivery.raw == MAIL
    assert (delivery.mail_from, delivery.rcpt_tos) == ("a@example.org", ("b@example.org",))


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.BODY])
async def test_the_sink_refuses_at_the_step_it_was_told(sink: SmtpSink, step: Step) -> None:
    sink.answer(step, "451 4.3.0 later")
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await _send(sink.port)
    assert refused.value.code == 451
    assert sink.deliveries == []
    await _send(sink.port)
    assert len(sink.deliveries) == 1


@pytest.mark.parametrize(("cut", "kept"), [(Cut.BEFORE_DOT, 0), (Cut.AFTER_DOT, 1), (Cut.MAIL, 0)])
async def test_the_sink_breaks_off_where_it_was_told(sink: SmtpSink, cut: Cut, kept: int) -> None:
    sink.cut(cut)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await _send(sink.port)
    assert len(sink.deliveries) == kept
    await _send(sink.port)
    assert len(sink.deliveries) == kept + 1


async def test_the_sink_waits_at_a_step_until_it_is_let_go(sink: SmtpSink) -> None:
    gate = sink.hold(Step.BODY)
    async with asyncio.timeout(10):
        sending = asyncio.ensure_future(_send(sink.port))
        await sink.reached(Step.BODY)
        assert not sending.done()
        gate.set()
        await sending
    assert len(sink.deliveries) == 1


async def test_the_sink_speaks_tls_and_knows_its_users(certificate: Certificate) -> None:
    trust = ssl.create_default_context(cafile=certificate.cert)
    async with smtp_sink(tls=certificate.server_context(), users={"desk": "pw"}) as sink:
        client = aiosmtplib.SMTP(
            hostname="localhost", port=sink.port, use_tls=True, tls_context=trust, timeout=10
        )
        async with client:
            with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
                await client.mail("a@example.org")
            assert refused.value.code == 530
            with pytest.raises(aiosmtplib.SMTPAuthenticationError):
                await client.login("desk", "wrong")
            await client.login("desk", "pw")
            await client.mail("a@example.org")


async def test_the_sink_offers_starttls(certificate: Certificate) -> None:
    trust = ssl.create_default_context(cafile=certificate.cert)
    async with smtp_sink(starttls=certificate.server_context()) as sink:
        client = aiosmtplib.SMTP(
            hostname="localhost", port=sink.port, start_tls=True, tls_context=trust, timeout=10
        )
        async with client:
            await client.mail("a@example.org")
            await client.rcpt("b@example.org")
            await client.data(MAIL)
        assert len(sink.deliveries) == 1


async def test_the_proxy_swallows_the_reply_to_an_accepted_mail(sink: SmtpSink) -> None:
    async with chaos_proxy(sink.port) as proxy:
        proxy.swallow_after()
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await _send(proxy.port)
        assert proxy.tripped.is_set()
        assert len(sink.deliveries) == 1


async def test_the_proxy_cuts_at_a_pattern_and_heals(sink: SmtpSink) -> None:
    async with chaos_proxy(sink.port) as proxy:
        proxy.cut_at(b"RCPT")
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await _send(proxy.port)
        proxy.heal()
        await _send(proxy.port)
    assert [step for step, _ in sink.steps] == [
        Step.MAIL,
        Step.MAIL,
        Step.RCPT,
        Step.DATA,
        Step.BODY,
    ]


@pytest.mark.dovecot
def test_dovecot_runs(dovecot: Dovecot) -> None:
    assert dovecot.account().home.is_dir()
