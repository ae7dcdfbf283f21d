"""What came of tests of the rules, for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from triage.cli import plain
from triage.cli.layout import block
from triage.core.rules import Fired, Rule
from triage.trial.came import Came
from triage.trial.cases import Report, Result
from triage.trial.compared import in_words
from triage.trial.coverage import Coverage

_LABEL = 13


def draw_result(console: Console, result: Result) -> None:
    """Draw one test: where it stands, what differs, and which rules fired on which words."""
    case = result.case
    mark = Text.assemble(("✓ ", "green") if result.passed else ("✗ ", "bold red"))
    heading = Text.assemble((plain.line(case.name), "bold"), (f"  {case.file}:{case.line}", "dim"))
    block(console, heading, mark, 2)
    if result.broken:
        _line(console, "broken", Text(result.broken, "red"))
    for one in result.differences:
        said = Text.assemble("expected ", (plain.line(one.expected), "green"))
        said.append(", got ").append(plain.line(one.got), "red")
        said.append(f"  (line {one.line})" if one.line != case.line else "", "dim")
        _line(console, one.key, said)
    if result.passed and result.came is not None:
        for key, text in _told(result.came):
            _line(console, key, Text(text))
    label = "fired"
    for fired in result.fired:
        _line(console, label, _fired(fired))
        label = ""
    if not result.fired and not result.broken:
        _line(console, "fired", Text("no rule", "dim"))
    console.print()


def draw_coverage(console: Console, covered: Coverage) -> None:
    """Draw the rules that no test makes fire, and those that fire to no end."""
    for rule in covered.untested:
        _rule(console, rule, "no test makes it fire")
    for rule in covered.overruled:
        _rule(console, rule, "it fires, and is overruled each time")
    if covered.untested or covered.overruled:
        console.print()


def draw_summary(console: Console, report: Report, covered: Coverage | None) -> None:
    """Draw it all in one line."""
    number, failed = len(report.results), len(report.failed)
    text = Text(f"{number} test{'s' * (number != 1)}")
    text.append(" · ").append(f"{number - failed} passed", "green" if number > failed else "")
    if failed:
        text.append(" · ").append(f"{failed} failed", "bold red")
    if covered is not None:
        fire = covered.rules - len(covered.untested)
        text.append(" · ").append(
            # Rounded down: 100 % is said of nothing less.
            f"{fire} of {covered.rules} rules fire, {int(covered.share * 100)} %",
            "bold red" if covered.untested else "green",
        )
    block(console, text, indent=0)


def _told(came: Came) -> Iterator[tuple[str, str]]:
    """Go through what a mail became, as a test would expect it."""
    sent = "sent" if came.acknowledged else "withheld"
    yield "kind", f"{came.kind} · {came.language or 'language unknown'}"
    if came.queue is not None:
        answer_by = in_words(came.answer_by)
        told = f"{came.queue} · {came.priority} · boost {came.boost or 0} · owner {came.owner}"
        yield "ticket", f"{told} · answer by {answer_by}"
    if came.flags:
        yield "flags", ", ".join(came.flags)
    yield "ack", f"{sent}: {came.ack_reason}"


def _fired(fired: Fired) -> Text:
    """Write a rule that fired: where it stands, what hit, what it did, and what came before it."""
    text = Text.assemble((fired.rule, "cyan"), (f" ({fired.file}:{fired.line})", "dim"))
    if fired.evidence:
        text.append(" " + ", ".join(f"“{plain.line(one)}”" for one in fired.evidence))
    if fired.did:
        text.append(f" → {plain.line(', '.join(fired.did))}")
    if fired.overruled:
        text.append(f"; overruled: {plain.line(', '.join(fired.overruled))}", "yellow")
    return text


def _rule(console: Console, rule: Rule, what: str) -> None:
    text = Text.assemble((rule.id, "cyan"), (f"  {rule.file}:{rule.line}", "dim"), f"  {what}")
    block(console, text, Text.assemble(("• ", "yellow")), 2)


def _line(console: Console, label: str, text: Text) -> None:
    block(console, text, Text.assemble((f"  {label}".ljust(_LABEL), "dim")), _LABEL)
