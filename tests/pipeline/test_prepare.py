"""What is looked at again when an acknowledgement is claimed: whose it is, and the time named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path

import pytest

from tests.store.desk import AGENTS, ALL_WEEK, NOW, Desk, mail
from tests.store.test_waves import arrive
from triage.config.load import Policy
from triage.core.acting import act
from triage.core.alerts import alarm_mails
from triage.core.desk import Absence, Agent, Roster
from triage.core.outgoing import Outgoing, State
from triage.core.wave import WAVE
from triage.pipeline.prepare import Prepare
from triage.pipeline.terms import terms_of
from triage.store.sqlite import SqliteStore, open_store
from triage.store.views import TicketView

HOUR = timedelta(hours=1)
MARIA, JONAS = AGENTS
PETRA = replace(JONAS, id="petra", name="Petra Graf", mail="petra@northwind.example")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    yield store
    store.close()


def roster(*agents: Agent, away: tuple[Absence, ...] = ()) -> Roster:
    return Roster(hours=ALL_WEEK, agents=agents or AGENTS, absences=away)


class Claiming:
    """One mail, decided by one policy and claimed by another."""

    def __init__(self, store: SqliteStore, policy: Policy) -> None:
        self.store = store
        self.policy = policy
        self.desk = Desk(store, terms_of(policy, "test"))
        self.desk.take(mail())
        (row,) = store.queue(None, 1)
        self.reference, self.owner = row.reference, row.owner

    @property
    def ticket(self) -> TicketView:
        return self.store.ticket(self.reference)

    @property
    def promised(self) -> datetime | None:
        return self.ticket.outgoing[0].promised_at

    def claim(self, now: datetime, roster: Roster) -> Outgoing | None:
        policy = replace(self.policy, roster=roster)
        prepare = Prepare(policy, terms_of(policy, "test"), b"secret")
        return self.store.claim(now, lambda recheck: prepare(recheck, now))


def signed(sent: Outgoing | None) -> str:
    assert sent is not None
    assert sent.payload is not None
    return str(message_from_bytes(sent.payload, policy=default)["From"])


@pytest.fixture
def claiming(store: SqliteStore, policy: Policy) -> Claiming:
    return Claiming(store, policy)


def others(owner: str) -> Agent:
    return next(agent for agent in AGENTS if agent.id != owner)


def test_p5_a_promise_that_its_owner_can_keep_is_kept(claiming: Claiming) -> None:
    before = claiming.promised
    sent = claiming.claim(NOW + timedelta(minutes=5), roster())
    assert sent is not None
    assert sent.promised_at == before is not None
    assert claiming.ticket.row.owner == claiming.owner


def test_p4_an_owner_who_left_the_roster_signs_nothing_and_whoever_is_there_owns_it(
    claiming: Claiming,
) -> None:
    other = others(claiming.owner)
    sent = claiming.claim(NOW, roster(other))
    assert other.name in signed(sent)
    assert claiming.ticket.row.owner == other.id
    (event,) = [event for event in claiming.ticket.events if event.name == "reassigned"]
    assert (event.detail["from"], event.detail["owner"]) == (claiming.owner, other.id)


def test_p4_an_owner_who_is_away_beyond_the_hour_hands_over_to_whoever_is_there(
    claiming: Claiming,
) -> None:
    away = Absence(claiming.owner, NOW - HOUR, NOW + 3 * HOUR)
    sent = claiming.claim(NOW, roster(away=(away,)))
    assert others(claiming.owner).name in signed(sent)
    assert sent is not None
    assert sent.promised_at is not None
    assert sent.promised_at <= NOW + 2 * HOUR


def test_p5_an_owner_who_is_back_before_the_hour_keeps_it_with_a_time_they_can_keep(
    claiming: Claiming,
) -> None:
    back = NOW + timedelta(minutes=58)
    away = Absence(claiming.owner, NOW, back)
    before = claiming.promised
    assert before is not None
    assert before >= NOW + HOUR
    sent = claiming.claim(NOW, roster(away=(away,)))
    assert sent is not None
    assert sent.promised_at is not None
    assert sent.promised_at >= back + timedelta(minutes=20)
    assert claiming.ticket.row.owner == claiming.owner


def test_p5_a_promise_outside_the_owners_present_shift_is_not_kept(claiming: Claiming) -> None:
    before = claiming.promised
    assert before is not None
    gone = Absence(claiming.owner, before - timedelta(minutes=5), before + HOUR)
    sent = claiming.claim(NOW, roster(away=(gone,)))
    assert sent is not None
    assert sent.promised_at is not None
    assert sent.promised_at > before + HOUR


def test_where_everybody_is_away_the_owner_stays_unless_somebody_is_back_sooner(
    claiming: Claiming,
) -> None:
    everybody = tuple(Absence(agent.id, NOW, NOW + 4 * HOUR) for agent in AGENTS)
    sent = claiming.claim(NOW, roster(away=everybody))
    assert sent is not None
    assert claiming.ticket.row.owner == claiming.owner


def test_a_deputy_takes_over_before_anybody_else(claiming: Claiming) -> None:
    owner = next(agent for agent in AGENTS if agent.id == claiming.owner)
    away = Absence(owner.id, NOW, NOW + 4 * HOUR)
    with_deputy = roster(
        replace(owner, deputy="petra"), others(owner.id), replace(PETRA), away=(away,)
    )
    assert "Petra Graf" in signed(claiming.claim(NOW, with_deputy))


def test_nobody_on_the_roster_is_the_one_reason_not_to_sign_at_all(claiming: Claiming) -> None:
    gone = roster(*(replace(agent, left=NOW.date()) for agent in AGENTS))
    assert claiming.claim(NOW, gone) is None
    (row,) = claiming.ticket.outgoing
    assert (row.state, row.reason) == (State.CANCELLED, "no_owner")


def test_an_alert_of_a_wave_says_how_many_wait_as_long_as_any_does(
    store: SqliteStore, policy: Policy
) -> None:
    desk = Desk(store, terms_of(policy, "test"))
    references = arrive(desk, range(WAVE))
    prepare = Prepare(policy, terms_of(policy, "test"), b"secret")
    late = desk.now + 2 * HOUR
    store.fire(late, partial(act, terms=desk.terms, secret=b"secret", now=late))
    store.answered(references[0], desk.now, "maria", "phone")
    claimed = []
    while sent := store.claim(late, lambda recheck: prepare(recheck, late)):
        claimed.append(sent)
    warning = next(one for one in claimed if one.facts["reference"] == references[0])
    words = message_from_bytes(warning.payload or b"", policy=default)
    assert words["Subject"].startswith(f"Warning: {WAVE - 1} alike, {references[0]} ")
    assert f"{WAVE - 1} tickets like {references[0]} wait for an answer" in words.get_content()


@pytest.mark.parametrize(("name", "tries"), [("queue_overruled", False), ("mailbox_refused", True)])
def test_an_alarm_says_that_it_is_tried_again_only_where_something_is(
    store: SqliteStore, policy: Policy, name: str, *, tries: bool
) -> None:
    terms = terms_of(policy, "test")
    said = "version: 1\nrules:\n  - id: overruled-orders"
    store.alarm(name, said, alarm_mails(name, "orders", said, terms, b"secret", NOW), NOW)
    prepare = Prepare(policy, terms, b"secret")
    sent = store.claim(NOW, lambda recheck: prepare(recheck, NOW))
    assert sent is not None
    assert sent.payload is not None
    text = sent.payload.decode().replace("\r\n", "\n")
    assert said in text
    assert ("tried again" in text) is tries
