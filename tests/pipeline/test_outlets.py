"""Alerts get out while the desk's own relay is dead: by a second relay, and to other services."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.pipeline.test_prepare import roster
from tests.servers import smtp_sink, web_sink
from tests.store.desk import NOW, Desk, mail
from triage.config.load import Policy
from triage.config.settings import (
    AlertsSettings,
    RelaySettings,
    Secret,
    Security,
    WebSettings,
)
from triage.core.acting import act
from triage.core.alerts import MOST_AN_HOUR
from triage.core.outgoing import Outgoing, Readiness, Sort, State
from triage.core.owned import tellings
from triage.core.reply import RELAY_SIZE
from triage.outbox.hook import SIGNATURE, signature
from triage.outbox.relay import Relay
from triage.pipeline.instore import StoreThread
from triage.pipeline.outlets import Outlets
from triage.pipeline.prepare import Prepare
from triage.pipeline.terms import terms_of
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore, open_store

pytestmark = pytest.mark.usefixtures("in_time")

LATE = NOW + timedelta(minutes=61)
DEAD = RelaySettings(host="127.0.0.1", port=1, security=Security.NONE)
KEY = Secret(command=("printf", "a key"))


@pytest.fixture(scope="module")
def policy(policy: Policy) -> Policy:
    return replace(policy, settings=replace(policy.settings, relay=DEAD))


def with_alerts(policy: Policy, alerts: AlertsSettings) -> Policy:
    return replace(policy, settings=replace(policy.settings, alerts=alerts))


def breached(store: SqliteStore, policy: Policy) -> str:
    """Let a ticket's deadline be missed, and return its reference."""
    desk = Desk(store, terms_of(policy, "test"))
    desk.take(mail())
    (row,) = store.queue(None, 9)
    store.fire(LATE, partial(act, terms=desk.terms, secret=b"secret", now=LATE))
    return row.reference


def rows(store: SqliteStore, reference: str, sort: Sort) -> list[Outgoing]:
    return [one for one in store.ticket(reference).outgoing if one.sort is sort]


@asynccontextmanager
async def leaving(store: SqliteStore, policy: Policy) -> AsyncIterator[StoreThread]:
    """Let everything leave that can, until the block ends."""
    thread, stop = StoreThread(), asyncio.Event()

    def now() -> datetime:
        return LATE

    def prepare(recheck: Recheck) -> Readiness:
        return Prepare(policy, terms_of(policy, "test"), b"secret")(recheck, LATE)

    def relays(settings: RelaySettings | None) -> list[Relay]:
        return [] if settings is None else [Relay(settings, local_name="desk.example")]

    outlets = Outlets(store, thread, relays, prepare, lambda: policy.settings, now)
    task = asyncio.ensure_future(outlets.run(stop))
    try:
        yield thread
    finally:
        stop.set()
        await task
        thread.close()


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    return store


async def until(
    store: SqliteStore, reference: str, sort: Sort, state: State, thread: StoreThread
) -> list[Outgoing]:
    """Wait, between what the stages do to the store, until all that is of a sort stands so."""
    while True:
        found = await thread(rows, store, reference, sort)
        if all(one.state is state for one in found):
            return found


async def test_p10_alerts_leave_by_a_relay_of_their_own_while_the_desks_relay_is_dead(
    store: SqliteStore, policy: Policy
) -> None:
    async with smtp_sink() as sink:
        second = RelaySettings(host="127.0.0.1", port=sink.port, security=Security.NONE)
        ours = with_alerts(policy, AlertsSettings(relay=second, sender="alerts@elsewhere.example"))
        reference = breached(store, ours)
        expected = rows(store, reference, Sort.ALERT)
        assert expected
        store.keep(RELAY_SIZE, "300000")
        async with leaving(store, ours) as thread:
            delivered = await sink.delivered(len(expected))
            await until(store, reference, Sort.ALERT, State.SENT, thread)
        assert {one.mail_from for one in delivered} == {"alerts@elsewhere.example"}
        assert all(b"alerts@elsewhere.example" in one.raw for one in delivered)
        (acknowledgement,) = rows(store, reference, Sort.ACKNOWLEDGEMENT)
        assert acknowledgement.state is State.PENDING
        assert store.setting(RELAY_SIZE) == "300000"  # as the desk's own relay has said


def test_an_owner_hears_of_a_ticket_from_the_address_that_alerts_come_from(
    store: SqliteStore, policy: Policy
) -> None:
    told = replace(roster(), agents=tuple(replace(one, tell="mail") for one in roster().agents))
    settings = AlertsSettings(relay=DEAD, sender="alerts@elsewhere.example")
    ours = with_alerts(replace(policy, roster=told), settings)
    terms = terms_of(ours, "test")
    Desk(store, terms).take(mail())
    assert store.tell_owners(NOW, lambda some, lately: tellings(some, lately, terms, b"s", NOW))
    prepare = Prepare(ours, terms, b"secret")
    mine = store.claim(NOW, lambda one: prepare(one, NOW), (Sort.ALERT,))
    assert mine is not None
    assert mine.envelope_from == "alerts@elsewhere.example"
    assert b"<alerts@elsewhere.example>" in (mine.payload or b"")


async def test_p10_a_breach_is_posted_signed_while_the_desks_relay_is_dead(
    store: SqliteStore, policy: Policy
) -> None:
    async with web_sink() as web:
        ours = with_alerts(policy, AlertsSettings(webhook=web.address, webhook_secret=KEY))
        reference = breached(store, ours)
        expected = rows(store, reference, Sort.HOOK)
        assert {one.facts["name"] for one in expected} >= {"breach"}
        async with leaving(store, ours) as thread:
            await web.received(len(expected))
            await until(store, reference, Sort.HOOK, State.SENT, thread)
        said = [json.loads(one.body) for one in web.posted]
        (breach,) = [one for one in said if one["event"] == "breach"]
        assert (breach["reference"], breach["queue"]) == (reference, "returns")
        assert reference in breach["text"]
        one = web.posted[0]
        signed = signature("a key", one.headers["triage-sent-at"], one.body)
        assert one.headers[SIGNATURE.lower()] == f"sha256={signed}"


@pytest.mark.parametrize(
    ("page", "shown"), [(None, False), (WebSettings(url="https://desk.northwind.example"), True)]
)
def test_an_alert_links_to_the_page_where_there_is_one(
    store: SqliteStore, policy: Policy, page: WebSettings | None, *, shown: bool
) -> None:
    ours = with_alerts(policy, AlertsSettings(webhook="https://hooks.example/desk"))
    ours = replace(ours, settings=replace(ours.settings, web=page))
    link = f"https://desk.northwind.example/ticket/{breached(store, ours)}".encode()
    prepare = Prepare(ours, terms_of(ours, "test"), b"secret")
    for sort in (Sort.ALERT, Sort.HOOK):
        one = store.claim(LATE, lambda one: prepare(one, LATE), (sort,))
        assert one is not None
        assert (link in (one.payload or b"")) is shown


async def test_nothing_that_a_requester_wrote_is_posted(store: SqliteStore, policy: Policy) -> None:
    async with web_sink() as web:
        ours = with_alerts(policy, AlertsSettings(webhook=web.address))
        reference = breached(store, ours)
        async with leaving(store, ours) as thread:
            await until(store, reference, Sort.HOOK, State.SENT, thread)
        posted = b"".join(one.body for one in web.posted).lower()
        for word in (b"cracked", b"jo@", b"park"):
            assert word not in posted


async def test_a_service_that_is_busy_is_told_again_later_as_the_same_alert(
    store: SqliteStore, policy: Policy
) -> None:
    async with web_sink() as web:
        web.answer(*["503 Busy"] * 9)
        ours = with_alerts(policy, AlertsSettings(webhook=web.address))
        reference = breached(store, ours)
        async with leaving(store, ours) as thread:
            hooks = await thread(rows, store, reference, Sort.HOOK)
            await web.received(len(hooks))
            waiting = await until(store, reference, Sort.HOOK, State.PENDING, thread)
        assert all(one.attempts == 1 and one.next_at > LATE for one in waiting)
        assert {one.headers["triage-delivery"] for one in web.posted} == {
            one.purpose for one in waiting
        }


async def test_a_service_that_says_nothing_holds_up_no_mail(
    store: SqliteStore, policy: Policy
) -> None:
    async with web_sink() as web, smtp_sink() as sink:
        gate = web.hold()
        second = RelaySettings(host="127.0.0.1", port=sink.port, security=Security.NONE)
        settings = AlertsSettings(webhook=web.address, relay=second, sender="a@elsewhere.example")
        ours = with_alerts(policy, settings)
        reference = breached(store, ours)
        async with leaving(store, ours) as thread:
            await web.received(1)
            await until(store, reference, Sort.ALERT, State.SENT, thread)
            gate.set()


async def test_an_alert_that_was_being_posted_as_we_stopped_is_posted_again(
    store: SqliteStore, policy: Policy
) -> None:
    async with web_sink() as web:
        ours = with_alerts(policy, AlertsSettings(webhook=web.address))
        reference = breached(store, ours)
        hook = store.claim(
            LATE,
            lambda one: Prepare(ours, terms_of(ours, "test"), b"secret")(one, LATE),
            (Sort.HOOK,),
        )
        assert hook is not None
        store.inflight(hook.id, LATE)
        store.start("here", 1, "boot", LATE)
        async with leaving(store, ours) as thread:
            await until(store, reference, Sort.HOOK, State.SENT, thread)
        assert hook.purpose in {one.headers["triage-delivery"] for one in web.posted}


async def test_a_way_that_left_the_settings_is_not_gone_any_more(
    store: SqliteStore, policy: Policy
) -> None:
    async with web_sink() as web:
        reference = breached(store, with_alerts(policy, AlertsSettings(webhook=web.address)))
        async with leaving(store, policy) as thread:
            ended = await until(store, reference, Sort.HOOK, State.CANCELLED, thread)
        assert {one.reason for one in ended} == {"no_longer_wanted"}
        assert web.posted == []


def test_what_is_too_much_for_a_service_is_posted_as_one(
    store: SqliteStore, policy: Policy
) -> None:
    ours = with_alerts(policy, AlertsSettings(webhook="http://127.0.0.1:1/"))
    desk, number = Desk(store, terms_of(ours, "test")), MOST_AN_HOUR + 3
    for one in range(number):
        words = f"Where is order {one * 7919}? {'abcdefgh'[one % 8] * 9}"
        who, name = f"Jo <jo{one}@example.net>", f"<{one}@example.net>"
        desk.take(mail(words, sender=who, subject=f"Order {one}", message_id=name))
    references = {row.reference for row in store.queue(None, 99)}
    while store.fire(LATE, partial(act, terms=desk.terms, secret=b"secret", now=LATE)):
        pass
    later, posted = LATE + timedelta(minutes=10), []
    prepare = Prepare(ours, desk.terms, b"secret")
    while store.due(later, (Sort.HOOK,)):
        hook = store.claim(later, lambda one: prepare(one, later), (Sort.HOOK,))
        posted += [] if hook is None else [json.loads(hook.payload or b"{}")]
    *alone, digest = posted
    assert len(alone) == MOST_AN_HOUR
    assert digest["event"] == "digest"
    told = {one["reference"] for one in (*alone, *digest["alerts"])}
    assert told == references
    assert str(len(digest["alerts"])) in digest["text"]


async def test_p10_an_alert_that_cannot_be_written_holds_up_no_other(
    store: SqliteStore, policy: Policy
) -> None:
    async with web_sink() as web:
        ours = with_alerts(policy, AlertsSettings(webhook=web.address))
        reference = breached(store, ours)
        first, *others = rows(store, reference, Sort.HOOK)
        with store._writing() as db:
            db.execute("UPDATE outbox SET facts = '{}' WHERE id = ?", (first.id,))
        async with leaving(store, ours):
            posted = await web.received(len(others))
        assert {one.headers["triage-delivery"] for one in posted} == {one.purpose for one in others}
    kept = rows(store, reference, Sort.HOOK)[0]
    assert (kept.state, kept.reason) == (State.PENDING, "not_prepared")
