"""`rules/goodwill.yaml`, and what causes say of words, rules and queues: what they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.goodwill import load_goodwill
from triage.config.referrals import load_causes
from triage.config.shipped import shipped_rules
from triage.core.goodwill import Budget
from triage.errors import ConfigError


def faults(text: str, folder: Path) -> list[tuple[int, int, str, str]]:
    (folder / "goodwill.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_goodwill(folder, {"maria", "jonas"})
    return [(one.line, one.column, one.text, one.help) for one in caught.value.faults]


def test_a_budget_is_in_minor_units_of_its_currency(tmp_path: Path) -> None:
    (tmp_path / "goodwill.yaml").write_text(
        "currency: eur\nmonth: 500\neach: 12.50\nagents: {maria: 0}\nkinds: [voucher]\n"
    )
    assert load_goodwill(tmp_path, {"maria"}) == Budget(
        currency="EUR",
        digits=2,
        month=50_000,
        each=1_250,
        agents={"maria": 0},
        kinds=("voucher",),
    )


def test_yen_are_whole(tmp_path: Path) -> None:
    (tmp_path / "goodwill.yaml").write_text("currency: JPY\nmonth: 90000\neach: 5000\n")
    budget = load_goodwill(tmp_path)
    assert budget is not None
    assert (budget.month, budget.limit("anybody")) == (90_000, 5_000)


def test_without_the_file_nothing_may_be_given(tmp_path: Path) -> None:
    assert load_goodwill(tmp_path) is None


def test_every_fault_is_said_with_its_place_and_a_remedy(tmp_path: Path) -> None:
    assert faults("currency: GPB\nmonth: lots\neach: -3\nkind: x\n", tmp_path) == [
        (1, 11, "'GPB' is no currency", "three letters of ISO 4217, such as EUR or GBP"),
        (2, 8, "'month' should be a number such as 12.50, not 'lots'", ""),
        (3, 7, "'-3' is no amount", "a number from 0 on, such as 40 or 12.50"),
        (4, 1, "unknown key 'kind'", "did you mean 'kinds'?"),
    ]


def test_an_agent_who_is_not_there_is_named_with_the_one_who_was_meant(tmp_path: Path) -> None:
    text = "currency: GBP\nmonth: 500\neach: 1.005\nagents: {mara: 30}\n"
    assert faults(text, tmp_path) == [
        (3, 7, "'1.005' has more than 2 digits behind the point", "GBP has 2 digits"),
        (4, 10, "there is no agent 'mara'", "did you mean 'maria'?"),
    ]


def test_the_shipped_budget_loads_for_any_roster() -> None:
    budget = load_goodwill(shipped_rules(), frozenset({"kim"}))
    assert budget is not None
    assert budget.kinds


def test_a_cause_names_queues_and_rules_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "causes.yaml").write_text(
        "causes:\n  late:\n    title: Late\n    queues: [order]\n    rules: [wher-is-it]\n"
        "    words: ['*']\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_causes(tmp_path, {"orders", "care"}, {"where-is-it", "safety"})
    assert [(one.line, one.text, one.help) for one in caught.value.faults] == [
        (4, "there is no queue 'order'", "did you mean 'orders'?"),
        (5, "there is no rule or signal 'wher-is-it'", "did you mean 'where-is-it'?"),
        (6, "'*' would match every word", ""),
    ]
