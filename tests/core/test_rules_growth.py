"""Ten times the rules, and ten times the mail, are at most fifteen times the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

from tests.core.manyrules import many_mails, write_rules
from triage.config.rulefiles import load_rules
from triage.core.rules import Rule, apply
from triage.core.subject import Subject

MOST, ROUNDS = 15, 6


def spent(rules: tuple[Rule, ...], mails: list[Subject]) -> float:
    """Return the least CPU time of three runs."""

    def run() -> float:
        start = process_time()
        for mail in mails:
            apply(rules, mail)
        return process_time() - start

    return min(run() for _ in range(3))


def grown(small: Callable[[], float], large: Callable[[], float]) -> list[float]:
    """Measure growth again while it is too much: a busy machine makes one measure wrong."""
    growth = [large() / small()]
    while min(growth) > MOST and len(growth) < ROUNDS:
        growth.append(large() / small())
    return growth


def test_ten_times_the_rules_are_at_most_fifteen_times_the_work(tmp_path: Path) -> None:
    few = load_rules(write_rules(tmp_path / "few", 40), None, None, None)
    many = load_rules(write_rules(tmp_path / "many", 400), None, None, None)
    mails = many_mails(15, size=2048)
    growth = grown(lambda: spent(few, mails), lambda: spent(many, mails))
    assert min(growth) <= MOST, growth


def test_ten_times_the_mail_is_at_most_fifteen_times_the_work(tmp_path: Path) -> None:
    rules = load_rules(write_rules(tmp_path, 60), None, None, None)
    short, long = many_mails(6, size=4_000), many_mails(6, size=40_000)
    growth = grown(lambda: spent(rules, short), lambda: spent(rules, long))
    assert min(growth) <= MOST, growth
