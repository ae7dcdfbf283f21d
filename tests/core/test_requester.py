"""Who asks: whoever fills a contact form in, and whoever wrote what a colleague passes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_decide import AROUND, decided, known, reason
from tests.store.desk import NOW, TERMS, Pinned, mail
from triage.core.acknowledge import Reason
from triage.core.arrival import Role
from triage.core.disposition import Filed, Join, Open
from triage.core.form import Form
from triage.core.judgement import Judged
from triage.core.known import Link, Received
from triage.core.mail.parse import parse
from triage.core.message import Trust
from triage.core.patterns import pattern
from triage.core.prediction import SignalScore
from triage.core.requester import Found
from triage.core.subject import without_forward
from triage.core.terms import Terms
from triage.core.ticket import Kind, MessageId
from triage.pipeline.read import read

SENDER = "noreply@shop.example"
SHOP = replace(
    TERMS,
    forms=(
        Form(sender=SENDER, email_label="Email", name_label="Name"),
        Form(sender="support@northwind.example"),
    ),
    inboxes={"support": replace(TERMS.inboxes["support"], authserv_id="mx.example")},
    roster=replace(TERMS.roster, colleagues=frozenset({"boss@northwind.example"})),
)
FILLED = "Name: Ada Byron\nEmail: ada@example.org\nMessage: My lamp flickers all evening."


def judged(
    raw: bytes, *, trust: Trust = Trust.PASS, terms: Terms = SHOP, role: Role = Role.INBOX
) -> Judged:
    """Read a mail of which our own exchanger says what it found."""
    writer = parse(raw).writer
    domain = writer.domain if writer else ""
    said = f"Authentication-Results: mx.example; dmarc={trust} header.from={domain}\r\n"
    received = Received(
        id=MessageId(1),
        mailbox="support",
        role=role,
        raw=said.encode() + raw,
        key=b"k" * 32,
        internal_date=NOW,
        first_seen=NOW,
    )
    (one,) = read([received], Pinned(), terms)
    return one


def form(body: str = FILLED, more: str = "", sender: str = SENDER) -> bytes:
    return mail(body, sender=f"Shop <{sender}>", subject="New message", more=more)


def opened(raw: bytes, terms: Terms = SHOP, trust: Trust = Trust.PASS) -> Open:
    decision = decided(judged(raw, trust=trust, terms=terms), terms=terms)
    assert isinstance(decision, Open)
    return decision


@pytest.mark.parametrize(
    "more",
    [
        "",
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <mailto:x@shop.example>\nFeedback-ID: 1:2:3:shop",
    ],
)
def test_p4_whoever_fills_a_form_in_is_acknowledged_as_unverified_whatever_machine_sends_it(
    more: str,
) -> None:
    ticket = opened(form(more=more))
    assert (ticket.requester, ticket.requester_name) == ("ada@example.org", "Ada Byron")
    assert ticket.acknowledgement.reason == Reason.UNVERIFIED
    assert ticket.acknowledgement.mail is not None
    assert ticket.acknowledgement.mail.recipient == "ada@example.org"
    assert ticket.acknowledgement.mail.facts["verified"] is False
    assert (ticket.mail.kind, ticket.mail.sender) == (Kind.HUMAN, "ada@example.org")


def test_a_form_that_is_not_configured_stays_the_machine_that_it_looks_like() -> None:
    decision = decided(judged(form(), terms=TERMS))
    assert isinstance(decision, Filed)


def test_reply_to_names_the_customer_before_the_body_does() -> None:
    ticket = opened(form(more="Reply-To: Charles <charles@example.org>"))
    assert (ticket.requester, ticket.requester_name) == ("charles@example.org", "Ada Byron")
    assert ticket.also == ()


@pytest.mark.parametrize(
    "more",
    ["Reply-To: support@northwind.example", f"Reply-To: {SENDER}", "Reply-To: a@b.c, d@e.f"],
)
def test_a_reply_to_that_cannot_be_the_customers_leaves_the_body_to_speak(more: str) -> None:
    assert opened(form(more=more)).requester == "ada@example.org"


def test_a_form_by_the_body_alone_does_not_look_at_reply_to() -> None:
    by_body = replace(SHOP.forms[0], reply_to=False)
    terms = replace(SHOP, forms=(by_body,))
    ticket = opened(form(more="Reply-To: admin@shop.example"), terms)
    assert ticket.requester == "ada@example.org"


@pytest.mark.parametrize(
    "body",
    [
        "Your order\n\nE-MAIL:\n\n  ada@example.org\n\nbye",
        "*E-Mail*: <ada@example.org>",
        "| e-mail | ada@example.org |",
        "E-Mail\nada@example.org (mailto:ada@example.org)",
        "E-mail : ADA@Example.org.\nMessage: E-mail: somebody@else.example",
    ],
)
def test_a_label_is_found_as_forms_write_it(body: str) -> None:
    labelled = Form(sender=SENDER, email_label="e-mail:")
    found = labelled.typed(parse(mail(body)))
    assert found is not None
    assert found.addr == "ada@example.org"


@pytest.mark.parametrize(
    "body",
    [
        "Name:\nEmail:\nMessage: write to eve@elsewhere.example",
        "Name:\n\nEmail:\n\nMessage | eve@elsewhere.example",
    ],
)
def test_a_field_left_empty_is_not_filled_from_the_next_one(body: str) -> None:
    labelled = Form(sender=SENDER, email_label="Email", name_label="Name")
    message = parse(mail(body))
    assert labelled.typed(message) is None
    assert labelled.name(message) == ""


def test_patterns_find_what_no_label_stands_before() -> None:
    one = Form(
        sender=SENDER,
        email_pattern=pattern(r"wrote from ([^\s]+@[^\s]+)"),
        name_pattern=pattern(r"(?m)^(.+) wrote from"),
    )
    found = one.typed(parse(mail("Ada Byron wrote from ada@example.org today:\nHello")))
    assert found is not None
    assert (found.addr, found.name) == ("ada@example.org", "Ada Byron")


@pytest.mark.parametrize(
    "body",
    [
        "Message: I left nothing",
        "Email: not an address",
        "Email: ada@example.org, eve@example.org",
        "Email: ada@localhost",
        "Email: support@northwind.example",
        f"Email: {SENDER}",
    ],
)
def test_a_form_without_a_usable_address_is_a_ticket_and_acknowledges_nobody(body: str) -> None:
    ticket = opened(form(body))
    assert ticket.acknowledgement.reason == Reason.NO_ADDRESS
    assert (ticket.requester, ticket.acknowledgement.mail) == ("", None)


def test_p3_a_form_that_fails_authentication_is_a_ticket_and_acknowledges_nobody() -> None:
    ticket = opened(form(), trust=Trust.FAIL)
    assert ticket.requester == "ada@example.org"
    assert ticket.acknowledgement.reason == Reason.NOT_AUTHENTICATED
    assert "sender_failed" in ticket.explained.badges


@pytest.mark.parametrize("name", ["noreply", "mailer-daemon", "postmaster", "bounces", "owner-l"])
def test_p3_a_form_that_names_a_machine_acknowledges_nobody(name: str) -> None:
    typed = opened(form(f"Name: Ada\nEmail: {name}@example.org\nMessage: Hello."))
    assert typed.acknowledgement.reason == Reason.NO_ADDRESS
    told = opened(form("Message: Hello.", more=f"Reply-To: {name}@example.org"))
    assert told.acknowledgement.reason == Reason.NO_ADDRESS


@pytest.mark.parametrize(
    "body",
    [
        "A new message:\n\nFrom: Ada\nEmail: ada@example.org\nDate: 3.3.2026\nSubject: Lamp\n"
        "Message:\nMy lamp flickers.",
        "Email: ada@example.org\n-- \nMessage: My lamp flickers.",
        "Email: ada@example.org\nOn 3.3.2026 at 10:02 Ada wrote:\n\nMy lamp flickers.",
    ],
)
def test_all_that_was_filled_in_is_new(body: str) -> None:
    assert opened(form(body)).mail.text == body


def test_a_form_may_be_a_table() -> None:
    assert opened(form("Name     Ada Byron\nEmail    ada@example.org")).requester == (
        "ada@example.org"
    )


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (form("I am away.", more="Auto-Submitted: auto-replied"), Kind.AUTO_REPLY),
        (form(more="X-Spam-Flag: YES"), Kind.SPAM),
        (form(more="Return-Path: <>\nX-Failed-Recipients: ada@example.org"), Kind.BOUNCE),
        (form(more="X-Triage-Loop: another"), Kind.AUTO_REPLY),
    ],
)
def test_p3_not_everything_from_a_forms_address_was_filled_in(raw: bytes, kind: Kind) -> None:
    decision = decided(judged(raw, terms=SHOP), terms=SHOP)
    assert isinstance(decision, Filed)
    assert decision.mail.kind is kind


def test_a_form_that_writes_under_our_own_address_is_a_customers_wherever_it_lies() -> None:
    raw = mail(sender="Shop <support@northwind.example>", more="Reply-To: ada@example.org")
    for role in (Role.INBOX, Role.SENT):
        one = judged(raw, terms=SHOP, role=role)
        decision = decided(one, terms=SHOP)
        assert isinstance(decision, Open)
        assert decision.requester == "ada@example.org"
        assert decision.queue == "returns", "the model was asked"
    ours = mail(sender="Maria <support@northwind.example>")
    assert opened(ours).acknowledgement.reason == Reason.OWN_ADDRESS


def test_our_own_answer_that_quotes_the_form_is_no_form() -> None:
    ours = Form(sender="support@northwind.example", email_label="Email")
    raw = mail(
        FILLED,
        sender="Maria <support@northwind.example>",
        to="ada@example.org",
        more="Cc: support@northwind.example\nIn-Reply-To: <first@example.net>",
    )
    one = judged(raw, terms=replace(SHOP, forms=(ours,)))
    assert one.requester.found is Found.SENDER
    assert one.trust.trust is Trust.PASS


def test_wording_like_a_machines_makes_no_machine_of_whoever_fills_a_form_in() -> None:
    sounds = {Kind.AUTO_REPLY: SignalScore(0.99, "We have received it.", fired=True)}
    prediction = replace(Pinned().prediction, kinds=sounds)
    (one,) = read([judged(form()).received], Pinned(prediction), SHOP)
    assert (one.verdict.kind, one.verdict.doubtful) == (Kind.HUMAN, False)


def test_a_colleague_who_fills_a_form_in_is_still_a_colleague() -> None:
    ticket = opened(form("Email: jonas@northwind.example"))
    assert ticket.acknowledgement.reason == Reason.COLLEAGUE


def test_nobody_joins_a_ticket_by_typing_its_requesters_address_into_a_form() -> None:
    theirs = known(
        requester="ada@example.org",
        participants=frozenset({"ada@example.org"}),
        link=Link.SUBJECT,
    )
    one = judged(form(), terms=SHOP)
    decision = decided(one, replace(AROUND, threads=(theirs,)), SHOP)
    assert isinstance(decision, Open)
    assert decision.related == ("T-7777777",)


FORWARD = """Please look at this.

---------- Forwarded message ---------
From: Ada Byron <ada@example.org>
Date: Mon, 23 Nov 2026 at 09:00
Subject: Broken lamp
To: <jonas@northwind.example>

The lamp that I bought flickers all evening.
"""


def forwarded(
    sender: str = "jonas@northwind.example",
    to: str = "support@northwind.example",
    more: str = "",
    body: str = FORWARD,
) -> bytes:
    return mail(body, sender=f"Jonas <{sender}>", to=to, subject="Fwd: Broken lamp", more=more)


@pytest.mark.parametrize("colleague", ["jonas@northwind.example", "boss@northwind.example"])
def test_the_writer_of_what_a_colleague_passes_on_is_the_requester(colleague: str) -> None:
    ticket = opened(forwarded(colleague))
    assert (ticket.requester, ticket.requester_name) == ("ada@example.org", "Ada Byron")
    assert (ticket.watcher, ticket.mail.sender) == (colleague, colleague)
    assert ticket.mail.subject == "Broken lamp"
    assert ticket.acknowledgement.reason == Reason.FORWARDED
    assert ticket.acknowledgement.mail is None
    assert ticket.clock.start == NOW
    assert ticket.mail.text == (
        "Please look at this.\n\nThe lamp that I bought flickers all evening."
    )


def test_what_a_colleague_passes_on_is_judged_without_their_words() -> None:
    one = judged(forwarded(), terms=SHOP)
    assert one.message.text == "The lamp that I bought flickers all evening."
    assert one.requester.found is Found.FORWARD


@pytest.mark.parametrize(
    "raw",
    [
        forwarded("somebody@example.net"),
        forwarded(to="support@northwind.example, ada@example.org"),
        mail("The lamp is back.", sender="jonas@northwind.example"),
        forwarded(body=FORWARD.replace("ada@example.org", "maria@northwind.example")),
    ],
)
def test_what_is_no_forward_of_a_colleagues_stays_its_senders(raw: bytes) -> None:
    assert judged(raw, terms=SHOP).requester.found is Found.SENDER


def test_p3_a_forged_colleague_passes_nothing_on() -> None:
    one = judged(forwarded(), trust=Trust.FAIL)
    assert one.trust.trust is Trust.FAIL
    assert one.requester.address == "jonas@northwind.example"


def test_a_colleague_who_passed_a_mail_on_adds_to_its_ticket_and_wakes_nothing() -> None:
    theirs = known(
        participants=frozenset({"ada@example.org"}),
        watchers=frozenset({"jonas@northwind.example"}),
        link=Link.THEIR_ID,
    )
    note = mail("She called again.", sender="jonas@northwind.example")
    decision = decided(judged(note, terms=SHOP), replace(AROUND, threads=(theirs,)), SHOP)
    assert isinstance(decision, Join)
    assert (decision.participant, decision.reopens) == (False, False)
    assert reason(decision) == Reason.THIRD_PARTY


@pytest.mark.parametrize(
    ("origin", "writer"),
    [
        ("Reply-To: Ida <ida@example.org>", "ida@example.org"),
        ("From: ida@example.org, bo@example.org", "ida@example.org"),
    ],
)
def test_who_can_be_answered_is_shown_and_proves_nothing(origin: str, writer: str) -> None:
    theirs = known(participants=frozenset({writer}), link=Link.THEIR_ID)
    raw = f"{origin}\r\nTo: support@northwind.example\r\nSubject: Lamp\r\n\r\nIt is late."
    decision = decided(judged(raw.encode()), replace(AROUND, threads=(theirs,)))
    assert isinstance(decision, Open), "an address that is not From's alone joins nothing"
    assert (decision.requester, decision.mail.sender) == (writer, writer)
    assert not decision.acknowledgement.acknowledge


@pytest.mark.parametrize(
    ("subject", "rest"),
    [
        ("Fwd: Lamp", "Lamp"),
        ("WG: Fw: Lampe", "Lampe"),
        ("[Fwd: Lamp]", "Lamp"),
        ("TR\u00a0: La lampe", "La lampe"),
        ("Fwd: Re: Lamp", "Re: Lamp"),
        ("Fwd:", ""),
        ("Forward: march", "Forward: march"),
    ],
)
def test_a_subject_loses_the_mark_of_a_forward(subject: str, rest: str) -> None:
    assert without_forward(subject) == rest


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=40))
def test_p10_any_form_leads_to_one_requester(body: str, label: str, address: str) -> None:
    forms = (Form(sender=SENDER, email_label=label, name_label=label),)
    raw = form(f"{label}: {address}\n{body}".encode(errors="replace").decode())
    one = judged(raw, terms=replace(TERMS, forms=forms))
    assert one.requester.address == "" or "@" in one.requester.address
