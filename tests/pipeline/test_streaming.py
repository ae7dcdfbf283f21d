"""What happens is told another program: in order, signed, at least once, and nothing said in it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.pipeline.test_prepare import roster
from tests.servers import web_sink
from tests.servers.web import Posted
from tests.store.desk import NOW, Desk, do, mail
from triage.config.load import Policy, load_policy
from triage.config.settings import EventsSettings, Secret, WebSettings
from triage.core.disposition import Open
from triage.core.outgoing import Cancel, Readiness, Sort
from triage.core.streamed import KEPT, Wanted
from triage.outbox.eventhook import EventHook, signed
from triage.pipeline.hooks import Hooks
from triage.pipeline.instore import StoreThread
from triage.pipeline.prepare import Prepare
from triage.pipeline.streaming import Feed
from triage.pipeline.terms import terms_of
from triage.store.byhand import Correction
from triage.store.deeds import Taking
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore, open_store

pytestmark = pytest.mark.usefixtures("in_time")

KEY = Secret(command=("printf", "a key"))


@pytest.fixture(scope="module")
def policy() -> Policy:
    shipped = load_policy(None, today=NOW.date())
    settings = replace(shipped.settings, web=WebSettings(url="https://desk.northwind.example"))
    return replace(shipped, settings=settings, rules=(), roster=roster())


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    made = open_store(tmp_path / "triage.db")
    made.start("here", 1, "boot", NOW)
    made.feed(Wanted(), NOW)  # from here on
    return made


@pytest.fixture
def desk(store: SqliteStore, tmp_path: Path) -> Iterator[Desk]:
    """Put a desk to work, on a connection of its own."""
    own = open_store(tmp_path / "triage.db")
    yield Desk(own)
    own.close()


def to(
    policy: Policy, address: str, *, queues: tuple[str, ...] = (), content: bool = False
) -> Policy:
    events = EventsSettings(webhook=address, webhook_secret=KEY, queues=queues, content=content)
    return replace(policy, settings=replace(policy.settings, events=events))


class Hand:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW


@asynccontextmanager
async def leaving(
    store: SqliteStore, policy: Policy, hand: Hand | None = None
) -> AsyncIterator[Hooks]:
    """Let events leave, until the block ends; the store is left as it then is."""
    hand = hand or Hand()
    thread, stop = StoreThread(), asyncio.Event()
    prepare = Prepare(policy, terms_of(policy, "test"), b"secret")

    def ready(recheck: Recheck) -> Readiness:
        return prepare(recheck, hand.now)

    hooks = Hooks(store, thread, lambda: policy.settings, ready, lambda: hand.now)
    running = asyncio.create_task(hooks.run(stop))
    try:
        yield hooks
    finally:
        stop.set()
        await running
        thread.close()


def opened(desk: Desk, number: int = 1, text: str = "The top is cracked.") -> str:
    decided = desk.take(mail(text, message_id=f"<{number}@example.net>"))
    assert isinstance(decided, Open)
    return decided.reference


def said(one: Posted) -> dict[str, object]:
    told = json.loads(one.body)
    assert isinstance(told, dict)
    return told


def types(posted: list[Posted]) -> list[object]:
    return [said(one)["type"] for one in posted]


async def test_what_happens_to_a_ticket_is_told_in_order_and_signed(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    async with web_sink() as web, leaving(store, to(policy, web.address)):
        reference = opened(desk)
        do(desk.store, reference, Taking("jonas"), "jonas", NOW)
        desk.store.answered(reference, NOW, "jonas", "phone")
        posted = await web.received(3)
    assert types(posted) == ["ticket.opened", "ticket.taken", "ticket.answered"]
    first = said(posted[0])
    data = first["data"]
    assert isinstance(data, dict)
    assert (data["sequence"], data["ticket"]["reference"]) == (1, reference)
    assert data["url"] == f"https://desk.northwind.example/ticket/{reference}"
    assert [json.loads(one.body)["data"]["sequence"] for one in posted] == [1, 2, 3]
    assert len({one.headers["webhook-id"] for one in posted}) == 3
    for one in posted:
        head = one.headers
        named = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + one.body
        mac = base64.b64encode(hmac.new(b"a key", named, hashlib.sha256).digest()).decode()
        assert head["webhook-signature"] == f"v1,{mac}"
        assert head["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_a_written_key_is_read_as_the_standard_says() -> None:
    # The example of Standard Webhooks, reckoned here by hand.
    key = base64.b64encode(b"0123456789abcdef01234567").decode()
    mac = hmac.new(b"0123456789abcdef01234567", b"msg_1.1674087231.{}", hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(mac).decode()}"
    assert signed(f"whsec_{key}", "msg_1", "1674087231", b"{}") == expected
    assert signed("whsec_no base64!", "msg_1", "1674087231", b"{}") != expected


async def test_while_a_key_is_replaced_both_sign(store: SqliteStore) -> None:
    async with web_sink() as web:
        hook = EventHook(web.address, "new key\nold key")
        await asyncio.to_thread(hook.post, b"{}", "evt_1", NOW)
        (posted,) = await web.received(1)
    seconds = str(int(NOW.timestamp()))
    assert posted.headers["webhook-signature"].split(" ") == [
        signed(key, "evt_1", seconds, b"{}") for key in ("new key", "old key")
    ]


async def test_a_long_journal_that_nobody_wants_is_walked_in_steps(
    store: SqliteStore, desk: Desk
) -> None:
    thread = StoreThread()
    settings = EventsSettings(webhook="https://x.example", queues=("billing",))
    feed = Feed(store, thread, lambda: settings, lambda: NOW)
    await feed()
    reference = opened(desk)
    for number in range(2500):
        store.remark(reference, f"{number}", "maria", NOW)
    assert not store.feed(Wanted(queues=frozenset({"billing"})), NOW)
    assert store.behind()
    await feed()
    assert not store.behind()
    thread.close()


async def test_nothing_that_a_requester_wrote_is_told_unless_it_is_asked_for(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    async with web_sink() as web, leaving(store, to(policy, web.address)):
        opened(desk, text="My order has a secret crack.")
        (one,) = await web.received(1)
    for word in (b"secret crack", b"jo@example.net", b"Jo Park", b"Cracked table"):
        assert word not in one.body
    async with web_sink() as web, leaving(store, to(policy, web.address, content=True)):
        opened(desk, 2, text="Another secret crack.")
        (one,) = await web.received(1)
    content = json.loads(one.body)["data"]["content"]
    assert content["requester"] == "jo@example.net"
    assert "Another secret crack." in content["text"]


async def test_one_that_was_refused_comes_again_before_the_next_one(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    hand = Hand()
    async with web_sink() as web, leaving(store, to(policy, web.address), hand) as hooks:
        web.answer("500 Oh", "410 Gone", "302 Elsewhere")
        first, second = opened(desk, 1), opened(desk, 2)
        for tries in (1, 2, 3):
            await web.received(tries)
            later = hand.now + timedelta(minutes=12)
            while not await asyncio.to_thread(desk.store.due, later, (Sort.HOOK,)):
                pass  # its refusal is not written down yet
            hand.now = later
            hooks.queued.set()
        posted = await web.received(5)
    references = [json.loads(one.body)["data"]["ticket"]["reference"] for one in posted]
    assert references == [first] * 4 + [second]
    assert len({one.headers["webhook-id"] for one in posted[:4]}) == 1
    assert len({one.body for one in posted[:4]}) == 1
    assert posted[0].headers["webhook-signature"] != posted[3].headers["webhook-signature"]


async def test_one_that_was_under_way_as_we_were_killed_comes_again(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    """As a kill leaves it: the row in flight, nobody knows whether it arrived."""
    prepare = Prepare(to(policy, "http://127.0.0.1:1/"), terms_of(policy, "test"), b"secret")
    first, second = opened(desk, 1), opened(desk, 2)
    assert store.feed(Wanted(), NOW)
    found = store.claim(NOW, partial(prepare, now=NOW), (Sort.HOOK,))
    assert found is not None
    assert store.inflight(found.id, NOW)
    store.close()
    again = open_store(tmp_path / "triage.db")
    again.start("here", 2, "later boot", NOW)
    async with web_sink() as web, leaving(again, to(policy, web.address)):
        posted = await web.received(2)
    assert posted[0].headers["webhook-id"] == found.message_id
    assert posted[0].body == found.payload
    references = [json.loads(one.body)["data"]["ticket"]["reference"] for one in posted]
    assert references == [first, second]
    again.close()


async def test_a_server_that_dies_in_the_middle_gets_it_once_more(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    hand, cut = Hand(), asyncio.Event()

    async def dies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        cut.set()

    dying = await asyncio.start_server(dies, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{dying.sockets[0].getsockname()[1]}/in"
    async with leaving(store, to(policy, address), hand):
        opened(desk)
        await cut.wait()
    dying.close()
    await dying.wait_closed()
    hand.now += timedelta(minutes=12)
    async with web_sink() as web, leaving(store, to(policy, web.address), hand):
        (one,) = await web.received(1)
    assert said(one)["type"] == "ticket.opened"


async def test_only_the_queues_that_were_asked_for_are_told(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    opened(desk, 1)
    desk.store.correct(opened(desk, 2), Correction(queue="orders"), {}, "jonas", NOW)
    async with web_sink() as web, leaving(store, to(policy, web.address, queues=("orders",))):
        posted = await web.received(3)
    # What was opened in returns has been moved since: it is told as it stands now.
    assert {"ticket.opened", "ticket.judged"} <= set(types(posted))
    for one in posted:
        assert json.loads(one.body)["data"]["ticket"]["queue"] == "orders"


def test_what_nobody_took_for_a_week_is_passed_over_and_leaves_a_gap(
    store: SqliteStore, desk: Desk
) -> None:
    opened(desk)
    assert store.behind()
    assert not store.feed(Wanted(), NOW + KEPT + timedelta(minutes=1))
    desk.now = NOW + KEPT
    desk.take(mail(message_id="<late@example.net>"))
    assert store.feed(Wanted(), NOW + KEPT + timedelta(minutes=1))
    later = NOW + KEPT + timedelta(minutes=1)
    told: list[object] = []

    def look(recheck: Recheck) -> Readiness:
        told.append(recheck.mail.facts["sequence"])
        return Cancel("looked_at")

    assert store.claim(later, look, (Sort.HOOK,)) is None
    assert told == [2]


def test_before_it_was_asked_for_nothing_is_told(tmp_path: Path) -> None:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    opened(Desk(store))
    assert store.behind()
    assert not store.feed(Wanted(), NOW)
    assert not store.behind()
    store.close()
