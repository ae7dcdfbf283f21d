"""What the tests of a desk leave open, each where it stands in its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.config.load import Policy
from triage.config.rulelints import Written
from triage.errors import Fault
from triage.trial.cases import Report, Result
from triage.trial.coverage import coverage

_REMEDY = "triage rules test"


def findings(policy: Policy, rules: Sequence[Written], report: Report) -> tuple[Fault, ...]:
    """Return a finding for every test that fails, and every rule that none makes fire.

    Where there is no test at all that is said once.
    """
    if rules and not report.results:
        folder = rules[0].rule.file.rpartition("/")[0] or "."
        remedy = f"begin with {tests_of(rules[0].rule.file)}"
        return (Fault(folder, 0, 0, f"none of the {len(rules)} rules has a test", remedy),)
    return tuple(sorted({*map(_failed, report.failed), *_open(policy, rules, report)}))


def _failed(result: Result) -> Fault:
    case, text = result.case, f"the test '{result.case.name}' fails"
    first = next(iter(result.differences), None)
    if first is None:
        return Fault(case.file, case.line, 1, f"{text}: {result.broken}", _REMEDY)
    text = f"{text}: {first.key} is {first.got}, not {first.expected}"
    return Fault(case.file, first.line, first.column, text, _REMEDY)


def _open(policy: Policy, rules: Sequence[Written], report: Report) -> Iterator[Fault]:
    covered = coverage(policy.rules, report)
    untested = {rule.id for rule in covered.untested}
    overruled = {rule.id for rule in covered.overruled}
    for one in rules:
        name = one.rule.id
        if name in untested:
            text = f"no test makes the rule '{name}' fire"
            yield one.fault(("id",), text, f"add one to {tests_of(one.rule.file)}")
        elif name in overruled:
            text = f"wherever a test makes the rule '{name}' fire, earlier rules overrule it"
            yield one.fault(("id",), text, "put it before them, or test where it has its say")


def tests_of(file: str) -> str:
    """Return the file of tests that belongs beside a file of rules."""
    return f"{file.removesuffix('.yaml')}.test.yaml"
