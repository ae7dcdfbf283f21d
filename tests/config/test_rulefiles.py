"""`rules/NN-*.yaml`: what they become, and every fault of every file at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config.rulefiles import load_rules
from triage.config.shipped import shipped_rules
from triage.core.message import Address, Message
from triage.core.rules import Outcome, Rule, Then, apply
from triage.core.subject import Subject
from triage.core.ticket import Kind, Priority
from triage.errors import ConfigError

QUEUES = ("orders", "returns", "billing", "technical", "sales", "care", "other", "unsure")
AGENTS = ("maria", "jonas")
SIGNALS = ("complaint", "compliment", "churn_risk", "legal", "safety", "repeat_contact")


def load(folder: Path, **files: str) -> tuple[Rule, ...]:
    for name, text in files.items():
        (folder / f"{name.removeprefix('f').replace('_', '-')}.yaml").write_text(text)
    return load_rules(folder, QUEUES, AGENTS, SIGNALS)


def faults(folder: Path, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, **files)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def one(when: str, then: str = "{boost: 1}", more: str = "") -> str:
    return f"rules:\n  - id: one\n    why: because\n    when: {when}\n    then: {then}\n{more}"


def judged(
    rules: tuple[Rule, ...], text: str = "", subject: str = "", sender: str = "a@b.test"
) -> Outcome:
    message = Message(
        subject=subject,
        sender=Address(sender),
        text=text,
        headers=(("Precedence", "bulk"),),
    )
    return apply(rules, Subject(message=message))


def test_a_rule_has_everything_that_its_file_says(tmp_path: Path) -> None:
    (rule,) = load(
        tmp_path,
        f10_a="""\
version: 1
rules:
  - id: burn
    why: Somebody is burned
    when:
      words: [burn*, scald*]
      any:
        - from: "*@b.test"
        - subject: x
    unless: {from: press@b.test}
    then:
      queue: care
      priority: urgent
      boost: 20
      flag: [safety, seen]
      ack: withhold
      assign: maria
    stop: true
""",
    )
    assert (rule.id, rule.why, rule.line, rule.stop) == ("burn", "Somebody is burned", 3, True)
    assert rule.file.endswith("10-a.yaml")
    assert rule.then.signals == ("safety",)
    assert rule.then.flags == ("safety", "seen")
    assert rule.then.withhold == "Somebody is burned"
    outcome = judged((rule,), "I was burned")
    assert outcome.fired[0].evidence == ("a@b.test", "burned")
    assert outcome.priority is Priority.URGENT
    assert judged((rule,), "I was burned", sender="press@b.test").fired == ()
    assert judged((rule,), "I was burned", sender="a@c.test").fired == ()


def test_files_run_in_the_order_of_their_names_and_companions_are_no_rules(tmp_path: Path) -> None:
    (tmp_path / "queues.yaml").write_text("not: rules")
    (tmp_path / "10-b.test.yaml").write_text("not: rules")
    second = one('{from: "*"}').replace("id: one", "id: two")
    rules = load(tmp_path, f20_a=second, f10_b=one('{from: "*"}'))
    assert [rule.id for rule in rules] == ["one", "two"]


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ("{header: {Precedence: bulk}}", True),
        ("{header: {precedence: [list, BULK]}}", True),
        ("{header: {Precedence: {not: bulk}}}", False),
        ("{header: {Precedence: {is: b*, not: bulk}}}", False),
        ("{header: {Precedence: {present: true}}}", True),
        ("{header: {Precedence: {absent: true}}}", False),
        ("{header: {X-No: {absent: true}, Precedence: bulk}}", True),
        ("{header: {X-No: {not: x}}}", False),
        ("{all: [{words: fire}, {words: [smoke, water]}]}", True),
        ("{all: [{words: fire}, {words: water}]}", False),
        ("{any: [{words: fire}, {words: water}]}", True),
        ("{words: fire, unless: {words: smoke}}", False),
        ("{words: fire, unless: [{words: water}, {words: earth}]}", True),
        ("{words: fire, unless: [{words: water}, {words: smoke}]}", False),
        ("{subject: [no, 'yes*']}", True),
        ("{words: fire, subject: no}", False),
        ("{pattern: 'F[i]re'}", True),
        ("{kind: [human, bulk]}", True),
        ("{kind: bulk}", False),
        ("{language: en}", False),
        ("{model: {label: care, at_least: 0.5}}", False),
    ],
)
def test_keys_are_all_and_items_are_any(tmp_path: Path, when: str, fires: bool) -> None:
    rules = load(tmp_path, f10_a=one(when))
    assert bool(judged(rules, "Fire and smoke", "Re: yes").fired) == fires


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    first = """\
version: 2
rules:
  - id: a
    why: x
    when: {words: [injur*, "*"], frm: "x"}
    then: {queue: retuns, bost: 30, ack: send}
  - id: B!
    when: {}
    then: {}
"""
    second = """\
rules:
  - id: a
    why: y
    when: {kind: humn, pattern: "(a", model: {label: complant, at_least: 2}, language: english}
    unless: {}
    then: {assign: mario, priority: hgih, boost: soon, flag: [Not So]}
  - just text
  - id: c
    why: y
    when: {header: {X: {}}, any: []}
    then: {flag: x}
    stp: yes
rule: []
"""
    assert faults(tmp_path, f10_a=first, f20_b=second, f30_c="rules:\n\t- x", notes="a: b") == [
        "10-a.yaml:1:10: error: version 2 of this file is not known\n    = help: version: 1",
        "10-a.yaml:5:28: error: the pattern cannot be used: '*' would match every word",
        "10-a.yaml:5:34: error: unknown key 'frm'\n    = help: did you mean 'from'?",
        "10-a.yaml:6:19: error: there is no queue 'retuns'\n    = help: did you mean 'returns'?",
        "10-a.yaml:6:27: error: unknown key 'bost'\n    = help: did you mean 'boost'?",
        "10-a.yaml:6:42: error: 'ack' cannot be 'send'\n"
        "    = help: a rule can only withhold: ack: withhold",
        "10-a.yaml:7:5: error: 'why' is missing",
        "10-a.yaml:7:9: error: 'B!' does not do as a name\n"
        "    = help: small letters, digits, '-' and '_'",
        "20-b.yaml:2:9: error: a second rule is called 'a'\n"
        "    = help: the first one is at 10-a.yaml:3",
        "20-b.yaml:4:18: error: 'kind' cannot be 'humn'\n    = help: did you mean 'human'?",
        "20-b.yaml:4:33: error: the pattern cannot be used: missing ): (a",
        "20-b.yaml:4:74: error: 'at_least' should be less than or equal to 1, not '2'",
        "20-b.yaml:4:88: error: 'english' is not a language\n"
        "    = help: two letters of ISO 639-1, such as en or de",
        "20-b.yaml:6:20: error: there is no agent 'mario'\n    = help: did you mean 'maria'?",
        "20-b.yaml:6:37: error: 'priority' cannot be 'hgih'\n    = help: did you mean 'high'?",
        "20-b.yaml:6:50: error: 'boost' should be a whole number, not 'soon'",
        "20-b.yaml:6:63: error: 'Not So' does not do as a name\n"
        "    = help: small letters, digits, '-' and '_'",
        "20-b.yaml:7:5: error: item 2 of 'rules' should be a mapping of keys to values, "
        "not 'just text'",
        "20-b.yaml:10:24: error: nothing is asked of it\n"
        "    = help: a glob, not, absent or present",
        "20-b.yaml:10:34: error: the list is empty",
        "20-b.yaml:12:5: error: unknown key 'stp'\n    = help: did you mean 'stop'?",
        "20-b.yaml:13:1: error: unknown key 'rule'\n    = help: did you mean 'rules'?",
        "30-c.yaml:2:1: error: a tab stands where YAML wants spaces\n"
        "    = help: indent with spaces",
        "notes.yaml: error: no such file is read here\n"
        "    = help: files of rules are named NN-NAME.yaml",
    ]


def test_a_rule_without_reason_or_name_is_looked_at_as_well(tmp_path: Path) -> None:
    text = """\
rules:
  - id: a
    when: {words: "*"}
    then: {queue: retuns}
  - why: because
    when: {kind: humn}
    then: {assign: mario}
  - id: a
    then: {queue: cares}
  - {}
"""
    assert [fault.partition("\n")[0] for fault in faults(tmp_path, f10_a=text)] == [
        "10-a.yaml:2:5: error: 'why' is missing",
        "10-a.yaml:3:19: error: the pattern cannot be used: '*' would match every word",
        "10-a.yaml:4:19: error: there is no queue 'retuns'",
        "10-a.yaml:5:5: error: 'id' is missing",
        "10-a.yaml:6:18: error: 'kind' cannot be 'humn'",
        "10-a.yaml:7:20: error: there is no agent 'mario'",
        "10-a.yaml:8:5: error: 'when' is missing",
        "10-a.yaml:8:5: error: 'why' is missing",
        "10-a.yaml:8:9: error: a second rule is called 'a'",
        "10-a.yaml:9:19: error: there is no queue 'cares'",
        "10-a.yaml:10:5: error: 'id' is missing",
        "10-a.yaml:10:5: error: 'when' is missing",
        "10-a.yaml:10:5: error: 'why' is missing",
    ]


@pytest.mark.parametrize(
    ("when", "then", "said"),
    [
        ("{}", "{boost: 1}", "10-a.yaml:4:11: error: nothing is asked here, so everything would"),
        ("{any: []}", "{boost: 1}", "10-a.yaml:4:17: error: the list is empty"),
        ("{words: []}", "{boost: 1}", "10-a.yaml:4:19: error: there is nothing here to match"),
        ("{any: [{}]}", "{boost: 1}", "10-a.yaml:4:18: error: nothing is asked here"),
        ('{from: "*"}', "{}", "10-a.yaml:5:11: error: the rule 'one' does nothing"),
        ("{pattern: 'a*'}", "{boost: 1}", "10-a.yaml:4:21: error: the pattern cannot be used: it"),
        (
            "{model: {label: complant, at_least: 1}}",
            "{boost: 1}",
            "10-a.yaml:4:27: error: there is no queue, signal, priority or kind 'complant'",
        ),
        ("[a]", "{boost: 1}", "10-a.yaml:4:11: error: 'when' should be a mapping of keys to"),
        ('{from: "*"}', "{ack: {withold: x}}", "10-a.yaml:5:18: error: unknown key 'withold'"),
    ],
)
def test_what_a_rule_lacks_is_said(tmp_path: Path, when: str, then: str, said: str) -> None:
    assert faults(tmp_path, f10_a=one(when, then))[0].startswith(said)


def test_names_that_are_not_known_are_not_checked(tmp_path: Path) -> None:
    (tmp_path / "10-a.yaml").write_text(one('{from: "*"}', "{queue: nope, assign: nobody}"))
    assert len(load_rules(tmp_path, None, None, None)) == 1


PARTS = """\
rules:
  - id: a
    why: x
    when: {words: a}
    when: [x]
    then:
  -
  - []
    unless: {any: {all: {}}}
    then: {ack: {}}
    when: {header: {a: b}}
    when: {model: x}
    when: {kind: {}}
    stop: maybe
rules: x
version: 1
""".splitlines()


@given(st.lists(st.sampled_from(PARTS), max_size=8).map("\n".join))
def test_any_file_is_rules_or_faults(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("rules")
    try:
        load(folder, f10_a=text)
    except ConfigError as exc:
        places = [(fault.line, fault.column) for fault in exc.faults]
        assert all(line > 0 and column > 0 for line, column in places)


@pytest.fixture(scope="module")
def shipped() -> tuple[Rule, ...]:
    return load_rules(shipped_rules(), QUEUES, AGENTS, SIGNALS)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The shelf collapsed under me and my son was injured.", {"injury", "tip-over"}),
        ("There is a burning smell from the lamp.", {"fire-or-shock"}),
        ("Ich habe einen Stromschlag bekommen!", {"fire-or-shock"}),
        ("Mon fils s\u2019est bless\u00e9 avec la table.", {"injury"}),
        ("My account has been hacked.", {"account-takeover"}),
        ("I am a journalist writing about returns.", {"press"}),
        (
            "This is my third email. I will never order from you again.",
            {"third-contact", "leaving"},
        ),
        ("I have still had no reply.", {"still-waiting"}),
        ("My lawyer will be in touch.", {"legal-words"}),
        ("We offer link building and a guest post.", {"pitch"}),
        ("Please find attached my CV.", {"application"}),
        ("The table top arrived cracked.", set()),
        ("I work at a hospital and need forty chairs for the fire exit.", set()),
        ("Love the new wood burner, we are on fire with orders!", set()),
        ("Where is my order?", set()),
    ],
)
def test_the_shipped_rules_are_few_and_precise(
    shipped: tuple[Rule, ...], text: str, ids: set[str]
) -> None:
    outcome = judged(shipped, text)
    assert set(outcome.rules) == ids
    urgent = {"injury", "fire-or-shock", "tip-over", "account-takeover"}
    assert (outcome.priority is Priority.URGENT) == bool(ids & urgent)


def test_nobody_is_answered_where_nobody_reads(shipped: tuple[Rule, ...]) -> None:
    assert judged(shipped, sender="no-reply@shop.test").withhold
    assert not judged(shipped, sender="jo@shop.test").withhold


def test_a_rule_can_name_the_kind_of_a_message(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, f10_a=one("{words: [depot]}", "{kind: out_of_office}"))
    assert rule.then == Then(kind=Kind.OUT_OF_OFFICE)
    assert judged((rule,), "the depot is closed").kind is Kind.OUT_OF_OFFICE


@pytest.mark.parametrize("kind", ["bounce", "own_loop", "unreadable", "dsn_other", "calendar"])
def test_no_rule_can_name_a_kind_that_structure_alone_tells(tmp_path: Path, kind: str) -> None:
    (fault,) = faults(tmp_path, f10_a=one("{words: [depot]}", f"{{kind: {kind}}}"))
    assert kind in fault
    assert "10-a.yaml:5" in fault


@pytest.mark.parametrize(
    "when",
    [
        "{model: {label: care, at_least: 0.5}}",
        "{words: [depot], any: [{model: {label: care, at_least: 0.5}}]}",
        "{words: [depot], unless: {all: {model: {label: care, at_least: 0.5}}}}",
    ],
)
def test_a_rule_that_names_the_kind_cannot_ask_the_model(tmp_path: Path, when: str) -> None:
    (fault,) = faults(tmp_path, f10_a=one(when, "{kind: spam}"))
    assert "before the model reads" in fault
