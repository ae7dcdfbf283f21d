"""Files of tests: what they may say, and how every fault in them is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.trial.desk import desk_of
from triage.config.case import Case
from triage.config.casefile import USUAL, load_cases
from triage.config.caseshape import Auth
from triage.core.ticket import Kind, Priority
from triage.errors import ConfigError, Fault

RULES = """version: 1
rules:
  - id: press
    why: A journalist
    when: {words: [journalist, reporter]}
    then: {queue: care, boost: 30, flag: press}
"""


def cases(folder: Path, text: str, **files: str) -> tuple[Case, ...]:
    policy = desk_of(folder, {"30-desk.yaml": RULES, "30-desk.test.yaml": text, **files})
    return load_cases(folder, policy)


def faults(folder: Path, text: str, **files: str) -> list[Fault]:
    with pytest.raises(ConfigError) as caught:
        cases(folder, text, **files)
    assert all(fault.file.endswith("30-desk.test.yaml") for fault in caught.value.faults)
    return list(caught.value.faults)


def test_a_test_says_what_arrives_what_the_model_says_and_what_comes(tmp_path: Path) -> None:
    (case,) = cases(
        tmp_path,
        """version: 1
tests:
  - name: a journalist asks
    at: "2026-11-20T16:50+01:00"
    mailbox: billing
    mail:
      from: Kim Lee <kim@news.example>
      cc: desk@news.example
      subject: Question
      text: I am a reporter.
      headers: {X-Mailer: [one, two], X-Other: three}
      auth: none
      attachments: [questions.pdf, {name: notes, type: text/plain, text: Hello}]
      in_reply_to_us: yes
    history: {mails: [2d, 5h], tickets: [2d], waiting: 1, answered: 1d, owner: jonas}
    model:
      queue: {care: 0.6, sales: 0.3}
      sure: no
      priority: high
      kind: {phishing: 0.2}
      complaint: 0.20
      legal: yes
    expect: {queue: care, rules: [press], owner: none, answer_by: "2026-11-20T17:50+01:00"}
""",
    )
    at = datetime(2026, 11, 20, 15, 50, tzinfo=UTC)
    assert (case.name, case.line, case.at, case.mailbox) == ("a journalist asks", 3, at, "billing")
    mail = case.mail
    assert (mail.sender, mail.cc) == ("Kim Lee <kim@news.example>", "desk@news.example")
    assert mail.headers == (("X-Mailer", "one"), ("X-Mailer", "two"), ("X-Other", "three"))
    assert (mail.auth, mail.answers_us, mail.raw) == (Auth.NONE, True, None)
    assert [(one.name, one.media_type) for one in mail.attachments] == [
        ("questions.pdf", ""),
        ("notes", "text/plain"),
    ]
    day, hours = timedelta(days=1), timedelta(hours=5)
    assert case.history.mails == (at - 2 * day, at - hours)
    assert (case.history.tickets, case.history.answered) == ((at - 2 * day,), at - day)
    assert (case.history.waiting, case.history.known, case.history.owner) == (1, True, "jonas")
    assert (case.pins.queues, case.pins.sure) == ({"care": 0.6, "sales": 0.3}, False)
    assert case.pins.priorities == {Priority.HIGH: 1.0}
    assert case.pins.kinds == {Kind.PHISHING: 0.2}
    assert case.pins.signals == {"complaint": 0.2, "legal": 1.0}
    assert [(one.key, one.value, one.line) for one in case.expected] == [
        ("queue", "care", 23),
        ("rules", ("press",), 23),
        ("owner", None, 23),
        ("answer_by", datetime(2026, 11, 20, 16, 50, tzinfo=UTC), 23),
    ]


def test_what_is_not_said_is_ordinary(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, "tests: [{name: one, mail: {text: Hello}, expect: {kind: human}}]")
    assert case.at == USUAL.replace(tzinfo=ZoneInfo("Europe/London"))
    assert case.at.strftime("%a %H:%M") == "Tue 10:00"
    assert (case.mailbox, case.mail.sender, case.mail.auth) == (
        "",
        "jo.park@example.net",
        Auth.PASS,
    )
    assert not case.pins.sure
    assert not case.history.known


def test_one_moment_may_stand_for_all_tests_of_a_file(tmp_path: Path) -> None:
    first, second = cases(
        tmp_path,
        """at: "2026-12-01T09:00+00:00"
tests:
  - {name: one, mail: {text: Hello}, expect: {kind: human}}
  - {name: two, at: "2026-12-02T09:00+00:00", mail: {text: Hello}, expect: {kind: human}}
""",
    )
    assert [one.at.day for one in (first, second)] == [1, 2]


def test_a_number_of_mails_is_so_many_a_day_apart(tmp_path: Path) -> None:
    (case,) = cases(
        tmp_path,
        "tests: [{name: one, mail: {text: Hi}, history: {mails: 2}, expect: {kind: human}}]",
    )
    day = timedelta(days=1)
    assert case.history.mails == (case.at - 2 * day, case.at - day)


def test_a_queue_that_is_named_is_sure(tmp_path: Path) -> None:
    (case,) = cases(
        tmp_path,
        "tests: [{name: one, mail: {text: Hi}, model: {queue: care}, expect: {queue: care}}]",
    )
    assert (case.pins.queues, case.pins.sure) == ({"care": 1.0}, True)


def test_a_mail_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (case,) = cases(
        tmp_path,
        "tests: [{name: one, mail: {file: samples/one.eml}, expect: {kind: human}}]",
        **{"samples/one.eml": "From: a@b.example\n\nHello"},
    )
    assert case.mail.raw == b"From: a@b.example\n\nHello"
    assert case.mail.auth is None


def test_every_fault_is_said_at_once_with_its_place_and_a_suggestion(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """tests:
  - name: one
    at: "2026-11-20T16:50"
    mail: {text: Hello, subjekt: Hi}
    model: {queue: car, complain: 0.2, legal: 2, sure: perhaps}
    expect: {queue: cares, rule: [press], flags: [presse], not_rules: [pres], owner: jonass}
  - name: one
    mail: {from: a@b.example}
    mailbox: suport
    expect:
      ack: mailed
      ack_reason: sender-not-authenticate
      signals: complaints
      facts: {order_nummer: "1"}
      queue:
""",
    )
    told = [(one.line, one.column, one.text, one.help) for one in found]
    offset = "with its offset, such as 2026-11-20T16:50+00:00"
    assert told == [
        (3, 9, "'2026-11-20T16:50' has no offset", offset),
        (4, 25, "unknown key 'subjekt'", "did you mean 'subject'?"),
        (5, 20, "there is no queue 'car'", "did you mean 'care'?"),
        (5, 25, "the model has no signal 'complain'", "did you mean 'complaint'?"),
        (5, 47, "'legal' should be a score from 0 to 1", "such as 0.85, or yes"),
        (5, 56, "'sure' should be yes or no", ""),
        (6, 21, "there is no queue 'cares'", "did you mean 'care'?"),
        (6, 28, "unknown key 'rule'", "did you mean 'rules'?"),
        (6, 51, "there is no flag 'presse'", "did you mean 'press'?"),
        (6, 72, "there is no rule 'pres'", "did you mean 'press'?"),
        (6, 86, "there is no agent 'jonass'", "did you mean 'jonas'?"),
        (7, 11, "a second test is called 'one'", "the first one is in line 2"),
        (8, 11, "an empty mail arrives", "give it a subject and a text"),
        (9, 14, "there is no mailbox 'suport'", "did you mean 'support'?"),
        (11, 12, "'ack' cannot be 'mailed'", "one of: sent, withheld"),
        (12, 19, "there is no reason 'sender_not_authenticate'",
         "did you mean 'sender_not_authenticated'?"),
        (13, 16, "there is no signal 'complaints'", "did you mean 'complaint'?"),
        (14, 29, "there is no fact 'order_nummer'", "did you mean 'order_number'?"),
        (15, 7, "'queue' is empty", "write none where there is to be none"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("test", "text"),
    [
        ("{name: one, mail: {text: Hi}}", "'expect' is missing"),
        ("{name: one, mail: {text: Hi}, expect: {}}", "nothing is expected"),
        ("{mail: {text: Hi}, expect: {kind: human}}", "'name' is missing"),
        (
            "{name: one, mail: {file: no.eml}, expect: {kind: human}}",
            "'no.eml' cannot be read: no such file or directory",
        ),
        (
            "{name: one, mail: {file: ../x.eml}, expect: {kind: human}}",
            "'../x.eml' lies elsewhere",
        ),
        (
            "{name: one, mail: {text: Hi, headers: {'X Y': z}}, expect: {kind: human}}",
            "'X Y' is no header's name",
        ),
        (
            '{name: one, mail: {text: Hi, subject: "a\\nBcc: b"}, expect: {kind: human}}',
            "a header is one line",
        ),
        (
            "{name: one, mail: {text: Hi}, history: {mails: [tomorrow]}, expect: {kind: human}}",
            "'tomorrow' is not a moment",
        ),
        (
            '{name: one, mail: {text: Hi}, history: {mails: ["2027-01-01T10:00+00:00"]}, '
            "expect: {kind: human}}",
            "'2027-01-01T10:00+00:00' comes after the mail",
        ),
        (
            "{name: one, mail: {text: Hi}, model: {priority: hihg}, expect: {kind: human}}",
            "'priority' cannot be 'hihg'",
        ),
    ],
)
def test_a_fault_of_a_test_is_told(tmp_path: Path, test: str, text: str) -> None:
    (fault,) = faults(tmp_path, f"tests:\n  - {test}\n")
    assert fault.text == text
    assert fault.line == 2


def test_what_stands_in_a_mail_file_is_not_said_again(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        "tests: [{name: one, mail: {file: one.eml, subject: Hi}, expect: {kind: human}}]",
        **{"one.eml": "From: a@b.example\n\nHello"},
    )
    assert [one.text for one in found] == ["'subject' is in the file already"]


def test_without_a_desk_names_are_not_checked(tmp_path: Path) -> None:
    text = "tests: [{name: one, mail: {text: Hi}, expect: {queue: x, rules: [y], ack: maybe}}]"
    (tmp_path / "30-desk.test.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_cases(tmp_path, None)
    assert [one.text for one in caught.value.faults] == ["'ack' cannot be 'maybe'"]


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    one = "tests: [{name: NAME, mail: {text: Hi}, expect: {kind: human}}]"
    files = {f"{at}-x.test.yaml": one.replace("NAME", f"test {at}") for at in (30, 10, 20)}
    policy = desk_of(tmp_path, files)
    assert [case.name for case in load_cases(tmp_path, policy)] == ["test 10", "test 20", "test 30"]
