"""A client that keeps our mail below an answer, without a mark: only the answer is new."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tests.e2e.running import RETURNS, PinnedModel, parts_of, running
from tests.servers import PymapServer, SmtpSink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.core.prediction import Prediction
    from triage.model.predict import Model
    from triage.model.reading import Text

ANSWER = "One leg is missing, too.\n\nWhen will it come?"
OUR_ANSWER = (
    "Dear Jo,\n\na new top is on its way to you and will be there on Thursday, together with"
    " the missing leg.\n\nMara Lind\nTall Pines"
)


class Listening(PinnedModel):
    """Remembers what it was asked about."""

    def __init__(self) -> None:
        super().__init__(RETURNS)
        self.heard: list[str] = []

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        self.heard += [message.body for message in messages]
        return super().predict(messages)


def mail(name: str, text: str, head: str = "", sender: str = "Jo Park <jo@example.net>") -> bytes:
    to = "support@northwind.test" if "jo@" in sender else "jo@example.net"
    return (
        f"Authentication-Results: mx.northwind.test; dmarc=pass header.from=example.net\r\n{head}"
        f"From: {sender}\r\nTo: {to}\r\nSubject: Table {name}\r\nMessage-ID: <{name}@example.net>"
        f"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


async def test_our_acknowledgement_kept_without_a_mark_is_neither_shown_nor_judged(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    model = Listening()
    parts = replace(parts_of(desk), open_model=lambda *_: cast("Model", model))
    async with running(parts) as triage:
        await imap_server.deliver(mail("one", "The top is cracked. Please send a new one."))
        (delivery,) = await sink.delivered(1)
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
        sent = message_from_bytes(delivery.raw, policy=default)
        kept = "\n".join(line.strip() for line in delivery.words.splitlines())
        assert len(kept.split()) > 20
        cites = f"References: {sent['Message-ID']}\r\n"
        await imap_server.deliver(mail("two", f"{ANSWER}\n\n{kept}", cites))
        await triage.until(lambda store: store.queue(None, 9)[0].messages == 2)
        (row,) = triage.store.queue(None, 9)
        first, second = triage.store.ticket(row.reference).messages
    assert second.text == ANSWER
    assert model.heard == [first.text, ANSWER]


async def test_a_humans_answer_kept_without_a_mark_is_not_new_either(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
        head = "In-Reply-To: <one@example.net>\r\n"
        ours = mail("ours", OUR_ANSWER, head, "Mara Lind <support@northwind.test>")
        await imap_server.deliver(ours, folder="Sent")
        await triage.until(lambda store: store.counts().tickets == {"waiting": 1})
        cites = "In-Reply-To: <ours@example.net>\r\n"
        await imap_server.deliver(mail("two", f"{ANSWER}\n\n{OUR_ANSWER}", cites))
        await triage.until(lambda store: store.counts().tickets == {"open": 1})
        (row,) = triage.store.queue(None, 9)
        *_, last = triage.store.ticket(row.reference).messages
    assert last.text == ANSWER


async def test_what_a_stranger_puts_below_a_mail_without_citing_us_stays(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        (delivery,) = await sink.delivered(1)
        kept = delivery.words
        await imap_server.deliver(mail("two", f"{ANSWER}\n\n{kept}", "", "pat@example.net"))
        await triage.until(lambda store: store.counts().tickets == {"open": 2})
        rows = triage.store.queue(None, 9)
        (stranger,) = (row for row in rows if row.requester == "pat@example.net")
        (message,) = triage.store.ticket(stranger.reference).messages
    assert len(message.text.split()) > len(ANSWER.split()) + 20
