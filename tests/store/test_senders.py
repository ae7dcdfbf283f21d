"""What people say of a sender, from the switch to what becomes of their mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import NOW, TERMS, Desk, mail
from triage.core.disposition import Filed, Open
from triage.core.switches import Switch, SwitchName
from triage.core.ticket import Kind
from triage.pipeline.terms import switched
from triage.store.sqlite import SqliteStore

BULK = "Precedence: bulk"


def said(
    desk: Desk, about: str, what: str, *, until: timedelta | None = timedelta(hours=1)
) -> None:
    desk.store.switch_on(
        Switch(
            name=SwitchName.SENDER,
            about=about,
            said=what,
            since=NOW,
            until=None if until is None else NOW + until,
            at=NOW,
            person="lee",
        )
    )
    desk.terms = switched(TERMS, desk.store.switches(NOW))


@pytest.mark.parametrize("about", ["jo@example.net", "example.net"])
def test_a_sender_who_is_automatic_is_filed_and_not_acknowledged(desk: Desk, about: str) -> None:
    said(desk, about, "automatic")
    decision = desk.take(mail())
    assert isinstance(decision, Filed)
    assert decision.mail.kind is Kind.BULK
    assert decision.mail.kind_why == f"lee says that {about} is automatic"
    assert not decision.acknowledgement.acknowledge


def test_of_an_address_and_its_domain_the_address_counts(desk: Desk) -> None:
    said(desk, "example.net", "automatic")
    said(desk, "jo@example.net", "human")
    assert isinstance(desk.take(mail()), Open)


def test_a_person_whose_mail_calls_itself_a_machines_has_a_ticket_and_no_acknowledgement(
    desk: Desk,
) -> None:
    assert isinstance(desk.take(mail(more=BULK)), Filed)
    said(desk, "jo@example.net", "human")
    decision = desk.take(mail("Where is my table?", message_id="<second@a.test>", more=BULK))
    assert isinstance(decision, Open)
    assert decision.acknowledgement.reason == "doubtful"


def test_what_is_said_ends_with_its_time(desk: Desk, store: SqliteStore) -> None:
    said(desk, "jo@example.net", "automatic", until=timedelta(minutes=1))
    desk.now = NOW + timedelta(minutes=1)
    assert isinstance(desk.take(mail()), Open)
    assert store.switches(desk.now) == ()


def test_a_bounce_stays_one_whatever_is_said_of_its_sender(desk: Desk) -> None:
    said(desk, "mailer-daemon@example.net", "human")
    bounce = mail(
        "Your message could not be delivered.",
        sender="Mail Delivery <mailer-daemon@example.net>",
        more="Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status",
    )
    decision = desk.take(bounce)
    assert isinstance(decision, Filed)
    assert decision.mail.kind is not Kind.HUMAN
