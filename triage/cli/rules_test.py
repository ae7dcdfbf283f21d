"""`triage rules test`: the tests beside the rules, run without a model, a mailbox or a store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from triage.cli.ending import FINDING
from triage.cli.opening import with_config, with_json
from triage.cli.output import hint, print_json, say, stdout
from triage.cli.trialview import draw_coverage, draw_result, draw_summary
from triage.config.case import Case
from triage.config.casefile import PATTERN, load_cases
from triage.config.faults import near, shown
from triage.config.load import load_policy, rules_folder
from triage.config.toml import find_settings
from triage.core.rules import Rule
from triage.report.tickets import Json
from triage.trial.cases import Report, Result, run_cases
from triage.trial.coverage import Coverage, coverage


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The rules to try out, with their tests; default: those in force.",
)
@click.option("--cover", is_flag=True, help="Also name the rules that no test makes fire.")
@with_json
@with_config
def test(
    names: tuple[str, ...],
    rules: Path | None,
    *,
    cover: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    """Run the tests beside the rules (*.test.yaml): frozen time, pinned scores, no model.

    A NAME is a part of a test's name, or of its file's; those tests alone are run, and told in
    full. Exits 1 if a test fails; with --cover also if there is a rule that none makes fire.
    Without a triage.toml the shipped desk is tested.

    \b
    --json prints {"passed", "failed",
      "tests": [{"name", "file", "line", "passed", "broken",
                 "differences": [{"key", "expected", "got", "line"}], "rules": [id],
                 "fired": [{"rule", "file", "line", "why", "evidence", "did", "overruled"}]}],
      "cover": {"share", "rules", "untested": [RULE], "overruled": [RULE]}}
    RULE is {"rule", "file", "line"}; "cover" is null without --cover.
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    if cover and names:
        raise click.UsageError("--cover looks at all tests: leave out NAME")
    path = find_settings(config)
    policy = load_policy(path, rules=rules)
    folder = rules or rules_folder(path)
    cases = load_cases(folder, policy)
    report = run_cases(policy, _chosen(cases, names))
    covered = coverage(policy.rules, report) if cover else None
    if as_json:
        print_json(_json(report, covered))
    else:
        _draw(report, covered, in_full=bool(names))
        if not cases:
            say(f"there are no tests: {shown(folder)}/{PATTERN}")
    if not report.passed or (covered is not None and covered.untested):
        raise click.exceptions.Exit(FINDING)
    if rules is None:
        hint("triage rules replay --since 30d")


def _chosen(cases: Sequence[Case], names: Sequence[str]) -> list[Case]:
    """Return the tests named. Raises: UsageError for a name that is no part of any."""
    wanted = [name.casefold() for name in names]
    for given, name in zip(names, wanted, strict=True):
        if not any(_bears(case, name) for case in cases):
            known = {case.name for case in cases}
            remedy = near(given, known) if len(known) <= 1 else near(given, known).partition(":")[0]
            said = f"; {remedy}" if remedy.startswith("did") else ""
            raise click.UsageError(f"no test is called '{given}'{said}")
    return [case for case in cases if not wanted or any(_bears(case, name) for name in wanted)]


def _bears(case: Case, name: str) -> bool:
    return name in case.name.casefold() or name in Path(case.file).name.casefold()


def _draw(report: Report, covered: Coverage | None, *, in_full: bool) -> None:
    console = stdout()
    for result in report.results:
        if in_full or not result.passed:
            draw_result(console, result)
    if covered is not None:
        draw_coverage(console, covered)
    draw_summary(console, report, covered)


def _json(report: Report, covered: Coverage | None) -> Json:
    return {
        "passed": len(report.results) - len(report.failed),
        "failed": len(report.failed),
        "tests": [_result(result) for result in report.results],
        "cover": None
        if covered is None
        else {
            "share": round(covered.share, 4),
            "rules": covered.rules,
            "untested": [_rule(rule) for rule in covered.untested],
            "overruled": [_rule(rule) for rule in covered.overruled],
        },
    }


def _result(result: Result) -> Json:
    return {
        "name": result.case.name,
        "file": result.case.file,
        "line": result.case.line,
        "passed": result.passed,
        "broken": result.broken,
        "differences": [
            {"key": one.key, "expected": one.expected, "got": one.got, "line": one.line}
            for one in result.differences
        ],
        "rules": [fired.rule for fired in result.fired],
        "fired": [
            {
                "rule": fired.rule,
                "file": fired.file,
                "line": fired.line,
                "why": fired.why,
                "evidence": list(fired.evidence),
                "did": list(fired.did),
                "overruled": list(fired.overruled),
            }
            for fired in result.fired
        ],
    }


def _rule(rule: Rule) -> Json:
    return {"rule": rule.id, "file": rule.file, "line": rule.line}
