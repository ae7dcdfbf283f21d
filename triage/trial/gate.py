"""Whether a draft may put itself in force: its tests, and what it would change of past mail.

A draft whose tests fail waits. One that changes nothing, or queue and priority of a few mails
alone, goes through; one that changes more, or anything else, waits for a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from triage.config.casefile import load_cases
from triage.config.faults import shown
from triage.config.fileset import write_files
from triage.config.load import Policy
from triage.core.worded import worded
from triage.errors import ConfigError
from triage.pipeline.read import Predictor
from triage.pipeline.terms import terms_of
from triage.store.protocol import Store
from triage.store.versions import Held
from triage.trial.cases import run_cases
from triage.trial.rejudge import Side
from triage.trial.replay import Replay, Task, replay

AT_MOST = 0.05
"""The share of mails whose queue or priority may change without a person's word; itself it may."""

DAYS = timedelta(days=30)
MOST_MAILS = 1000
MOST_TIME = timedelta(seconds=30)
"""How far back, over how many mails, and for how long a gate replays at most, newest mail first."""

Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tests:
    """What the tests beside the rules said. `failed` names each that did not pass."""

    passed: int
    failed: tuple[str, ...] = ()

    @property
    def summary(self) -> Summary:
        """The same as JSON."""
        return {"passed": self.passed, "failed": list(self.failed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of a draft; `held` None: it may go in force."""

    held: Held | None = None
    reason: str = ""
    tests: Summary = field(default_factory=dict)
    replay: Summary = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A draft beside what runs, and how to ask either's model.

    `ask` returns the model in force, `ask_draft` one that was taught by the draft's prompts.
    From the moment on at which it is no longer `wanted`, a trial ends, and says nothing.
    """

    applied: Policy
    draft: Policy
    ask: Callable[[], Predictor]
    ask_draft: Callable[[], Predictor]
    now: datetime
    wanted: Callable[[], bool] = lambda: True

    def sides(self, instance: str) -> tuple[Side, Side]:
        """Return the two sets to compare: models are asked anew where the teaching differs."""
        anew = taught_otherwise(self.applied, self.draft)
        ask_draft = self.ask_draft if anew else self.ask
        return (
            Side(terms=terms_of(self.applied, instance), ask=self.ask, anew=anew),
            Side(terms=terms_of(self.draft, instance), ask=ask_draft, anew=anew),
        )


def taught_otherwise(one: Policy, other: Policy) -> bool:
    """Say whether two policies make two models."""
    return (
        one.teaching.digest != other.teaching.digest
        or one.settings.model.accuracy_when_sure != other.settings.model.accuracy_when_sure
    )


def gate(trial: Trial, store: Store) -> Verdict:
    """Test and replay a draft. Blocks for seconds: half of the time it rests, for others to work.

    Raises: ConfigError, where the tests themselves have faults; ModelUnusable, where the draft
    teaches no model.
    """
    tests = run_tests(trial.draft)
    if tests.failed:
        return Verdict(held=Held.TESTS_FAIL, reason=in_words(tests), tests=tests.summary)
    before, after = trial.sides(store.setting("instance") or "")
    if after.anew:
        after.ask()  # a draft that teaches no model is found out without any mail, too
    done = replay(
        store,
        Task(
            before=before,
            after=after,
            since=trial.now - DAYS,
            now=trial.now,
            limit=MOST_MAILS,
            go_on=_Unhurried(trial.wanted),
        ),
    )
    reason = too_much(done)
    return Verdict(
        held=Held.CHANGES_MUCH if reason else None,
        reason=reason,
        tests=tests.summary,
        replay=done.summary(),
    )


class _Unhurried:
    """Rests after each mail for as long as it took, and ends after `MOST_TIME`."""

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self._wanted = wanted
        self._last = time.monotonic()
        self._until = self._last + MOST_TIME.total_seconds()

    def __call__(self, _done: int, _of: int) -> bool:
        time.sleep(min(time.monotonic() - self._last, 1.0))
        self._last = time.monotonic()
        return self._last < self._until and self._wanted()


def too_much(done: Replay) -> str:
    """Say why a change waits for a person; "" where it may go through. At `AT_MOST` it may."""
    changed, mails = len(done.changed), len(done.mails)
    counted = {"changed": f"{changed:,}", "mails": f"{mails:,}"}
    if graver := len(done.graver):
        return worded(
            "%(changed)s of %(mails)s mails change, %(graver)s of them in more than queue or"
            " priority",
            graver=f"{graver:,}",
            **counted,
        )
    if changed > AT_MOST * mails:
        return worded(
            "%(changed)s of %(mails)s mails change, more than %(most)s",
            most=f"{AT_MOST:.0%}",
            **counted,
        )
    return ""


def in_words(tests: Tests) -> str:
    """Name the tests that fail, as many as fit into a line."""
    number = len(tests.failed)
    counted: dict[str, object] = {"failed": number, "tests": tests.passed + number}
    first = f"'{tests.failed[0]}'" if tests.failed else ""
    if number > 1:
        return worded(
            "%(failed)s of %(tests)s tests fail: %(first)s and %(more)s more",
            first=first,
            more=number - 1,
            **counted,
        )
    return worded("%(failed)s of %(tests)s tests fail: %(first)s", first=first, **counted)


def run_tests(policy: Policy) -> Tests:
    """Run the tests that stand beside the rules of `policy`. Raises: ConfigError."""
    with TemporaryDirectory(prefix="triage-tests.") as name:
        folder = Path(name)
        write_files(policy.files, folder)
        here = f"{shown(folder)}/"
        try:
            cases = load_cases(folder / "rules", policy)
        except ConfigError as exc:
            named = (replace(fault, file=fault.file.removeprefix(here)) for fault in exc.faults)
            raise ConfigError(tuple(named)) from exc
        report = run_cases(policy, cases)
    failed = [
        f"{one.case.file.removeprefix(here)}:{one.case.line} {one.case.name}"
        for one in report.failed
    ]
    return Tests(len(report.results) - len(failed), tuple(failed))
