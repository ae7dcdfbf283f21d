"""What rules ask and do beside words, as it is typed: every question, and every fault of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.config.rulefiles import load_rules
from triage.core.desk import Hours
from triage.core.history import History
from triage.core.message import Address, Attachment, Message, Trust
from triage.core.prediction import Prediction, SignalScore
from triage.core.rules import Rule, apply
from triage.core.subject import Subject
from triage.core.ticket import Kind
from triage.errors import ConfigError

LISTS = 'lists: {vip: ["*@big.test", al@*], friends: jo@park.test}\n'
AT = datetime(2026, 12, 5, 22, 30, tzinfo=UTC)  # a Saturday


def load(folder: Path, when: str, then: str = "{boost: 1}", more: str = "") -> tuple[Rule, ...]:
    (folder / "lists.yaml").write_text(LISTS)
    (folder / "10-a.yaml").write_text(
        f"rules:\n  - id: one\n    why: because\n    when: {when}\n    then: {then}\n{more}"
    )
    return load_rules(
        folder,
        ("care", "orders"),
        ("maria",),
        ("safety", "legal"),
        facts=("order_number", "phone"),
        mailboxes=("support", "billing"),
        referrals=("maker", "carrier"),
        macros=("photo-request",),
    )


def faults(folder: Path, *given: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, *given)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


MAIL = Subject(
    message=Message(
        subject="Chair",
        sender=Address("jo@park.test"),
        attachments=(Attachment("bill.pdf", "application/pdf", 9),),
    ),
    prediction=Prediction(
        queue_scores={"care": 0.6}, signals={"safety": SignalScore(0.9, "Fire.", fired=True)}
    ),
    facts={"order_number": "NW-123456"},
    mailbox="billing",
    trust=Trust.NONE,
    watcher="desk@shop.test",
    history=History(
        mails=(AT - timedelta(days=1), AT - timedelta(days=2)),
        tickets=(AT - timedelta(days=2),),
        waiting=1,
        known=True,
    ),
    at=AT,
    hours=Hours(zone=ZoneInfo("UTC")),
)


def fires(rules: Sequence[Rule]) -> bool:
    return bool(apply(rules, MAIL).fired)


@pytest.mark.parametrize(
    ("hit", "miss"),
    [
        ("fact: {order_number: present}", "fact: {order_number: absent}"),
        ("fact: {phone: absent}", "fact: {phone: present}"),
        ("fact: {phone: absent, order_number: present}", "fact: {phone: '*'}"),
        ("fact: {order_number: NW-1*}", "fact: {order_number: [NW-2*, NW-3*]}"),
        ("fact: {order_number: {not: NW-2*}}", "fact: {order_number: {not: [NW-2*, nw-1*]}}"),
        ("fact: {order_number: {absent: no}}", "fact: {order_number: {present: no}}"),
        ("signal: safety", "signal: [legal]"),
        ("model: {label: care, at_most: 0.6}", "model: {label: care, at_most: 0.59}"),
        ("model: {label: care, at_least: 0.5, at_most: 0.7}", "model: {label: safety, at_most: 0}"),
        ("list: [vip, friends]", "list: vip"),
        ("forwarded_by: desk@*", "forwarded_by: '*@park.test'"),
        ("mailbox: [billing]", "mailbox: support"),
        ("trust: [none, fail]", "trust: pass"),
        ("attachment: present", "attachment: absent"),
        ("attachment: '*.pdf'", "attachment: ['*.doc', '*.docx']"),
        ("attachment: {name: b*, type: '*/pdf'}", "attachment: {name: b*, type: image/*}"),
        (
            "history: {mails: {at_least: 3, within: 14d}}",
            "history: {mails: {at_least: 3, within: 2d}}",
        ),
        ("history: {unanswered: {at_least: 3}}", "history: {unanswered: {at_most: 2}}"),
        ("history: {tickets: {at_most: 1}, known: yes}", "history: {tickets: {at_least: 2}}"),
        ("history: {waiting: {at_least: 1}}", "history: {waiting: {at_least: 1}, known: false}"),
        ("time: {weekday: [sat, sun]}", "time: {weekday: mon-fri}"),
        ("time: {weekday: saturday}", "time: {weekday: 'mon, sun'}"),
        ("time: {between: 17:30-08:00}", "time: {between: '08:00-17:30'}"),
        ("time: {between: ['08:00-09:00', '22:00-24:00']}", "time: {between: 22:31-22:32}"),
        ("time: {date: 2026-12-05}", "time: {date: [2026-12-04, 2026-12-06]}"),
        ("time: {date: 2026-12-01..2026-12-05}", "time: {date: 2026-12-06 .. 2027-01-06}"),
        ("time: {month: [nov, december]}", "time: {month: [11, 1]}"),
        ("time: {month: 12, open: no}", "time: {month: 12, open: yes}"),
        ("time: {holiday: off}", "time: {holiday: on}"),
    ],
)
def test_each_question_hits_and_misses(tmp_path: Path, hit: str, miss: str) -> None:
    assert fires(load(tmp_path, f"{{{hit}}}"))
    assert not fires(load(tmp_path, f"{{{miss}}}"))
    assert not fires(load(tmp_path, f"{{{hit}, kind: bulk}}"))
    assert not fires(load(tmp_path, f"{{any: [{{{miss}}}, {{kind: bulk}}]}}"))
    assert fires(load(tmp_path, f"{{any: [{{{hit}}}, {{kind: bulk}}], unless: {{{miss}}}}}"))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{fact: {order_numbr: present}}", "4:19: error: there is no fact 'order_numbr'"),
        ("{fact: {phone: yes}}", "4:26: error: 'yes' says nothing here"),
        ("{fact: {phone: {}}}", "4:26: error: nothing is asked of it"),
        ("{signal: safty}", "4:20: error: there is no signal 'safty'"),
        ("{model: {label: care}}", "4:19: error: no bound is given"),
        ("{model: {label: care, at_least: 0.8, at_most: 0.2}}", "4:19: error: nothing is at least"),
        ("{list: [vip, vap]}", "4:24: error: there is no list 'vap'"),
        ("{mailbox: suport}", "4:21: error: there is no mailbox 'suport'"),
        ("{trust: passed}", "4:19: error: 'trust' cannot be 'passed'"),
        ("{attachment: true}", "4:24: error: 'true' says nothing here"),
        ("{attachment: {}}", "4:24: error: nothing is asked here"),
        ("{history: {}}", "4:21: error: nothing is asked here"),
        ("{history: {mails: {within: 3d}}}", "4:29: error: no bound is given"),
        ("{history: {mails: {at_least: 101}}}", "4:40: error: 'at_least' should be less than or"),
        ("{history: {mails: {at_least: 2, within: 3}}}", "4:51: error: '3' is not a span of time"),
        ("{history: {waiting: {at_least: 1, within: 3d}}}", "4:21: error: 'waiting' counts what"),
        ("{time: {}}", "4:18: error: nothing is asked here"),
        ("{time: {weekday: [sat, sunn]}}", "4:34: error: 'sunn' is no weekday"),
        ("{time: {between: 17:30}}", "4:28: error: '17:30' is no span of a day"),
        ("{time: {between: 17:30-25:00}}", "4:28: error: '25:00' is not a time of day"),
        ("{time: {between: 08:00-08:00}}", "4:28: error: '08:00-08:00' is all day"),
        ("{time: {date: 24.12.2026}}", "4:25: error: '24.12.2026' is no date"),
        ("{time: {date: 2026-12-24..2026-12-23}}", "4:25: error: '2026-12-24..2026-12-23' holds"),
        ("{time: {month: [13]}}", "4:27: error: '13' is no month"),
        ("{time: {open: maybe}}", "4:25: error: 'open' should be yes or no"),
        ("{words: , kind: human}", "4:12: error: nothing stands behind 'words'"),
        ("{any: {words: }}", "4:18: error: nothing stands behind 'words'"),
    ],
)
def test_what_is_asked_wrongly_is_said_with_its_place(tmp_path: Path, when: str, said: str) -> None:
    (fault,) = faults(tmp_path, when)
    assert fault.startswith(f"10-a.yaml:{said}")


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("{refer: makr}", "5:19: error: there is no referral 'makr'\n    = help: did you mean"),
        ("{macro: photo}", "5:19: error: there is no macro 'photo'\n    = help: one of: photo-req"),
        ("{ask: [phone, fax]}", "5:25: error: there is no fact 'fax'"),
        ("{ask: }", "5:12: error: nothing stands behind 'ask'"),
        ("{boost: 1, priority: }", "5:22: error: nothing stands behind 'priority'"),
    ],
)
def test_what_is_done_wrongly_is_said_with_its_place(tmp_path: Path, then: str, said: str) -> None:
    assert any(
        one.startswith(f"10-a.yaml:{said}") for one in faults(tmp_path, "{kind: human}", then)
    )


def test_referral_macro_asks_and_an_end_date_are_what_the_file_says(tmp_path: Path) -> None:
    then = "{refer: maker, macro: photo-request, ask: phone}"
    (rule,) = load(tmp_path, "{kind: human}", then, "    until: 2026-12-05\n")
    assert (rule.then.refer, rule.then.macro, rule.then.ask) == (
        "maker",
        "photo-request",
        ("phone",),
    )
    assert rule.until == date(2026, 12, 5)
    assert apply((rule,), MAIL).asks == ("phone",)


def test_a_rule_is_over_after_its_last_day(tmp_path: Path) -> None:
    assert fires(load(tmp_path, "{kind: human}", more="    until: 2026-12-05\n"))
    assert not fires(load(tmp_path, "{kind: human}", more="    until: 2026-12-04\n"))


@pytest.mark.parametrize("until", ["24.12.2026", "tomorrow", "2026-13-01", "20261224"])
def test_an_end_that_is_no_date_is_a_fault(tmp_path: Path, until: str) -> None:
    said = faults(tmp_path, "{kind: human}", "{boost: 1}", f"    until: {until}\n")
    assert "10-a.yaml:6:12: error: 'until'" in said[0]


@pytest.mark.parametrize(
    "when", ["{history: {known: no}}", "{signal: safety}", "{unless: {history: {known: yes}}}"]
)
def test_the_kind_is_settled_before_history_and_signals_are_known(
    tmp_path: Path, when: str
) -> None:
    (fault,) = faults(tmp_path, when, "{kind: spam}")
    assert "the requester's history is known" in fault


def test_a_rule_that_names_the_kind_may_ask_what_the_mail_itself_says(tmp_path: Path) -> None:
    when = "{fact: {phone: absent}, list: friends, time: {open: no}, trust: none, mailbox: billing}"
    (rule,) = load(tmp_path, when, "{kind: bulk}")
    assert (rule.then.kind, rule.asks) == (Kind.BULK, frozenset())


def test_lists_have_their_own_faults(tmp_path: Path) -> None:
    (tmp_path / "lists.yaml").write_text("lists:\n  VIP: [a@b.test]\n  none: []\nlist: {}\n")
    (tmp_path / "10-a.yaml").write_text("")
    with pytest.raises(ConfigError) as caught:
        load_rules(tmp_path, None, None, None)
    assert [(one.line, one.text) for one in caught.value.faults] == [
        (2, "'VIP' does not do as a name"),
        (3, "there is nothing here to match"),
        (4, "unknown key 'list'"),
    ]


def test_lists_that_cannot_be_read_make_no_faults_in_rules(tmp_path: Path) -> None:
    (tmp_path / "lists.yaml").write_text("lists: {vip: [\n")
    (tmp_path / "10-a.yaml").write_text(
        "rules: [{id: one, why: because, when: {list: vip}, then: {boost: 1}}]"
    )
    with pytest.raises(ConfigError) as caught:
        load_rules(tmp_path, None, None, None)
    assert [Path(one.file).name for one in caught.value.faults] == ["lists.yaml"]
