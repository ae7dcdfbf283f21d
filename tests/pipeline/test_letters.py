"""What an acknowledgement says as it leaves: notices, referrals, offers, and its tone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.store.desk import AGENTS, ALL_WEEK, NOW, Desk, mail
from triage.config.load import Policy, load_policy
from triage.config.settings import Mode
from triage.core.desk import Absence, Roster, Window
from triage.core.matchers import Every
from triage.core.prediction import Prediction, SignalScore
from triage.core.referral import Referral
from triage.core.rules import Rule, Then
from triage.core.switches import Switch, SwitchName
from triage.pipeline.prepare import Prepare
from triage.pipeline.terms import terms_of
from triage.store.sqlite import SqliteStore, open_store

HOUR = timedelta(hours=1)
EXAMPLE = Referral(name="carrier", title="The carrier", where=("https://parcels.example/help",))
REAL = replace(EXAMPLE, where=("https://parcels.test/help", "+49 30 99"))
RULE = Rule(id="parcels", why="x", when=Every(()), then=Then(refer="carrier"))


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return load_policy(None, today=NOW.date())


@pytest.fixture
def policy(shipped: Policy) -> Policy:
    return replace(
        shipped,
        settings=replace(shipped.settings, mode=Mode.LIVE, brand="Acme"),
        roster=Roster(hours=ALL_WEEK, agents=AGENTS),
        rules=(),
        referrals={"carrier": REAL},
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    yield store
    store.close()


Sent = Callable[..., EmailMessage]


@pytest.fixture
def sent(store: SqliteStore, policy: Policy) -> Sent:
    """Return what becomes of one mail, judged and claimed by a policy and its switches."""

    def send(
        raw: bytes | None = None,
        *switches: Switch,
        prediction: Prediction | None = None,
        **changes: object,
    ) -> EmailMessage:
        own = replace(policy, **changes)  # type: ignore[arg-type]
        terms = terms_of(own, "test", switches)
        desk = Desk(store, terms)
        desk.model.prediction = prediction or desk.model.prediction
        desk.take(raw or mail())
        prepare = Prepare(own, terms, b"secret")
        outgoing = store.claim(NOW, lambda recheck: prepare(recheck, NOW))
        assert outgoing is not None
        assert outgoing.payload is not None
        return message_from_bytes(outgoing.payload, policy=default)

    return send


def words(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def notice(said: str, about: str = "") -> Switch:
    return Switch(
        name=SwitchName.NOTICE, since=NOW - HOUR, at=NOW, person="maria", about=about, said=said
    )


def test_an_acknowledgement_has_both_parts_and_they_say_the_same(sent: Sent) -> None:
    message = sent()
    assert message.get_content_type() == "multipart/alternative"
    html = message.get_body(("html",))
    assert html is not None
    assert "This first note is automatic" in words(message)
    assert "This first note is automatic" in str(html.get_content())
    assert message["Auto-Submitted"] == "auto-replied"


def test_todays_notices_stand_in_it_that_are_for_everybody_or_for_what_it_is(sent: Sent) -> None:
    said = words(
        sent(
            None,
            notice("We move house."),
            notice("Parcels are late.", "parcels"),
            notice("Not for them.", "billing"),
            rules=(RULE,),
        )
    )
    assert "Our notice for today:\nWe move house. Parcels are late.\n" in said
    assert "Not for them" not in said


def test_a_referral_by_a_rule_is_told(sent: Sent) -> None:
    assert "https://parcels.test/help · +49 30 99\n" in words(sent(rules=(RULE,)))


def test_an_example_address_is_told_to_nobody(sent: Sent) -> None:
    said = words(sent(rules=(RULE,), referrals={"carrier": EXAMPLE}))
    assert "parcels" not in said
    assert "somebody else" not in said


def test_a_referral_that_is_gone_meanwhile_is_left_out(sent: Sent) -> None:
    assert "somebody else" not in words(sent(rules=(RULE,), referrals={}))


def test_what_is_missing_is_offered_for_and_the_angry_are_asked_nothing(
    sent: Sent, policy: Policy
) -> None:
    sure = Prediction(queue_scores={"returns": 0.97}, queue_sure=True)
    assert policy.queues["returns"].needs == ("order_number",)
    assert "If you have your order number handy" in words(sent(prediction=sure))


def test_a_complaint_is_taken_seriously_and_nothing_is_asked_for(sent: Sent) -> None:
    angry = Prediction(
        queue_scores={"returns": 0.97},
        queue_sure=True,
        signals={"complaint": SignalScore(0.97, fired=True, sentence="A disgrace.")},
    )
    said = words(sent(prediction=angry))
    assert "I take it seriously" in said
    assert "order number" not in said


def test_an_unverified_senders_subject_is_not_repeated_in_any_language(sent: Sent) -> None:
    german = "Die Tischplatte kam gestern mit einem langen Riss an. Was kann ich jetzt tun?"
    message = sent(mail(german, subject="Gewinnen Sie jetzt"))
    assert message["Subject"] == "Re: Ihre Nachricht"
    assert words(message).startswith("Guten Tag Jo,\n")


def test_the_time_is_told_by_the_requesters_own_clock_too(sent: Sent) -> None:
    west = mail(more="Date: Mon, 23 Nov 2026 05:00:00 -0800")
    said = words(sent(west))
    assert "where you are)" in said


@pytest.mark.parametrize("away", [False, True])
def test_p5_danger_is_said_to_be_read_now_only_where_who_is_on_call_is_there(
    sent: Sent, away: bool
) -> None:
    evening = tuple(Window(day, time(20), time(22)) for day in range(7))
    agents = tuple(replace(one, hours=replace(one.hours, windows=evening)) for one in AGENTS)
    gone = Absence(AGENTS[0].id, NOW - HOUR, NOW + HOUR)
    roster = Roster(
        hours=agents[0].hours, agents=agents, absences=(gone,) * away, on_call=AGENTS[0].mail
    )
    danger = Prediction(
        queue_scores={"returns": 0.9},
        queue_sure=True,
        signals={"safety": SignalScore(0.99, "It burns.", fired=True)},
    )
    said = words(sent(mail("It burns."), prediction=danger, roster=roster))
    assert ("Nobody here reads mail before" in said) == away
