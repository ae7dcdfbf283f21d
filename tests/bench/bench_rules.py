"""What rules cost: `pytest -m bench -s tests/bench/bench_rules.py`.

CPU time of 200 rules, half of them `words`, over mails of 2 KB, with the load beside it, and
against searching the same mails for every list of words as it stands. Seeds are fixed.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time_ns

import pytest

from tests.core.manyrules import many_mails, write_rules
from triage.config.rulefiles import load_rules
from triage.config.shipped import shipped_rules
from triage.core.match.onmail import Words
from triage.core.rules import Rule, apply
from triage.core.subject import Reading, Subject

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

MAILS, ROUNDS, BAR_MS = 40, 15, 2.0


def spent(work: Callable[[Subject], object], mails: Sequence[Subject]) -> list[float]:
    """Return the milliseconds of CPU for each mail, the least of several rounds."""
    found = [float("inf")] * len(mails)
    for _ in range(ROUNDS):
        for at, mail in enumerate(mails):
            start = process_time_ns()
            work(mail)
            found[at] = min(found[at], (process_time_ns() - start) / 1e6)
    return found


def search_all(rules: Sequence[Rule], mail: Subject) -> None:
    """Search a mail for each list of words, without looking up whether it can be there."""
    reading = Reading(mail)
    for rule in rules:
        if isinstance(rule.when, Words):
            rule.when.list.pattern.hits(reading.words)


def test_200_rules_on_a_mail_of_2_kb(tmp_path: Path) -> None:
    rules = load_rules(write_rules(tmp_path, 200), None, None, None)
    mails = many_mails(MAILS, size=2048)
    whole = spent(lambda mail: apply(rules, mail), mails)
    plain = spent(lambda mail: search_all(rules, mail), mails)
    middle, worst = statistics.median(whole), max(whole)
    hits = statistics.mean(len(apply(rules, mail).fired) for mail in mails)
    print(  # noqa: T201
        f"\n200 rules, 100 of them words, {MAILS} mails of 2 KB, {hits:.1f} rules fire a mail:"
        f"\n  median {middle:.2f} ms, worst {worst:.2f} ms CPU (bar {BAR_MS:.0f} ms),"
        f" load {os.getloadavg()[0]:.2f}"
        f"\n  searching for every list: median {statistics.median(plain):.2f} ms,"
        f" {statistics.median(plain) / middle:.1f} times as much as all rules"
    )
    assert middle <= BAR_MS


def test_the_shipped_rules_on_a_mail_of_2_kb() -> None:
    """Their lists hold a hundred phrases in fourteen languages: what a desk of many rules pays."""
    rules = load_rules(shipped_rules(), None, None, None)
    mails = many_mails(MAILS, size=2048)
    whole = spent(lambda mail: apply(rules, mail), mails)
    print(  # noqa: T201
        f"\n{len(rules)} shipped rules, {MAILS} mails of 2 KB:"
        f" median {statistics.median(whole):.2f} ms, worst {max(whole):.2f} ms CPU,"
        f" load {os.getloadavg()[0]:.2f}"
    )
    assert statistics.median(whole) <= BAR_MS
