"""The one decision: what becomes of a message, and why somebody is (not) acknowledged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import NOW, TERMS, Pinned, mail
from triage.core.acknowledge import Reason, reply_marks
from triage.core.alerts import alerts
from triage.core.arrival import Role
from triage.core.decide import decide
from triage.core.desk import Queue
from triage.core.disposition import Answered, Disposition, Filed, Join, Junked, Open, Own
from triage.core.identifiers import minted
from triage.core.judgement import Judged
from triage.core.known import Known, Link, Received, Surroundings
from triage.core.mail.parse import parse
from triage.core.message import SenderTrust, Trust
from triage.core.patterns import pattern
from triage.core.prediction import Prediction, SignalScore
from triage.core.reaching import recipient
from triage.core.terms import Terms
from triage.core.ticket import MessageId, Priority, Status, TicketId
from triage.core.timer import Timer
from triage.pipeline.read import read

AROUND = Surroundings(secret=b"s" * 32, instance="test", reference="T-1234567")


def judged(
    raw: bytes | None = None,
    *,
    trust: Trust = Trust.PASS,
    prediction: Prediction | None = None,
    terms: Terms = TERMS,
    role: Role = Role.INBOX,
    at: timedelta = timedelta(),
) -> Judged:
    received = Received(
        id=MessageId(1),
        mailbox="support",
        role=role,
        raw=raw or mail(),
        key=b"k" * 32,
        internal_date=NOW - at,
        first_seen=NOW,
    )
    (one,) = read([received], Pinned(prediction), terms)
    return replace(one, trust=SenderTrust(trust, "said so"))


def decided(one: Judged, around: Surroundings = AROUND, terms: Terms = TERMS) -> Disposition:
    return decide(one, around, terms, NOW)


def reason(decision: Disposition) -> str:
    assert isinstance(decision, Open | Join | Filed)
    return decision.acknowledgement.reason


def known(**changes: object) -> Known:
    ticket = Known(
        id=TicketId(7),
        reference="T-7777777",
        link=Link.TOKEN,
        status=Status.OPEN,
        requester="jo@example.net",
        participants=frozenset({"jo@example.net"}),
        owner="jonas",
        queue="returns",
        priority=Priority.NORMAL,
        subject="Cracked table",
        opened=NOW - timedelta(hours=1),
        answer_by=NOW,
    )
    return replace(ticket, **changes)  # type: ignore[arg-type]


def test_p4_a_verified_human_is_acknowledged_by_the_owner_with_a_time() -> None:
    decision = decided(judged())
    assert isinstance(decision, Open)
    assert decision.acknowledgement.acknowledge
    assert decision.acknowledgement.reason == Reason.VERIFIED
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.facts["owner"] == decision.owner
    assert decision.acknowledgement.mail.purpose == "ack:T-1234567"


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Auto-Submitted: auto-generated", "auto_reply"),
        ("List-Id: <l.example.net>\nList-Post: <mailto:l@l.example.net>", "list"),
        ("Precedence: bulk", "bulk"),
        ("X-Triage-Loop: test", "own_loop"),
        ("X-Auto-Response-Suppress: All", Reason.SUPPRESSED),
    ],
)
def test_p3_no_machine_is_acknowledged(head: str, why: str) -> None:
    assert reason(decided(judged(mail(more=head)))) == why


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (mail(sender="support@northwind.example"), Reason.OWN_ADDRESS),
        (mail(sender="jonas@northwind.example"), Reason.COLLEAGUE),
        (mail(to="undisclosed@example.org"), Reason.NOT_ADDRESSED_TO_US),
        (mail(subject="Re: Re: Re: Offer"), Reason.REPLY_MARKS),
    ],
)
def test_who_may_not_be_acknowledged_is_not(raw: bytes, why: str) -> None:
    assert reason(decided(judged(raw))) == why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"awaiting": "T-0000001"}, Reason.AWAITING),
        ({"same_subject_day": True}, Reason.ROBOT_SUBJECT),
        ({"same_body_hour": True}, Reason.ROBOT_BODY),
        ({"sender_hour": 3}, Reason.SENDER_HOUR),
        ({"sender_day": 10}, Reason.SENDER_DAY),
        ({"domain_hour": 20}, Reason.DOMAIN_HOUR),
        ({"mailbox_hour": 300}, Reason.BREAKER),
        ({"no_acknowledgement_before": NOW + timedelta(seconds=1)}, Reason.BEFORE_RESTORE),
    ],
)
def test_counters_and_earlier_mail_hold_an_acknowledgement_back(
    change: dict[str, object], why: str
) -> None:
    assert reason(decided(judged(), replace(AROUND, **change))) == why  # type: ignore[arg-type]


def test_p3_what_answers_our_acknowledgement_within_a_minute_is_no_human() -> None:
    minute = replace(AROUND, acked_domain_minute=True)
    assert reason(decided(judged(mail(subject="[Case 77] We received it")), minute)) == (
        Reason.ROBOT_ECHO
    )
    assert reason(decided(judged(mail(subject="Another matter")), minute)) == Reason.VERIFIED


def test_the_breaker_holds_unknown_senders_first() -> None:
    flood = replace(AROUND, mailbox_hour=300, known_requester=True)
    assert reason(decided(judged(), flood)) == Reason.VERIFIED
    assert reason(decided(judged(), replace(flood, mailbox_hour=600))) == Reason.BREAKER


def test_a_free_mail_domain_is_shared_by_many_strangers() -> None:
    gmail = mail(sender="jo@gmail.com")
    assert reason(decided(judged(gmail), replace(AROUND, domain_hour=20))) == Reason.VERIFIED


@pytest.mark.parametrize(
    ("trust", "allowed", "around", "why"),
    [
        (Trust.FAIL, "yes", AROUND, Reason.NOT_AUTHENTICATED),
        (Trust.NONE, "yes", AROUND, Reason.UNVERIFIED),
        (Trust.NONE, "yes", replace(AROUND, unverified_day=1), Reason.UNVERIFIED_TWICE),
        (Trust.NONE, "known", AROUND, Reason.UNVERIFIED_SENDER),
        (Trust.NONE, "known", replace(AROUND, known_requester=True), Reason.UNVERIFIED),
        (Trust.NONE, "no", replace(AROUND, known_requester=True), Reason.UNVERIFIED_SENDER),
    ],
)
def test_trust_decides_whom_an_acknowledgement_may_reach(
    trust: Trust, allowed: str, around: Surroundings, why: str
) -> None:
    terms = replace(TERMS, limits=replace(TERMS.limits, unverified=allowed))
    assert reason(decided(judged(trust=trust, terms=terms), around, terms)) == why


def test_p4_at_exactly_four_hours_it_is_still_in_time() -> None:
    limit = TERMS.service.acknowledge_within
    assert reason(decided(judged(at=limit))) == Reason.VERIFIED
    assert reason(decided(judged(at=limit + timedelta(microseconds=1)))) == Reason.TOO_LATE


def test_an_acknowledgement_never_goes_where_a_stranger_points_it() -> None:
    foreign = parse(mail(more="Reply-To: victim@elsewhere.example"))
    own = parse(mail(more="Reply-To: jo.private@example.net"))
    shared = parse(mail(sender="x@gmail.com", more="Reply-To: victim@gmail.com"))
    ours = parse(mail(sender="x@northwind.example", more="Reply-To: support@northwind.example"))
    staff = frozenset({"support@northwind.example"})
    reached = [recipient(one, staff) for one in (foreign, own, shared, ours)]
    assert [address.addr for address in reached if address] == [
        "jo@example.net",
        "jo.private@example.net",
        "x@gmail.com",
        "x@northwind.example",
    ]


def test_a_queue_can_keep_silent_and_another_promises_no_hour() -> None:
    quiet = replace(TERMS, queues={"returns": Queue(name="returns", title="R", acknowledge=False)})
    assert reason(decided(judged(terms=quiet), terms=quiet)) == Reason.QUEUE
    slow = replace(TERMS, queues={"returns": Queue(name="returns", title="R", promise=False)})
    decision = decided(judged(terms=slow), terms=slow)
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.promised_at is None


def test_danger_is_urgent_counts_round_the_clock_and_goes_to_whoever_is_on_call() -> None:
    danger = SignalScore(0.9, "It sparks.", fired=True)
    prediction = replace(Pinned().prediction, signals={"safety": danger})
    roster = replace(TERMS.roster, on_call="jonas@northwind.example")
    terms = replace(TERMS, roster=roster)
    decision = decided(judged(prediction=prediction, terms=terms), terms=terms)
    assert isinstance(decision, Open)
    assert (decision.priority, decision.owner) == (Priority.URGENT, "jonas")
    assert decision.clock.deadline == NOW + timedelta(minutes=15)
    assert decision.clock.warn_at == NOW, "its owner is told at once"
    assert "It sparks." in " ".join(decision.explained.why)


def test_tone_alone_adds_nothing() -> None:
    upset = SignalScore(0.99, "This is outrageous!", fired=True)
    prediction = replace(Pinned().prediction, signals={"complaint": upset})
    decision = decided(judged(prediction=prediction))
    assert isinstance(decision, Open)
    assert (decision.priority, decision.boost) == (Priority.NORMAL, 0)
    assert decision.flags == ("complaint",)


def test_p8_what_the_model_is_unsure_of_goes_to_unsure_with_its_best_guess() -> None:
    prediction = replace(Pinned().prediction, queue_sure=False)
    decision = decided(judged(prediction=prediction))
    assert isinstance(decision, Open)
    assert (decision.queue, decision.guess) == ("unsure", "returns")


def test_the_same_requester_goes_back_to_the_same_agent() -> None:
    decision = decided(judged(), replace(AROUND, owner_before="jonas", loads={"jonas": 9}))
    assert isinstance(decision, Open)
    assert decision.owner == "jonas"


@pytest.mark.parametrize(
    ("link", "participants", "joins"),
    [
        (Link.TOKEN, frozenset[str](), True),
        (Link.OWN_ID, frozenset[str](), True),
        (Link.THEIR_ID, frozenset[str](), False),
        (Link.SUBJECT, frozenset[str](), False),
        (Link.THEIR_ID, frozenset({"jo@example.net"}), True),
        (Link.SUBJECT, frozenset({"jo@example.net"}), True),
    ],
)
def test_what_nobody_can_guess_joins_from_anybody_the_rest_only_for_participants(
    link: Link, participants: frozenset[str], joins: bool
) -> None:
    around = replace(AROUND, threads=(known(link=link, participants=participants),))
    assert isinstance(decided(judged(), around), Join) is joins


def test_a_forged_participant_changes_nothing_of_a_ticket() -> None:
    around = replace(AROUND, threads=(known(status=Status.DONE, done_at=NOW),))
    decision = decided(judged(trust=Trust.FAIL), around)
    assert isinstance(decision, Join)
    assert (decision.reopens, decision.clock) == (False, None)


@pytest.mark.parametrize(("days", "joins"), [(14, True), (15, False)])
def test_a_closed_ticket_takes_mail_for_fourteen_days(days: int, joins: bool) -> None:
    done = known(status=Status.DONE, done_at=NOW - timedelta(days=days))
    decision = decided(judged(), replace(AROUND, threads=(done,)))
    assert isinstance(decision, Join) is joins
    if isinstance(decision, Open):
        assert decision.acknowledgement.acknowledge, "it counts as a new thread"


def answer(to: str = "jo@example.net", more: str = "") -> bytes:
    return mail("Done.", sender="Jonas Weber <support@northwind.example>", to=to, more=more)


def test_an_answer_in_sent_is_a_first_response_of_who_signs_it() -> None:
    around = replace(AROUND, threads=(known(link=Link.THEIR_ID),))
    decision = decided(judged(answer(), role=Role.SENT), around)
    assert isinstance(decision, Answered)
    assert (decision.by, decision.probable) == ("jonas", False)
    assert decision.explained.why == ("answered by jonas: cites a mail of the requester",)


@pytest.mark.parametrize(
    ("raw", "around"),
    [
        (answer(to="maria@northwind.example"), AROUND),
        (answer(more="Auto-Submitted: auto-replied"), AROUND),
        (answer(), replace(AROUND, sent_here=True)),
    ],
)
def test_a_forward_an_automatic_mail_and_our_own_acknowledgement_answer_nobody(
    raw: bytes, around: Surroundings
) -> None:
    around = replace(around, threads=(known(link=Link.THEIR_ID),))
    assert isinstance(decided(judged(raw, role=Role.SENT), around), Own)


def test_an_answer_tied_by_the_subject_alone_is_probable() -> None:
    around = replace(AROUND, threads=(known(link=Link.SUBJECT),))
    decision = decided(judged(answer(), role=Role.SENT), around)
    assert isinstance(decision, Answered)
    assert decision.probable


def test_a_copy_in_the_inbox_counts_only_from_a_verified_sender() -> None:
    around = replace(AROUND, threads=(known(link=Link.OWN_ID),))
    verified = decided(judged(answer()), around)
    assert isinstance(verified, Answered)
    assert not isinstance(decided(judged(answer(), trust=Trust.NONE), around), Answered)


@pytest.mark.parametrize(
    ("subject", "marks"),
    [
        ("Table", 0),
        ("Re: Table", 1),
        ("AW: Re: [x] Table", 2),
        ("[Shop] [EXT] Re: Table", 1),
        ("[EXTERN] AW: [list] Fwd: Re: Table", 2),
        ("Re: AW: Re: Table", 3),
        ("SV: [T-0AB12CD] Re: Table", 3),
        ("R: RES : Table", 2),
        ("Re[3]: Table", 3),
        ("Re(2): Re: Table", 3),
        ("回复：Table", 1),  # noqa: RUF001
        ("PO: FYI: Q: Table", 0),
        ("Order 12: late", 0),
        ("", 0),
    ],
)
def test_reply_marks_are_counted(subject: str, marks: int) -> None:
    assert reply_marks(subject) == marks


@given(st.binary(max_size=2000), st.sampled_from(Trust), st.sampled_from(Role))
def test_p10_any_bytes_lead_to_one_decision(raw: bytes, trust: Trust, role: Role) -> None:
    decision = decided(judged(raw or b"\n", trust=trust, role=role))
    assert isinstance(decision, Open | Join | Filed | Answered | Own | Junked)


@given(st.binary(max_size=500), st.booleans())
def test_p3_a_sender_who_fails_authentication_is_never_acknowledged(
    body: bytes, danger: bool
) -> None:
    signals = {"safety": SignalScore(1.0, "!", fired=True)} if danger else {}
    prediction = replace(Pinned().prediction, signals=signals)
    decision = decided(judged(mail() + body, trust=Trust.FAIL, prediction=prediction))
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is None


def dangerous() -> Prediction:
    danger = SignalScore(0.9, "It sparks.", fired=True)
    return replace(Pinned().prediction, signals={"safety": danger})


def test_danger_in_a_later_mail_does_not_wait_for_the_clock_that_runs() -> None:
    roster = replace(TERMS.roster, on_call="maria@northwind.example")
    terms = replace(TERMS, roster=roster)
    far = known(answer_by=NOW + timedelta(hours=40))
    decision = decided(
        judged(prediction=dangerous(), terms=terms), replace(AROUND, threads=(far,)), terms
    )
    assert isinstance(decision, Join)
    assert decision.sooner is not None
    assert decision.sooner.deadline == NOW + timedelta(minutes=15)
    assert (decision.owner, decision.priority) == ("maria", Priority.URGENT)
    near = known(answer_by=NOW + timedelta(minutes=5))
    second = decided(judged(prediction=dangerous()), replace(AROUND, threads=(near,)))
    assert isinstance(second, Join)
    assert second.sooner is None


def test_danger_is_told_to_whoever_is_on_call_even_if_they_are_no_agent() -> None:
    roster = replace(TERMS.roster, on_call="pager@northwind.example")
    timer = Timer(
        ticket=TicketId(1),
        reference="T-1234567",
        name="warning",
        at=NOW,
        owner="jonas",
        queue="returns",
        subject="Lamp",
        requester_name="Jo",
        answer_by=NOW,
        mailbox="support",
        flags=("safety",),
    )
    told = alerts(timer, replace(TERMS, roster=roster), b"s")
    assert {mail_.recipient for mail_ in told} == {
        "jonas@northwind.example",
        "maria@northwind.example",
        "pager@northwind.example",
    }
    usual = alerts(replace(timer, flags=()), TERMS, b"s")
    assert [mail_.recipient for mail_ in usual] == ["jonas@northwind.example"]


def test_an_answer_to_the_requesters_reply_to_is_an_answer() -> None:
    at_work = known(
        link=Link.THEIR_ID, participants=frozenset({"jo@example.net", "jo.park@work.example"})
    )
    raw = answer(to="jo.park@work.example")
    decision = decided(judged(raw, role=Role.SENT), replace(AROUND, threads=(at_work,)))
    assert isinstance(decision, Answered)


def test_the_requesters_reply_to_is_kept_with_the_ticket() -> None:
    decision = decided(judged(mail(more="Reply-To: jo.park@work.example")))
    assert isinstance(decision, Open)
    assert decision.also == ("jo.park@work.example",)
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.recipient == "jo@example.net"


def test_a_doubtful_reply_wakes_the_ticket_and_is_not_acknowledged() -> None:
    waiting = known(status=Status.WAITING, answered=NOW - timedelta(hours=1))
    doubtful = judged(mail(more="X-Loop: somewhere"))
    assert doubtful.verdict.doubtful
    decision = decided(doubtful, replace(AROUND, threads=(waiting,)))
    assert isinstance(decision, Join)
    assert decision.reopens
    assert decision.clock is not None


def test_a_stranger_who_cites_an_answered_ticket_gets_one_of_their_own() -> None:
    waiting = known(
        status=Status.WAITING, answered=NOW - timedelta(hours=1), participants=frozenset[str]()
    )
    decision = decided(judged(), replace(AROUND, threads=(waiting,)))
    assert isinstance(decision, Open)
    assert decision.related == (waiting.reference,)
    assert decision.acknowledgement.reason == Reason.THIRD_PARTY


def test_the_ticket_that_somebody_waits_for_is_linked_to_the_new_one() -> None:
    decision = decided(judged(), replace(AROUND, awaiting="T-0000001"))
    assert isinstance(decision, Open)
    assert decision.related == ("T-0000001",)


def test_the_offset_told_to_a_requester_is_that_of_their_date_header() -> None:
    decision = decided(judged(mail(more="Date: Mon, 23 Nov 2026 11:00:00 +0530")))
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.facts["offset"] == 330


@pytest.mark.parametrize("role", [Role.INBOX, Role.SENT])
def test_an_acknowledgement_that_we_signed_and_never_sent_means_a_second_instance(
    role: Role,
) -> None:
    signed = minted(AROUND.secret, "ack", "T-7777777", "northwind.example")
    raw = mail(sender="Jonas (X) <support@northwind.example>", message_id=f"<{signed}>")
    decision = decided(judged(raw, role=role))
    assert isinstance(decision, Own)
    assert decision.alarm == "second_instance"
    other = minted(AROUND.secret, "t", "T-7777777", "northwind.example")
    harmless = decided(judged(raw.replace(signed.encode(), other.encode()), role=role))
    assert isinstance(harmless, Own)
    assert harmless.alarm == ""


def test_a_strangers_mail_under_our_message_id_is_seen_by_agents() -> None:
    decision = decided(judged(), replace(AROUND, sent_here=True))
    assert isinstance(decision, Open)


def test_a_mail_too_large_to_fetch_says_so() -> None:
    one = judged()
    large = replace(one, received=replace(one.received, truncated=True))
    decision = decided(large)
    assert isinstance(decision, Open)
    assert decision.explained.badges == ("sender_verified", "truncated")


@pytest.mark.parametrize(
    ("text", "flags", "sure", "missing"),
    [
        ("The table arrived cracked.", (), True, "order_number"),
        ("The table of order NW-123456 arrived cracked.", (), True, ""),
        ("The table arrived cracked.", ("complaint",), True, ""),
        ("The table arrived cracked.", ("safety",), True, ""),
        ("The table arrived cracked.", (), False, ""),
    ],
)
def test_a_missing_fact_is_offered_for_only_to_whom_it_is_a_help(
    text: str, flags: tuple[str, ...], sure: bool, missing: str
) -> None:
    queues = {"returns": Queue(name="returns", title="Returns", needs=("order_number",))}
    facts = {"order_number": (pattern(r"NW-\d{6}"),)}
    terms = replace(TERMS, queues=queues, fact_patterns=facts)
    signals = {name: SignalScore(0.9, "It is so.", fired=True) for name in flags}
    prediction = replace(Pinned().prediction, queue_sure=sure, signals=signals)
    decision = decided(judged(mail(text), prediction=prediction, terms=terms), terms=terms)
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.facts["missing"] == missing


def test_nothing_joins_a_ticket_that_was_merged_away() -> None:
    merged = known(status=Status.MERGED)
    decision = decided(judged(), replace(AROUND, threads=(merged,)))
    assert isinstance(decision, Open)
    both = replace(AROUND, threads=(merged, known(reference="T-8888888", id=TicketId(8))))
    joined = decided(judged(), both)
    assert isinstance(joined, Join)
    assert joined.ticket == 8
