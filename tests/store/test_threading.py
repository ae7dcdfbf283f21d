"""Whose conversation a mail belongs to, point by point, in a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import INBOX, NOW, TERMS, TWO_MAILBOXES, Desk, mail
from triage.core.acknowledge import Reason
from triage.core.arrival import Folder, Role
from triage.core.disposition import Disposition, Filed, Join, Open
from triage.core.form import Form
from triage.core.identifiers import ANCHOR, REPLY, RETURN, anchor, minted, plus_token
from triage.core.ticket import Status
from triage.store.sqlite import SqliteStore

STRANGER = "Eve <eve@elsewhere.example>"
FAILED = "Authentication-Results: mx.example; dmarc=fail"
CHECKED = replace(
    TERMS, inboxes={"support": replace(TERMS.inboxes["support"], authserv_id="mx.example")}
)


@pytest.fixture
def desk(store: SqliteStore) -> Desk:
    return Desk(store, CHECKED)


def begun(desk: Desk) -> str:
    first = desk.take(mail())
    assert isinstance(first, Open)
    return first.reference


def secret(desk: Desk) -> bytes:
    return bytes.fromhex(desk.store.setting("secret") or "")


def later(more: str, *, sender: str = "Jo Park <jo@example.net>", **head: str) -> bytes:
    return mail(
        "One more thing.", sender=sender, message_id="<later@example.net>", more=more, **head
    )


def joined(desk: Desk, decision: Disposition, reference: str) -> Join:
    assert isinstance(decision, Join)
    assert desk.store.ticket(reference).row.id == decision.ticket
    return decision


def people(desk: Desk, reference: str) -> set[str]:
    rows = desk.store._db.execute(
        "SELECT address FROM participant p JOIN ticket t ON t.id = p.ticket WHERE reference = ?",
        (reference,),
    )
    return {address for (address,) in rows}


@pytest.mark.parametrize("sort", [REPLY, RETURN])
@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_a_plus_token_joins_wherever_the_mail_was_sent_to(
    desk: Desk, sort: str, header: str
) -> None:
    reference = begun(desk)
    address = f"support+{plus_token(secret(desk), sort, reference)}@northwind.example"
    if header == "To":
        raw = later("", to=address)
    else:
        raw = later(f"{header}: <{address}>" if header == "Cc" else f"{header}: {address}")
    assert joined(desk, desk.take(raw), reference).participant


def test_the_anchor_joins_after_a_relay_has_put_another_message_id_in_place(desk: Desk) -> None:
    reference = begun(desk)
    name = anchor(secret(desk), reference, "northwind.example")
    raw = later(
        f"In-Reply-To: <0100@ses.example>\nReferences: <first@x> <{name}> <0100@ses.example>"
    )
    assert joined(desk, desk.take(raw), reference).participant


def test_a_name_of_ours_joins_only_with_its_whole_signature(desk: Desk) -> None:
    reference = begun(desk)
    ours = minted(secret(desk), ANCHOR, reference, "northwind.example")
    head, _, rest = ours.partition("@")
    other = "a" if head[-1] != "a" else "b"
    for forged in (f"{head[:-1]}{other}@{rest}", f"{head[:-1]}@{rest}"):
        raw = mail(sender=STRANGER, message_id=f"<{forged}>", more=f"In-Reply-To: <{forged}>")
        assert isinstance(desk.take(raw), Open)
    assert isinstance(desk.take(later(f"In-Reply-To: <{ours}>", sender=STRANGER)), Join)


def test_p11_a_stranger_who_names_a_ticket_gets_one_of_their_own_linked_to_it(desk: Desk) -> None:
    reference = begun(desk)
    raw = later("", sender=STRANGER, subject=f"Re: [{reference}] Cracked table")
    decision = desk.take(raw)
    assert isinstance(decision, Open)
    assert decision.related == (reference,)
    assert people(desk, decision.reference) == {"eve@elsewhere.example"}


def test_p11_a_third_party_with_our_token_is_shown_and_takes_no_part(desk: Desk) -> None:
    reference = begun(desk)
    name = anchor(secret(desk), reference, "northwind.example")
    decision = joined(desk, desk.take(later(f"References: <{name}>", sender=STRANGER)), reference)
    assert (decision.participant, decision.reopens, decision.clock) == (False, False, None)
    assert decision.acknowledgement.reason == Reason.THIRD_PARTY
    assert people(desk, reference) == {"jo@example.net"}
    again = mail(sender=STRANGER, message_id="<2@x>", more="In-Reply-To: <first@example.net>")
    assert isinstance(desk.take(again), Open), "having been shown there gives no rights"


def test_p11_a_third_party_wakes_no_ticket_that_waits_for_nobody(desk: Desk) -> None:
    reference = begun(desk)
    desk.store.answered(reference, NOW, "maria", "phone")
    name = anchor(secret(desk), reference, "northwind.example")
    decision = desk.take(later(f"References: <{name}>", sender=STRANGER))
    assert isinstance(decision, Open)
    assert (decision.related, decision.acknowledgement.mail) == ((reference,), None)
    assert desk.store.ticket(reference).row.status is Status.WAITING


def test_p11_who_fails_authentication_joins_by_our_token_alone_and_changes_nothing(
    desk: Desk,
) -> None:
    reference = begun(desk)
    desk.store.answered(reference, NOW, "maria", "phone")
    name = anchor(secret(desk), reference, "northwind.example")
    decision = joined(desk, desk.take(later(f"{FAILED}\nReferences: <{name}>")), reference)
    assert (decision.reopens, decision.clock, decision.flags) == (False, None, ())
    assert "sender_failed" in decision.explained.badges
    assert desk.store.ticket(reference).row.status is Status.WAITING
    for more, subject in (
        ("In-Reply-To: <first@example.net>", "Cracked table"),
        ("", f"Re: {reference}"),
    ):
        weak = mail(message_id="<w@x>", subject=subject, more=f"{FAILED}\n{more}".strip())
        assert isinstance(desk.take(weak.replace(b"<w@x>", f"<{subject}@x>".encode())), Open)


def test_the_words_of_a_subject_never_join(desk: Desk) -> None:
    reference = begun(desk)
    decision = desk.take(later("", subject="Re: Cracked table"))
    assert isinstance(decision, Open)
    assert decision.acknowledgement.reason == Reason.AWAITING
    assert decision.related == (reference,)


BILLING = Folder("billing", "INBOX", Role.INBOX)


@pytest.fixture
def two(store: SqliteStore) -> Desk:
    store.take_baseline(BILLING, 1, [], NOW - timedelta(hours=1))
    return Desk(store, TWO_MAILBOXES)


def test_p2_one_mail_in_two_mailboxes_is_one_ticket_and_one_acknowledgement(two: Desk) -> None:
    raw = mail(to="support@northwind.example, billing@northwind.example")
    first = two.take(b"Received: by a\r\n" + raw)
    assert isinstance(first, Open)
    assert two.receive(b"Received: by b\r\nDelivered-To: billing\r\n" + raw, BILLING) == 0
    assert two.triage() == []
    view = two.store.ticket(first.reference)
    assert (len(view.messages), len(view.outgoing)) == (1, 1)


def test_p2_a_copy_with_a_footer_is_a_variant_in_the_same_thread(two: Desk) -> None:
    raw = mail(to="support@northwind.example, billing@northwind.example")
    first = two.take(raw)
    assert isinstance(first, Open)
    assert two.receive(raw + b"-- \r\nscanned by a gateway\r\n", BILLING) == 1
    (second,) = two.triage()
    assert isinstance(second, Join)
    view = two.store.ticket(first.reference)
    assert (len(view.messages), len(view.outgoing)) == (2, 1)


def test_p1_one_message_id_on_two_peoples_mails_is_two_tickets(desk: Desk) -> None:
    first = desk.take(mail())
    second = desk.take(mail("My lamp flickers.", sender="pat@example.org", subject="Lamp"))
    assert isinstance(first, Open)
    assert isinstance(second, Open)
    assert second.acknowledgement.acknowledge
    assert len(desk.store.queue(None, 10)) == 2


def test_p1_a_mail_in_our_name_or_under_anothers_message_id_is_never_dropped(desk: Desk) -> None:
    reference = begun(desk)
    again = mail("Something else entirely.", message_id="<first@example.net>")
    joined(desk, desk.take(again), reference)
    forged = desk.take(mail("Pay me.", message_id="<first@example.net>", more=FAILED))
    assert isinstance(forged, Open)
    view = desk.store.ticket(reference)
    assert len(view.messages) == 2


FORM = "shop@forms.example"
SHOP = replace(TERMS, forms=(Form(sender=FORM),))


def filled(who: str, text: str = "My lamp flickers all evening, every evening.") -> bytes:
    return mail(
        text,
        sender=f"Shop <{FORM}>",
        subject="New message",
        message_id="<form@forms.example>",
        more=f"Auto-Submitted: auto-generated\nReply-To: {who}@example.org",
    )


def test_every_customer_of_a_form_has_a_ticket_and_counters_of_their_own(
    store: SqliteStore,
) -> None:
    desk = Desk(store, SHOP)
    for number in range(6):
        decision = desk.take(filled(f"c{number}"))
        assert isinstance(decision, Open)
        assert decision.acknowledgement.reason == Reason.UNVERIFIED
        assert decision.related == ()
    queue = store.queue(None, 10)
    assert {row.requester for row in queue} == {f"c{number}@example.org" for number in range(6)}
    desk.now = NOW + timedelta(hours=1)
    again = desk.take(filled("c1", "And now it smells, too; please do call me back."))
    assert isinstance(again, Open)
    assert again.acknowledgement.reason == Reason.AWAITING
    desk.now = NOW + timedelta(hours=6)
    third = desk.take(filled("c1", "Nobody called; it still flickers all evening."))
    assert isinstance(third, Open)
    assert third.acknowledgement.reason == Reason.UNVERIFIED_TWICE


def test_without_the_setting_a_form_is_a_machine(store: SqliteStore) -> None:
    assert isinstance(Desk(store).take(filled("c0")), Filed)


def test_an_answer_to_a_forms_customer_joins_their_ticket(store: SqliteStore) -> None:
    desk = Desk(store, SHOP)
    first = desk.take(filled("ada"))
    assert isinstance(first, Open)
    mine = desk.take(later("In-Reply-To: <form@forms.example>", sender="ada@example.org"))
    joined(desk, mine, first.reference)


FORWARD = """Hers, I think.

---------- Forwarded message ---------
From: Ada Byron <ada@example.org>
Date: Mon, 23 Nov 2026 at 09:00
Subject: Broken lamp
To: <jonas@northwind.example>

The lamp that I bought flickers all evening.
"""


def test_what_a_colleague_forwards_is_the_writers_ticket_and_the_colleague_watches(
    desk: Desk,
) -> None:
    raw = mail(FORWARD, sender="jonas@northwind.example", subject="Fwd: Broken lamp")
    first = desk.take(raw)
    assert isinstance(first, Open)
    assert people(desk, first.reference) == {"ada@example.org"}
    assert desk.store.ticket(first.reference).outgoing == ()
    note = mail(
        "She called again.",
        sender="jonas@northwind.example",
        subject=f"Re: {first.reference}",
        message_id="<note@northwind.example>",
    )
    assert not joined(desk, desk.take(note), first.reference).participant
    hers = later("", sender="ada@example.org", subject=f"[{first.reference}] lamp")
    assert joined(desk, desk.take(hers, INBOX), first.reference).participant


def test_p4_who_was_forwarded_and_then_writes_themselves_is_acknowledged(desk: Desk) -> None:
    desk.take(mail(FORWARD, sender="jonas@northwind.example", subject="Fwd: Broken lamp"))
    hers = desk.take(later("", sender="ada@example.org", subject="Broken lamp"))
    assert isinstance(hers, Open)
    assert hers.acknowledgement.acknowledge
