"""What rules ask besides the words of a mail: facts, scores, senders, files, time and history."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core import patterns
from triage.core.desk import Hours, Window
from triage.core.history import MOST, TURN, History
from triage.core.match.onhistory import Counted, CountIs, KnownIs
from triage.core.match.onjudgement import FactIs, FactIsNot, FactThere, ModelSays, SignalFired
from triage.core.match.onmail import (
    FileIs,
    FileThere,
    ForwardedBy,
    ListIs,
    MailboxIs,
    TrustIs,
)
from triage.core.match.ontime import Between, DateIs, HolidayIs, MonthIs, OpenIs, WeekdayIs
from triage.core.matchers import Later, Matcher, Unless, asks
from triage.core.message import Address, Attachment, Message, Trust
from triage.core.patterns import Pattern
from triage.core.prediction import Prediction, SignalScore
from triage.core.rules import Rule, Then, apply
from triage.core.subject import Reading, Subject
from triage.core.ticket import Kind, Priority

BERLIN = ZoneInfo("Europe/Berlin")
DESK = Hours(
    zone=BERLIN,
    windows=tuple(Window(day, time(8), time(18)) for day in range(5)),
    holidays=frozenset({date(2026, 12, 25)}),
)
FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=BERLIN).astimezone(UTC)
DAY = timedelta(days=1)


def subject(**known: object) -> Subject:
    message = Message(subject="", sender=Address("jo@park.test"))
    given: dict[str, object] = {"message": message, "at": FRIDAY, "hours": DESK}
    return Subject(**{**given, **known})  # type: ignore[arg-type]


def found(matcher: Matcher, of: Subject) -> tuple[str, ...] | None:
    return matcher.found(Reading(of))


def globs(*several: str) -> tuple[Pattern, ...]:
    return tuple(patterns.glob(one) for one in several)


def local(text: str) -> Subject:
    return subject(at=datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC))


def test_a_fact_is_there_or_not_or_has_a_value() -> None:
    order = subject(facts={"order_number": "NW-123456"})
    assert found(FactThere("order_number", present=True), order) == ("NW-123456",)
    assert found(FactThere("order_number", present=False), order) is None
    assert found(FactThere("phone", present=False), order) == ()
    assert found(FactThere("phone", present=True), order) is None
    assert found(FactIs("order_number", globs("nw-12*")), order) == ("nw-123456",)
    assert found(FactIs("order_number", globs("NW-9*", "12*")), order) is None
    assert found(FactIsNot("order_number", globs("NW-9*")), order) == ("NW-123456",)
    assert found(FactIsNot("order_number", globs("NW-1*")), order) is None


def test_an_absent_fact_matches_only_absent() -> None:
    assert found(FactIs("phone", globs("*")), subject()) is None
    assert found(FactIsNot("phone", globs("0*")), subject()) is None


SAID = Prediction(
    queue_scores={"returns": 0.85},
    priority_scores={Priority.URGENT: 0.3},
    signals={
        "safety": SignalScore(0.9, "It burns.", fired=True),
        "legal": SignalScore(0.2, "A lawyer.", fired=False),
    },
    kinds={Kind.OUT_OF_OFFICE: SignalScore(0.7, "I am away.", fired=True)},
)


@pytest.mark.parametrize(
    ("label", "score"),
    [("returns", 0.85), ("safety", 0.9), ("urgent", 0.3), ("out_of_office", 0.7)],
)
def test_a_score_lies_within_its_bounds_and_at_them(label: str, score: float) -> None:
    said = subject(prediction=SAID)
    evidence = (f"{label} {score:.2f}",)
    assert found(ModelSays(label, at_least=score), said) == evidence
    assert found(ModelSays(label, at_least=score + 0.001), said) is None
    assert found(ModelSays(label, at_most=score), said) == evidence
    assert found(ModelSays(label, at_most=score - 0.001), said) is None
    assert found(ModelSays(label, score, score), said) == evidence


@pytest.mark.parametrize("label", ["orders", "low", "spam", "churn_risk"])
def test_what_has_no_score_lies_within_no_bounds(label: str) -> None:
    assert found(ModelSays(label, at_most=1.0), subject(prediction=SAID)) is None


def test_a_signal_fires_by_the_model_or_by_an_earlier_rule() -> None:
    said = subject(prediction=SAID)
    assert found(SignalFired(frozenset({"safety", "legal"})), said) == ("safety: It burns.",)
    assert found(SignalFired(frozenset({"legal"})), said) is None
    flagged = subject(prediction=SAID, flags=frozenset({"legal"}))
    assert found(SignalFired(frozenset({"legal"})), flagged) == ("legal",)


def test_a_list_holds_an_address_of_from_or_the_requesters() -> None:
    vip = ListIs("vip", globs("*@big.test", "jo@*"))
    assert found(vip, subject()) == ("jo@park.test (vip)",)
    passed_on = subject(
        message=Message(subject="", sender=Address("desk@shop.test")), requester="al@big.test"
    )
    assert found(vip, passed_on) == ("al@big.test (vip)",)
    assert found(ListIs("vip", globs("*@big.test")), subject()) is None
    assert found(ListIs("empty", ()), subject()) is None


def test_who_passed_a_mail_on_is_asked_for() -> None:
    passed_on = subject(watcher="warehouse@shop.test")
    assert found(ForwardedBy(globs("warehouse@*")), passed_on) == ("warehouse@shop.test",)
    assert found(ForwardedBy(globs("*")), subject()) is None


def test_mailbox_and_trust_match_by_being_among_them() -> None:
    came = subject(mailbox="billing", trust=Trust.FAIL)
    assert found(MailboxIs(frozenset({"billing"})), came) == ("mailbox billing",)
    assert found(MailboxIs(frozenset({"support"})), came) is None
    assert found(TrustIs(frozenset({Trust.FAIL, Trust.NONE})), came) == ("trust fail",)
    assert found(TrustIs(frozenset({Trust.PASS})), came) is None


def with_files(*files: Attachment) -> Subject:
    return subject(message=Message(subject="", sender=None, attachments=files))


def test_a_picture_that_the_text_shows_is_nothing_attached() -> None:
    shown = with_files(Attachment("logo.png", "image/png", 9, inline=True))
    photo = with_files(Attachment("photo.jpg", "image/jpeg", 9))
    assert found(FileThere(present=True), photo) == ("1 attached",)
    assert found(FileThere(present=True), shown) is None
    assert found(FileThere(present=False), shown) == ()
    assert found(FileThere(present=False), photo) is None


def test_name_and_type_are_asked_of_the_same_file() -> None:
    files = with_files(
        Attachment("Bill.PDF", "application/pdf", 9),
        Attachment("", "image/jpeg", 9, inline=True),
    )
    assert found(FileIs(globs("*.pdf"), None), files) == ("bill.pdf",)
    assert found(FileIs(None, globs("image/*")), files) == ("image/jpeg",)
    assert found(FileIs(globs("*.pdf"), globs("application/*")), files) == ("bill.pdf",)
    assert found(FileIs(globs("*.pdf"), globs("image/*")), files) is None
    assert found(FileIs(globs("*"), None), with_files()) is None


@pytest.mark.parametrize(
    ("at", "start", "end", "holds"),
    [
        ("2026-11-20T09:00", time(9), time(10), True),
        ("2026-11-20T08:59:59", time(9), time(10), False),
        ("2026-11-20T09:59:59", time(9), time(10), True),
        ("2026-11-20T10:00", time(9), time(10), False),
        ("2026-11-20T17:30", time(17, 30), time(8), True),
        ("2026-11-21T07:59", time(17, 30), time(8), True),
        ("2026-11-21T08:00", time(17, 30), time(8), False),
        ("2026-11-20T00:00", time(22), time(0), False),
        ("2026-11-20T23:59", time(22), time(0), True),
    ],
)
def test_a_time_of_day_counts_from_its_start_up_to_its_end(
    at: str, start: time, end: time, holds: bool
) -> None:
    evidence = (datetime.fromisoformat(at).strftime("%H:%M"),)
    assert found(Between(start, end), local(at)) == (evidence if holds else None)


def test_weekday_date_and_month_are_those_of_the_desks_zone() -> None:
    # 23:30 on Friday in UTC is Saturday in Berlin, and the next month.
    late = subject(at=datetime(2026, 7, 31, 23, 30, tzinfo=UTC))
    assert found(WeekdayIs(frozenset({5})), late) == ("sat",)
    assert found(WeekdayIs(frozenset({4})), late) is None
    assert found(DateIs(date(2026, 8, 1), date(2026, 8, 1)), late) == ("2026-08-01",)
    assert found(MonthIs(frozenset({8})), late) == ("2026-08",)
    assert found(MonthIs(frozenset({7})), late) is None


@pytest.mark.parametrize(
    ("day", "holds"), [("23", False), ("24", True), ("26", True), ("27", False)]
)
def test_both_ends_of_a_span_of_dates_belong_to_it(day: str, holds: bool) -> None:
    christmas = DateIs(date(2026, 12, 24), date(2026, 12, 26))
    evidence = found(christmas, local(f"2026-12-{day}T12:00"))
    assert evidence == ((f"2026-12-{day}",) if holds else None)


def test_the_desk_is_open_from_opening_up_to_closing_and_not_on_holidays() -> None:
    for at, is_open in (
        ("2026-11-20T08:00", True),
        ("2026-11-20T17:59", True),
        ("2026-11-20T18:00", False),
        ("2026-11-21T12:00", False),
        ("2026-12-25T12:00", False),
    ):
        assert (found(OpenIs(open=True), local(at)) is not None) == is_open
        assert (found(OpenIs(open=False), local(at)) is not None) == (not is_open)
    assert found(HolidayIs(holiday=True), local("2026-12-25T12:00")) == ("holiday 2026-12-25",)
    assert found(HolidayIs(holiday=True), local("2026-12-24T12:00")) is None
    assert found(HolidayIs(holiday=False), local("2026-12-24T12:00")) == ()


@pytest.mark.parametrize(
    "matcher",
    [
        WeekdayIs(frozenset(range(7))),
        Between(time(0), time(12)),
        Between(time(12), time(0)),
        DateIs(date.min, date.max),
        MonthIs(frozenset(range(1, 13))),
        OpenIs(open=True),
        OpenIs(open=False),
        HolidayIs(holiday=False),
        CountIs(Counted.MAILS, at_least=0),
    ],
)
def test_where_the_time_is_not_known_nothing_is_said_of_it(matcher: Matcher) -> None:
    assert found(matcher, subject(at=None)) is None


def wrote(*before: timedelta, answered: timedelta | None = None) -> Subject:
    return subject(
        history=History(
            mails=tuple(FRIDAY - span for span in before),
            answered=None if answered is None else FRIDAY - answered,
        )
    )


def test_the_mail_in_hand_is_counted_with_those_before_it() -> None:
    third = CountIs(Counted.MAILS, at_least=3, within=14 * DAY)
    assert found(third, wrote(DAY, 5 * DAY)) == ("mails 3",)
    assert found(third, wrote(DAY)) is None
    assert found(third, wrote(DAY, 14 * DAY - timedelta(seconds=1))) is not None
    assert found(third, wrote(DAY, 14 * DAY)) is None
    assert found(CountIs(Counted.MAILS, at_most=1), wrote()) == ("mails 1",)
    assert found(CountIs(Counted.MAILS, at_most=1), wrote(DAY)) is None


def test_mails_a_few_minutes_apart_are_one_contact() -> None:
    second = CountIs(Counted.MAILS, at_least=2)
    assert found(second, wrote(TURN)) is None
    assert found(second, wrote(TURN, 2 * TURN, 3 * TURN)) is None
    assert found(second, wrote(TURN + timedelta(seconds=1))) == ("mails 2",)


def test_a_mail_that_came_later_is_not_counted() -> None:
    assert found(CountIs(Counted.MAILS, at_least=2), wrote(-DAY)) is None
    later = subject(history=History(tickets=(FRIDAY + DAY,)))
    assert found(CountIs(Counted.TICKETS, at_least=1), later) is None


def test_what_we_answered_is_not_unanswered() -> None:
    third = CountIs(Counted.UNANSWERED, at_least=3, within=14 * DAY)
    assert found(third, wrote(DAY, 2 * DAY)) == ("unanswered 3",)
    assert found(third, wrote(DAY, 2 * DAY, answered=3 * DAY)) == ("unanswered 3",)
    assert found(third, wrote(DAY, 2 * DAY, answered=2 * DAY)) is None
    assert found(third, wrote(DAY, 2 * DAY, answered=timedelta(hours=1))) is None


def test_tickets_and_what_waits_are_counted_without_this_mail() -> None:
    known = subject(history=History(tickets=(FRIDAY - DAY, FRIDAY - 9 * DAY), waiting=2))
    assert found(CountIs(Counted.TICKETS, at_least=2), known) == ("tickets 2",)
    assert found(CountIs(Counted.TICKETS, at_least=2, within=9 * DAY), known) is None
    assert found(CountIs(Counted.WAITING, at_least=2), known) == ("waiting 2",)
    assert found(CountIs(Counted.WAITING, at_most=1), known) is None
    assert found(CountIs(Counted.WAITING, at_most=0), subject()) == ("waiting 0",)


def test_a_requester_is_known_or_writes_for_the_first_time() -> None:
    assert found(KnownIs(known=True), subject(history=History(known=True))) == ("known requester",)
    assert found(KnownIs(known=True), subject()) is None
    assert found(KnownIs(known=False), subject()) == ("first contact",)
    assert found(KnownIs(known=False), subject(history=History(known=True))) is None


spans = st.timedeltas(timedelta(), 40 * DAY)


@given(st.lists(spans, max_size=MOST), spans.filter(bool))
def test_more_history_and_a_longer_span_never_count_less(
    before: list[timedelta], within: timedelta
) -> None:
    mails = tuple(FRIDAY - span for span in before)
    all_of_it, some = History(mails=mails), History(mails=mails[1:])
    number = all_of_it.contacts(FRIDAY, within)
    assert 1 <= number <= len(mails) + 1
    assert number <= all_of_it.contacts(FRIDAY, within * 2)
    assert all_of_it.unanswered(FRIDAY, within) == number
    # A mail between two others may join them to one contact: one fewer at most.
    assert number >= some.contacts(FRIDAY, within) - 1


def rule(then: Then, when: Matcher | None = None, until: date | None = None) -> Rule:
    always = DateIs(date.min, date.max)
    return Rule(id=f"r{id(then)}", why="because", when=when or always, then=then, until=until)


def test_a_fact_is_asked_for_only_where_the_mail_does_not_state_it() -> None:
    wants = rule(Then(ask=("order_number", "phone")))
    outcome = apply([wants, wants], subject(facts={"phone": "0170"}))
    assert outcome.asks == ("order_number",)
    assert outcome.fired[0].did == ("ask order_number",)
    everything = apply([wants], subject(facts={"phone": "0170", "order_number": "1"}))
    assert (everything.asks, everything.fired[0].did) == ((), ())


def test_the_first_referral_and_the_first_macro_win_and_later_ones_are_shown() -> None:
    first = rule(Then(refer="maker", macro="photo"))
    later = rule(Then(refer="carrier", macro="photo"))
    outcome = apply([first, later], subject())
    assert (outcome.refer, outcome.macro) == ("maker", "photo")
    assert outcome.by == {"refer": first.id, "macro": first.id}
    assert outcome.fired[0].did == ("refer maker", "macro photo")
    assert outcome.fired[1].did == ("macro photo",)
    assert outcome.fired[1].overruled == (f"refer carrier: '{first.id}' had set maker",)


@pytest.mark.parametrize(
    ("at", "holds"),
    [("2026-12-23T12:00", True), ("2026-12-24T23:59:59", True), ("2026-12-25T00:00", False)],
)
def test_a_rule_ends_with_its_last_day_by_the_desks_clock(at: str, holds: bool) -> None:
    ends = rule(Then(queue="care"), until=date(2026, 12, 24))
    assert apply([ends], local(at)).queue == ("care" if holds else "")


def test_what_is_known_is_not_asked_again() -> None:
    fires, fails = rule(Then(queue="care"), KnownIs(known=True)), rule(Then(boost=5))
    outcome = apply([fires, fails], subject(), {fires.id: ("known",), fails.id: None})
    assert (outcome.queue, outcome.boost) == ("care", 0)
    assert outcome.fired[0].evidence == ("known",)
    assert outcome.looked == {fires.id: ("known",), fails.id: None}


def test_what_a_rule_asks_that_may_change_is_known_of_its_whole_tree() -> None:
    deep = Unless(ModelSays("care", at_least=0.5))
    assert asks(deep) == {Later.MODEL}
    assert rule(Then(), SignalFired(frozenset({"x"}))).asks == {Later.MODEL, Later.FLAG}
    assert rule(Then(), KnownIs(known=True)).asks == {Later.HISTORY}
    assert rule(Then(), FileThere(present=True)).asks == frozenset()
