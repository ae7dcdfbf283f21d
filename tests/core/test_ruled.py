"""What rules and wording make of a mail: which of them counts, and the reason that is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hazards import hazard, mail, raw
from tests.store.desk import NOW, TERMS, Pinned
from triage.core.acknowledge import Reason
from triage.core.arrival import Role
from triage.core.decide import decide
from triage.core.disposition import Filed, Open
from triage.core.history import History
from triage.core.judgement import Judged, judge
from triage.core.known import Received, Surroundings
from triage.core.mail.kind import OwnAddresses, kind
from triage.core.match.onjudgement import KindIs, ModelSays
from triage.core.match.onmail import Words
from triage.core.matchers import Every, Unless
from triage.core.message import Verdict
from triage.core.prediction import SignalScore
from triage.core.ruled import SETTABLE, by_rule, by_wording
from triage.core.rules import Rule, Then
from triage.core.subject import Subject
from triage.core.ticket import Kind, MessageId, Priority
from triage.core.wordlist import word_list
from triage.pipeline.read import read

OWN = OwnAddresses(
    frozenset({"support@northwind.example"}), frozenset({"northwind.example"}), "desk-1"
)
AROUND = Surroundings(secret=b"s" * 32, instance="desk-1", reference="T-4444444")
HUMAN = Verdict(Kind.HUMAN, "no sign of a machine in headers or structure")
AWAY = "I am away until Monday."


def said(score: float = 0.97, *, sure: bool = False, fired: bool = True) -> SignalScore:
    return SignalScore(score, AWAY, fired=fired, sure=sure)


def rule(becomes: Kind, word: str = "away", name: str = "notes") -> Rule:
    return Rule(
        id=name,
        why="Notes of the warehouse",
        when=Words(word_list([word])),
        then=Then(kind=becomes),
        file="rules/40-ours.yaml",
        line=7,
    )


def judged(
    data: bytes,
    *rules: Rule,
    kinds: dict[Kind, SignalScore] | None = None,
    said: Kind | None = None,
) -> Judged:
    """Read one mail under some rules, with a model that says this of kinds."""
    pinned = Pinned()
    pinned.prediction = replace(pinned.prediction, kinds=kinds or {})
    received = Received(
        id=MessageId(1),
        mailbox="support",
        role=Role.INBOX,
        raw=data,
        key=b"k" * 32,
        internal_date=NOW,
        first_seen=NOW,
        kind_said=said,
    )
    (one,) = read([received], pinned, replace(TERMS, rules=rules))
    return one


def letter(text: str = AWAY, **headers: str) -> bytes:
    lines = ["From: Jo <jo@example.net>", "To: support@northwind.example", "Subject: Chair"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", text]).encode()


def test_wording_that_leaves_a_doubt_makes_a_doubtful_human_with_sentence_and_score() -> None:
    verdict = by_wording(HUMAN, {Kind.OUT_OF_OFFICE: said(), Kind.AUTO_REPLY: said(0.6)})
    assert (verdict.kind, verdict.doubtful) == (Kind.HUMAN, True)
    assert "out of office" in verdict.why
    assert "0.97" in verdict.why
    assert AWAY in verdict.why


def test_wording_beyond_doubt_names_the_kind() -> None:
    scores = {Kind.OUT_OF_OFFICE: said(sure=True), Kind.AUTO_REPLY: said(0.99)}
    verdict = by_wording(HUMAN, scores)
    assert (verdict.kind, verdict.doubtful) == (Kind.OUT_OF_OFFICE, False)
    assert AWAY in verdict.why


def test_wording_that_did_not_fire_says_nothing() -> None:
    assert by_wording(HUMAN, {Kind.AUTO_REPLY: said(0.4, fired=False)}) == HUMAN
    assert by_wording(HUMAN, {}) == HUMAN


def test_a_bounce_in_words_alone_is_only_doubted_for_it_names_no_mail_of_ours() -> None:
    verdict = by_wording(HUMAN, {Kind.BOUNCE: said(sure=True)})
    assert (verdict.kind, verdict.doubtful) == (Kind.HUMAN, True)


def test_what_headers_doubted_keeps_their_reason_too() -> None:
    doubted = Verdict(Kind.HUMAN, "X-Loop: a machine has passed it on", doubtful=True)
    verdict = by_wording(doubted, {Kind.AUTO_REPLY: said()})
    assert verdict.why.startswith("X-Loop")
    assert AWAY in verdict.why


@given(
    st.sampled_from([one for one in Kind if one is not Kind.HUMAN]),
    st.dictionaries(st.sampled_from(list(Kind)), st.builds(said, sure=st.booleans())),
)
def test_wording_never_changes_what_headers_called_a_machines(
    found: Kind, scores: dict[Kind, SignalScore]
) -> None:
    verdict = Verdict(found, "headers")
    assert by_wording(verdict, scores) == verdict


def test_a_swindle_by_its_words_is_shown_as_one_though_the_sender_is_proven() -> None:
    proven = "Authentication-Results: mx.example; dmarc=pass header.from=example.net\r\n"
    one = judged(proven.encode() + letter(), kinds={Kind.PHISHING: said()})
    assert one.verdict.kind is Kind.PHISHING
    decision = decide(one, AROUND, TERMS, NOW)
    assert isinstance(decision, Open)
    assert decision.queue == "unsure"
    assert decision.acknowledgement.reason == Kind.PHISHING
    assert Kind.PHISHING in decision.explained.badges
    assert any(AWAY in why for why in decision.explained.why)


def test_a_doubt_of_the_wording_gets_a_ticket_and_no_acknowledgement() -> None:
    one = judged(letter(), kinds={Kind.OUT_OF_OFFICE: said()})
    decision = decide(one, AROUND, TERMS, NOW)
    assert isinstance(decision, Open)
    assert decision.acknowledgement.reason == Reason.DOUBTFUL


def test_what_a_swindle_presses_for_does_not_press_but_danger_still_does() -> None:
    pinned = Pinned()
    one = judged(letter(), kinds={Kind.PHISHING: said()})
    for signal, priority in (("legal", Priority.NORMAL), ("safety", Priority.URGENT)):
        prediction = replace(
            pinned.prediction,
            signals={signal: SignalScore(0.9, AWAY, fired=True)},
            priority_scores={Priority.URGENT: 0.9, Priority.NORMAL: 0.1},
        )
        decision = decide(replace(one, prediction=prediction), AROUND, TERMS, NOW)
        assert isinstance(decision, Open)
        assert decision.priority is priority


def test_a_machine_beyond_doubt_is_filed() -> None:
    one = judged(letter(), kinds={Kind.CHALLENGE: said(sure=True)})
    assert one.verdict.kind is Kind.CHALLENGE
    assert isinstance(decide(one, AROUND, TERMS, NOW), Filed)


def test_a_rule_names_the_kind_and_is_named_with_its_place() -> None:
    one = judged(letter(), rule(Kind.OUT_OF_OFFICE))
    assert one.verdict.kind is Kind.OUT_OF_OFFICE
    assert one.verdict.why == "rule notes (rules/40-ours.yaml:7): Notes of the warehouse (away)"


def test_a_rule_that_says_human_silences_the_wording() -> None:
    one = judged(letter(), rule(Kind.HUMAN), kinds={Kind.OUT_OF_OFFICE: said(sure=True)})
    assert (one.verdict.kind, one.verdict.doubtful) == (Kind.HUMAN, False)


def test_a_rule_that_does_not_match_leaves_the_wording_its_say() -> None:
    one = judged(letter(), rule(Kind.HUMAN, "elsewhere"), kinds={Kind.OUT_OF_OFFICE: said()})
    assert one.verdict.doubtful


def test_the_first_rule_to_name_a_kind_wins() -> None:
    one = judged(letter(), rule(Kind.SPAM), rule(Kind.HUMAN, name="later"))
    assert one.verdict.kind is Kind.SPAM


def test_a_person_who_says_what_a_mail_is_overrules_the_rules() -> None:
    one = judged(letter(), rule(Kind.SPAM), said=Kind.HUMAN)
    assert one.verdict.kind is Kind.HUMAN


def test_a_rule_frees_what_went_to_many_and_it_is_answered() -> None:
    message = mail(AWAY, List_Id="<shop.example>", Precedence="bulk")
    verdict = by_rule([rule(Kind.HUMAN)], Subject(message=message), kind(message, OWN)).verdict
    assert verdict is not None
    assert (verdict.kind, verdict.doubtful) == (Kind.HUMAN, False)


@pytest.mark.parametrize(
    ("name", "value"), [("Auto_Submitted", "auto-replied"), ("X_Triage_Loop", "another-desk")]
)
def test_p3_no_rule_makes_us_answer_an_automatic_answer(name: str, value: str) -> None:
    message = mail(AWAY, **{name: value})
    verdict = by_rule([rule(Kind.HUMAN)], Subject(message=message), kind(message, OWN)).verdict
    assert verdict is not None
    assert (verdict.kind, verdict.doubtful) == (Kind.HUMAN, True)


@pytest.mark.parametrize("name", ["report-failed", "report-delayed", "own-echo"])
def test_p3_no_rule_makes_a_human_of_a_report_or_of_our_own_loop(name: str) -> None:
    words = Words(word_list(["a*", "e*", "t*", "w*", "d*"]))
    everything = Rule(id="all", why="because", when=words, then=Then(kind=Kind.HUMAN))
    message = hazard(name)
    assert by_rule([everything], Subject(message=message), kind(message, OWN)).verdict is None
    assert judged(raw(name), everything).verdict.kind is not Kind.HUMAN


def test_every_kind_that_a_rule_can_name_is_one_that_words_can_tell() -> None:
    structural = {Kind.BOUNCE, Kind.DSN_OTHER, Kind.OWN_LOOP, Kind.UNREADABLE, Kind.CALENDAR}
    assert set(SETTABLE) == set(Kind) - structural


@pytest.mark.parametrize(
    ("subject", "score", "doubtful"),
    [("Re: Chair", 0.75, True), ("Re: Chair", 0.55, False), ("Chair", 0.75, False)],
)
def test_p3_an_answer_to_nothing_of_ours_is_sooner_in_doubt(
    subject: str, score: float, doubtful: bool
) -> None:
    words = {Kind.OUT_OF_OFFICE: said(score, fired=False)}
    one = judged(letter().replace(b"Subject: Chair", f"Subject: {subject}".encode()), kinds=words)
    assert (one.verdict.kind, one.verdict.doubtful) == (Kind.HUMAN, doubtful)
    assert ("answers nothing of ours" in one.verdict.why) is doubtful


def test_a_rule_that_named_the_kind_is_asked_once_and_stands_with_what_hit() -> None:
    bulk = Rule(
        id="bulk",
        why="Our own newsletter's answers",
        when=Every((KindIs(frozenset({Kind.LIST})), Words(word_list(["away"])))),
        then=Then(kind=Kind.HUMAN, flags=("newsletter",)),
    )
    one = judged(letter(List_Id="<shop.example>", Precedence="bulk"), bulk)
    assert one.verdict.kind is Kind.HUMAN
    assert one.found == {"bulk": ("list", "away")}
    outcome = judge(one, replace(TERMS, rules=(bulk,)), History()).outcome
    assert (outcome.rules, outcome.flags) == (("bulk",), ("newsletter",))


def test_what_may_change_after_the_kind_is_asked_again() -> None:
    human = Rule(
        id="human", why="Human", when=KindIs(frozenset({Kind.HUMAN})), then=Then(queue="returns")
    )
    notes = rule(Kind.OUT_OF_OFFICE, name="notes")
    one = judged(letter(), human, notes)
    assert one.verdict.kind is Kind.OUT_OF_OFFICE
    assert set(one.found) == {"notes"}
    assert judge(one, replace(TERMS, rules=(human, notes)), History()).outcome.rules == ("notes",)


def test_where_no_rule_names_a_kind_none_is_asked_before_the_model_has_read() -> None:
    calm = Rule(id="calm", why="Calm", when=Words(word_list(["away"])), then=Then(boost=-5))
    assert judged(letter(), calm).found == {}


def test_an_earlier_rule_that_asks_the_model_does_not_hide_the_kind() -> None:
    unless = Rule(
        id="unless",
        why="Unless",
        when=Unless(ModelSays("returns", at_least=0.99)),
        then=Then(boost=1),
        stop=True,
    )
    one = judged(letter(), unless, rule(Kind.OUT_OF_OFFICE))
    assert one.verdict.kind is Kind.OUT_OF_OFFICE
