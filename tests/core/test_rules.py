"""What rules match and what several of them come to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core import patterns
from triage.core.match.onjudgement import Flagged, KindIs, LanguageIs, ModelSays
from triage.core.match.onmail import (
    FromIs,
    HeaderIs,
    HeaderIsNot,
    HeaderThere,
    Matches,
    SubjectIs,
    ToIs,
    Words,
)
from triage.core.matchers import Either, Every, Matcher, Unless
from triage.core.message import Address, Message
from triage.core.prediction import Prediction, SignalScore
from triage.core.rules import Rule, Then, apply
from triage.core.subject import Reading, Subject, without_reply
from triage.core.ticket import Kind, Priority
from triage.core.wordlist import word_list


def mail(subject: str = "", text: str = "", **more: object) -> Subject:
    message = Message(
        subject=subject,
        text=text,
        sender=Address("jo@park.test", "Jo"),
        to=(Address("support@birch.test"),),
        cc=(Address("ceo@birch.test"),),
        delivered_to=("help@birch.test",),
        headers=(("X-Shop", "Order Desk"), ("x-shop", "second"), ("List-Id", "<a.b>")),
    )
    return Subject(message=message, **more)  # type: ignore[arg-type]


def found(matcher: Matcher, subject: Subject) -> tuple[str, ...] | None:
    return matcher.found(Reading(subject))


def words(*several: str) -> Words:
    return Words(word_list(several))


def globs(*several: str) -> tuple[patterns.Pattern, ...]:
    return tuple(patterns.glob(one) for one in several)


ALWAYS = FromIs(globs("*"))
NEVER = FromIs(globs("nobody"))


def rule(name: str, then: Then, when: Matcher = ALWAYS, *, stop: bool = False) -> Rule:
    return Rule(id=name, why=f"{name}!", when=when, then=then, stop=stop, file="f", line=1)


@pytest.mark.parametrize(
    ("word", "text", "hit"),
    [
        ("burn*", "It BURNED my hand", ("burned",)),
        ("burn", "It burned my hand", None),
        ("*schaden", "Ein Wasserschaden!", ("wasserschaden",)),
        ("tipped over", "it tipped\n  over.", ("tipped over",)),
        ("tipped over", "it tipped all over.", None),
        ("don't", "I don\u2019t know", ("don't",)),
        ("straße", "STRASSE", ("strasse",)),
        ("blessé*", "elle est blesse\u0301e", ("blessée",)),
        ("a&e", "went to A&E", ("a&e",)),
        ("(x)", "a (x) b", ("(x)",)),
        ("a.c", "abc", None),
        ("art", "smart_art part", None),
        ("\u706b*", "\u706b\u4e8b", ("\u706b\u4e8b",)),
    ],
)
def test_words_are_whole_and_folded(word: str, text: str, hit: tuple[str, ...] | None) -> None:
    assert found(words(word), mail(text=text)) == hit


def test_words_stand_in_subject_or_text_and_not_across_them() -> None:
    assert found(words("cracked"), mail(subject="Cracked table")) == ("cracked",)
    assert found(words("tipped over"), mail(subject="It tipped", text="over there")) is None


def test_every_word_that_hits_is_evidence_once_and_at_most_five() -> None:
    text = "fire smoke fire sparks burns shock gas"
    assert found(words("smoke", "fire"), mail(text=text)) == ("fire", "smoke")
    every = words("fire", "smoke", "sparks", "burns", "shock", "gas")
    assert found(every, mail(text=text)) == ("fire", "smoke", "sparks", "burns", "shock")


def test_a_word_of_nothing_but_stars_is_refused() -> None:
    with pytest.raises(ValueError, match="would match every word"):
        patterns.words(["* *"])


def test_a_glob_covers_the_whole_value() -> None:
    assert found(SubjectIs(globs("invoice *")), mail(subject="Invoice 12")) == ("invoice 12",)
    assert found(SubjectIs(globs("invoice")), mail(subject="Invoice 12")) is None
    assert found(SubjectIs(globs("invoice ??")), mail(subject="Invoice 12")) == ("invoice 12",)
    assert found(SubjectIs(globs("a[b]*")), mail(subject="a[b]c")) == ("a[b]c",)
    assert found(SubjectIs(globs("a[b]*")), mail(subject="ab")) is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: RE: table", "table"),
        ("AW: Sv: table", "table"),
        ("Re[2]: table", "table"),
        ("RE\u00a0: table", "table"),
        ("R\u00e9f: table", "table"),
        ("Re\uff1atable", "table"),
        ("Fwd: Re: table", "Fwd: Re: table"),
        ("Return: table", "Return: table"),
        ("Re:", ""),
    ],
)
def test_a_subject_stands_without_its_re(subject: str, bare: str) -> None:
    assert without_reply(subject) == bare


def test_addresses_match_from_and_to_cc_and_delivered_to() -> None:
    assert found(FromIs(globs("*@park.test")), mail()) == ("jo@park.test",)
    for address in ("support@birch.test", "ceo@birch.test", "help@birch.test"):
        assert found(ToIs(globs(address)), mail()) == (address,)
    assert found(ToIs(globs("*@park.test")), mail()) is None


def test_every_address_of_from_is_looked_at_where_it_has_several() -> None:
    message = Message(subject="", sender=None, senders=(Address("a@b.test"), Address("c@d.test")))
    assert found(FromIs(globs("c@*")), Subject(message=message)) == ("c@d.test",)


def test_a_header_matches_by_any_of_its_values_and_whatever_its_case() -> None:
    assert found(HeaderIs("X-SHOP", globs("second")), mail()) == ("second",)
    assert found(HeaderIs("x-shop", globs("order*")), mail()) == ("order desk",)
    assert found(HeaderIsNot("x-shop", globs("third")), mail()) == ("order desk", "second")
    assert found(HeaderIsNot("x-shop", globs("second")), mail()) is None


def test_an_absent_header_matches_only_absent() -> None:
    assert found(HeaderIs("X-No", globs("*")), mail()) is None
    assert found(HeaderIsNot("X-No", globs("a")), mail()) is None
    assert found(HeaderThere("X-No", present=True), mail()) is None
    assert found(HeaderThere("X-No", present=False), mail()) == ()
    assert found(HeaderThere("list-id", present=False), mail()) is None
    assert found(HeaderThere("list-id", present=True), mail()) == ()


def test_kind_language_and_flags_match_by_being_among_them() -> None:
    assert found(KindIs(frozenset({Kind.HUMAN})), mail()) == ("human",)
    assert found(KindIs(frozenset({Kind.BULK})), mail()) is None
    assert found(LanguageIs(frozenset({"de"})), mail(language="de")) == ("de",)
    assert found(LanguageIs(frozenset({"de"})), mail(language=None)) is None
    assert found(Flagged(frozenset({"vip", "x"})), mail(flags=frozenset({"vip"}))) == ("vip",)
    assert found(Flagged(frozenset({"vip"})), mail()) is None


def test_the_models_score_counts_from_the_bound_itself_for_queues_and_signals() -> None:
    prediction = Prediction(
        queue_scores={"returns": 0.85},
        signals={"safety": SignalScore(0.4, "It burns.", fired=False)},
    )
    judged = mail(prediction=prediction)
    assert found(ModelSays("returns", 0.85), judged) == ("returns 0.85",)
    assert found(ModelSays("returns", 0.851), judged) is None
    assert found(ModelSays("safety", 0.4), judged) == ("safety 0.40",)
    assert found(ModelSays("orders", 0.01), judged) is None


def test_a_pattern_keeps_case_and_its_first_group_is_the_evidence() -> None:
    assert found(Matches((patterns.pattern(r"NW-(\d{6})"),)), mail(text="NW-123456")) == ("123456",)
    assert found(Matches((patterns.pattern("nw"),)), mail(text="NW")) is None


@pytest.mark.parametrize(
    ("pattern", "hit"),
    [("<(a)>|(b)", "b"), ("(x)?b", "b"), ("(x)|b", "b"), ("(?:(x)|y)?(b)", "b")],
)
def test_of_groups_the_one_that_takes_part_is_the_hit(pattern: str, hit: str) -> None:
    assert patterns.pattern(pattern).hits(b"c b") == (hit,)


@pytest.mark.parametrize("text", ["(a", "a*", r"\1", "(?=a)"])
def test_a_pattern_that_cannot_be_or_matches_nothing_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        patterns.pattern(text)


leaves: st.SearchStrategy[Matcher] = st.sampled_from([ALWAYS, NEVER])
trees: st.SearchStrategy[Matcher] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: Every(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Either(tuple(parts))),
        inner.map(Unless),
    ),
    max_leaves=8,
)


def truth(matcher: Matcher) -> bool:
    match matcher:
        case Every(parts):
            return all(truth(part) for part in parts)
        case Either(parts):
            return any(truth(part) for part in parts)
        case Unless(part):
            return not truth(part)
        case _:
            return matcher == ALWAYS


@given(trees)
def test_every_either_and_unless_are_and_or_and_not(matcher: Matcher) -> None:
    assert (found(matcher, mail()) is not None) == truth(matcher)


thens = st.builds(
    Then,
    queue=st.sampled_from(["", "care", "returns"]),
    priority=st.sampled_from([None, *Priority]),
    boost=st.integers(-60, 60),
    flags=st.lists(st.sampled_from(["a", "b", "safety"]), unique=True).map(tuple),
    withhold=st.sampled_from(["", "pitch", "bill"]),
    assign=st.sampled_from(["", "maria", "jonas"]),
)
several = st.lists(st.tuples(thens, leaves, st.booleans()), max_size=6).map(
    lambda some: [
        rule(f"r{at}", then, when, stop=stop) for at, (then, when, stop) in enumerate(some)
    ]
)


def ran(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that match, up to and with the first that stops."""
    matching = [one for one in rules if one.when == ALWAYS]
    stops = [at for at, one in enumerate(matching) if one.stop]
    return matching[: stops[0] + 1] if stops else matching


@given(several)
def test_first_wins_boosts_add_flags_unite_and_stop_ends(rules: list[Rule]) -> None:
    outcome, fired = apply(rules, mail()), ran(rules)
    assert outcome.rules == tuple(one.id for one in fired)
    assert outcome.queue == next((r.then.queue for r in fired if r.then.queue), "")
    assert outcome.priority == next((r.then.priority for r in fired if r.then.priority), None)
    assert outcome.assign == next((r.then.assign for r in fired if r.then.assign), "")
    assert outcome.withhold == next((r.then.withhold for r in fired if r.then.withhold), "")
    assert outcome.boost == sum(r.then.boost for r in fired)
    assert set(outcome.flags) == {flag for r in fired for flag in r.then.flags}
    assert outcome.stopped == (fired[-1].id if fired and fired[-1].stop else "")
    assert outcome.by.get("queue", "") == next((r.id for r in fired if r.then.queue), "")


@given(several)
def test_a_rule_that_came_too_late_is_shown_as_overruled(rules: list[Rule]) -> None:
    outcome = apply(rules, mail())
    by_id = {one.id: one for one in rules}
    for fired in outcome.fired:
        queue = by_id[fired.rule].then.queue
        late = bool(queue) and queue != outcome.queue
        line = f"queue {queue}: '{outcome.by.get('queue')}' had set {outcome.queue}"
        assert (line in fired.overruled) == late
        assert (f"queue {queue}" in fired.did) == (bool(queue) and not late)


def test_a_rule_fires_with_its_place_reason_and_evidence() -> None:
    then = Then(priority=Priority.URGENT, flags=("safety",), signals=("safety",), boost=20)
    outcome = apply([rule("burn", then, words("burn*"))], mail(text="I burned my hand"))
    (fired,) = outcome.fired
    assert (fired.rule, fired.file, fired.line, fired.why) == ("burn", "f", 1, "burn!")
    assert fired.evidence == ("burned",)
    assert fired.did == ("priority urgent", "boost +20", "flag safety")
    assert outcome.signals == {"safety": fired}


def test_a_flag_set_by_one_rule_is_seen_by_the_next() -> None:
    first = rule("first", Then(flags=("vip",)))
    second = rule("second", Then(queue="care"), Flagged(frozenset({"vip"})))
    assert apply([first, second], mail()).queue == "care"
    assert apply([second, first], mail()).queue == ""


def test_no_rules_say_nothing() -> None:
    outcome = apply([], mail(text="fire"))
    assert (outcome.queue, outcome.priority, outcome.boost, outcome.fired) == ("", None, 0, ())


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_judged(subject: str, text: str) -> None:
    everything = Either((words("a*", "\u00e9"), SubjectIs(globs("*?")), Matches(globs("x"))))
    found(everything, mail(subject, text))


@given(st.text(min_size=1, max_size=12).filter(lambda text: text.strip(" *") and "\n" not in text))
def test_any_word_compiles_and_any_glob_covers_itself(text: str) -> None:
    if text.encode(errors="ignore").decode() == text and patterns.fold(text).strip(" *").split():
        patterns.words([text])
        assert patterns.glob(text).covers(patterns.fold(text).encode())
