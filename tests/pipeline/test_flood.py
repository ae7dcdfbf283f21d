"""3,000 mails that are all alike, while requesters write whom we know; and one encoding of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.model.lessons import SMALL
from tests.pipeline.post import open_post
from tests.store.desk import INBOX, NOW, TERMS, arrival, mail
from triage.core.prediction import Prediction
from triage.model.cache import cache_folder
from triage.model.encoder import open_encoder
from triage.model.predict import Model
from triage.model.reading import Text
from triage.pipeline.triage import Judging, Triage
from triage.pipeline.waves import OncePerText
from triage.store.views import TicketRow
from triage.training import trained

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]

WAVE = 3_000
KNOWN = 5
BREAKER = 300


def silent(_fraction: float, _text: str) -> None:
    """Show no progress."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    encoder = open_encoder("default", cache_folder(), silent)
    heads = trained(SMALL, encoder, tmp_path_factory.mktemp("cache"), silent)
    return Model(encoder, heads, 0.9)


@dataclass(slots=True)
class Counting:
    """The model, and every text that it was asked about."""

    model: Model
    asked: list[Text] = field(default_factory=list)

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        self.asked += messages
        return self.model.predict(messages)


NAMES = ("Ann Lind", "Bo Weber", "Clara Voss", "Dev O'Hara", "Elin Strand-Lee")


def complaint(number: int) -> bytes:
    """Make one copy of a complaint that is going round; only names and numbers are its own."""
    name = NAMES[number % len(NAMES)]
    return mail(
        f"Dear {['Northwind', 'Team', 'Sir or Madam'][number % 3]},\n\n"
        "since last night nobody can log in to your shop, and the page says that the service is"
        f" unavailable. My table for order NW-{100000 + number} was to come today, and nobody at"
        f" the hotline, where I waited {10 + number % 80} minutes, could tell me whether it will."
        " Please tell me when it comes.\n\nKind regards\n" + name,
        sender=f"{name} <v{number}@visitors{number}.example>",
        subject=f"Order NW-{100000 + number} and your login",
        message_id=f"<w{number}@visitors.example>",
    )


def known(number: int, matter: str) -> bytes:
    return mail(
        f"My {matter} has arrived with a broken leg. Can you send me a new one?",
        sender=f"Known <k{number}@known{number}.example>",
        subject=f"Broken {matter}",
        message_id=f"<{matter}{number}@known{number}.example>",
    )


async def triaged(folder: Path, mails: Sequence[Sequence[bytes]], model: Counting) -> Flood:
    """Take these lots of mail over and triage each, a day apart; return what came of it."""
    async with open_post(folder) as post:
        store, in_store = post.store, post.thread
        await in_store(store.take_baseline, INBOX, 1, [], NOW - timedelta(days=9))
        now, flooded, uids = NOW - len(mails) * timedelta(days=1), [], iter(range(1, 10**6))
        stop = asyncio.Event()

        def clock() -> datetime:
            return now

        async def breaker(mailbox: str) -> None:
            flooded.append(mailbox)

        async def broken(why: str) -> None:
            raise AssertionError(why)

        def settled() -> None:
            if not post.store.counts().messages.get("stored"):
                stop.set()

        for lot in mails:
            now += timedelta(days=1)
            arrivals = [arrival(next(uids), raw, now) for raw in lot]
            for start in range(0, len(arrivals), 50):
                await in_store(store.receive, INBOX, arrivals[start : start + 50], now)
            stop = asyncio.Event()
            triage = Triage(
                store,
                in_store,
                lambda: Judging(TERMS, model),
                clock,
                settled=settled,
                flooded=breaker,
                broken=broken,
            )
            async with asyncio.timeout(240):
                await triage.run(stop)
        rows = await in_store(store.queue, None, 10_000)
        reasons = post.rows(
            "SELECT sender, acknowledge, acknowledge_reason FROM message WHERE state = 'routed'"
        )
        kept = {bytes(raw) for (raw,) in post.rows("SELECT bytes FROM raw")}
        tickets = await in_store(lambda: store.counts().tickets)
        return Flood(rows, reasons, kept, tickets, flooded)


@dataclass(frozen=True, slots=True)
class Flood:
    """What came of a flood."""

    rows: tuple[TicketRow, ...]
    reasons: list[tuple[str, int, str]]
    kept: set[bytes]
    tickets: object
    flooded: list[str]

    def acknowledged(self, host: str) -> list[bool]:
        return [bool(told) for sender, told, _ in self.reasons if host in sender]


async def test_p4_in_a_flood_known_requesters_are_acknowledged_and_the_wave_is_one_row(
    tmp_path: Path, model: Model
) -> None:
    before = [known(number, "chair") for number in range(KNOWN)]
    flood = [complaint(number) for number in range(WAVE)]
    for number in range(KNOWN):
        flood.insert(WAVE - 100 * number, known(number, "table"))
    counting = Counting(model)
    came = await triaged(tmp_path, [before, flood], counting)

    assert came.kept == {*before, *flood}, "no mail is lost"
    assert came.tickets == {"open": WAVE + 2 * KNOWN}
    assert came.acknowledged("known") == [True] * 2 * KNOWN
    assert sum(came.acknowledged("visitors")) == BREAKER
    held = {reason for sender, told, reason in came.reasons if not told}
    assert held == {"breaker"}
    assert set(came.flooded) == {"support"}
    assert sorted(row.alike for row in came.rows) == [1] * 2 * KNOWN + [WAVE]
    assert sum("log in" in text.body for text in counting.asked) == 1, "one encoding"


async def test_300_mails_of_a_wave_are_encoded_once_and_300_of_their_own_300_times(
    model: Model,
) -> None:
    counting, once = Counting(model), OncePerText()
    texts = [texts_of(complaint(number)) for number in range(300)]
    for start in range(0, 300, 8):
        once.over(counting).predict(texts[start : start + 8])
    assert len(counting.asked) == 1
    other = [replace(text, body=f"{'very ' * at}{text.body}") for at, text in enumerate(texts)]
    once.over(counting).predict(other[1:9])
    assert len(counting.asked) == 9


def texts_of(raw: bytes) -> Text:
    head, _, body = raw.decode().partition("\r\n\r\n")
    return Text(head.partition("Subject: ")[2].partition("\r\n")[0], body.strip())


def test_what_is_used_again_quotes_the_mail_itself(model: Model) -> None:
    once = OncePerText().over(model)
    texts = [texts_of(complaint(number)) for number in (3, 4)]
    for text, said in zip(texts, once.predict(texts), strict=True):
        for sentence in quoted(said):
            assert sentence in f"{text.subject}\n{text.body}"


def quoted(said: Prediction) -> Iterator[str]:
    yield from (said.gist, said.queue_sentence, said.priority_sentence)
    yield from (signal.sentence for signal in said.signals.values())


def test_another_model_is_asked_anew(model: Model) -> None:
    first, second, once = Counting(model), Counting(model), OncePerText()
    text = texts_of(complaint(1))
    once.over(first).predict([text, text])
    once.over(second).predict([text])
    assert (len(first.asked), len(second.asked)) == (1, 1)
