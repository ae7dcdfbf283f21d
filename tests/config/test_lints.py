"""What `check` warns of: rules that are never reached, say nothing new, or match everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trial.desk import desk_of, shipped_desk
from triage.config.implied import When, covers_glob, covers_phrase, implies
from triage.config.lints import desk_in, lints
from triage.config.load import Policy
from triage.config.replies import load_replies
from triage.config.shipped import shipped_rules
from triage.config.yamlfile import parse_yaml
from triage.core.desk import FactSpoken
from triage.core.patterns import fold, glob, words

TODAY = date(2026, 11, 22)
HEAD = "version: 1\nrules:\n"


def found(folder: Path, rules: str, **files: str) -> list[tuple[int, int, str, str]]:
    """Return line, column, text and help of what is odd in a file of rules, and files beside it."""
    policy = desk_of(folder, {"30-desk.yaml": HEAD + rules, **files})
    told = lints(desk_in(policy, folder, TODAY))
    return [
        (one.line, one.column, one.text.replace(f"{folder}/", ""), one.help)
        for one in told
        if Path(one.file).parent == folder
    ]


def texts(folder: Path, rules: str, **files: str) -> list[str]:
    return [text for _, _, text, _ in found(folder, rules, **files)]


def rule(name: str, when: str, then: str = "{boost: 5}", more: str = "") -> str:
    return f"  - {{id: {name}, why: x, when: {when}, then: {then}{more and ', '}{more}}}\n"


def test_the_shipped_desk_is_clean() -> None:
    assert lints(desk_in(shipped_desk(), shipped_rules(), TODAY)) == ()


def test_a_rule_behind_one_that_stops_is_never_reached(tmp_path: Path) -> None:
    rules = rule("first", "{words: ['press *']}", more="stop: true") + rule(
        "second", "{words: [press card, press kit], from: '*@a.example'}"
    )
    assert found(tmp_path, rules) == [
        (
            4,
            10,
            "the rule 'second' is never reached: 'first' (30-desk.yaml:3) stops whatever it "
            "matches",
            "put it before that one, or narrow that one",
        )
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{words: press}, then: {boost: 1}", "{words: press}"),  # it does not stop
        ("{words: press}, stop: true, until: 2026-12-24", "{words: press}"),  # it ends
        ("{words: [press, kit]}, stop: true", "{words: [press, card]}"),
        ("{flag: odd}, stop: true", "{flag: odd}"),  # flags grow
        ("{words: press, language: en}, stop: true", "{words: press}"),
        ("{words: press}, unless: {from: '*@a.example'}, stop: true", "{words: press}"),
    ],
)
def test_a_rule_that_may_be_reached_is_left_in_peace(
    tmp_path: Path, first: str, second: str
) -> None:
    then = "" if "then" in first else ", then: {boost: 1}"
    rules = f"  - {{id: first, why: x, when: {first}{then}}}\n" + rule("second", second)
    assert not [text for text in texts(tmp_path, rules) if "never reached" in text]


def test_a_rule_that_names_the_kind_is_asked_before_those_that_need_the_model(
    tmp_path: Path,
) -> None:
    first = rule("first", "{model: {label: legal, at_least: 0.1}}", more="stop: true")
    second = "{model: {label: legal, at_least: 0.5}, words: robot}"
    assert any("never reached" in text for text in texts(tmp_path, first + rule("b", second)))
    broad = rule("first", "{any: [{words: robot}, {history: {known: true}}]}", more="stop: true")
    kind = rule("b", "{words: robot}", "{kind: bulk}")
    assert not [text for text in texts(tmp_path, broad + kind) if "never reached" in text]


def test_a_rule_that_never_has_its_say_is_told(tmp_path: Path) -> None:
    rules = (
        rule("queue", "{words: brok*}", "{queue: returns}")
        + rule("level", "{language: en}", "{priority: low}")
        + rule("both", "{words: broken, language: [en]}", "{queue: care, priority: high}")
        + rule("more", "{words: broken, language: en}", "{queue: care, boost: 5}")
    )
    assert texts(tmp_path, rules) == [
        "the rule 'both' is always overruled, by 'queue' (30-desk.yaml:3) and 'level' "
        "(30-desk.yaml:4)"
    ]


def test_two_rules_that_say_the_same_are_told(tmp_path: Path) -> None:
    rules = rule("a", "{words: [one, two]}") + rule("b", "{words: [two, one]}")
    assert texts(tmp_path, rules) == ["the rule 'b' says the same as 'a' (30-desk.yaml:3)"]


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("{from: '*'}", "'*' covers every value"),
        ("{to: '*@*'}", "'*@*' covers every value"),
        ("{subject: ['**', Hi]}", "'**' covers every value"),
        ("{header: {X-Mailer: '*'}}", "it is only asked whether there is a header X-Mailer"),
        ("{pattern: '.'}", "'.' matches nearly every mail"),
        (r"{pattern: '\w+'}", r"'\w+' matches nearly every mail"),
        ("{pattern: '(abcdefgh){700}'}", "the pattern is very large: it costs time on every mail"),
        ("{words: one}, unless: {from: '*'}", "'*' covers every value"),
    ],
)
def test_what_matches_everything_or_costs_much_is_told(
    tmp_path: Path, when: str, text: str
) -> None:
    assert text in texts(tmp_path, rule("a", when))


@pytest.mark.parametrize(
    "when",
    [
        "{from: '*@news.example'}",
        "{subject: 'invoice *'}",
        "{header: {X-Mailer: {present: true}}}",
        r"{pattern: '[A-Z]{2}\d{6}'}",
        "{words: ['pre*', broken leg, broken arm]}",
    ],
)
def test_what_asks_for_something_is_left_in_peace(tmp_path: Path, when: str) -> None:
    assert texts(tmp_path, rule("a", when)) == []


def test_words_that_add_nothing_are_told_in_their_place(tmp_path: Path) -> None:
    rules = rule("a", "{words: [broken, Broken, broken leg, 'hurt*', hurts]}")
    assert found(tmp_path, rules) == [
        (3, 44, "'Broken' stands here twice", "leave one out"),
        (3, 52, "'broken leg' adds nothing: 'broken' matches wherever it does", "leave one out"),
        (3, 73, "'hurts' adds nothing: 'hurt*' matches wherever it does", "leave one out"),
    ]


@pytest.mark.parametrize(
    ("until", "text"),
    [
        ("2026-11-21", "the rule 'a' ended on 2026-11-21: it matches nothing any more"),
        ("2026-11-22", "the rule 'a' ends on 2026-11-22"),
        ("2026-11-29", "the rule 'a' ends on 2026-11-29"),
        ("2026-11-30", None),
    ],
)
def test_an_end_that_has_come_or_is_a_week_away_is_told(
    tmp_path: Path, until: str, text: str | None
) -> None:
    told = texts(tmp_path, rule("a", "{words: one}", more=f"until: {until}"))
    assert told == ([] if text is None else [text])


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (
            rule("a", "{kind: [bulk, list]}"),
            "mail of the kind bulk or list becomes no ticket: nothing is done",
        ),
        (rule("a", "{flag: odd}"), "no rule before this one sets the flag 'odd'"),
        (
            rule("a", "{any: [{model: {label: unsure, at_least: 0.5}}]}"),
            "the model is not taught 'unsure': it has no score for it",
        ),
    ],
)
def test_a_rule_that_can_never_fire_is_told(tmp_path: Path, rules: str, text: str) -> None:
    assert texts(tmp_path, rules) == [text]


def test_a_flag_that_an_earlier_rule_sets_can_be_asked_for(tmp_path: Path) -> None:
    rules = rule("a", "{words: one}", "{flag: odd}") + rule("b", "{flag: odd}")
    assert texts(tmp_path, rules) == []


def test_a_queue_that_nothing_leads_to_is_told(tmp_path: Path) -> None:
    queues = (shipped_rules() / "queues.yaml").read_text()
    dead = queues.replace("queues:\n", "queues:\n  press:\n    title: Press\n", 1)
    desk_of(tmp_path, {"queues.yaml": dead})
    policy = desk_of(tmp_path, {"30-desk.yaml": HEAD + rule("a", "{words: one}")})
    policy = replace(
        policy, queues={**policy.queues, "press": replace(policy.queues["care"], name="press")}
    )
    (fault,) = lints(desk_in(policy, tmp_path, TODAY))
    assert fault.text == "nothing leads to the queue 'press': no rule, no prompt, no mailbox"
    assert fault.line == dead[: dead.index("  press:")].count("\n") + 1
    led = rule("a", "{words: one}", "{queue: press}")
    policy = replace(desk_of(tmp_path, {"30-desk.yaml": HEAD + led}), queues=policy.queues)
    assert lints(desk_in(policy, tmp_path, TODAY)) == ()


def test_who_has_left_is_told_wherever_they_are_named(tmp_path: Path) -> None:
    roster = (shipped_rules() / "roster.yaml").read_text()
    gone = roster.replace("  - id: maria\n", "  - id: maria\n    left: 2026-11-01\n")
    rules = HEAD + rule("a", "{words: one}", "{assign: maria}")
    policy = desk_of(tmp_path, {"roster.yaml": gone, "30-desk.yaml": rules})
    agents = tuple(
        replace(agent, left=date(2026, 11, 1)) if agent.id == "maria" else agent
        for agent in policy.roster.agents
    )
    policy = replace(policy, roster=replace(policy.roster, agents=agents))
    told = [(Path(one.file).name, one.text) for one in lints(desk_in(policy, tmp_path, TODAY))]
    assert told == [
        ("30-desk.yaml", "maria has left"),
        ("roster.yaml", "maria left on 2026-11-01: nothing goes to them any more"),
        ("roster.yaml", "maria has left, and is to stand in for jonas"),
        ("roster.yaml", "maria has left, and is to hear of danger"),
    ]


def test_a_list_that_no_rule_asks_for_is_told(tmp_path: Path) -> None:
    lists = "lists: {vip: ['*@a.example'], slow: [b@b.example]}\n"
    rules = rule("a", "{list: vip}")
    told = found(tmp_path, rules, **{"lists.yaml": lists})
    assert told == [(1, 31, "no rule asks for the list 'slow'", "when: {list: slow}")]


@pytest.mark.parametrize(
    ("narrow", "wide", "holds"),
    [
        ("{words: broken leg}", "{words: [broken, hurt]}", True),
        ("{words: 'brok*'}", "{words: broken}", False),
        ("{words: 'inj*ed'}", "{words: 'inj*'}", True),
        ("{words: press-card}", "{words: press}", True),
        ("{words: pressing}", "{words: press}", False),
        ("{from: a@news.example}", "{from: ['*@news.example']}", True),
        ("{from: '*@news.example'}", "{from: '*@*news.example'}", True),
        ("{from: '*'}", "{from: '?*'}", False),
        ("{subject: 'a?c'}", "{subject: 'a*'}", True),
        ("{kind: phishing}", "{kind: [human, phishing]}", True),
        ("{language: [de, en]}", "{language: de}", False),
        ("{model: {label: legal, at_least: 0.9}}", "{model: {label: legal, at_least: 0.8}}", True),
        ("{model: {label: legal, at_least: 0.7}}", "{model: {label: legal, at_least: 0.8}}", False),
        ("{header: {X-A: one}}", "{header: {x-a: {present: true}}}", True),
        ("{header: {X-A: one}}", "{header: {X-B: {present: true}}}", False),
        ("{header: {X-A: {absent: true}}}", "{header: {X-A: {present: true}}}", False),
        ("{any: [{words: a}, {words: b}]}", "{words: [a, b, c]}", True),
        ("{any: [{words: a}, {words: d}]}", "{words: [a, b, c]}", False),
        ("{words: a}", "{any: [{words: [a, b]}, {language: en}]}", True),
        ("{words: a, language: en}", "{all: [{words: a}, {language: en}]}", True),
        ("{words: a, unless: {words: b}}", "{words: a, unless: {words: b, language: en}}", True),
        ("{words: a, unless: {words: b}}", "{words: a, unless: {words: [b, c]}}", False),
        ("{words: a}", "{words: a, unless: {words: b}}", False),
        ("{flag: a}", "{flag: a}", False),
        ("{history: {known: true}}", "{history: {known: true}}", True),
    ],
)
def test_what_one_question_says_of_another(narrow: str, wide: str, holds: bool) -> None:
    def when(text: str) -> When:
        return parse_yaml(f"when: {text}", "a.yaml").data["when"]  # type: ignore[return-value]

    assert implies(when(narrow), when(wide)) is holds


LETTERS = st.text(alphabet="ab", max_size=3)
GLOBS = st.text(alphabet="ab*?", min_size=1, max_size=4)


@settings(deadline=None)
@given(wide=GLOBS, narrow=GLOBS, value=LETTERS)
def test_what_a_narrow_glob_covers_the_wide_one_covers(wide: str, narrow: str, value: str) -> None:
    if covers_glob(wide, narrow) and glob(narrow).covers(value.encode()):
        assert glob(wide).covers(value.encode())


PHRASES = st.text(alphabet="ab* ", min_size=1, max_size=5).filter(lambda t: t.strip("* "))


@settings(deadline=None)
@given(wide=PHRASES, narrow=PHRASES, text=st.text(alphabet="ab -", max_size=8))
def test_where_a_narrow_phrase_stands_the_wide_one_does(wide: str, narrow: str, text: str) -> None:
    said = fold(text).encode()
    if covers_phrase((wide,), narrow) and words([narrow]).hits(said):
        assert words([wide]).hits(said)


def texted(folder: Path, text: str, **facts: tuple[str, ...]) -> Policy:
    """Return a desk with one acknowledgement of its own, and more facts that orders need."""
    path = folder / "en.txt"
    path.write_text(text)
    policy = desk_of(folder, {"30-desk.yaml": HEAD + rule("a", "{words: one}")})
    whole = policy.texts.acknowledgements["en", ""]
    note = replace(whole, plain=replace(whole.plain, file=str(path)), source=text)
    service = replace(
        policy.service,
        fact_patterns={**policy.service.fact_patterns, **facts},
        fact_words={},
        fact_spoken={},
    )
    orders = replace(policy.queues["orders"], needs=("order_number",))
    return replace(
        policy,
        texts=replace(policy.texts, acknowledgements={("en", ""): note}),
        service=service,
        queues={"orders": orders},
    )


def test_a_fact_that_a_text_misspells_or_forgets_is_told(tmp_path: Path) -> None:
    policy = texted(tmp_path, 'Hello\n{% if missing == "order_nummer" %}Which?{% endif %}\n')
    told = [
        (one.line, one.column, one.text, one.help)
        for one in lints(desk_in(policy, tmp_path, TODAY))
        if one.file.endswith("en.txt")
    ]
    assert told == [
        (
            0,
            0,
            "a missing 'order_number' is never offered for, though it is needed",
            "facts: {order_number: {label: {en: …}}} in queues.yaml",
        ),
        (
            2,
            19,
            "'missing' is never 'order_nummer': there is no such fact",
            "did you mean 'order_number'?",
        ),
    ]


def test_a_fact_that_is_needed_and_has_no_words_in_a_language_is_told(tmp_path: Path) -> None:
    policy = texted(tmp_path, "Hello {{ missing_label }}\n")

    def told(spoken: FactSpoken) -> list[str]:
        service = replace(policy.service, fact_spoken={"order_number": spoken})
        desk = desk_in(replace(policy, service=service), tmp_path, TODAY)
        return [one.text for one in lints(desk) if one.file.endswith("en.txt")]

    never = "a missing 'order_number' is never offered for, though it is needed"
    assert told(FactSpoken(labels={"de": "Ihre Bestellnummer"})) == [never]
    assert told(FactSpoken(offers={"en": "Just reply with it."})) == [never]
    assert told(FactSpoken(labels={"en": "your order number"})) == []


def test_a_fact_that_nothing_uses_is_told(tmp_path: Path) -> None:
    text = '{% if missing == "order_number" or missing == "invoice_number" %}Which?{% endif %}\n'
    policy = texted(tmp_path, text, serial=(r"SN\d+",))
    told = [one.text for one in lints(desk_in(policy, tmp_path, TODAY))]
    assert "nothing uses the fact 'serial': no queue needs it, no rule or text asks for it" in told
    assert not [one for one in told if "order_number" in one or "invoice_number" in one]


def test_a_reply_of_ones_own_that_no_rule_proposes_is_told(tmp_path: Path) -> None:
    (tmp_path / "replies").mkdir()
    for name in ("photo", "other"):
        text = f"---\nname: {name}\n---\nHello, could you send us a photo?\n"
        (tmp_path / "replies" / f"{name}.md").write_text(text)
    desk_of(tmp_path, {"30-desk.yaml": HEAD + rule("a", "{words: one}", "{macro: photo}")})
    policy = desk_of(tmp_path, {})
    policy = replace(policy, replies=load_replies(tmp_path))
    told = [(Path(one.file).name, one.text) for one in lints(desk_in(policy, tmp_path, TODAY))]
    assert told == [("other.md", "no rule proposes the reply 'other'")]
